"""quality.py -- how good the answers are, on judged sets: nDCG@10 and recall@100
of every mode by set, and how sure it is that one is better than another.

  bm25             words alone
  dense            vectors alone: of the built-in model, of all-MiniLM-L6-v2, of
                   potion-base-4M
  hybrid           both, with the built-in model and with MiniLM
  plain            BM25 as the data's README gives it

Then what lit_compare says of a pair of modes (nDCG@10, randomization test, two
sided), by set and of all queries together, and of the sets' means.  The last
lines are what must hold; the exit code tells whether it does.

SETS, names apart by blanks: only these (all).  EVERY=4: each fourth query.
MiniLM's vectors are kept in build/quality.db, by the model's hash.  LIT: the
extension.  SHARED: the data.  MINILM: the model's folder.  PRECISION: float32, or
int8, which is faster."""
import json
import os
import re
import sys

from common import SHARED, connect as bare

BENCH = os.path.join(SHARED, "data", "bench")
POTION = os.path.join(SHARED, "data", "models", "potion-base-4M-int8")
MINILM = os.environ.get("MINILM", os.path.expanduser("~/.cache/lit/models/minilm"))
PRECISION = os.environ.get("PRECISION", "float32")
EVERY = int(os.environ.get("EVERY", 1))
SETS = os.environ.get("SETS", "").split() or sorted(
    s for s in os.listdir(BENCH) if os.path.isdir(os.path.join(BENCH, s)))
BUILTIN, MINI = "hybrid builtin", "hybrid minilm"
# mode: the table that is asked, its mode
MODES = {
    "bm25": ("b", "bm25"),
    "dense potion": ("p", "dense"),
    "dense builtin": ("b", "dense"),
    "dense minilm": ("m", "dense"),
    BUILTIN: ("b", "hybrid"),
    MINI: ("m", "hybrid"),
}
PAIRS = [(BUILTIN, "bm25"), (BUILTIN, "dense minilm"), (MINI, "bm25"),
         (MINI, "dense minilm"), ("dense builtin", "dense potion"),
         ("dense builtin", "dense minilm")]


def connect():
    db = bare()
    db.execute("SELECT lit_model_add('potion', ?)", (POTION,)).fetchone()
    db.execute("SELECT lit_model_add('mini', ?, ?)",
               (MINILM, json.dumps({"precision": PRECISION}))).fetchone()
    db.execute("ATTACH 'build/quality.db' AS kept")
    db.execute("CREATE TABLE IF NOT EXISTS kept.vector("
               "model, text, v, PRIMARY KEY(model, text)) WITHOUT ROWID")
    db.execute("CREATE TABLE qrels(query, doc, grade)")
    db.execute("CREATE TABLE run(mode, query, doc, score)")
    db.execute("CREATE INDEX by_mode ON run(mode, query)")
    db.execute("CREATE TABLE value(mode, name, query, metric, value)")
    return db


