"""trec_eval.py -- makes trec_eval.{run,qrels,tsv}: a small run with ties,
scores that only float64 tells apart, unjudged documents, a query the run
lacks and one without relevant documents; and what trec_eval says of it.

    python -m venv v && v/bin/pip install pytrec-eval-terrier
    v/bin/python tests/golden/trec_eval.py
"""
import pathlib
import random

import pytrec_eval

HERE = pathlib.Path(__file__).parent
NAMES = {
    "ndcg": "ndcg", "ndcg@5": "ndcg_cut_5", "map": "map", "map@5": "map_cut_5",
    "mrr": "recip_rank", "recall@5": "recall_5", "precision@5": "P_5",
    "precision": "set_P", "bpref": "bpref", "rprec": "Rprec",
    "success@1": "success_1",
}
rnd = random.Random(7)
docs = [f"d{i}" for i in range(1, 31)] + ["é", "D1"]
run, qrels = {}, {}
for q in range(1, 9):
    query = f"q{q}"
    qrels[query] = {d: rnd.choice((0, 0, 1, 1, 2, 3)) if q != 3 else 0
                    for d in rnd.sample(docs, 12)}
    run[query] = {d: rnd.randrange(-4, 5) * 0.25 + rnd.choice((0, 1e-12))
                  for d in rnd.sample(docs, rnd.randrange(3, 30))}
del run["q5"]
run["unjudged"] = {"d1": 1.0}
judge = pytrec_eval.RelevanceEvaluator(
    qrels, {"ndcg", "ndcg_cut.5", "map", "map_cut.5", "recip_rank", "recall.5",
            "P.5", "set_P", "bpref", "Rprec", "success.1"})
judged = judge.evaluate(run)
with (HERE / "trec_eval.run").open("w") as out:
    for q, hits in run.items():
        for i, (d, s) in enumerate(hits.items()):
            print(q, "Q0", d, i + 1, repr(s), "golden", file=out)
with (HERE / "trec_eval.qrels").open("w") as out:
    for q, grades in qrels.items():
        for d, g in grades.items():
            print(q, 0, d, g, file=out)
with (HERE / "trec_eval.tsv").open("w") as out:
    for q in sorted(qrels):
        for ours, theirs in NAMES.items():
            print(q, ours, judged[q][theirs] if q in judged else 0.0,
                  sep="\t", file=out)
