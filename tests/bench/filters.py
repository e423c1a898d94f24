"""filters.py -- what a condition costs: the p50 of top-10 queries by words, by
vectors and by both, under conditions that let 0.01 % to 100 % of the rows
through, as a multiple of the same queries without one (where the condition is a
lit_query, whose words rank, of those words alone); and whether the rows are all
there, and the right ones.  `fresh` is the query by vectors under a
condition that nobody asked under before, so that its rows are not kept.

Then conditions of every operator and type, each asked for the first time, its
values drawn by chance.  Of an IN SQLite makes a table of its own before any index
sees it: the time of that is printed beside (own), and the worst of what is over
it too.

Then, with the built-in model, what a hybrid answer costs beside its two parts,
the same titles and first sentences under the same conditions: the ratio is to
the slower of the two.  `unseen` is the time of a question's first asking, when
the sentences of its rows are not kept yet.

N papers of arXiv (100,000), 128 random floats in 200 clusters each, one thread,
one optimized segment, everything in memory.  Q: queries of each kind (40)."""
import array
import gzip
import json
import os
import random
import re
import statistics
import sys
import time

import common

N = int(os.environ.get("N", 100000))
Q = int(os.environ.get("Q", 40))
DATA = os.path.join(common.SHARED,
                    "data/corpus/arxiv.jsonl.gz")
DIM = 128
chance = random.Random(1)
centres = [chance.choices(range(-60, 61), k=DIM) for _ in range(200)]


def vector(centre):
    noise = (x >> 3 for x in chance.randbytes(DIM))
    return array.array("f", map(int.__add__, centre, noise)).tobytes()


def papers():
    with gzip.open(DATA, "rt") as f:
        for i, line in zip(range(N), f):
            p = json.loads(line)
            part = chance.randrange(10000)
            yield (i + 1, p["title"], p["abstract"], part,
                   f"v{part:04}", part / 100 if part < 5000 else None,
                   vector(chance.choice(centres)))


def make():
    db = common.connect()
    db.execute(f"""CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT 2,
        abstract TEXT, part INTEGER FILTER, name TEXT FILTER, share REAL FILTER,
        v VECTOR({DIM}) COSINE, model = 'none')""")
    db.execute("CREATE TABLE m(id INTEGER PRIMARY KEY, part, name TEXT, share)")
    db.execute("CREATE TABLE some(id INTEGER PRIMARY KEY)")
    db.execute("BEGIN")
    rows = list(papers())
    db.executemany("INSERT INTO t(rowid, title, abstract, part, name, share, v) "
                   "VALUES (?,?,?,?,?,?,?)", rows)
    db.executemany("INSERT INTO m VALUES (?,?,?,?)",
                   [(r[0], *r[3:6]) for r in rows])
    db.execute("COMMIT")
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    db.execute("INSERT INTO some SELECT id FROM m WHERE part < 100")
    asked = chance.sample(rows, Q)
    return db, [(r[1], vector(chance.choice(centres))) for r in asked]


CONDITIONS = [
    ("0.01 %", "part = 77"), ("0.1 %", "part < 10"), ("1 %", "part < 100"),
    ("10 %", "part < 1000"), ("50 %", "part < 5000"), ("90 %", "part >= 1000"),
    ("100 %", "part >= 0"),
    ("1 % BETWEEN", "part BETWEEN 4000 AND 4099"),
    ("1 % IN (100)", f"part IN ({','.join(map(str, range(7, 10000, 100)))})"),
    ("0.1 % = text", "name IN ('v0001','v0002','v0003','v0004','v0005',"
     "'v0006','v0007','v0008','v0009','v0010')"),
    ("1 % LIKE", "name LIKE 'v12%'"), ("10 % LIKE", "name LIKE 'V3%'"),
    ("10 % real", "share BETWEEN 10.0 AND 19.995"),
    ("50 % IS NULL", "share IS NULL"),
    ("1 % rowid IN", "rowid IN (SELECT id FROM some)"),
    ("10 % rowid <", f"rowid <= {N // 10}"),
    ("0.1 % four", "rowid IN (SELECT id FROM some) AND name LIKE 'v00%' AND "
     "part BETWEEN 20 AND 29 AND share IS NOT NULL"),
    ("5 % <>", "part < 1000 AND part <> 500 AND name > 'v05'"),
    ("50 % query", "t MATCH lit_query"),
]
MODES = {"bm25": "t MATCH :text AND mode = 'bm25'", "dense": "v MATCH :v",
         "hybrid": "t MATCH :text AND v MATCH :v"}


