"""growth.py -- what a table costs as it grows: time and memory to build it, its
file, and queries, at SIZES papers (10,000, 100,000 and 1,000,000).

    make bench-growth       SIZES: "10000 100000"; MODELS: "none builtin"; Q: 40
    DIR: where the tables are made (build/growth); what is there is used again

Papers are those of data/corpus; when they are used up, titles of it with
abstracts whose sentences come from others, five to nine of them.  A table has
TEXT title and abstract and FILTER year and part, a number by chance, and is made by one INSERT from
lit_jsonl in a process of its own, then optimized in another.  Then, in a new
process for each line:

    first       the first query of a connection: milliseconds, and the share of
                the file that it reads (what the process asked of the system)
    p50, p95    of titles and of first sentences as queries, warm, top 10: each
                the best of three, in time of the processor of the thread that
                asks: OpenBLAS has one more, which spins after it was loaded
    each once   p50, p95 of other first sentences, each asked once, after as many
                that are not counted
    under       p50 of those titles and sentences, in turn, under conditions that
                let so many of the papers through; the best of three rounds
    memory      what the process grew by at its greatest during those queries,
                with the index's cache at its default budget
    row         one row and its commit, WAL, synchronous = NORMAL

Prints Markdown.  The last lines are the time at each size over that at the one
before: 10 would be linear."""
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import time

from common import SHARED, connect, megabytes, read_bytes

CORPUS = pathlib.Path(SHARED) / "data/corpus"
DIR = pathlib.Path(os.environ.get("DIR", "build/growth"))
SIZES = sorted(map(int, os.environ.get("SIZES", "10000 100000 1000000").split()))
MODELS = os.environ.get("MODELS", "none builtin").split()
Q = int(os.environ.get("Q", 40))
COMMITS = 4000
ONCE = 300
MODES = {"none": ["bm25"], "builtin": ["bm25", "dense", "hybrid"]}
UNDER = {"all": "1", "0.1 %": "part < 10", "1 %": "part < 100", "3 %": "part < 300",
         "5 %": "part < 500", "10 %": "part < 1000", "50 %": "part < 5000",
         "first tenth": "rowid <= {tenth}"}


# ---- papers ----

def real():
    for name in "arxiv", "acl":
        with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt") as f:
            for line in f:
                p = json.loads(line)
                if p["title"] and p["abstract"]:
                    yield p["title"], p["abstract"], p["year"]


def sentences(text):
    return re.split(r"(?<=[.?!]) +(?=[A-Z])", text)


def write(path, n):
    """n papers as JSON lines."""
    chance, pool, titles = random.Random(1), [], []
    with open(path, "w") as out:
        def put(title, abstract, year):
            json.dump({"title": title, "abstract": abstract, "year": year}, out)
            out.write("\n")
        for i, (title, abstract, year) in enumerate(real()):
            if i == n:
                return
            put(title, abstract, year)
            titles.append(title)
            pool += sentences(abstract)
        for _ in range(n - len(titles)):
            put(chance.choice(titles),
                " ".join(chance.choices(pool, k=chance.randint(5, 9))),
                chance.randint(2000, 2026))


# ---- each in a process of its own: prints JSON ----

def build(path, model, papers, n):
    at, base = time.perf_counter(), megabytes("VmHWM")
    cpu = time.process_time()
    db = connect(path)
    db.executescript(f"""PRAGMA journal_mode = off; PRAGMA synchronous = off;
        CREATE VIRTUAL TABLE papers USING lit(title TEXT WEIGHT 2, abstract TEXT,
          year INTEGER FILTER, part INTEGER FILTER, model = '{model}');
        BEGIN;
        INSERT INTO papers(title, abstract, year, part)
        SELECT value ->> 'title', value ->> 'abstract', value ->> 'year',
          (rowid * 2654435761) % 4294967296 * 10000 / 4294967296
        FROM lit_jsonl('{papers}') LIMIT {n};
        COMMIT;""")
    return {"seconds": time.perf_counter() - at,
            "cpu": time.process_time() - cpu,
            "mb": megabytes("VmHWM") - base}


def optimize(path):
    at, base = time.perf_counter(), megabytes("VmHWM")
    db = connect(path)
    db.execute("INSERT INTO papers(papers) VALUES ('optimize')")
    db.execute("VACUUM")
    return {"seconds": time.perf_counter() - at,
            "mb": megabytes("VmHWM") - base}


def ask(db, mode, text, where="1"):
    return db.execute("SELECT rowid FROM papers WHERE papers MATCH ? AND k = 10 "
                      f"AND mode = '{mode}' AND {where}", (text,)).fetchall()


def texts(path):
    chance = random.Random(2)
    db = connect(path)
    n = db.execute("SELECT count(*) FROM papers_docs").fetchone()[0]
    rows = [db.execute("SELECT title, abstract FROM papers WHERE rowid = ?",
                       (chance.randint(1, n),)).fetchone()
            for _ in range(Q + 2 * ONCE)]
    firsts = [sentences(a)[0] for _, a in rows]
    return [t for t, _ in rows[:Q]], firsts[:Q], firsts[Q:]


def time_of(db, mode, text, where="1"):
    at = time.thread_time()
    ask(db, mode, text, where)
    return 1e3 * (time.thread_time() - at)


