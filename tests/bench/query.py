"""query.py -- lit_query beside FTS5: the p50 of top-10 queries in FTS5's syntax,
best first, over the same N papers of arXiv (100,000) in memory; and how far the
rows that they find agree ('simple' and unicode61 cut a few words differently).
Q: queries of each form (40)."""
import gzip
import json
import os
import random
import re
import statistics
import time

import common

N = int(os.environ.get("N", 100000))
Q = int(os.environ.get("Q", 40))
DATA = os.path.join(common.SHARED,
                    "data/corpus/arxiv.jsonl.gz")
chance = random.Random(1)
FORMS = {
    "a b": "{0} {1}", "a b c d": "{0} {1} {2} {3}", "a OR b": "{0} OR {1}",
    "a OR b OR c OR d": "{0} OR {1} OR {2} OR {3}", '"a b"': '"{0} {1}"',
    '"a b c"': '"{0} {1} {2}"', "a NOT b": "{0} NOT {1}",
    "title : a": "title : {0}", "NEAR(a b, 5)": "NEAR({0} {1}, 5)",
    "prefix*": "{5}*", "(a OR b) NOT the": "({0} OR {1}) NOT the",
    '^a b': "^{0} {1}",
}


def make():
    db = common.connect()
    with gzip.open(DATA, "rt") as f:
        rows = [(p["title"], p["abstract"])
                for p in map(json.loads, (x for x, _ in zip(f, range(N))))]
    db.execute("CREATE VIRTUAL TABLE l USING lit(title TEXT, abstract TEXT, "
               "model = 'none', tokenizer = 'simple')")
    db.execute("CREATE VIRTUAL TABLE f USING fts5(title, abstract, "
               "tokenize = 'unicode61')")
    for t in "lf":
        db.execute("BEGIN")
        db.executemany(f"INSERT INTO {t}(title, abstract) VALUES (?,?)", rows)
        db.execute("COMMIT")
        db.execute(f"INSERT INTO {t}({t}) VALUES ('optimize')")
    return db, rows


def queries(form, rows):
    """Neighbouring words of titles."""
    out = []
    while len(out) < Q:
        words = re.findall("[a-z]{2,}", chance.choice(rows)[0].lower())
        at = chance.randrange(max(1, len(words) - 3))
        words = words[at:at + 4]
        if len(words) == 4 and not {"and", "or", "not", "near"} & set(words):
            out.append(form.format(*words, "", max(words, key=len)[:5]))
    return out


def p50(db, sql, asked):
    times = []
    for q in asked:
        at = time.perf_counter()
        db.execute(sql, (q,)).fetchall()
        times.append(time.perf_counter() - at)
    return statistics.median(times) * 1000


def main():
    db, rows = make()
    print(f"{N} papers; p50 of {Q} queries, ms\n{'':18}{'FTS5':>9}{'lit':>9}"
          f"{'':>9}   rows in common")
    for name, form in FORMS.items():
        asked = queries(form, rows)
        f = p50(db, "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank "
                "LIMIT 10", asked)
        m = p50(db, "SELECT rowid FROM l WHERE l MATCH lit_query(?) AND k = 10",
                asked)
        same = both = 0
        for q in asked[:5]:
            a = {r[0] for r in db.execute("SELECT rowid FROM f(?)", (q,))}
            b = {r[0] for r in db.execute("SELECT rowid FROM l(lit_query(?))",
                                          (q,))}
            same, both = same + len(a & b), both + len(a | b)
        print(f"{name:18}{f:9.2f}{m:9.2f}{f / m:8.1f}x   "
              f"{100 * same / max(both, 1):.2f} %", flush=True)


main()