def ask(db, mode, where, text, v, limit="LIMIT 10", values={}):
    if where == "t MATCH lit_query":        # a filter too, and a dear one
        if mode == "dense":
            what = MODES[mode] + " AND mode = 'dense' AND t MATCH lit_query(:text)"
        else:
            what = MODES[mode].replace(":text", "lit_query(:text)")
        where, text = "1", '(the OR we OR a) NOT learning'
    elif where == "its words":
        what, where, text = MODES[mode], "1", "the we a"
    else:
        what = MODES[mode]
    return db.execute(f"SELECT rowid FROM t WHERE {what} AND {where} "
                      f"ORDER BY rank {limit}", {"text": text, "v": v,
                      "other": -time.perf_counter_ns(), **values}).fetchall()


def time_of(db, mode, where, queries, fresh=False):
    times = []
    for text, v in queries:
        now = where + (" AND part <> :other" if fresh else "")
        at = time.perf_counter()
        ask(db, mode, now, text, v)
        times.append(time.perf_counter() - at)
    return statistics.median(times) * 1000


found = [0, 0]      # By vectors: of the nearest, all there are


def check(db, mode, where, queries, values={}):
    """As many rows as exist, which pass; by words, the first ten that pass of
    the whole list; by vectors, nearly all of the ten nearest that pass."""
    if "MATCH" in where:
        return
    passing = {r[0] for r in db.execute(
        f"SELECT id FROM m AS t WHERE {where}".replace("rowid", "id"), values)}
    for text, v in queries[:3]:
        got = [r[0] for r in ask(db, mode, where, text, v, values=values)]
        assert len(got) == len(set(got)) and set(got) <= passing, where
        if mode == "bm25":
            every = ask(db, mode, "1", text, v, "")
            want = [r[0] for r in every if r[0] in passing][:10]
            assert got == want, (mode, where, got, want)
            continue
        assert len(got) == min(10, len(passing)), (mode, where)
        if mode == "dense":
            want = {r[0] for r in db.execute(
                f"SELECT rowid FROM t WHERE {where} ORDER BY "
                "vec_distance_cosine(v, :v) LIMIT 10", {"v": v, **values})}
            found[0] += len(want & set(got))
            found[1] += len(want)


# ---- asked for the first time ----

KINDS = {"int": ("part", 10000, int),
         "real": ("share", 5000, lambda x: x / 100),
         "text": ("name", 10000, lambda x: f"v{x:04}")}
RANGES = [(10, ".1 %"), (100, "1 %"), (300, "3 %"), (1000, "10 %"),
          (4900, "50 %"), (9000, "90 %")]
