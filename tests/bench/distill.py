"""distill.py -- how fast a static model is trained from texts alone.

20,000 papers of arXiv, 256 dimensions, 200 steps of 1,024 pairs, one thread:
seconds to read the papers and make the first vectors, a step's time, peak
memory, and the score of the held-out papers at the end.
LIT: the extension.  SHARED: where the data lies."""
import json
import os
import resource
import sqlite3
import tempfile
import time

PAPERS, STEPS = 20000, 200
CORPUS = os.path.join(os.environ["SHARED"], "data/corpus/arxiv.jsonl.gz")


def connect():
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(os.environ["LIT"])
    db.execute("CREATE TABLE papers AS SELECT value ->> 'title' AS title, "
               "value ->> 'abstract' AS abstract FROM lit_jsonl(?, 'skip') "
               "LIMIT ?", (CORPUS, PAPERS))
    return db


def train(db, folder, steps):
    """Seconds of the processor, tokens, score, bytes of the file."""
    out = os.path.join(folder, f"{steps}.safetensors")
    options = json.dumps({"out": out, "steps": steps, "report": steps,
                          "keep": steps, "least": 5})
    begin = time.process_time()
    rows = db.execute("SELECT stage, step, score FROM lit_train('papers', ?)",
                      (options,)).fetchall()
    took = time.process_time() - begin
    return took, dict(r[:2] for r in rows)["vocabulary"], rows[-1][2], \
        os.path.getsize(out)


def main():
    db = connect()
    with tempfile.TemporaryDirectory() as folder:
        first = train(db, folder, 1)[0]
        took, tokens, score, size = train(db, folder, STEPS + 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{PAPERS} papers, {tokens} tokens, {size / 1e6:.1f} MB")
    print(f"to begin {first:.1f} s, a step {1000 * (took - first) / STEPS:.0f} "
          f"ms, of the processor")
    print(f"peak memory {peak:.0f} MB, held-out nDCG@10 {score:.3f}")


main()
