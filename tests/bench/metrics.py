"""metrics.py -- lit's metrics against trec_eval's, on every benchmark set.

    make bench-metrics      LIT: the extension; SHARED: where the data lies

Two runs a set: FTS5's BM25, and a random one with many ties and documents
that nobody judged.  Every query's value must agree within 1e-6.  Needs
pytrec_eval (PyPI pytrec-eval-terrier), which wraps trec_eval itself.
Prints one line a set, and fails on any difference.
"""
import json
import os
import pathlib
import random
import re
import sqlite3
import sys

import pytrec_eval

PAIRS = {
    "ndcg": "ndcg", "ndcg@10": "ndcg_cut_10", "map": "map",
    "map@10": "map_cut_10", "mrr": "recip_rank", "recall@100": "recall_100",
    "recall@5": "recall_5", "precision@10": "P_10", "precision": "set_P",
    "bpref": "bpref", "rprec": "Rprec", "success@5": "success_5",
}


def lines(path):
    return [json.loads(x) for x in path.open(encoding="utf-8")]


def words(text):
    return " OR ".join(f'"{w}"' for w in re.findall(r"\w+", text)) or '""'


def bm25_run(db, folder):
    db.execute("CREATE VIRTUAL TABLE d USING "
               "fts5(t, tokenize='porter unicode61')")
    docs = lines(folder / "corpus.jsonl")
    db.executemany("INSERT INTO d(rowid, t) VALUES (?, ?)",
                   [(i, x["title"] + " " + x["text"])
                    for i, x in enumerate(docs)])
    for q in lines(folder / "queries.jsonl"):
        for row, score in db.execute(
                "SELECT rowid, -rank FROM d WHERE d MATCH ? "
                "ORDER BY rank LIMIT 200", (words(q["text"]),)):
            yield q["_id"], docs[row]["_id"], score
    db.execute("DROP TABLE d")


def random_run(folder, rnd):
    docs = [x["_id"] for x in lines(folder / "corpus.jsonl")]
    for q in lines(folder / "queries.jsonl"):
        for doc in rnd.sample(docs, min(len(docs), rnd.randrange(1, 400))):
            yield q["_id"], doc, round(rnd.gauss(0, 3))


def by_query(rows):
    out = {}
    for query, doc, value in rows:
        out.setdefault(query, {})[doc] = value
    return out


def differences(db, run, qrels):
    """How many values differ from trec_eval's, of how many."""
    names = {re.sub(r"_\d+$", "", x) for x in PAIRS.values()}
    judge = pytrec_eval.RelevanceEvaluator(
        qrels, names | {"ndcg_cut.10", "map_cut.10", "recall.5,100", "P.10",
                        "success.5"})
    want = judge.evaluate(run)
    n = bad = 0
    for query, metric, value in db.execute(
            "SELECT * FROM lit_eval('run', 'qrels', ?)", (", ".join(PAIRS),)):
        theirs = want[query][PAIRS[metric]] if query in want else 0.0
        n += 1
        if abs(theirs - value) > 1e-6:
            bad += 1
            if bad <= 5:
                print(f"  {query} {metric}: {value} here, {theirs} there")
    return bad, n


def main(lit, bench):
    if not bench.is_dir():
        print("skipped: no", bench)
        return 0
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(lit)
    db.executescript("CREATE TABLE run(query, doc, score);"
                     "CREATE TABLE qrels(query, doc, grade);")
    failed = False
    for folder in sorted(bench.iterdir()):
        if not (folder / "qrels.tsv").exists():
            continue
        rows = db.execute("SELECT * FROM lit_trec_qrels(?)",
                          (str(folder / "qrels.tsv"),)).fetchall()
        rnd = random.Random(1)
        for name, run in ("bm25", list(bm25_run(db, folder))), (
                "random", list(random_run(folder, rnd))):
            db.execute("DELETE FROM run")
            db.execute("DELETE FROM qrels")
            db.executemany("INSERT INTO run VALUES (?, ?, ?)", run)
            db.executemany("INSERT INTO qrels VALUES (?, ?, ?)", rows)
            bad, n = differences(db, by_query(run), by_query(rows))
            failed |= bad > 0 or n == 0
            print(f"{folder.name} {name}: {n} values, {bad} differ")
    return failed


if __name__ == "__main__":
    sys.exit(main(os.environ["LIT"],
                  pathlib.Path(os.environ["SHARED"]) / "data/bench"))
