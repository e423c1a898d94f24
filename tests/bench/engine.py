"""engine.py -- the approximate search by vectors against hnswlib, FAISS and
sqlite-vec, one run, one thread.

  make bench-engine         N=50000 make bench-engine: another number of rows
                            ROWS=1000000: also growth to so many rows, made of
                            the others with noise

Vectors of 384 float32: titles and sentences of abstracts (corpus/ of the data),
embedded by all-MiniLM-L6-v2 through lit_embed_all, and kept in build/ for the
next run.  Without the model (make model) or the data there is nothing to do.
Queries are 500 other sentences.  lit is asked through SQL in a file, statement
prepared, its cache warm; hnswlib and FAISS hold everything in memory and are
asked one query at a time from Python, as lit is.  Each query's time is the best
of several; p50 and p95 are over the queries.  The other indexes are asked with
the cheapest setting that reaches 0.95 and 0.99, and once more what lit reached
when it was asked for so much: the same recall.  Prints Markdown tables.
"""
import gzip, json, os, re, resource, sys, tempfile, time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import numpy as np
import faiss, hnswlib, sqlite_vec
from common import SHARED, connect, read_bytes

N, QUERIES, DIM, K = int(os.environ.get("N", 200_000)), 500, 384, 10
GROW = int(os.environ.get("ROWS", 0))
BEST_OF, SLOW_OF = 5, 1
LEVELS = [0.95, 0.99]
EFFORTS = (20, 25, 30, 35, 40, 50, 60, 70, 80, 100, 130, 160, 200, 230, 260, 300,
           400, 600)         # ef of HNSW
CACHE = os.environ.get("CACHE", "build/bench-engine.npy")
faiss.omp_set_num_threads(1)


# ---- vectors ----

