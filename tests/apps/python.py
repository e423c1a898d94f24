"""python.py -- lit in Python's sqlite3: loading, asking, two connections under
WAL, and stopping a statement by the progress handler and by interrupt().
B: the build folder.  LIT_TMP: where files may be made."""
import os
import sqlite3
import sys
import threading
import time

LIT = os.path.join(os.environ.get("B", "build"), "lit")
PATH = os.path.join(os.environ["LIT_TMP"], "python.db")


def connect(path=PATH):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    return db


def has_table(db):
    return db.execute("SELECT count(*) FROM pragma_module_list "
                      "WHERE name = 'lit'").fetchone()[0]


def check_without_fts5():
    """Where FTS5 is absent (here: refused) lit loads all the same."""
    db = sqlite3.connect(":memory:")
    db.set_authorizer(lambda act, a, b, *rest: sqlite3.SQLITE_DENY
                      if act == sqlite3.SQLITE_FUNCTION and b == "fts5"
                      else sqlite3.SQLITE_OK)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    assert db.execute("SELECT lit_version()").fetchone()[0]
    try:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'lit')")
        raise AssertionError("no error")
    except sqlite3.OperationalError as error:
        assert "no such tokenizer" in str(error), error
    db.close()


def check_functions():
    db = connect(":memory:")
    assert db.execute("SELECT lit_version()").fetchone()[0]
    db.executescript("CREATE TABLE run(query, doc, score);"
                     "CREATE TABLE qrels(query, doc, grade);")
    db.executemany("INSERT INTO run VALUES (1, ?, ?)", [("a", 2), ("b", 1)])
    db.execute("INSERT INTO qrels VALUES (1, 'b', 1)")
    rows = db.execute("SELECT * FROM lit_eval('run', 'qrels', 'mrr')")
    assert rows.fetchall() == [("1", "mrr", 0.5)]
    try:
        db.execute("SELECT * FROM lit_eval('run', 'qrels', 'no')").fetchall()
        raise AssertionError("no error")
    except sqlite3.OperationalError as error:
        assert "metric 'no' is unknown; allowed: ndcg" in str(error), error
    db.close()


def fill_runs(db, n):
    db.execute("CREATE TABLE run(query, doc, score)")
    db.execute("CREATE TABLE other(query, doc, score)")
    db.execute("CREATE TABLE qrels(query, doc, grade)")
    db.executemany("INSERT INTO run VALUES (?, 'a', 1)", ((i,) for i in range(n)))
    db.executemany("INSERT INTO qrels VALUES (?, 'a', ?)",
                   ((i, i % 2) for i in range(n)))
    db.execute("INSERT INTO other VALUES (1, 'b', 1)")


LONG = "SELECT p FROM lit_compare('run', 'other', 'qrels', 'map', 10000000)"


def expect_interrupt(db, words):
    begin = time.monotonic()
    try:
        db.execute(LONG).fetchall()
        raise AssertionError(words + ": not stopped")
    except sqlite3.OperationalError as error:
        assert "interrupted" in str(error), error
    assert time.monotonic() - begin < 5, words
    assert db.execute("SELECT 1").fetchone() == (1,), words


def check_interrupt():
    db = connect(":memory:")
    fill_runs(db, 200)
    end = time.monotonic() + 0.2
    db.set_progress_handler(lambda: time.monotonic() > end, 1000)
    expect_interrupt(db, "progress handler")
    db.set_progress_handler(None, 0)
    db.close()

    db = sqlite3.connect(":memory:", isolation_level=None,
                         check_same_thread=False)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    fill_runs(db, 200)
    timer = threading.Timer(0.2, db.interrupt)
    timer.start()
    expect_interrupt(db, "interrupt()")
    timer.join()
    db.close()


def titles(db, query):
    return [r[0] for r in db.execute(
        "SELECT title FROM papers WHERE papers MATCH ? ORDER BY rank", (query,))]


def check_wal():
    """A reader keeps its snapshot while another connection writes."""
    one = connect()
    one.execute("PRAGMA journal_mode = WAL")
    one.execute("CREATE VIRTUAL TABLE papers USING "
                "lit(title TEXT, year INTEGER FILTER, model = 'none')")
    one.execute("INSERT INTO papers VALUES ('dense retrieval', 2020)")
    two = connect()
    assert titles(two, "retrieval") == ["dense retrieval"]

    two.execute("BEGIN")
    assert titles(two, "retrieval") == ["dense retrieval"]
    one.execute("INSERT INTO papers VALUES ('sparse retrieval', 2021)")
    one.execute("UPDATE papers SET title = 'late interaction' WHERE year = 2020")
    assert titles(two, "retrieval") == ["dense retrieval"]
    two.execute("COMMIT")
    assert titles(two, "retrieval") == ["sparse retrieval"]
    assert titles(two, "interaction") == ["late interaction"]

    one.execute("BEGIN")
    one.execute("DELETE FROM papers WHERE year = 2021")
    assert titles(one, "retrieval") == []
    assert titles(two, "retrieval") == ["sparse retrieval"]
    one.execute("ROLLBACK")
    assert titles(one, "retrieval") == ["sparse retrieval"]
    one.close()
    assert two.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    two.close()

    ro = connect(PATH)
    ro.execute("PRAGMA query_only = 1")
    assert titles(ro, "retrieval") == ["sparse retrieval"]
    ro.close()


def check_pending():
    """A query goes on while rows are rolled back or deleted under it."""
    db = connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING "
               "lit(a TEXT, v VECTOR(2), model = 'none')")
    row = ("one two", "[1, 2]")
    db.executemany("INSERT INTO t VALUES (?, ?)", [row] * 500)
    db.execute("BEGIN")
    db.executemany("INSERT INTO t VALUES (?, ?)", [row] * 500)
    rows = db.execute("SELECT rowid, length(v) FROM t('two')")
    seen = [rows.fetchone()]
    db.execute("ROLLBACK")
    seen += rows.fetchall()
    assert len(set(seen)) == len(seen) == 500 and max(seen) == (500, 8), seen[-1]

    rows = db.execute("SELECT rowid FROM t('two')")
    first = rows.fetchone()[0]
    db.execute("DELETE FROM t WHERE rowid > 10")
    db.execute("INSERT INTO t(t) VALUES ('optimize')")
    rest = [r[0] for r in rows]
    assert [first] + rest == list(range(1, 11)), rest
    db.close()


check_without_fts5()
check_functions()
check_interrupt()
db = connect(":memory:")
table = has_table(db)
db.close()
if table:
    check_wal()
    check_pending()
sys.exit(0)
