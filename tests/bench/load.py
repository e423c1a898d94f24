"""load.py -- loading papers: lit's table against FTS5's, the same script.

    make bench-load         LIT: the extension; SHARED: where the data lies

sql/library.sql and sql/load_corpus.sql fill a library from data/corpus in the
sqlite3 shell; then they do so again with `papers` an FTS5 table of the same
columns (porter unicode61): the first 100,000 lines, then all; lit's with model
= 'none', so that both index words alone.  "from a table" inserts the same
papers without the triggers that keep each title once; "default model" is that
with lit's default, which embeds them besides, against FTS5 alone; "own vectors"
is title, abstract and a vector that the caller brings, against FTS5 and sqlite-
vec.  On the libraries of 100,000, in processes of their own: 4,000 papers
inserted and committed one by one (WAL, synchronous = NORMAL), a first query on
a fresh connection, and the words of titles and of first sentences as queries
(bm25, top 10, warm).  Times are of the wall clock, or of the processor where it
says so.  Prints Markdown.
"""
import gzip
import itertools
import os
import pathlib
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

import sqlite_vec
from common import LIT, SHARED, connect, megabytes

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = pathlib.Path(SHARED) / "data/corpus"
FIRST, COMMITS, QUERIES = 100000, 4000, 40
FTS5 = """CREATE VIRTUAL TABLE papers USING fts5(title, abstract, authors,
  year UNINDEXED, venue UNINDEXED, url UNINDEXED, tokenize='porter unicode61');
"""
PARTS = {2: "rowids", 3: "terms", 4: "postings", 5: "positions", 6: "lengths"}


def library(kind):
    sql = (ROOT / "sql/library.sql").read_text()
    if kind == "lit":
        return sql.replace("STORED\n);", "STORED,\n  model = 'none'\n);")
    if kind == "default":
        return sql
    return re.sub(r"CREATE VIRTUAL TABLE papers.*?;\n", FTS5, sql, flags=re.S)


def shell(path, script):
    """Seconds, seconds of the processor, and megabytes at the most."""
    before = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(
        ["sqlite3", "-batch", "-init", "/dev/null", path], check=True,
        capture_output=True, text=True, input=f".bail on\n.load {LIT}\n"
        f"{script}\n.shell cat /proc/$PPID/status\n").stdout
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.perf_counter() - before, use.ru_utime + use.ru_stime -
            used.ru_utime - used.ru_stime, megabytes("VmHWM", out))


def row(what, lit, fts5, form="{:,.0f}"):
    print(f"| {what} | {form.format(lit)} | {form.format(fts5)} | "
          f"{lit / fts5:.2f} |", flush=True)


def measured(what, paths, scripts):
    for path in paths.values():
        pathlib.Path(path).unlink(missing_ok=True)
    got = {k: shell(paths[k], scripts[k]) for k in paths}
    n, text = connect(paths["lit"]).execute(
        "SELECT count(*), sum(octets) FROM (SELECT length(CAST(title AS BLOB))"
        " + coalesce(length(CAST(abstract AS BLOB)), 0)"
        " + coalesce(length(CAST(authors AS BLOB)), 0) octets FROM papers)"
    ).fetchone()
    size = {k: os.path.getsize(paths[k]) for k in paths}
    lit, fts5 = got["lit"], got["fts5"]
    row(f"{what}: {n:,} papers, papers/s", n / lit[0], n / fts5[0])
    row(f"{what}: papers per second of the processor", n / lit[1], n / fts5[1])
    row(f"{what}: peak memory, MB", lit[2], fts5[2])
    row(f"{what}: file, MB", size["lit"] / 1e6, size["fts5"] / 1e6)
    return text


def index_bytes(paths, text):
    db = connect(paths["fts5"])
    fts5 = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name IN "
                      "('papers_data', 'papers_idx', 'papers_docsize')"
                      ).fetchone()[0]
    db = connect(paths["lit"])
    lit = db.execute("SELECT sum(pgsize) FROM dbstat WHERE name = "
                     "'papers_data'").fetchone()[0]
    row("index, bytes for each of text", lit / text, fts5 / text, "{:.3f}")
    parts = db.execute("SELECT id >> 24 & 255 part, sum(length(chunk)) "
                       "FROM papers_data WHERE id > 0 GROUP BY 1").fetchall()
    return ", ".join(f"{PARTS[p]} {n / text:.3f}" for p, n in parts
                     if p in PARTS)


# ---- each in a process of its own: prints numbers ----

