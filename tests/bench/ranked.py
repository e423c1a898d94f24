"""ranked.py -- the best ten by words: lit, tantivy and FTS5 over the same papers.

    make bench-ranked       N: papers (160000); Q: queries of each kind (200);
                            FTS5: of them asked of FTS5 too (40; 0: none)

N titles and abstracts of data/corpus, each index in memory or memory-mapped, as
one merged segment, searched by one thread, warm: the best of three runs of each
query, then p50 and p95.  Queries are the words of titles and of first
sentences, any of which may match; times include what a program has to do
besides: SQL for lit and FTS5, tantivy's query parser for tantivy.

What differs: lit sums the fields into one frequency (BM25F) and looks for stop
words only where a question has nothing else, tantivy adds up the BM25 of each
field and looks for every word.  So there are three pairs: as they come (lit
'english', tantivy 'en_stem'); the same but for tantivy's query, which lacks
lit's stop words; and lit 'simple' against tantivy 'default', neither with stems
nor stop words, the same words on both sides."""
import gzip
import json
import os
import pathlib
import random
import re
import sqlite3
import statistics
import tempfile
import time

import common
import tantivy

N = int(os.environ.get("N", 160000))
Q = int(os.environ.get("Q", 200))
N_FTS5 = int(os.environ.get("FTS5", 40))
CORPUS = pathlib.Path(common.SHARED) / "data/corpus"


def papers():
    rows = []
    for name in "acl", "arxiv":
        with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt") as f:
            for line in f:
                p = json.loads(line)
                if p["title"] and p["abstract"]:
                    rows.append((p["title"], p["abstract"]))
                if len(rows) == N:
                    return rows
    return rows


def timed(what, make, rows):
    at = time.perf_counter()
    out = make(rows)
    print(f"built {what}: {time.perf_counter() - at:.1f} s", flush=True)
    return out


def lit(tokenizer):
    def make(rows):
        db = common.connect()
        db.execute("CREATE VIRTUAL TABLE t USING lit(title TEXT, abstract TEXT, "
                   f"model = 'none', tokenizer = '{tokenizer}')")
        db.execute("BEGIN")
        db.executemany("INSERT INTO t(title, abstract) VALUES (?,?)", rows)
        db.execute("COMMIT")
        db.execute("INSERT INTO t(t) VALUES ('optimize')")
        return db
    return make


def peer(tokenizer):
    def make(rows):
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True)
        for field in "title", "abstract":
            schema.add_text_field(field, tokenizer_name=tokenizer)
        index = tantivy.Index(schema.build(), path=tempfile.mkdtemp())
        writer = index.writer(heap_size=2_000_000_000, num_threads=1)
        for i, (title, abstract) in enumerate(rows):
            writer.add_document(tantivy.Document(id=i + 1, title=title,
                                                 abstract=abstract))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        assert index.searcher().num_segments == 1
        return index, index.searcher()
    return make


def fts5(rows):
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("CREATE VIRTUAL TABLE t USING fts5(title, abstract, "
               "tokenize = 'porter unicode61')")
    db.execute("BEGIN")
    db.executemany("INSERT INTO t(title, abstract) VALUES (?,?)", rows)
    db.execute("COMMIT")
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    return db


def ask_lit(db, text):
    return db.execute("SELECT rowid FROM t WHERE t MATCH ? AND k = 10 AND "
                      "mode = 'bm25'", (text,)).fetchall()


def ask_peer(p, text):
    query = p[0].parse_query(text, ["title", "abstract"])
    return p[1].search(query, 10).hits


def ask_fts5(db, text):
    any_of = " OR ".join(f'"{w}"' for w in text.split())
    return db.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank "
                      "LIMIT 10", (any_of,)).fetchall()


def times(ask, engine, queries, runs=3):
    took = []
    for text in queries:
        best = float("inf")
        for _ in range(runs):
            at = time.perf_counter()
            ask(engine, text)
            best = min(best, time.perf_counter() - at)
        took.append(best * 1e3)
    took.sort()
    return statistics.median(took), took[len(took) * 95 // 100]


def words(text):
    """Each once: tantivy would count what is asked twice twice."""
    return list(dict.fromkeys(re.findall(r"[a-z0-9]+", text.lower())))


def queries(rows):
    asked = random.Random(1).sample(rows, Q)
    return {"titles": [words(t) for t, _ in asked],
            "first sentences": [words(re.split(r"(?<=[.?!]) ", a)[0])
                                for _, a in asked]}


def stop_words(db, asked):
    """Those that lit itself passes over in a question."""
    every = {w for q in asked.values() for text in q for w in text}
    return {w for w in every if db.execute(
        "SELECT max(kind = 'stop') FROM lit_terms(?)", (w,)).fetchone()[0]}


def row(what, kind, own, theirs, peer_name):
    print(f"| {kind} | {what} | {own[0]:.2f} / {own[1]:.2f} | {peer_name} | "
          f"{theirs[0]:.2f} / {theirs[1]:.2f} | {theirs[0] / own[0]:.1f} / "
          f"{theirs[1] / own[1]:.1f} |", flush=True)


def main():
    rows = papers()
    print(f"{len(rows)} papers, {Q} queries; p50 / p95, ms")
    english = timed("lit, english", lit("english"), rows)
    simple = timed("lit, simple", lit("simple"), rows)
    stems = timed("tantivy, en_stem", peer("en_stem"), rows)
    plain = timed("tantivy, default", peer("default"), rows)
    other = timed("FTS5, porter", fts5, rows) if N_FTS5 else None
    asked = queries(rows)
    stops = stop_words(english, asked)
    print("| queries | lit | ms | peer | ms | times |\n|---|---|---|---|---|---|")
    for kind, texts in asked.items():
        whole = [" ".join(q) for q in texts]
        told = [" ".join(w for w in q if w not in stops) or "the"
                for q in texts]
        own = times(ask_lit, english, whole)
        row("english", kind, own, times(ask_peer, stems, whole),
            "tantivy en_stem")
        row("english", kind, own, times(ask_peer, stems, told),
            "tantivy en_stem, no stop words")
        row("simple", kind, times(ask_lit, simple, whole),
            times(ask_peer, plain, whole), "tantivy default")
        if other:
            own = times(ask_lit, english, whole[:N_FTS5])
            row("english", kind, own, times(ask_fts5, other, whole[:N_FTS5], 1),
                "FTS5 porter")


main()
