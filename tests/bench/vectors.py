"""vectors.py -- VECTOR columns against sqlite-vec, sqlite-vector and FAISS.

  make bench-vectors        N=50000 make bench-vectors: another number of rows

200,000 x 384 vectors of chance, clustered as embeddings are; every system has
one thread unless a row says two, gets the same rows and queries, and answers
exactly (sqlite-vector: vector_full_scan over an ordinary table).  Databases are
files, opened by a new connection with a cache of 512 MB (lit's own, or that of
SQLite) and warm: the first query is not timed.
Times are CPU time, system calls included, the best of several: what a clock
shows when nothing else runs.  Prints Markdown tables.

SQLite's own vec1 is neither in Debian nor on PyPI or npm, so it is not here.
"""
import ctypes, os, platform, resource, sqlite3, subprocess, sys, tempfile, time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import faiss
import sqlite_vec
import sqlite_vector

LIT = os.environ.get("LIT", "build/lit")
N, DIM, K = int(os.environ.get("N", 200_000)), 384, 10
MANY, FEW, BEST_OF = 1000, 10, 5
CACHE = {True: "SELECT lit_config('cache_mb', 512)",
         False: "PRAGMA cache_size = -512000"}
faiss.omp_set_num_threads(1)


def make(n, rng, centres):
    """Unit vectors around centres, as near to one another as abstracts are."""
    v = centres[rng.integers(0, len(centres), n)]
    v = v + 0.9 * rng.standard_normal((n, DIM), dtype=np.float32)
    return v / np.linalg.norm(v, axis=1, keepdims=True)


CLOCK = {1: time.process_time, 2: time.perf_counter}


def best(run, times=BEST_OF, clock=time.process_time):
    out = []
    for _ in range(times):
        t = clock()
        result = run()
        out.append(clock() - t)
    return min(out), result


def connect(path, ext):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(ext)
    return db


# ---- tables: how each system is told the same ----

FLOAT = lambda v: v.astype(np.float32).tobytes()
INT8 = lambda v: np.clip(np.round(v * 500), -127, 127).astype(np.int8).tobytes()
BIT = lambda v: np.packbits(v > 0, bitorder="little").tobytes()

KINDS = [  # name, lit's column, vec0's column, vec0's call, bytes of a vector,
           # sqlite-vector's options
    ("float32 L2", "VECTOR(384) L2", "float[384]", "?", FLOAT,
     "type=FLOAT32,distance=L2"),
    ("float32 cosine", "VECTOR(384) COSINE",
     "float[384] distance_metric=cosine", "?", FLOAT,
     "type=FLOAT32,distance=COSINE"),
    ("float32 L1", "VECTOR(384) L1", "float[384] distance_metric=L1", "?",
     FLOAT, "type=FLOAT32,distance=L1"),
    ("int8 L2", "VECTOR(384) L2 INT8", "int8[384]", "vec_int8(?)", INT8,
     "type=INT8,distance=L2"),
    ("int8 cosine", "VECTOR(384) COSINE INT8",
     "int8[384] distance_metric=cosine", "vec_int8(?)", INT8,
     "type=INT8,distance=COSINE"),
    ("bit hamming", "VECTOR(384) HAMMING BIT", "bit[384]", "vec_bit(?)", BIT,
     None),
]
SCAN = os.path.join(sqlite_vector.__path__[0], "binaries", "vector")


def fill(db, create, call, rows, blob):
    db.execute(create)
    blobs = [(i + 1, blob(v)) for i, v in enumerate(rows)]
    t = time.process_time()
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO t(rowid, v) VALUES (?, {call})", blobs)
    db.execute("COMMIT")
    return time.process_time() - t


def ask(path, ext, call, queries, blob):
    db = connect(path, ext)
    db.execute(CACHE[ext == LIT])
    sql = f"SELECT rowid, distance FROM t WHERE v MATCH {call} AND k = {K}"
    blobs = [blob(q) for q in queries]
    db.execute(sql, (blobs[0],)).fetchall()
    times, found = [], []
    for b in blobs:
        t, rows = best(lambda: db.execute(sql, (b,)).fetchall())
        times.append(t)
        found.append(rows)
    return np.median(times), found


