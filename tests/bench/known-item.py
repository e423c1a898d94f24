"""known-item.py -- known-item search: each paper's title, asked of the
abstracts alone, should find that paper's abstract first.

    make bench-known-item       LIT, SHARED: as make sets them
    MODEL=minilm FUSION='rrf(60)' make bench-known-item

Papers are the distinct ones of the pages in $SHARED/pages.  Prints a Markdown
table, a row a mode, with FTS5 (porter unicode61, the words joined by OR) as
the baseline.  ms: milliseconds a query, with its embedding.
"""
import os
import pathlib
import re
import sqlite3
import sys
import time

MODES = ("bm25", "keyword", "dense", "hybrid")


def load(db, pages):
    db.execute("CREATE TABLE p(id INTEGER PRIMARY KEY, title UNIQUE, abstract)")
    for page in pages:
        db.execute("INSERT OR IGNORE INTO p(title, abstract) SELECT title, "
                   "abstract FROM lit_daily_papers(?)", (page.read_bytes(),))
    return db.execute("SELECT id, title FROM p ORDER BY id").fetchall()


def measure(titles, ask):
    """(found first, within ten, mean of 1 / rank, ms a query)"""
    first = ten = mrr = 0.0
    begin = time.perf_counter()
    for want, title in titles:
        found = ask(title)
        if want in found:
            place = found.index(want) + 1
            first += place == 1
            ten += place <= 10
            mrr += 1 / place
    ms = (time.perf_counter() - begin) * 1000
    return [x / len(titles) for x in (first, ten, mrr, ms)]


def row(name, values):
    first, ten, mrr, ms = values
    print(f"| {name} | {first:.1%} | {ten:.1%} | {mrr:.3f} | {ms:.2f} |")


def main(lit, pages, model, fusion):
    if not pages:
        print("skipped: no pages")
        return
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(lit)
    titles = load(db, pages)
    print(f"{len(titles)} papers, model {model}, fusion {fusion}\n")
    print("| mode | first | in ten | MRR | ms |\n|---|---|---|---|---|")

    db.execute("CREATE VIRTUAL TABLE f USING "
               "fts5(abstract, tokenize='porter unicode61')")
    db.execute("INSERT INTO f(rowid, abstract) SELECT id, abstract FROM p")

    def fts5(title):
        words = " OR ".join(f'"{w}"' for w in re.findall(r"\w+", title))
        return [r[0] for r in db.execute(
            "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT 10",
            (words,))]
    row("FTS5", measure(titles, fts5))

    db.execute("CREATE VIRTUAL TABLE a USING "
               f"lit(abstract TEXT, model = '{model}', fusion = '{fusion}')")
    db.execute("INSERT INTO a(rowid, abstract) SELECT id, abstract FROM p")
    for mode in MODES[:2] if model == "none" else MODES:
        try:
            row(mode, measure(titles, lambda title: [r[0] for r in db.execute(
                "SELECT rowid FROM a WHERE a MATCH ? AND mode = ? "
                "ORDER BY rank LIMIT 10", (title, mode))]))
        except sqlite3.OperationalError as error:
            print(f"| {mode} | {error} |")


if __name__ == "__main__":
    sys.exit(main(os.environ["LIT"],
                  sorted((pathlib.Path(os.environ["SHARED"]) / "pages")
                         .glob("*.txt")),
                  os.environ.get("MODEL", "minilm"),
                  os.environ.get("FUSION", "z(0.4)")))