def middle(times):
    times = sorted(times)
    return [times[len(times) // 2], times[len(times) * 95 // 100]]


def under(db, mode, texts):
    n = db.execute("SELECT count(*) FROM papers_docs").fetchone()[0]
    out = {}
    for name, where in UNDER.items():
        where = where.format(tenth=n // 10)
        rounds = [middle([time_of(db, mode, text, where) for text in texts])[0]
                  for _ in range(4)]    # the first warms
        out[name] = min(rounds[1:])
    return out


def query(path, mode):
    """Its own questions are asked by another process, so that what this one
    reads is the first query's alone."""
    titles, firsts, others = json.loads(sys.stdin.read())
    db = connect(path)
    if mode != "bm25":
        db.execute("SELECT lit_embed('a word')").fetchall()     # load the model
    base, before, at = megabytes("VmRSS"), read_bytes(), time.perf_counter()
    ask(db, mode, titles[0])
    first = 1e3 * (time.perf_counter() - at)
    out = {"first": first, "read": read_bytes() - before}
    for name, asked in ("titles", titles), ("sentences", firsts):
        times = []
        for text in asked:
            runs = []
            for _ in range(4):          # the first warms
                runs.append(time_of(db, mode, text))
            times.append(min(runs))
        out[name] = middle(times)
    out["once"] = middle([time_of(db, mode, text) for text in others][ONCE:])
    out["under"] = under(db, mode, titles + firsts)
    out["mb"] = megabytes("VmHWM") - base
    out["cache"] = db.execute("SELECT lit_config('cache_mb')").fetchone()[0]
    return out


def commit(path):
    titles, firsts, _ = json.loads(sys.stdin.read())
    db, times = connect(path), []
    db.executescript("PRAGMA journal_mode = wal; PRAGMA synchronous = normal")
    last = db.execute("SELECT max(id) FROM papers_docs").fetchone()[0]
    for i in range(COMMITS):
        at = time.perf_counter()
        db.execute("INSERT INTO papers(title, abstract, year) VALUES (?, ?, 2026)",
                   (titles[i % Q], firsts[i % Q]))
        times.append(1e3 * (time.perf_counter() - at))
    db.execute("DELETE FROM papers WHERE rowid > ?", (last,))
    times.sort()
    return {"row": [times[COMMITS * p // 1000] for p in (500, 950, 990)] +
            times[-1:]}


STEPS = {"build": build, "optimize": optimize, "query": query, "commit": commit,
         "texts": texts}


def step(name, *args, asked=None):
    out = subprocess.run([sys.executable, __file__, name, *map(str, args)],
                         check=True, stdout=subprocess.PIPE, text=True,
                         input=json.dumps(asked)).stdout
    return json.loads(out)


# ---- the tables ----

def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def pair(times):
    return " / ".join(f"{t:.2f}" for t in times)


def made(model, papers, n):
    """The table of n papers, and what making it took."""
    path, told = DIR / f"{model}-{n}.db", DIR / f"{model}-{n}.json"
    if not told.exists():
        for old in DIR.glob(f"{model}-{n}.db*"):
            old.unlink()
        took = step("build", path, model, papers, n)
        took["optimize"] = step("optimize", path)
        told.write_text(json.dumps(took))
    return path, json.loads(told.read_text())


def main():
    DIR.mkdir(parents=True, exist_ok=True)
    papers = DIR / f"papers-{SIZES[-1]}.jsonl"
    if not papers.exists():
        write(papers, SIZES[-1])
    tables = {(m, n): made(m, papers, n) for m in MODELS for n in SIZES}
    row("model, papers", "build s (cpu)", "MB", "optimize s", "MB", "file MB",
        "papers/s")
    row(*["---"] * 7)
    for (m, n), (path, t) in tables.items():
        row(f"{m}, {n:,}", f"{t['seconds']:.1f} ({t['cpu']:.1f})",
            f"{t['mb']:.0f}", f"{t['optimize']['seconds']:.1f}",
            f"{t['optimize']['mb']:.0f}", f"{path.stat().st_size / 1e6:.0f}",
            f"{n / t['cpu']:,.0f}")
    print()
    row("model, papers, mode", "titles p50 / p95, ms", "sentences, ms",
        "each once, ms", "first, ms", "reads", "memory MB", "row and commit p50 / p95 / p99 / most")
    row(*["---"] * 8)
    times = {}
    for (m, n), (path, _) in tables.items():
        asked, size = step("texts", path), path.stat().st_size
        for mode in MODES[m]:
            q = step("query", path, mode, asked=asked)
            times[m, mode, n] = q
            row(f"{m}, {n:,}, {mode}", pair(q["titles"]), pair(q["sentences"]),
                pair(q["once"]), f"{q['first']:.1f}", f"{100 * q['read'] / size:.2f} %",
                f"{q['mb']:.0f} of {q['cache']} + 32", "")
        row(f"{m}, {n:,}", "", "", "", "", "", "",
            pair(step("commit", path, asked=asked)["row"]))
    print()
    row("model, papers, mode; ms under", *UNDER)
    row(*["---"] * (1 + len(UNDER)))
    for (m, mode, n), q in times.items():
        row(f"{m}, {n:,}, {mode}", *(f"{q['under'][name]:.2f}" for name in UNDER))
    print()
    for (m, mode, n), q in times.items():
        at = SIZES.index(n)
        if at:
            was = times[m, mode, SIZES[at - 1]]
            print(f"{m}, {mode}, {SIZES[at - 1]:,} to {n:,}: titles "
                  f"{q['titles'][0] / was['titles'][0]:.1f}x, sentences "
                  f"{q['sentences'][0] / was['sentences'][0]:.1f}x, each once "
                  f"{q['once'][0] / was['once'][0]:.1f}x")


if len(sys.argv) > 1:
    print(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))
else:
    main()
