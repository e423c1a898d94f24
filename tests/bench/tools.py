"""tools.py -- the text tools on abstracts of arXiv and the ACL Anthology: how
many a second, and how often they are right; lit as FTS5's tokenizer against
porter unicode61.  LIT: the extension.  SHARED: the data."""
import gzip
import json
import os
import random
import re
import time

from common import SHARED, connect

CORPUS = os.path.join(SHARED, "data", "corpus")
N_TOOLS, N_TABLE, N_TYPOS = 5000, 50000, 150


def papers(name, limit):
    with gzip.open(os.path.join(CORPUS, name + ".jsonl.gz")) as lines:
        for line, _ in zip(lines, range(limit)):
            paper = json.loads(line)
            yield paper["title"], paper["abstract"] or ""


def cpu(db, sql):
    start = time.process_time()
    rows = db.execute(sql).fetchall()
    return rows, time.process_time() - start


def bench_functions(db):
    db.execute("CREATE TABLE p(title, x)")
    db.executemany("INSERT INTO p VALUES (?, ?)", papers("acl", N_TOOLS))
    for what, sql in (
            ("lit_language", "SELECT count(lit_language(x)) FROM p"),
            ("lit_translit", "SELECT sum(length(lit_translit(x))) FROM p"),
            ("lit_acronyms", "SELECT count(*) FROM p, lit_acronyms(p.x)"),
            ("lit_ngrams 2", "SELECT count(*) FROM p, lit_ngrams(p.x, 2)"),
            ("lit_sentences", "SELECT count(*) FROM p, lit_sentences(p.x)"),
            ("lit_terms", "SELECT count(*) FROM p, lit_terms(p.x)")):
        rows, seconds = cpu(db, sql)
        print(f"{what:14} {N_TOOLS / seconds:9,.0f} abstracts/s CPU "
              f"({rows[0][0]:,} given)")


def bench_fts5(db):
    for tokenizer in ("porter unicode61", "lit", "lit none"):
        db.execute(f"CREATE VIRTUAL TABLE f USING fts5(title, x, "
                   f"tokenize = '{tokenizer}')")
        seconds = cpu(db, "INSERT INTO f SELECT * FROM p")[1]
        print(f"FTS5 load, {tokenizer:17} {N_TOOLS / seconds:9,.0f} papers/s")
        db.execute("DROP TABLE f")


def typo(word):
    i = random.randrange(1, len(word) - 1)
    letter = random.choice("abcdefghijklmnopqrstuvwxyz")
    return random.choice((
        word[:i] + word[i + 1:], word[:i] + letter + word[i:],
        word[:i] + word[i + 1] + word[i] + word[i + 2:],
        word[:i] + letter + word[i + 1:]))


def bench_spell(db):
    random.seed(5)
    db.execute("CREATE VIRTUAL TABLE papers USING lit(title TEXT, x TEXT)")
    db.executemany("INSERT INTO papers VALUES (?, ?)", papers("acl", N_TABLE))
    db.execute("INSERT INTO papers(papers) VALUES ('optimize')")
    titles = [t for i, (t, _) in enumerate(papers("acl", 60000))
              if i >= N_TABLE and i % 25 == 0 and
              re.fullmatch("[A-Za-z ,:'-]+", t)]
    tried = right = changed = 0
    start = time.process_time()
    for title in titles[:N_TYPOS]:
        words = title.split()
        places = [i for i, w in enumerate(words)
                  if re.fullmatch("[A-Za-z][a-z]{5,}", w)]
        if not places:
            continue
        i = random.choice(places)
        asked = words[:i] + [typo(words[i])] + words[i + 1:]
        if asked == words:
            continue
        got = db.execute("SELECT lit_spell(?, 'papers')",
                         (" ".join(asked),)).fetchone()[0].split()
        tried += 1
        right += got[i].lower() == words[i].lower()
        changed += got[:i] + got[i + 1:] != words[:i] + words[i + 1:]
    seconds = time.process_time() - start
    print(f"lit_spell      {tried} titles with one typo: right {right}, "
          f"another word changed {changed}; {1000 * seconds / tried:.1f} ms "
          f"CPU each, words of {N_TABLE:,} other papers")


host = connect()
bench_functions(host)
bench_fts5(host)
bench_spell(host)
