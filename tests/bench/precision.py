"""precision.py -- what precision costs in nDCG@10, on the judged sets.

    make bench-precision    LIT: the extension; SHARED: where the data lies
                            SETS: some of the sets; RUNS: some of the columns;
                            needs make model

MiniLM-L6 by sentence-transformers (tests/bench/peers-models.txt, left out where
it could not be installed) and by lit in each precision, Q8_0: as a GGUF file in
these blocks: cosines of queries with titles and texts, the best 1000 (csfcube:
those that were judged), judged by trec_eval.  Beside lit's figures,
how far they are from sentence-transformers', or else from lit's own in
float32.  Minutes for all sets.
"""
import collections
import csv
import glob
import json
import os
import pathlib
import sys
import tempfile

sys.path.extend(glob.glob("build/venv-models/lib/python3*/site-packages"))
import numpy as np
import pytrec_eval
from common import connect, gguf_file

MODEL = pathlib.Path(os.environ.get("LIT_MODELS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
    "lit", "models")) / "minilm"
DATA = pathlib.Path(os.environ["SHARED"]) / "data" / "bench"


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(x) for x in f]


class Set:
    def __init__(self, folder):
        self.pool_only = folder.name == "csfcube"
        docs = lines(folder / "corpus.jsonl")
        queries = lines(folder / "queries.jsonl")
        self.qrels = collections.defaultdict(dict)
        with open(folder / "qrels.tsv") as f:
            for row in list(csv.reader(f, delimiter="\t"))[1:]:
                self.qrels[row[0]][row[1]] = int(row[2])
        queries = [q for q in queries if q["_id"] in self.qrels]
        self.doc_ids = [d["_id"] for d in docs]
        self.query_ids = [q["_id"] for q in queries]
        self.docs = [(d.get("title", "") + " " + d["text"]).strip()
                     for d in docs]
        self.queries = [q["text"] for q in queries]

    def ndcg(self, docs, queries):
        run = {}
        for q, scores in zip(self.query_ids, queries @ docs.T):
            best = np.argsort(-scores, kind="stable")
            if self.pool_only:
                best = [i for i in best if self.doc_ids[i] in self.qrels[q]]
            run[q] = {self.doc_ids[i]: float(scores[i]) for i in best[:1000]}
        got = pytrec_eval.RelevanceEvaluator(
            dict(self.qrels), {"ndcg_cut.10"}).evaluate(run)
        return float(np.mean([x["ndcg_cut_10"] for x in got.values()]))


def lit(precision, path=MODEL):
    db = connect()
    db.execute("SELECT lit_model_add(?, ?, ?)", (
        precision, str(path), json.dumps({
            "precision": precision, "max_tokens": 256}))).fetchone()
    db.execute("SELECT lit_config('threads', 2)").fetchone()

    def embed(texts):
        db.execute("DROP TABLE IF EXISTS t")
        db.execute("CREATE TABLE t(a TEXT)")
        db.executemany("INSERT INTO t VALUES (?)", [(x,) for x in texts])
        return np.stack([np.frombuffer(x[0], "<f4") for x in db.execute(
            "SELECT vector FROM lit_embed_all('t', 'a', ?) ORDER BY id",
            (precision,))])
    return embed


def q8_0():
    with tempfile.TemporaryDirectory() as top:     # mapped, it stays
        return lit("stored", gguf_file(MODEL, "Q8_0", top))


def sentence_transformers():
    from sentence_transformers import SentenceTransformer
    st = SentenceTransformer(str(MODEL), device="cpu")
    return lambda texts: st.encode(texts, batch_size=32)


RUNS = {"sentence-transformers": sentence_transformers,
        "float32": lambda: lit("float32"), "bf16": lambda: lit("bf16"),
        "int8": lambda: lit("int8"), "Q8_0": q8_0}


def main():
    names = os.environ.get("SETS", "").split() or sorted(
        x.name for x in DATA.iterdir() if x.is_dir())
    columns, embed = os.environ.get("RUNS", "").split() or list(RUNS), {}
    for column in columns:
        try:
            embed[column] = RUNS[column]()
        except ImportError:
            print("%s is not installed" % column)
    print("%-10s" % "nDCG@10" + "".join("%22s" % x for x in embed))
    worst = 0
    for name in names:
        s, base, row = Set(DATA / name), None, "%-10s" % name
        for column, run in embed.items():
            value = s.ndcg(run(s.docs), run(s.queries))
            base = value if base is None else base
            worst = max(worst, abs(value - base))
            row += "%22s" % ("%.4f (%+.4f)" % (value, value - base))
        print(row, flush=True)
    print("largest difference %.4f" % worst)
    return worst > 0.01


sys.exit(main())