def version_of_scan():
    return connect(":memory:", SCAN).execute(
        "SELECT vector_version()").fetchone()[0]


def full_scan(path, options, rows, queries, blob):
    """sqlite-vector's exact search, ms; None where it has no such distance."""
    if options is None:
        return None
    db = connect(path, SCAN)
    db.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v BLOB)")
    db.execute("BEGIN")
    db.executemany("INSERT INTO t VALUES (?, ?)",
                   ((i + 1, blob(v)) for i, v in enumerate(rows)))
    db.execute("COMMIT")
    db.execute("SELECT vector_init('t', 'v', ?)",
               (f"dimension={DIM},{options}",))
    db.execute(CACHE[False])
    sql = f"SELECT rowid, distance FROM vector_full_scan('t', 'v', ?, {K})"
    times = [best(lambda: db.execute(sql, (blob(q),)).fetchall())[0]
             for q in queries]
    db.close()
    os.remove(path)
    return np.median(times)


def one(folder, kind, rows, queries):
    name, ours, theirs, call, blob, options = kind
    out = {}
    for who, ext, create, c in (
            ("lit", LIT, f"CREATE VIRTUAL TABLE t USING lit(v {ours}, "
                        "recall = 'exact')", "?"),
            ("vec0", sqlite_vec.loadable_path(),
             f"CREATE VIRTUAL TABLE t USING vec0(v {theirs})", call)):
        path = os.path.join(folder, who + ".db")
        db = connect(path, ext)
        insert = fill(db, create, c, rows, blob)
        db.close()
        size = os.path.getsize(path)
        t, found = ask(path, ext, c, queries, blob)
        out[who] = (insert, size, t, found)
        if who == "lit" and name == "float32 L2":
            out["many"] = join(path), two_threads(path, queries), memory(path)
        os.remove(path)
    same = all(len({r for r, _ in a} ^ {r for r, _ in b}) == 0
               for a, b in zip(out["lit"][3], out["vec0"][3]))
    raw = len(blob(rows[0])) * len(rows)
    (ia, sa, ta, _), (ib, sb, tb, _) = out["lit"], out["vec0"]
    tc = full_scan(os.path.join(folder, "scan.db"), options, rows, queries,
                   blob)
    scan = f"{tc * 1e3:.1f} | {tc / ta:.1f}" if tc else "- | -"
    print(f"| {name}{'' if same else ' (ties)'} | {ta * 1e3:.2f} | "
          f"{tb * 1e3:.1f} | {tb / ta:.1f} | {scan} | "
          f"{raw / ta / 1e9:.1f} | {ia:.2f} | "
          f"{ib:.2f} | {sa / raw:.2f} | {sb / raw:.2f} |", flush=True)
    return out.get("many")


# ---- many at once ----

QUERIES = None


def join(path, threads=1):
    db = connect(path, LIT)
    db.execute(CACHE[True])
    db.execute(f"SELECT lit_config('threads', {threads})")
    db.execute("CREATE TEMP TABLE q(id INTEGER PRIMARY KEY, v)")
    db.executemany("INSERT INTO q VALUES (?, ?)",
                   [(i, FLOAT(q)) for i, q in enumerate(QUERIES)])
    sql = f"SELECT * FROM lit_knn_join('t', 'v', 'q', 'v', {K})"
    return best(lambda: db.execute(sql).fetchall(), 3, CLOCK[threads])


def two_threads(path, queries):
    """Seconds of the clock for a query and for the join, one thread and two."""
    out = []
    for n in (1, 2):
        db = connect(path, LIT)
        db.execute(CACHE[True])
        db.execute(f"SELECT lit_config('threads', {n})")
        ask = lambda q: db.execute(
            f"SELECT rowid FROM t WHERE v MATCH ? AND k = {K}",
            (FLOAT(q),)).fetchall()
        ask(queries[0])
        each = np.median([best(lambda: ask(q), 5, time.perf_counter)[0]
                          for q in queries])
        out.append((each, join(path, n)[0] if n > 1 else None))
        db.execute("SELECT lit_config('threads', 1)")
    return out