def read(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


def plain():
    """{set: nDCG@10} of the table in the data's README."""
    with open(os.path.join(SHARED, "data", "README.md")) as f:
        rows = re.findall(r"^\| (\w+) \|[^|]*\|[^|]*\| (\.\d+) \|", f.read(), re.M)
    return {name: float(value) for name, value in rows}


def mini(db, kind, texts):
    """MiniLM's vectors of the texts, kept from one run to the next."""
    key = "{} {}".format(kind, *db.execute(
        "SELECT hash FROM lit_models WHERE name = 'mini'").fetchone())
    db.execute("SELECT lit_config('threads', ?)", (os.cpu_count(),)).fetchone()
    db.execute("CREATE TEMP TABLE todo(id INTEGER PRIMARY KEY, text)")
    todo = [t for t in sorted(set(texts)) if not db.execute(
        "SELECT 1 FROM kept.vector WHERE model = ? AND text = ?", (key, t)).fetchone()]
    for at in range(0, len(todo), 512):
        db.execute("BEGIN")
        db.execute("DELETE FROM todo")
        db.executemany("INSERT INTO todo(text) VALUES (?)",
                       [(t,) for t in todo[at:at + 512]])
        db.execute("INSERT INTO kept.vector SELECT ?, text, vector FROM todo JOIN "
                   "lit_embed_all('todo', 'text', 'mini') USING(id)", (key,))
        db.execute("COMMIT")
    db.execute("DROP TABLE todo")
    db.execute("SELECT lit_config('threads', 1)").fetchone()
    return [db.execute("SELECT v FROM kept.vector WHERE model = ? AND text = ?",
                       (key, t)).fetchone()[0] for t in texts]


def load(db, name):
    """The set's tables b, p, m and temp.asked(query, text, v); is it a pool?"""
    folder = os.path.join(BENCH, name)
    docs = read(os.path.join(folder, "corpus.jsonl"))
    for t in "bpm":
        db.execute(f"DROP TABLE IF EXISTS {t}")
    db.execute("CREATE VIRTUAL TABLE b USING lit(title TEXT, text TEXT, id STORED)")
    db.execute("CREATE VIRTUAL TABLE p USING lit(title TEXT, text TEXT, id STORED, "
               "model = 'potion')")
    db.execute("CREATE VIRTUAL TABLE m USING lit(title TEXT, text TEXT, id STORED, "
               "v VECTOR(384) COSINE, model = 'none')")
    rows = [(d["title"], d["text"], d["_id"]) for d in docs]
    # What a table with model = 'minilm' would embed
    vectors = mini(db, "document", [db.execute(
        "SELECT trim(lit_clean(?) || ' ' || lit_clean(?))", r[:2]).fetchone()[0]
        for r in rows])
    db.execute("BEGIN")
    db.executemany("INSERT INTO b(title, text, id) VALUES (?,?,?)", rows)
    db.executemany("INSERT INTO p(title, text, id) VALUES (?,?,?)", rows)
    db.executemany("INSERT INTO m(title, text, id, v) VALUES (?,?,?,?)",
                   [(*r, v) for r, v in zip(rows, vectors)])
    db.execute("COMMIT")
    db.execute("DELETE FROM qrels")
    db.execute("INSERT INTO qrels SELECT query, doc, grade FROM lit_trec_qrels(?)",
               (os.path.join(folder, "qrels.tsv"),))
    judged = {q for q, in db.execute("SELECT query FROM qrels")}
    asked = [(q["_id"], q["text"]) for q in
             read(os.path.join(folder, "queries.jsonl")) if q["_id"] in judged]
    asked = asked[::EVERY]
    db.execute("DROP TABLE IF EXISTS asked")
    db.execute("CREATE TEMP TABLE asked(query PRIMARY KEY, text, v)")
    db.executemany("INSERT INTO asked VALUES (?,?,?)", [
        (*a, v) for a, v in zip(asked, mini(db, "query", [t for _, t in asked]))])
    db.execute("DELETE FROM qrels WHERE query NOT IN (SELECT query FROM asked)")
    db.execute("CREATE INDEX IF NOT EXISTS by_query ON qrels(query, doc)")
    return db.execute("SELECT avg(n) > 50 AND avg(zeros) > 0.5 FROM (SELECT count(*)"
                      " AS n, avg(grade = 0) AS zeros FROM qrels GROUP BY query)"
                      ).fetchone()[0]


def search(db, mode, is_pool):
    """Enter the mode's answers into run."""
    table, how = MODES[mode]
    k = db.execute("SELECT count(*) FROM b").fetchone()[0] if is_pool else 100
    match = f"{table}.{table} MATCH asked.text"
    if table == "m" and how == "dense":
        match = "m.v MATCH asked.v"
    elif table == "m":
        match += " AND m.v MATCH asked.v"
    pool = ("WHERE EXISTS (SELECT 1 FROM qrels j WHERE j.query = q AND j.doc = d)"
            if is_pool else "")
    db.execute(f"""INSERT INTO run SELECT ?, q, d, s FROM (
        SELECT asked.query AS q, {table}.id AS d, -{table}.rank AS s
        FROM asked, {table} WHERE {match} AND {table}.mode = ? AND {table}.k = ?)
        {pool}""", (mode, how, k))


def table(db, metric, extra):
    """Print mode by set, return {mode: {set: value}}."""
    got = {m: dict(db.execute(
        "SELECT name, avg(value) FROM value WHERE metric = ? AND mode = ? GROUP BY 1",
        (metric, m))) for m in MODES}
    print(f"\n| {metric} | {' | '.join(SETS)} | mean |")
    print("|---" * (len(SETS) + 2) + "|")
    for mode, by_set in got.items():
        values = [by_set[s] for s in SETS]
        print(f"| {mode} | {' | '.join(f'{v:.3f}' for v in values)} "
              f"| {sum(values) / len(values):.3f} |")
    if extra:
        print(f"| plain | {' | '.join(format(extra[s], '.3f') if s in extra else '' for s in SETS)} | |")
    return got


def compare(db, a, b, name):
    """diff, p, wins, losses of mode a against b, of one set or of all."""
    for view, mode in (("run_a", a), ("run_b", b)):
        db.execute(f"DROP VIEW IF EXISTS {view}")
        db.execute(f"CREATE TEMP VIEW {view} AS SELECT query, doc, score FROM "
                   f"all_runs WHERE mode = '{mode}' AND name GLOB '{name}'")
    db.execute("DROP VIEW IF EXISTS judged")
    db.execute("CREATE TEMP VIEW judged AS SELECT query, doc, grade FROM all_qrels "
               f"WHERE name GLOB '{name}'")
    return db.execute("SELECT diff, p, wins, losses FROM lit_compare('run_a', "
                      "'run_b', 'judged', 'ndcg@10')").fetchone()


def one_set(db, name):
    is_pool = load(db, name)
    db.execute("DELETE FROM run")
    for mode in MODES:
        search(db, mode, is_pool)
        db.execute("CREATE TEMP VIEW one AS SELECT query, doc, score FROM run "
                   f"WHERE mode = '{mode}'")
        db.execute("INSERT INTO value SELECT ?, ?, query, metric, value FROM "
                   "lit_eval('one', 'qrels', 'ndcg@10, recall@100')", (mode, name))
        db.execute("DROP VIEW one")
    # Ten are enough for nDCG@10
    db.execute("INSERT INTO all_runs SELECT ?, mode, ? || query, doc, score FROM ("
               "SELECT *, row_number() OVER (PARTITION BY mode, query ORDER BY score"
               " DESC) AS place FROM run) WHERE place <= 10", (name, name + " "))
    db.execute("INSERT INTO all_qrels SELECT ?, ? || query, doc, grade FROM qrels",
               (name, name + " "))


def main():
    db = connect()
    db.execute("CREATE TABLE all_runs(name, mode, query, doc, score)")
    db.execute("CREATE TABLE all_qrels(name, query, doc, grade)")
    for name in SETS:
        one_set(db, name)
        print(f"{name} done", file=sys.stderr)
    given = plain()
    ndcg = table(db, "ndcg@10", given)
    table(db, "recall@100", None)
    print(f"\n| nDCG@10, difference (p) | {' | '.join(SETS)} | all queries |")
    print("|---" * (len(SETS) + 2) + "|")
    pooled = {}
    for a, b in PAIRS:
        cells = []
        for name in SETS + ["*"]:
            diff, p, _, _ = compare(db, a, b, name)
            cells.append(f"{diff:+.3f} ({p:.4f})")
        pooled[a, b] = diff, p
        print(f"| {a} - {b} | {' | '.join(cells)} |")
    return verdict(ndcg, pooled, given)


def verdict(ndcg, pooled, given):
    def mean(mode):
        return sum(ndcg[mode].values()) / len(SETS)

    def on_all(a, *others):
        return all(ndcg[a][s] > max(ndcg[o][s] for o in others) for s in SETS)

    def sure(a, b):
        return pooled[a, b][0] > 0 and pooled[a, b][1] < 0.05

    plain_sets = [s for s in SETS if s in given]
    gain = (sum(ndcg["bm25"][s] for s in plain_sets) /
            max(sum(given[s] for s in plain_sets), 1e-9))
    ratio = mean("dense builtin") / mean("dense minilm")
    checks = [
        (f"dense builtin is {ratio:.3f} of MiniLM: at least 0.9", ratio >= 0.9),
        ("dense builtin above potion in the mean",
         mean("dense builtin") > mean("dense potion")),
        ("hybrid builtin above bm25 on every set", on_all(BUILTIN, "bm25")),
        ("  and p < 0.05 over all queries", sure(BUILTIN, "bm25")),
        ("hybrid builtin above MiniLM alone in the mean",
         mean(BUILTIN) > mean("dense minilm")),
        ("  and p < 0.05 over all queries", sure(BUILTIN, "dense minilm")),
        ("hybrid MiniLM above both of its parts on every set",
         on_all(MINI, "bm25", "dense minilm")),
        ("bm25 not below the plain one on any set",
         all(round(ndcg["bm25"][s], 3) >= given[s] for s in plain_sets)),
        (f"  and {gain:.3f} of it in the mean: at least 1.02", gain >= 1.02),
    ]
    print()
    for what, holds in checks:
        print(f"{'holds' if holds else 'FAILS'}  {what}")
    return 0 if all(holds for _, holds in checks) else 1


sys.exit(main())
