"""vectors_scalar.py -- the scalar functions against sqlite-vec's, one run.

  build/venv/bin/python tests/bench/vectors_scalar.py build/lit     (make bench-vectors-scalar)

Exact top-10 by ORDER BY a distance LIMIT 10 over an ordinary table of 200,000
x 384, in a database file, with the page cache of SQLite large enough and warm;
one thread, the same file, the same queries, best of 5.  The floor is the same
statement with octet_length-like work only: what SQLite itself takes.  Prints
a Markdown table.  Set N for another number of rows.
"""
import os, platform, sqlite3, sys, tempfile, time
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


def best(db, table, call, q):
    sql = f"SELECT id FROM {table} ORDER BY {call} LIMIT 10"
    times = []
    for _ in range(BEST_OF + 1):                     # the first one warms up
        t = time.perf_counter()
        ids = [r[0] for r in db.execute(sql, {"q": q})]
        times.append(time.perf_counter() - t)
    return min(times[1:]), ids


CASES = [
    ("float32 L2", "f", "vec_distance_L2(v, :q)"),
    ("float32 L1", "f", "vec_distance_L1(v, :q)"),
    ("float32 cosine", "f", "vec_distance_cosine(v, :q)"),
    ("int8 L2", "i", "vec_distance_L2(vec_int8(v), vec_int8(:q))"),
    ("int8 L1", "i", "vec_distance_L1(vec_int8(v), vec_int8(:q))"),
    ("int8 cosine", "i", "vec_distance_cosine(vec_int8(v), vec_int8(:q))"),
    ("bit hamming", "b", "vec_distance_hamming(vec_bit(v), vec_bit(:q))"),
]
FLOOR = {"f": "instr(v, x'')", "i": "instr(v, x'')", "b": "instr(v, x'')"}


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "v.db")
        queries = build(path)
        ours = connect(path, sys.argv[1])
        theirs = connect(path, sqlite_vec.loadable_path())
        cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo")
                    if l.startswith("model name")), platform.processor())
        print(f"{N:,} x {DIM}; {cpu}; SQLite {sqlite3.sqlite_version}; "
              f"lit {ours.execute('SELECT lit_version()').fetchone()[0]} "
              f"({ours.execute('SELECT vec_debug()').fetchone()[0].splitlines()[2]}); "
              f"sqlite-vec {theirs.execute('SELECT vec_version()').fetchone()[0]}\n")
        print("| ORDER BY ... LIMIT 10 | lit, ms | sqlite-vec, ms | times faster "
              "| SQLite alone, ms |\n|---|---:|---:|---:|---:|")
        for name, table, call in CASES:
            mine, a = best(ours, table, call, queries[table])
            his, b = best(theirs, table, call, queries[table])
            floor, _ = best(ours, table, FLOOR[table], queries[table])
            note = "" if set(a) == set(b) else " (other rows: ties)"
            print(f"| {name}{note} | {mine * 1e3:.1f} | {his * 1e3:.1f} "
                  f"| {his / mine:.1f} | {floor * 1e3:.1f} |")


main()
