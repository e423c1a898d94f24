"""prior.py -- whether a prior helps: papers that citing sentences cite.

Of the judged sets only scisumm tells what a prior may know.  A document is a
cited paper, a query a sentence that cites it, and the ids of both hold a year
(A00-1031, P06-1031).  nDCG@10 of hybrid and bm25 with the built-in model, without
and with a prior, and lit_compare of the two (randomization, two sided):

  recent   every fourth query, among all papers; and among those no newer than
           the citing one, since nothing newer can be cited
  many     votes: the papers before 2009 that cite a document; queries: every
           second sentence of later papers, about documents before 2009

How often a document is cited in the set is in part its makers' choice, so what
`many` gains in other collections may be less.  No set has readers' votes.
LIT: the extension.  SHARED: the data."""
import json
import os
import re

from common import SHARED, connect

SET = os.path.join(SHARED, "data", "bench", "scisumm")
UNTIL = 2009
RECENT = [f"recent(5, {w}) of year" for w in (0.05, 0.1, 0.2, 0.4)]
MANY = [f"many({w}) of votes" for w in (0.05, 0.1, 0.2, 0.4)]


def lines(name):
    with open(os.path.join(SET, name)) as f:
        return [json.loads(line) for line in f]


def year(paper):
    two = int(re.match(r"[A-Z](\d\d)", paper).group(1))
    return two + (1900 if two > 50 else 2000)


def fill(db):
    """Tables qrels, paper (votes: citing papers before UNTIL) and question."""
    db.execute("CREATE TABLE qrels AS SELECT query, doc, grade "
               "FROM lit_trec_qrels(?)", (os.path.join(SET, "qrels.tsv"),))
    db.execute("CREATE INDEX by_query ON qrels(query, doc)")
    db.execute("CREATE INDEX by_doc ON qrels(doc)")
    db.execute("CREATE TABLE question(query PRIMARY KEY, text, citing, year)")
    db.executemany("INSERT INTO question VALUES (?, ?, ?, ?)", [
        (q["_id"], q["text"], q["citing"], year(q["citing"]))
        for q in lines("queries.jsonl")])
    db.execute("CREATE TABLE paper(id, title, text, year)")
    db.executemany("INSERT INTO paper VALUES (?, ?, ?, ?)", [
        (d["_id"], d["title"], d["text"], year(d["_id"]))
        for d in lines("corpus.jsonl")])


def search(db, run, prior, mode, only):
    """Table `run` of the answers to `asked`."""
    db.execute("DROP TABLE IF EXISTS docs")
    db.execute("CREATE VIRTUAL TABLE docs USING lit(title TEXT, text TEXT, "
               "year INTEGER FILTER, votes INTEGER FILTER, id STORED, "
               f"prior = '{prior}')")
    db.execute("""INSERT INTO docs(title, text, year, votes, id)
        SELECT title, text, year, (
          SELECT count(DISTINCT citing) FROM question JOIN qrels USING(query)
          WHERE doc = p.id AND question.year < ?), id
        FROM paper p WHERE p.year < ?""", (UNTIL, UNTIL if "votes" in only else 9999))
    db.execute(f"DROP TABLE IF EXISTS {run}")
    db.execute(f"""CREATE TABLE {run} AS
        SELECT asked.query, docs.id AS doc, -docs.rank AS score FROM asked, docs
        WHERE docs.docs MATCH asked.text AND docs.mode = '{mode}' AND docs.k = 10
        {"AND docs.year <= asked.year" if "no newer" in only else ""}""")


def measure(db, what, asked, priors):
    db.execute("DROP TABLE IF EXISTS asked")
    db.execute(f"CREATE TABLE asked AS SELECT query, text, year FROM question {asked}")
    db.execute("DROP VIEW IF EXISTS judged")
    db.execute("CREATE VIEW judged AS SELECT * FROM qrels "
               "WHERE query IN (SELECT query FROM asked)")
    n, = db.execute("SELECT count(*) FROM asked").fetchone()
    print(f"\n{what}, {n} queries\n\n| prior | hybrid | p | bm25 | p |\n" + "|---" * 5 + "|")
    rows = {prior: [] for prior in ["none", *priors]}
    for mode in ("hybrid", "bm25"):
        search(db, "plain", "none", mode, what)
        for prior, cells in rows.items():
            search(db, "run", prior, mode, what)
            cells += db.execute("SELECT a, p FROM lit_compare("
                                "'run', 'plain', 'judged', 'ndcg@10')").fetchone()
    for prior, (a, p, b, q) in rows.items():
        print(f"| {prior} | {a:.4f} | {p:.4f} | {b:.4f} | {q:.4f} |")


def main():
    db = connect()
    fill(db)
    measure(db, "among all papers", "WHERE rowid % 4 = 1", RECENT)
    measure(db, "among papers no newer", "WHERE rowid % 4 = 1", RECENT)
    measure(db, f"votes before {UNTIL}", f"""WHERE year >= {UNTIL} AND rowid % 2 AND
        EXISTS (SELECT 1 FROM qrels JOIN paper ON id = doc
                WHERE qrels.query = question.query AND paper.year < {UNTIL})""", MANY)


main()