def commits(path, source):
    rows = sqlite3.connect(source).execute(
        "SELECT title, abstract, authors, year, venue, url FROM source "
        f"LIMIT {COMMITS}").fetchall()
    db = connect(path)
    db.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal")
    wall, cpu = [], []
    for values in rows:
        was = time.perf_counter(), time.process_time()
        db.execute("INSERT INTO papers(title, abstract, authors, year, venue, "
                   "url) VALUES (?, ?, ?, ?, ?, ?)", values)
        wall.append(1e3 * (time.perf_counter() - was[0]))
        cpu.append(1e3 * (time.process_time() - was[1]))
    for times in wall, cpu:
        times.sort()
        print(*(times[COMMITS * p // 1000] for p in (500, 950, 990)), times[-1])


def ask(db, kind, text):
    if kind != "fts5":
        sql = "SELECT rowid FROM papers WHERE papers MATCH ? AND k = 10"
        if kind == "lit":
            sql += " AND mode = 'bm25'"
    else:
        sql = ("SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank "
               "LIMIT 10")
        text = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", text)) or '""'
    was = time.perf_counter()
    db.execute(sql, (text,)).fetchall()
    return 1e3 * (time.perf_counter() - was)


def bytes_read():
    with open("/proc/self/io") as f:
        return int(f.readline().split()[1])


def queries(path, source, kind):
    texts = sqlite3.connect(source).execute(
        "SELECT title, substr(abstract, 1, instr(abstract || '. ', '. ')) FROM "
        f"source WHERE rowid % 997 = 0 LIMIT {QUERIES}").fetchall()
    was = bytes_read()
    before = time.perf_counter()
    db = connect(path)
    ask(db, kind, texts[0][0])
    print(1e3 * (time.perf_counter() - before), (bytes_read() - was) / 1e6,
          megabytes("VmHWM"))
    for which in 0, 1:
        for _ in range(1 if kind == "fts5" else 2):
            times = sorted(ask(db, kind, t[which]) for t in texts)
        print(times[len(times) // 2], times[len(times) * 95 // 100], 0)


def apart(*args):
    out = subprocess.run([sys.executable, __file__, *args], check=True,
                         capture_output=True, text=True).stdout
    return [[float(x) for x in line.split()] for line in out.splitlines()]


def compare(names, paths, what, source):
    lit, fts5 = (apart(what, paths[k], source, k) for k in paths)
    for name, a, b in zip(names, itertools.chain(*lit), itertools.chain(*fts5)):
        if name:
            row(name, a, b, "{:.2f}")


def with_model(source):
    """Give the source vectors, if this lit has a model of its own."""
    db = connect(source)
    if not db.execute("SELECT 1 FROM lit_models WHERE name = 'builtin'"
                      ).fetchone():
        print("(this lit has no built-in model)")
        return False
    db.executescript("ALTER TABLE source ADD COLUMN v; UPDATE source SET v = "
                     "lit_embed(title || ' ' || coalesce(abstract, ''))")
    return True


def models(folder, source):
    paths = {k: str(folder / f"plain.{k}") for k in ("lit", "fts5")}
    insert = (f"ATTACH '{source}' AS s; INSERT INTO papers(title, abstract, "
              "authors, year, venue, url) SELECT title, abstract, authors, "
              "year, venue, url FROM s.source;")
    measured("default model", paths,
             {"lit": library("default") + insert,
              "fts5": library("fts5") + insert})
    compare(["default model: first query, cold connection: ms",
             "its bytes read, MB", "its peak memory, MB",
             "words and meaning of a title: p50, ms", "p95", None,
             "of a first sentence: p50, ms", "p95", None],
            {"default": paths["lit"], "fts5": paths["fts5"]}, "queries", source)
    dim = connect(source).execute("SELECT length(v) / 4 FROM source").fetchone()
    fill = (f"ATTACH '{source}' AS s; INSERT INTO papers(title, abstract{{}}) "
            "SELECT title, abstract{} FROM s.source;")
    measured("own vectors", paths, {
        "lit": "CREATE VIRTUAL TABLE papers USING lit(title TEXT, abstract "
        f"TEXT, authors STORED, v VECTOR({dim[0]}) COSINE, model = 'none');" +
        fill.format(", v", ", v"),
        "fts5": f".load {sqlite_vec.loadable_path()}\nCREATE VIRTUAL TABLE "
        "papers USING fts5(title, abstract, authors UNINDEXED, "
        "tokenize='porter unicode61'); CREATE VIRTUAL TABLE vecs USING vec0("
        f"v float[{dim[0]}] distance_metric=cosine);" + fill.format("", "") +
        "INSERT INTO vecs(rowid, v) SELECT rowid, v FROM s.source;"})


def main(folder):
    part = folder / "part"
    part.mkdir()
    lines = itertools.chain(*(gzip.open(f, "rb") for f in
                              sorted(CORPUS.glob("*.jsonl.gz"))))
    with (part / "first.jsonl").open("wb") as out:
        out.writelines(itertools.islice(lines, FIRST))
    load = (ROOT / "sql/load_corpus.sql").read_text()
    print("| what | lit | FTS5 | lit / FTS5 |\n|---|---|---|---|")
    for what, data in ("first", part), ("all", CORPUS):
        paths = {k: str(folder / f"{what}.{k}") for k in ("lit", "fts5")}
        scripts = {k: f"{library(k)}\n.parameter init\n.parameter set :folder "
                   f"\"'{data}'\"\n{load}" for k in paths}
        text = measured(what, paths, scripts)
        parts = index_bytes(paths, text)
    first = {k: str(folder / f"first.{k}") for k in ("lit", "fts5")}
    source = str(folder / "source")
    shell(source, f"ATTACH '{first['lit']}' AS l; CREATE TABLE source AS "
          "SELECT title, abstract, authors, year, venue, url FROM l.papers;")
    plain = {k: str(folder / f"plain.{k}") for k in first}
    measured("from a table", plain, {
        k: f"{library(k)}\nATTACH '{source}' AS s; INSERT INTO papers(title, "
        "abstract, authors, year, venue, url) SELECT * FROM s.source;"
        for k in plain})
    if with_model(source):
        models(folder, source)
    compare(["first query, cold connection: ms", "its bytes read, MB",
             "its peak memory, MB", "words of a title: p50, ms", "p95", None,
             "words of a first sentence: p50, ms", "p95", None], first,
            "queries", source)
    compare(["one row and commit: p50, ms", "p95", "p99", "longest",
             "p50 of the processor, ms", "p95", "p99", "longest"], first,
            "commits", source)
    print(f"\nlit's index, bytes for each of text, all: {parts}")


if len(sys.argv) > 1:
    {"commits": lambda path, source, _: commits(path, source),
     "queries": queries}[sys.argv[1]](*sys.argv[2:])
else:
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        main(pathlib.Path(name))
