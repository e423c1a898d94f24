"""merging.py -- what merges do to others, and what they give back.

A reader that began before a merge sees, until it ends, what it saw; one that
begins after sees the same rows in fewer segments.  A commit of few rows takes
moments however large the table is.  Deleted rows give their space back: merging
them away frees pages, which later rows use, so that a table whose rows are
replaced for ever stays as large as it was; after VACUUM the file is small.
B: the build folder.  LIT_TMP: where files may be made."""
import os
import random
import sqlite3
import time

LIT = os.path.join(os.environ.get("B", "build"), "lit")
PATH = os.path.join(os.environ['LIT_TMP'], 'merging.db')
WORDS = [f"word{i}" for i in range(3000)]
chance = random.Random(3)


def connect():
    db = sqlite3.connect(PATH, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    return db


def text():
    return " ".join(chance.choices(WORDS, k=60))


def one(db, sql, *args):
    return db.execute(sql, args).fetchone()[0]


def segments(db):
    return one(db, "SELECT value FROM lit_stats('t') WHERE name = 'segments'")


def put(db, n):
    db.execute("BEGIN")
    for _ in range(n):
        db.execute("INSERT INTO t(x, year) VALUES (?, ?)",
                   (text(), chance.randrange(10)))
    db.execute("COMMIT")


def answers(db):
    return [db.execute("SELECT rowid, score FROM t WHERE t MATCH ? AND year > 4 "
                       "ORDER BY rank LIMIT 20", (q,)).fetchall()
            for q in ("word1 word2 word3", "word77", "word5 word500")]


def check_readers(db):
    """A reader inside a transaction, one with half an answer, and new ones."""
    inside, halfway = connect(), connect()
    for _ in range(20):
        put(db, 150)
    inside.execute("BEGIN")
    before = answers(inside)
    assert before == answers(db) and all(before)
    cursor = halfway.execute("SELECT rowid, score FROM t WHERE t MATCH "
                             "'word1 word2 word3' AND year > 4 ORDER BY rank")
    got = [cursor.fetchone() for _ in range(5)]
    many = segments(db)
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    assert many > 1 and segments(db) == 1, (many, segments(db))
    assert answers(inside) == before
    got += cursor.fetchmany(15)
    assert got == before[0], (got, before[0])
    after = answers(connect())
    assert [[r for r, _ in a] for a in after] == [[r for r, _ in a]
                                                  for a in before]
    put(db, 1)
    db.execute("DELETE FROM t WHERE rowid = ?", (before[0][0][0],))
    assert answers(inside) == before
    inside.execute("COMMIT")
    assert before[0][0][0] not in [r for r, _ in answers(inside)[0]]
    inside.close()
    halfway.close()


def check_commits(db):
    """The slowest of many small commits, among them those that merge."""
    times = []
    for _ in range(600):
        at = time.process_time()
        put(db, 1)
        times.append(time.process_time() - at)
    assert sorted(times)[300] < 0.05 and max(times) < 1, sorted(times)[-5:]
    assert segments(db) < 64


def pages(db):
    return one(db, "PRAGMA page_count") - one(db, "PRAGMA freelist_count")


def check_space(db):
    """Rows replaced three times over, then six in ten deleted: a segment of which most
    rows are dead is merged by the commit that kills them."""
    n = one(db, "SELECT count(*) FROM t")
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    full = pages(db)
    for _ in range(3):
        for low in range(0, n, 300):
            db.execute("BEGIN")
            for (rowid,) in db.execute("SELECT rowid FROM t ORDER BY rowid "
                                       "LIMIT 300 OFFSET ?", (low,)).fetchall():
                db.execute("UPDATE t SET x = ? WHERE rowid = ?",
                           (text(), rowid))
            db.execute("COMMIT")
        assert pages(db) < 1.6 * full, (pages(db), full)
    low = one(db, "SELECT rowid FROM t ORDER BY rowid LIMIT 1 OFFSET ?",
              n * 6 // 10)
    db.execute("DELETE FROM t WHERE rowid < ?", (low,))
    assert pages(db) < 0.6 * full, (pages(db), full)
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    assert pages(db) < 0.5 * full, (pages(db), full)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert os.path.getsize(PATH) < 0.5 * full * one(db, "PRAGMA page_size")
    db.execute("INSERT INTO t(t) VALUES ('integrity-check')")


def main():
    db = connect()
    db.execute("PRAGMA journal_mode = wal")
    db.execute("PRAGMA synchronous = off")
    db.execute("CREATE VIRTUAL TABLE t USING lit(x TEXT, year INTEGER FILTER, "
               "model = 'none', tokenizer = 'simple')")
    check_readers(db)
    check_commits(db)
    check_space(db)


main()
