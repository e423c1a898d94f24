"""vectors_scalar.py -- the scalar functions against sqlite-vec's, one run.

    make bench-vectors_scalar      LIT: the extension; N: rows (200,000)

Exact top-10 by ORDER BY a distance LIMIT 10 over an ordinary table of N x 384,
in a database file, SQLite's page cache large enough and warm, one thread, the
same file and queries for both, best of 5.  "SQLite alone" is the same
statement with a function that looks at nothing: the time to fetch the rows and
keep ten, which nothing that is called from SQL can save; "net" is the ratio
without it.  Prints a Markdown table.
"""
import os
import sqlite3
import tempfile
import time

import numpy as np
import sqlite_vec

N, DIM, BEST_OF = int(os.environ.get("N", 200_000)), 384, 5


def build(path):
    rng = np.random.default_rng(1)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, f, i, b)")
    for at in range(0, N, 10_000):
        n = min(10_000, N - at)
        v = rng.standard_normal((n, DIM)).astype(np.float32)
        v /= np.linalg.norm(v, axis=1, keepdims=True)
        i = np.clip(np.round(v * 500), -127, 127).astype(np.int8)
        b = np.packbits(v > 0, axis=1, bitorder="little")
        db.executemany("INSERT INTO t(f, i, b) VALUES (?, ?, ?)",
                       ((v[j].tobytes(), i[j].tobytes(), b[j].tobytes())
                        for j in range(n)))
    for c in "fib":
        db.execute(f"CREATE TABLE {c} AS SELECT id, {c} AS v FROM t")
    db.execute("DROP TABLE t")
    db.commit()
    q = {c: db.execute(f"SELECT v FROM {c} WHERE id = 1").fetchone()[0]
         for c in "fib"}
    db.close()
    return q


def connect(path, ext):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.enable_load_extension(True)
    db.load_extension(ext)
    db.execute("PRAGMA cache_size = -2000000")
    return db


def once(db, table, call, q):
    sql = f"SELECT id FROM {table} ORDER BY {call} LIMIT 10"
    t = time.perf_counter()
    ids = {r[0] for r in db.execute(sql, {"q": q} if ":q" in sql else {})}
    return (time.perf_counter() - t) * 1e3, ids


def best(runs, table, q):
    """In turns, so that what else the machine does hits all of them."""
    times = [[] for _ in runs]
    began = time.perf_counter()
    while len(times[0]) <= BEST_OF and time.perf_counter() - began < 25:
        got = [once(db, table, call, q) for db, call in runs]
        for i, (ms, _) in enumerate(got):
            times[i].append(ms)
    return [min(t[1:] or t) for t in times], got[0][1] == got[1][1]


CASES = [
    ("float32 L2", "f", "vec_distance_L2(v, :q)"),
    ("float32 L1", "f", "vec_distance_L1(v, :q)"),
    ("float32 cosine", "f", "vec_distance_cosine(v, :q)"),
    ("float32 cosine, query is JSON", "f", "vec_distance_cosine(v, :q)"),
    ("int8 L2", "i", "vec_distance_L2(vec_int8(v), vec_int8(:q))"),
    ("int8 L1", "i", "vec_distance_L1(vec_int8(v), vec_int8(:q))"),
    ("int8 cosine", "i", "vec_distance_cosine(vec_int8(v), vec_int8(:q))"),
    ("bit hamming", "b", "vec_distance_hamming(vec_bit(v), vec_bit(:q))"),
]


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "v.db")
        queries = build(path)
        ours = connect(path, os.environ["LIT"])
        theirs = connect(path, sqlite_vec.loadable_path())
        one = lambda db, sql, *a: db.execute(sql, a).fetchone()[0]
        text = one(theirs, "SELECT vec_to_json(?)", queries["f"])
        cpu = next(l.split(":")[1].strip() for l in open("/proc/cpuinfo")
                   if l.startswith("model name"))
        kernels = one(ours, "SELECT vec_debug()").splitlines()[2]
        print(f"{N:,} x {DIM}; {cpu}, {kernels}; "
              f"SQLite {sqlite3.sqlite_version}; "
              f"lit {one(ours, 'SELECT lit_version()')}, "
              f"sqlite-vec {one(theirs, 'SELECT vec_version()')}\n")
        print("| ORDER BY ... LIMIT 10 | lit, ms | sqlite-vec, ms | ratio "
              "| SQLite alone, ms | net |\n|---|---:|---:|---:|---:|---:|")
        for name, table, call in CASES:
            q = text if "JSON" in name else queries[table]
            runs = [(ours, call), (theirs, call), (ours, "instr(v, x'')")]
            (a, b, floor), same = best(runs, table, q)
            note = "" if same else " (ties in other order)"
            print(f"| {name}{note} | {a:.0f} | {b:.0f} | {b / a:.1f} "
                  f"| {floor:.0f} | {(b - floor) / max(a - floor, .1):.1f} |")


main()