def texts(n):
    """Titles and sentences of abstracts, each once."""
    seen = set()
    path = os.path.join(SHARED, "data/corpus/arxiv.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as f:
        for line in f:
            paper = json.loads(line)
            some = [paper["title"]] + re.split(r"(?<=[.!?])\s+",
                                               paper["abstract"])
            for s in some[:3]:
                s = " ".join(s.split())
                if 30 <= len(s) <= 160 and s not in seen:
                    seen.add(s)
                    yield s
                    if len(seen) == n:
                        return


def embed(n):
    db = connect(":memory:")
    folder = os.environ.get("LIT_MODELS") or os.path.join(
        os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")),
        "lit/models")
    model = os.path.join(folder, "minilm")
    if not os.path.isdir(model) or not os.path.isdir(SHARED + "/data/corpus"):
        sys.exit("nothing to measure: no minilm (make model) or no "
                 f"{SHARED}/data/corpus")
    print(f"embedding {n:,} texts, once ...", file=sys.stderr)
    db.execute("SELECT lit_model_add('minilm', ?)", (model,))
    db.execute("CREATE TABLE x(id INTEGER PRIMARY KEY, s)")
    db.executemany("INSERT INTO x(s) VALUES (?)", ((s,) for s in texts(n)))
    rows = db.execute("SELECT vector FROM lit_embed_all('x', 's', 'minilm')")
    return np.vstack([np.frombuffer(r[0], np.float32) for r in rows])


def vectors():
    want = N + QUERIES
    if os.path.exists(CACHE):
        v = np.load(CACHE, mmap_mode="r")
        if len(v) >= want:
            return np.ascontiguousarray(v[:want])
    v = embed(want)
    np.save(CACHE, v)
    return v


# ---- measuring ----

def times(ask, queries, best_of=BEST_OF):
    """The answers, and the p50 and p95 of the best time of each, in ms."""
    best, found = np.full(len(queries), np.inf), [None] * len(queries)
    for _ in range(best_of):
        for i, q in enumerate(queries):
            t = time.perf_counter()
            found[i] = ask(q)
            best[i] = min(best[i], time.perf_counter() - t)
    return found, np.percentile(best, 50) * 1e3, np.percentile(best, 95) * 1e3


def recall(found, truth):
    return np.mean([len(set(a) & set(b)) / K for a, b in zip(found, truth)])


def cpu(run):
    t = time.process_time()
    out = run()
    return out, time.process_time() - t


def show(name, r, p50, p95, build, note=""):
    print(f"| {name} | {r:.4f} | {p50:.3f} | {p95:.3f} | {build:.1f} | {note} |",
          flush=True)


# ---- lit ----

def lit_build(path, rows, level):
    db = connect(path)
    db.execute(f"CREATE VIRTUAL TABLE t USING lit(v VECTOR({DIM}) COSINE, "
               f"half INTEGER FILTER, recall = {level})")
    blobs = ((i, v.tobytes(), i % 2) for i, v in enumerate(rows))

    def run():
        db.execute("BEGIN")
        db.executemany("INSERT INTO t(rowid, v, half) VALUES (?, ?, ?)", blobs)
        db.execute("COMMIT")
        db.execute("INSERT INTO t(t) VALUES ('optimize')")
    _, t = cpu(run)
    db.execute("VACUUM")
    return t


def lit_ask(path, where=""):
    db = connect(path)
    db.execute("SELECT lit_config('cache_mb', 512)")
    sql = f"SELECT rowid FROM t WHERE v MATCH ? AND k = {K} {where}"
    return lambda q: [r[0] for r in db.execute(sql, (q.tobytes(),))]


def lit_rows(folder, rows, queries, truth, half):
    """What it reached when it was asked for 0.95 and for 0.99."""
    raw, reached = rows.nbytes, []
    for level in LEVELS:
        path = os.path.join(folder, f"lit{level}.db")
        build = lit_build(path, rows, level)
        found, p50, p95 = times(lit_ask(path), queries)
        size = os.path.getsize(path) / raw
        reached.append(recall(found, truth))
        show(f"lit, recall = {level}", reached[-1], p50, p95, build,
             f"file {size:.2f} x the vectors")
        found, p50, p95 = times(lit_ask(path, "AND half = 1"), queries)
        show(f"lit, recall = {level}, half of the rows by a FILTER",
             recall(found, half), p50, p95, build)
        opening(path, queries)
        os.remove(path)
    return reached


def opening(path, queries):
    """A new connection and its first query; how much of the file is read."""
    def first():
        db = connect(path)
        db.execute(f"SELECT rowid FROM t WHERE v MATCH ? AND k = {K}",
                   (queries[0].tobytes(),)).fetchall()
    before = read_bytes()
    t = time.perf_counter()
    first()
    t = (time.perf_counter() - t) * 1e3
    share = (read_bytes() - before) / os.path.getsize(path)
    print(f"| lit, opening and first query | | {t:.2f} | | | reads "
          f"{share:.1%} of the file |")


# ---- peers ----

def best_setting(name, ask_with, settings, queries, truth, build, levels):
    """The fastest setting that reaches each level, from the cheapest on."""
    left = sorted(levels)
    for s in settings:
        found, p50, p95 = times(ask_with(s), queries)
        r = recall(found, truth)
        while left and r >= left[0]:
            show(f"{name} for {left.pop(0):.4g}", r, p50, p95, build, str(s))
        if not left:
            return


def hnsw(rows, queries, truth, levels):
    index = hnswlib.Index(space="ip", dim=DIM)
    index.init_index(max_elements=len(rows), M=16, ef_construction=200)
    index.set_num_threads(1)
    _, build = cpu(lambda: index.add_items(rows))

    def ask_with(ef):
        index.set_ef(ef)
        return lambda q: index.knn_query(q, k=K)[0][0]
    best_setting("hnswlib, M = 16", ask_with,
                 EFFORTS, queries, truth, build, levels)


def faiss_with(index, name, settings, set_one, rows, queries, truth, levels):
    def make():
        index.train(rows)
        index.add(rows)
    _, build = cpu(make)

    def ask_with(s):
        set_one(index, s)
        return lambda q: index.search(q[None, :], K)[1][0]
    best_setting(name, ask_with, settings, queries, truth, build, levels)


def set_ef(index, ef):
    index.hnsw.efSearch = ef


def set_probes(index, n):
    index.nprobe = n


def faiss_all(rows, queries, truth, levels):
    ip = faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexHNSWFlat(DIM, 16, ip)
    index.hnsw.efConstruction = 200
    faiss_with(index, "FAISS HNSW, M = 16", EFFORTS, set_ef, rows, queries,
               truth, levels)
    lists = int(4 * len(rows) ** 0.5)
    flat = faiss.IndexFlatIP(DIM)
    index = faiss.IndexIVFFlat(flat, DIM, lists, ip)
    faiss_with(index, f"FAISS IVF, {lists} lists",
               (10, 20, 40, 60, 80, 120, 160, 240, 320, 480, 640), set_probes,
               rows, queries, truth, levels)


def exact(folder, rows, queries, truth):
    path = os.path.join(folder, "vec.db")
    db = connect(path, sqlite_vec.loadable_path())
    db.execute("PRAGMA cache_size = -512000")
    db.execute(f"CREATE VIRTUAL TABLE t USING vec0(v float[{DIM}] "
               "distance_metric=cosine)")

    def fill():
        db.execute("BEGIN")
        db.executemany("INSERT INTO t(rowid, v) VALUES (?, ?)",
                       ((i, v.tobytes()) for i, v in enumerate(rows)))
        db.execute("COMMIT")
    _, build = cpu(fill)
    sql = f"SELECT rowid FROM t WHERE v MATCH ? AND k = {K}"
    found, p50, p95 = times(
        lambda q: [r[0] for r in db.execute(sql, (q.tobytes(),))],
        queries[:20], SLOW_OF)
    show("sqlite-vec, exact", recall(found, truth[:20]), p50, p95, build)


# ---- growth ----

def grow(folder, rows, queries):
    """Rows made of the others and noise: time, memory, time of a query."""
    rng = np.random.default_rng(3)
    path = os.path.join(folder, "grow.db")
    db = connect(path)
    db.execute(f"CREATE VIRTUAL TABLE t USING lit(v VECTOR({DIM}) COSINE)")
    begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def blobs():
        for i in range(GROW):
            v = rows[i % len(rows)]
            noise = rng.standard_normal(DIM, dtype=np.float32)
            yield i, (v + 0.02 * noise).astype(np.float32).tobytes()

    def run():
        db.execute("BEGIN")
        db.executemany("INSERT INTO t(rowid, v) VALUES (?, ?)", blobs())
        db.execute("COMMIT")
        db.execute("INSERT INTO t(t) VALUES ('optimize')")
    _, build = cpu(run)
    rss = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begin) >> 10
    r, ms, exact_ms = db.execute(
        "SELECT recall, ms, exact_ms FROM lit_recall('t', 50)").fetchone()
    _, p50, p95 = times(lit_ask(path), queries[:100])
    print(f"\n{GROW:,} rows: build {build:.0f} s (with their making in Python), "
          f"{rss} MB more memory; query p50 {p50:.2f} ms, p95 {p95:.2f} ms; "
          f"lit_recall: {r:.4f}, {ms:.2f} ms, exact {exact_ms:.1f} ms; file "
          f"{os.path.getsize(path) / 2 ** 20:.0f} MB")


def main():
    v = vectors()
    order = np.random.default_rng(1).permutation(len(v))
    queries, rows = v[order[:QUERIES]], v[order[QUERIES:]]
    sim = queries @ rows.T
    truth = np.argpartition(-sim, K, 1)[:, :K]
    odd = np.arange(1, len(rows), 2)
    half = odd[np.argpartition(-sim[:, odd], K, 1)[:, :K]]
    del sim
    print(f"{len(rows):,} x {DIM} float32, MiniLM of titles and sentences, "
          f"top-{K}, {QUERIES} queries of other texts, one thread\n")
    print("| index | recall@10 | p50, ms | p95, ms | build, CPU s | |\n"
          "|---|---:|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory() as folder:
        levels = LEVELS + lit_rows(folder, rows, queries, truth, half)
        faiss_all(rows, queries, truth, levels)
        hnsw(rows, queries, truth, levels)
        exact(folder, rows, queries, truth)
    if GROW:
        with tempfile.TemporaryDirectory() as folder:
            grow(folder, rows, queries)


if __name__ == "__main__":
    main()