LISTS = [10, 100, 1000, N // 10]


def compare(column, op, value, lo, hi):
    return lambda: (f"{column} {op} :a", {"a": value(chance.randrange(lo, hi))})


def between(column, value, top, width, words):
    def make():
        a = chance.randrange(top - width + 1)
        return words.format(column), {"a": value(a), "b": value(a + width - 1)}
    return make


def one_of(column, value, top, n):
    names = ",".join(f":p{i}" for i in range(n))
    return lambda: (f"{column} IN ({names})", {
        f"p{i}": value(x) for i, x in enumerate(chance.sample(range(top), n))})


def rows_of(n):
    """A list of rowids by chance."""
    return lambda: ("rowid IN (SELECT id FROM lists WHERE n = :n AND no = :no)",
                    {"n": n, "no": chance.randrange(Q)})


def prefix(op, n):
    any_ = "%" if op == "LIKE" else "*"
    return lambda: (f"name {op} :a", {
        "a": f"v{chance.randrange(10 ** n):0{n}}{any_}"})


def both(*kinds):
    def make():
        words, values = [], {}
        for i, kind in enumerate(kinds):
            where, of = kind()
            words.append(re.sub(":(?=[a-z])", f":c{i}", where))
            values.update((f"c{i}{name}", x) for name, x in of.items())
        return " AND ".join(words), values
    return make


def unseen(where):
    return lambda: (f"{where} AND part <> :a", {"a": -time.perf_counter_ns()})


def first_kinds():
    for name, (column, top, value) in KINDS.items():
        for op, lo, hi, share in (
                ("=", 0, top, ".01 %"), ("<>", 0, top, "all"),
                ("<", 90, 110, "1 %"), ("<=", 4900, 5000, "50 %"),
                (">", 900, 1100, "90 %"), (">=", 0, 10, "all")):
            yield f"{name} {op} {share}", compare(column, op, value, lo, hi)
        for width, share in RANGES:
            for words in "{0} BETWEEN :a AND :b", "{0} >= :a AND {0} < :b":
                if width < top:
                    what = "BETWEEN" if "BET" in words else ">= <"
                    yield (f"{name} {what} {share}",
                           between(column, value, top, width, words))
        for n in 10, 100:
            yield f"{name} IN ({n})", one_of(column, value, top, n)
    for op in "LIKE", "GLOB":
        yield f"text {op} 10 %", prefix(op, 1)
        yield f"text {op} 1 %", prefix(op, 2)
    yield "IS NULL 50 %", unseen("share IS NULL")
    yield "NOT NULL 50 %", unseen("share IS NOT NULL")
    for n in LISTS:
        yield f"rowid IN ({n})", rows_of(n)
    half, text = KINDS["int"], KINDS["text"]
    half = between(half[0], half[2], half[1], 5000, "{0} BETWEEN :a AND :b")
    ranged = between(text[0], text[2], text[1], 5000, "{0} >= :a AND {0} < :b")
    yield "int, text 25 %", both(half, ranged)
    yield "int, real", both(half, compare("share", "<", float, 20, 30))
    hundred = one_of(text[0], text[2], text[1], 100)
    yield "text IN (100), int", both(hundred, half)
    yield "rowid IN (1000), int", both(rows_of(1000), half)
    yield "rowid IN (1000), text", both(rows_of(1000), ranged)


def warm(db):
    """All that may be asked for is in memory."""
    db.execute("SELECT count(v) FROM t").fetchall()
    db.execute("""CREATE TABLE lists(n, no, id, PRIMARY KEY(n, no, id))
        WITHOUT ROWID""")
    db.executemany("INSERT INTO lists VALUES (?,?,?)", (
        (n, i, x) for n in LISTS for i in range(Q)
        for x in chance.sample(range(1, N + 1), n)))


def time_first(db, mode, kind, queries):
    times = []
    for text, v in queries:
        where, values = kind()
        at = time.perf_counter()
        ask(db, mode, where, text, v, values=values)
        times.append(time.perf_counter() - at)
    return statistics.median(times) * 1000


def own_time(db, kind):
    """Of SQLite, for the list of an IN."""
    times = []
    for _ in range(Q):
        where, values = kind()
        what = re.search(r"IN (\([^)]*\))", where)[1].replace("id FROM",
                                                             "+id FROM")
        at = time.perf_counter()
        db.execute(f"SELECT -1 IN {what}", values).fetchall()
        times.append(time.perf_counter() - at)
    return statistics.median(times) * 1000


def first_row(db, name, kind, queries):
    where, values = kind()
    own = own_time(db, kind) if re.search("^[a-z]+ IN", where) else 0
    line, worst = f"{name:19}", [0, 0]
    for mode in MODES:
        check(db, mode, where, queries, values)
        of = min(time_of(db, mode, "1", queries) for _ in range(2))
        ms = min(time_first(db, mode, kind, queries) for _ in range(2))
        worst = [max(worst[0], ms / of), max(worst[1], (ms - own) / of)]
        line += f"{ms:9.3f} of {of:5.3f} {ms / of:5.2f}x"
    print(line + (f"   own {own:.3f}" if own else ""), flush=True)
    return worst


def first(db, queries):
    print(f"\n{'asked for the first time':30}" +
          "".join(f"{m:24}" for m in MODES))
    rows = [first_row(db, name, kind, queries) for name, kind in first_kinds()]
    print(f"worst {max(x for x, _ in rows):.2f}x, over what is SQLite's own "
          f"{max(x for _, x in rows):.2f}x", flush=True)


# ---- both, and each part ----

SHARES = [("all", "1"), ("90 %", "part >= 1000"), ("50 %", "part < 5000"),
          ("10 %", "part < 1000"), ("1 %", "part < 100"), ("0.1 %", "part < 10")]


def make_hybrid(db):
    db.execute("""CREATE VIRTUAL TABLE p USING lit(title TEXT WEIGHT 2,
        abstract TEXT, part INTEGER FILTER)""")
    db.execute("""INSERT INTO p(rowid, title, abstract, part)
        SELECT rowid, title, abstract, part FROM t""")
    db.execute("INSERT INTO p(p) VALUES ('optimize')")
    rows = [db.execute("SELECT title, abstract FROM p WHERE rowid = ?",
                       (chance.randint(1, N),)).fetchone() for _ in range(Q)]
    return {"titles": [t for t, _ in rows],
            "sentences": [re.split(r"(?<=[.?!]) +(?=[A-Z])", a)[0]
                          for _, a in rows]}


def ask_hybrid(db, mode, where, text):
    at = time.perf_counter()
    rows = db.execute(f"SELECT rowid FROM p WHERE p MATCH ? AND {where} "
                      f"AND mode = '{mode}' AND k = 10", (text,)).fetchall()
    return 1000 * (time.perf_counter() - at), len(rows)


def hybrid_row(db, kind, name, where, queries):
    p50, p95, unseen = {}, {}, 0
    for mode in "bm25", "dense", "hybrid":
        best = []
        for text in queries:
            runs = [ask_hybrid(db, mode, where, text) for _ in range(4)]
            assert mode == "bm25" or runs[0][1] == 10, (name, runs)
            best.append((min(ms for ms, _ in runs[1:]), runs[0][0]))
        times = sorted(ms for ms, _ in best)
        p50[mode], p95[mode] = times[Q // 2], times[Q * 95 // 100]
        unseen = statistics.median(first for _, first in best)
    ratio = p50["hybrid"] / max(p50["bm25"], p50["dense"])
    print(f"{kind:10} {name:6}" + "".join(
        f"{p50[m]:9.2f} /{p95[m]:6.2f}" for m in p50) +
        f"{ratio:8.2f}x{unseen:8.2f}", flush=True)


def hybrid(db):
    asked = make_hybrid(db)
    print(f"\n{'':17}" + "".join(f"{m:>16}" for m in ("bm25", "dense", "hybrid")) +
          f"{'ratio':>9}{'unseen':>8}   p50 / p95 of {Q}, ms, the best of three")
    for kind, queries in asked.items():
        for name, where in SHARES:
            hybrid_row(db, kind, name, where, queries)


def main():
    at = time.time()
    db, queries = make()
    warm(db)
    print(f"{N} papers, built in {time.time() - at:.0f} s; p50 of {Q} queries; "
          "times the query without a condition", flush=True)
    plain = {m: min(time_of(db, m, "1", queries) for _ in range(3))
             for m in MODES}
    print(f"{'':14}" + "".join(f"{m:>18}" for m in MODES) + f"{'fresh':>18}")
    print(f"{'all, ms':14}" + "".join(f"{plain[m]:18.2f}" for m in MODES))
    worst = fresh = 0
    for name, where in CONDITIONS:
        line = f"{name:14}"
        for m in MODES:
            check(db, m, where, queries)
            ms = min(time_of(db, m, where, queries) for _ in range(2))
            of = plain[m]
            if where == "t MATCH lit_query":    # ranks by words of its own
                of = min(time_of(db, m, "its words", queries) for _ in range(2))
            worst = max(worst, ms / of)
            line += f"{ms:9.2f} {ms / of:7.2f}x"
        if "MATCH" not in where:
            ms = time_of(db, "dense", where, queries, fresh=True)
            fresh = max(fresh, ms / plain["dense"])
            line += f"{ms:9.2f} {ms / plain['dense']:7.2f}x"
        print(line, flush=True)
    print(f"worst {worst:.2f}x, fresh {fresh:.2f}x; every answer was full, by words right, by "
          f"vectors {found[0] / found[1]:.4f} of the nearest")
    first(db, queries)
    assert found[0] > 0.97 * found[1]
    hybrid(db)


sys.exit(main())
