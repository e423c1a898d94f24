"""vectors.py -- VECTOR columns against sqlite-vec, sqlite-vector and FAISS.

  make bench-vectors        N=50000 make bench-vectors: another number of rows

200,000 x 384 vectors of chance, clustered as embeddings are, and the embeddings
that bench-engine keeps (CACHE), if it has made them; every system has one
thread unless a row says two, gets the same rows and queries, and answers
exactly (sqlite-vector: vector_full_scan over an ordinary table).  Databases are
files, opened by a new connection with a cache of 512 MB (lit's own, or that of
SQLite) and warm: the first query is not timed.
Times are CPU time, system calls included, the best of several: what a clock
shows when nothing else runs.  Prints Markdown tables.

FAISS brings an OpenBLAS that knows this CPU or does not: it is measured with
each of the kernels below, in a process of its own, and its best time counts.

SQLite's own vec1 is neither in Debian nor on PyPI or npm, so it is not here.
"""
import ctypes, os, platform, sqlite3, subprocess, sys, tempfile, time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)  # Made for older ones, and slower
import numpy as np
import faiss
import sqlite_vec
import sqlite_vector
from common import LIT, connect

N, DIM, K = int(os.environ.get("N", 200_000)), 384, 10
MANY, FEW, BEST_OF = 1000, 10, 5
EMBEDDINGS = os.environ.get("CACHE", "build/bench-engine.npy")
CORES = None, "Haswell", "Zen", "SkylakeX", "Cooperlake"
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