MEMORY = """
import resource, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.enable_load_extension(True)
db.load_extension(sys.argv[2])
db.execute("SELECT lit_config('cache_mb', 64)")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
before, q = peak(), bytes(4 * 383) + bytes([0, 0, 128, 63])
for k in (10, 1000, 10):
    db.execute("SELECT 1 FROM t WHERE v MATCH ? AND k = ?", (q, k)).fetchall()
print(peak() - before)
"""


def memory(path):
    """MB that queries add to a process with a cache of 64 MB."""
    return int(subprocess.run([sys.executable, "-c", MEMORY, path, LIT],
                              check=True, capture_output=True).stdout)


def sgemm_peak():
    """GFlop/s of the OpenBLAS that lit links, one thread, 2048 x 2048."""
    lib = ctypes.CDLL("libopenblas.so.0")
    lib.openblas_set_num_threads(1)
    n = 2048
    a, b, c = (np.ones((n, n), np.float32) for _ in range(3))
    p = [x.ctypes.data_as(ctypes.c_void_p) for x in (a, b, c)]
    f = ctypes.c_float
    run = lambda: lib.cblas_sgemm(101, 111, 112, n, n, n, f(1), p[0], n, p[1],
                                  n, f(0), p[2], n)
    return 2.0 * n ** 3 / best(run, 5)[0] / 1e9


def bandwidth(rows):
    """GB/s at which one thread reads all vectors: the better of two ways."""
    q = np.ones(DIM, np.float32)
    words = rows.view(np.uint64)
    t = min(best(lambda: rows @ q, 5)[0],
            best(lambda: words.max(), 5)[0])
    return rows.nbytes / t / 1e9


def main():
    global QUERIES
    rng = np.random.default_rng(1)
    centres = 0.7 * rng.standard_normal((300, DIM), dtype=np.float32)
    rows = make(N, rng, centres)
    QUERIES = make(MANY, rng, centres)
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo")
                if l.startswith("model name")), platform.processor())
    db = connect(":memory:", LIT)
    lit = db.execute("SELECT lit_version()").fetchone()[0]
    peak, gbs = sgemm_peak(), bandwidth(rows)
    print(f"{N:,} x {DIM}; {cpu}; SQLite {sqlite3.sqlite_version}, lit {lit}, "
          f"sqlite-vec {sqlite_vec.__version__}, sqlite-vector {version_of_scan()}, "
          f"faiss {faiss.__version__}; read bandwidth {gbs:.1f} GB/s, sgemm "
          f"{peak:.0f} GFlop/s, one thread\n")
    print(f"Exact top-{K}, median of {FEW} queries; insert in one transaction;"
          " file as a multiple of the raw vectors:\n")
    print("| column | lit, ms | vec0, ms | times faster | sqlite-vector, ms | "
          "times faster | raw GB/s | insert lit, s | vec0, s | file lit | vec0 "
          "|\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            many = one(folder, kind, rows, QUERIES[:FEW]) or many
    index = faiss.IndexFlatL2(DIM)
    index.add(rows)
    theirs, (_, ids) = best(lambda: index.search(QUERIES, K))
    (ours, found), threads, extra = many
    agree = np.mean([r[1] - 1 == ids[i // K, i % K]
                     for i, r in enumerate(found)])
    flops = 2.0 * N * MANY * DIM
    print(f"\n{MANY:,} queries at once, L2, top-{K}:\n")
    print("| | s | GFlop/s | of sgemm |\n|---|---:|---:|---:|")
    for name, t in (("lit_knn_join", ours), ("FAISS IndexFlatL2", theirs)):
        print(f"| {name} | {t:.2f} | {flops / t / 1e9:.0f} | "
              f"{flops / t / 1e9 / peak:.2f} |")
    (each1, _), (each2, join2) = threads
    print(f"\nTwo threads, by the clock: a query {each2 * 1e3:.1f} ms (one: "
          f"{each1 * 1e3:.1f}), lit_knn_join {join2:.2f} s.  With a cache of "
          f"64 MB queries add {extra} MB to the process; the vectors are "
          f"{rows.nbytes >> 20} MB.")
    print(f"\nThe same row in the same place: {agree:.2%} (FAISS rounds other"
          "wise).  Peak memory of this process with FAISS's copy: "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


main()