def one(folder, kind, rows, queries, many):
    """Prints a row; many: queries to be asked at once, or None."""
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
        if who == "lit" and many is not None:
            out["many"] = (join(path, many), two_threads(path, queries, many),
                           [(n, memory(folder, rows[:n]))
                            for n in (len(rows) // 4, len(rows))])
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

def join(path, many, threads=1):
    db = connect(path, LIT)
    db.execute(CACHE[True])
    db.execute(f"SELECT lit_config('threads', {threads})")
    db.execute("CREATE TEMP TABLE q(id INTEGER PRIMARY KEY, v)")
    db.executemany("INSERT INTO q VALUES (?, ?)",
                   [(i, FLOAT(q)) for i, q in enumerate(many)])
    sql = f"SELECT * FROM lit_knn_join('t', 'v', 'q', 'v', {K})"
    return best(lambda: db.execute(sql).fetchall(), 3, CLOCK[threads])


def two_threads(path, queries, many):
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
        out.append((each, join(path, many, n)[0] if n > 1 else None))
        db.execute("SELECT lit_config('threads', 1)")
    return out


FLAT = """
import sys, time, numpy as np, faiss
faiss.omp_set_num_threads(1)
rows, queries = np.load(sys.argv[1]), np.load(sys.argv[2])
index = faiss.IndexFlatL2(rows.shape[1])
index.add(rows)
times = []
for _ in range(3):
    t = time.process_time()
    ids = index.search(queries, int(sys.argv[3]))[1]
    times.append(time.process_time() - t)
np.save(sys.argv[2], ids)
print(min(times))
"""


def flat(folder, rows, many):
    """FAISS IndexFlatL2: seconds, its OpenBLAS's kernel, the ids."""
    out = []
    paths = [os.path.join(folder, n + ".npy") for n in ("rows", "queries")]
    np.save(paths[0], rows)
    for core in CORES:
        np.save(paths[1], many)
        env = dict(os.environ, **({"OPENBLAS_CORETYPE": core} if core else {}))
        run = subprocess.run([sys.executable, "-c", FLAT, *paths, str(K)],
                             env=env, capture_output=True)
        if run.returncode == 0:
            out.append((float(run.stdout), core or "its own choice",
                        np.load(paths[1])))
    os.remove(paths[0])
    return min(out, key=lambda x: x[0])


MEMORY = """
import sys
sys.path.insert(0, sys.argv[2])
from common import connect, megabytes
db = connect(sys.argv[1])
db.execute("SELECT lit_config('cache_mb', 64)")
before, q = megabytes("VmRSS"), bytes(4 * 383) + bytes([0, 0, 128, 63])
for k in (10, 1000, 10):
    db.execute("SELECT 1 FROM t WHERE v MATCH ? AND k = ?", (q, k)).fetchall()
print(int(megabytes("VmHWM") - before))
"""


def memory(folder, rows):
    """MB that queries add to a process with a cache of 64 MB, at the most."""
    path = os.path.join(folder, "memory.db")
    db = connect(path, LIT)
    fill(db, "CREATE VIRTUAL TABLE t USING lit(v VECTOR(384) L2, "
         "recall = 'exact')", "?", rows, FLOAT)
    db.close()
    out = int(subprocess.run([sys.executable, "-c", MEMORY, path, sys.path[0]],
                             check=True, capture_output=True).stdout)
    os.remove(path)
    return out


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


# ---- the report ----

def head(rows, gbs, peak):
    cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo")
                if l.startswith("model name")), platform.processor())
    lit = connect(":memory:", LIT).execute("SELECT lit_version()").fetchone()[0]
    print(f"{len(rows):,} x {DIM}; {cpu}; SQLite {sqlite3.sqlite_version}, "
          f"lit {lit}, sqlite-vec {sqlite_vec.__version__}, sqlite-vector "
          f"{version_of_scan()}, faiss {faiss.__version__}; read bandwidth "
          f"{gbs:.1f} GB/s, sgemm {peak:.0f} GFlop/s, one thread")


def exact(folder, name, rows, queries, many):
    print(f"\nExact top-{K} of {name}, median of {len(queries)} queries; "
          "insert in one transaction; file as a multiple of the raw vectors:\n")
    print("| column | lit, ms | vec0, ms | times faster | sqlite-vector, ms | "
          "times faster | raw GB/s | insert lit, s | vec0, s | file lit | vec0 "
          "|\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for kind in KINDS:
        out = one(folder, kind, rows, queries,
                  many if kind[0] == "float32 L2" else None)
        if kind[0] == "float32 L2":
            asked = out
    return asked


def report_many(folder, asked, rows, many, peak):
    (ours, found), threads, extra = asked
    theirs, core, ids = flat(folder, rows, many)
    agree = np.mean([r[1] - 1 == ids[i // K, i % K]
                     for i, r in enumerate(found)])
    flops = 2.0 * len(rows) * len(many) * DIM
    print(f"\n{len(many):,} queries at once, L2, top-{K}:\n")
    print("| | s | GFlop/s | of sgemm |\n|---|---:|---:|---:|")
    for name, t in (("lit_knn_join", ours),
                    (f"FAISS IndexFlatL2 ({core})", theirs)):
        print(f"| {name} | {t:.2f} | {flops / t / 1e9:.0f} | "
              f"{flops / t / 1e9 / peak:.2f} |")
    (each1, _), (each2, join2) = threads
    print(f"\nThe same row in the same place: {agree:.2%} (FAISS rounds "
          f"otherwise).  Two threads, by the clock: a query {each2 * 1e3:.1f} "
          f"ms (one: {each1 * 1e3:.1f}), lit_knn_join {join2:.2f} s.  With a "
          "cache of 64 MB queries add " +
          ", ".join(f"{mb} MB to a process at {n:,} rows ({n * DIM * 4 >> 20} "
                    "MB of vectors)" for n, mb in extra) + ".")


def embeddings():
    v = np.load(EMBEDDINGS, mmap_mode="r")
    v = v[np.random.default_rng(1).permutation(len(v))]
    n = min(N, len(v) - FEW)
    return v[:n], v[n:n + FEW]


def main():
    rng = np.random.default_rng(1)
    centres = 0.7 * rng.standard_normal((300, DIM), dtype=np.float32)
    rows, many = make(N, rng, centres), make(MANY, rng, centres)
    peak = sgemm_peak()
    head(rows, bandwidth(rows), peak)
    with tempfile.TemporaryDirectory() as folder:
        asked = exact(folder, "vectors of chance", rows, many[:FEW], many)
        report_many(folder, asked, rows, many, peak)
        if os.path.exists(EMBEDDINGS):
            rows, queries = embeddings()
            exact(folder, f"{len(rows):,} embeddings of titles and sentences",
                  rows, queries, None)


main()
