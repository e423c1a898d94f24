"""statements.py -- a lit table under the statements of real programs: cursors
that stay open over writes and rollbacks, triggers, views, joins, several
connections, conflict clauses, savepoints.
B: the build folder.  LIT_TMP: where files may be made."""
import os
import sqlite3

LIT = os.path.join(os.environ.get("B", "build"), "lit")
TMP = os.environ["LIT_TMP"]


class Db:
    def __init__(self, path=":memory:", rows=0):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(LIT)
        if rows:
            self.run("CREATE VIRTUAL TABLE t USING lit(a TEXT, "
                     "y INTEGER FILTER, v VECTOR(2), model = 'none')")
            self.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                     "FROM n WHERE i < ?) INSERT INTO t(a, y, v) SELECT "
                     "'word w' || (i % 7) || ' x' || i, i % 10, "
                     "'[' || i || ',1]' FROM n", rows)

    def run(self, sql, *args):
        return self.db.execute(sql, args)

    def all(self, sql, *args):
        return self.run(sql, *args).fetchall()

    def one(self, sql, *args):
        return self.run(sql, *args).fetchone()[0]

    def fails(self, sql, words):
        try:
            self.run(sql).fetchall()
        except sqlite3.Error as error:
            assert words in str(error), error
        else:
            raise AssertionError("no error: " + sql)

    def sound(self, rows, name="t"):
        assert self.one(f'SELECT count(*) FROM "{name}"') == rows
        self.run(f'INSERT INTO "{name}"("{name}") VALUES (\'integrity-check\')')
        assert self.all("PRAGMA integrity_check") == [("ok",)]


def open_cursors():
    """Rows that go while a SELECT runs are passed over; a rollback does not
    end it early."""
    db = Db(rows=500)
    seen = set()
    for rowid, text in db.run("SELECT rowid, a FROM t('word')"):
        seen.add(rowid)
        assert text.endswith(f"x{rowid}")
        db.run("DELETE FROM t WHERE rowid IN (?, ?)", rowid, 501 - rowid)
    assert len(seen) >= 250
    db.sound(0)
    db = Db(rows=500)
    for rowid, v in db.run("SELECT rowid, v FROM t('word')"):
        assert v is not None
        db.run("UPDATE t SET a = a || ' more' WHERE rowid >= ?", rowid)
        if rowid > 3:
            break
    db.sound(500)
    for table in ("t('word')", "t"):
        db.run("BEGIN")
        db.run("INSERT INTO t(a) VALUES ('word')")
        cursor = db.run(f"SELECT rowid, a, v FROM {table}")
        cursor.fetchone()
        db.run("ROLLBACK")
        assert len(cursor.fetchall()) in (499, 500)
    db.sound(500)


def values_under_writes():
    """What a condition lets through is shown as it is by then, and statements
    of cursors outlive a new name."""
    db = Db(rows=500)
    seen = []
    for rowid, y in db.run("SELECT rowid, y FROM t WHERE t MATCH 'word' "
                           "AND y >= 5"):
        assert y == (rowid % 10 if rowid < 100 else 8), (rowid, y)
        seen.append(rowid)
        if len(seen) == 1:
            db.run("UPDATE t SET y = 8 WHERE rowid >= 100")
    assert len(seen) >= 250
    db.sound(500)
    for table, name in ("t", "u"), ("u", "t"):
        ask = f"SELECT a, y FROM {table} WHERE y = 8 AND {table} MATCH 'w3'"
        cursors = [db.run(ask), db.run(ask)]
        firsts = [cursor.fetchone() for cursor in cursors]
        assert firsts[0] == firsts[1] and firsts[0][1] == 8
        db.all(f"SELECT a FROM {table}('w3')")
        db.run(f"ALTER TABLE {table} RENAME TO {name}")
        for cursor in cursors:
            try:
                cursor.fetchall()
            except sqlite3.Error:
                pass
        assert len(db.all(ask.replace(table + " ", name + " "))) > 40
    db.run("VACUUM")
    db.run("DROP TABLE t")


def open_at_close():
    path = os.path.join(TMP, "close.db")
    db = Db(path, rows=20)
    cursor = db.run("SELECT rowid FROM t('word')")
    cursor.fetchone()
    db.db.close()
    del cursor
    Db(path).sound(20)


def triggers():
    db = Db(rows=5)
    db.db.executescript("""
      PRAGMA recursive_triggers = 1; PRAGMA foreign_keys = 1;
      CREATE TABLE p(id INTEGER PRIMARY KEY, x);
      CREATE TRIGGER ai AFTER INSERT ON p BEGIN
        INSERT INTO t(rowid, a, y) VALUES (new.id, new.x, 7); END;
      CREATE TRIGGER ad AFTER DELETE ON p BEGIN
        DELETE FROM t WHERE rowid = old.id; END;
      CREATE TRIGGER au AFTER UPDATE ON p BEGIN
        UPDATE t SET a = new.x WHERE rowid = old.id; END;""")
    db.run("INSERT INTO p VALUES (100, 'hello trigger'), (101, 'second')")
    assert db.all("SELECT changes(), last_insert_rowid()") == [(2, 101)]
    db.run("UPDATE p SET x = 'changed' WHERE id = 100")
    assert db.one("SELECT rowid FROM t('changed')") == 100
    db.run("REPLACE INTO p VALUES (100, 'again')")
    assert db.one("SELECT rowid FROM t('again')") == 100
    db.fails("INSERT INTO p VALUES (200, 'new'), (3, 'taken')", "UNIQUE")
    assert db.one("SELECT count(*) FROM t('new taken')") == 0
    db.run("DELETE FROM p")
    db.run("DROP TRIGGER ai")
    db.run("CREATE TRIGGER ai AFTER INSERT ON p BEGIN "
           "INSERT INTO t(a) SELECT new.x || rank FROM t('word') LIMIT 2; "
           "DELETE FROM t WHERE t MATCH 'w2'; "
           "UPDATE t SET y = (SELECT count(*) FROM t('word')); "
           "SELECT RAISE(FAIL, 'no more') WHERE new.x = 'bad'; END")
    db.run("INSERT INTO p(x) VALUES ('a'), ('b')")
    db.fails("INSERT INTO p(x) VALUES ('c'), ('bad'), ('d')", "no more")
    db.sound(12)


def view():
    db = Db(rows=50)
    db.run("PRAGMA trusted_schema = OFF")
    db.run("CREATE VIEW best AS SELECT rowid AS id, lit_snippet(t) AS s "
           "FROM t('w3') ORDER BY rank LIMIT 2")
    assert db.all("SELECT * FROM best") == [
        (3, "word <b>w3</b> x3"), (10, "word <b>w3</b> x10")]


def writes_by_query():
    db = Db(rows=500)
    db.run("DELETE FROM t WHERE rowid IN (SELECT rowid FROM t('w3'))")
    db.run("DELETE FROM t WHERE t MATCH 'w4'")
    db.sound(357)
    db.run("UPDATE t SET y = 99 FROM (SELECT rowid AS r FROM t('w5') LIMIT 10) "
           "AS q WHERE t.rowid = q.r")
    assert db.one("SELECT count(*) FROM t WHERE y = 99") == 10
    db.run("UPDATE t SET rowid = rowid + 1000 WHERE t MATCH 'w6'")
    assert db.one("SELECT count(*) FROM t WHERE rowid > 1000") == 71
    db.run("INSERT INTO t(a, y) SELECT a, 97 FROM t('w5')")
    assert db.one("SELECT count(*) FROM t WHERE y = 97") == 71
    db.run("CREATE TABLE o(id INTEGER PRIMARY KEY, r)")
    db.run("INSERT INTO o SELECT rowid, 0 FROM t")
    db.run("UPDATE o SET r = q.rank FROM t('w1') AS q WHERE q.rowid = o.id")
    assert db.all("SELECT count(*), max(r) FROM o WHERE r > 0") == [(72, 72)]
    db.sound(428)


JOINS = [
    ("SELECT count(*) FROM t('w1') a JOIN t('word') b ON a.rowid = b.rowid",
     [(72,)]),
    ("SELECT a.rowid, b.rowid FROM t('w1') a, t('w2') b WHERE a.rank = b.rank "
     "ORDER BY a.rank LIMIT 2", [(1, 2), (8, 9)]),
    ("SELECT txt, count(t.rowid) FROM q, t(q.txt) GROUP BY id",
     [("w1", 72), ("x17", 1)]),
    ("SELECT txt, count(t.rowid) FROM q LEFT JOIN t(q.txt) GROUP BY id",
     [("w1", 72), ("x17", 1), ("nothing", 0), (None, 0)]),
    ("SELECT txt, (SELECT rowid FROM t(q.txt) ORDER BY rank LIMIT 1) FROM q",
     [("w1", 1), ("x17", 17), ("nothing", None), (None, None)]),
    ("SELECT id, rank FROM q JOIN t ON t MATCH q.txt AND k = 2 "
     "ORDER BY id DESC, rank", [(2, 1), (1, 1), (1, 2)]),
    ("SELECT rowid FROM t('x17') UNION SELECT rowid FROM t('x18') "
     "UNION ALL SELECT rowid FROM t('x18')", [(17,), (18,), (18,)]),
    ("SELECT rowid, lag(rowid) OVER (ORDER BY rank) FROM t('w2') LIMIT 2",
     [(2, None), (9, 2)]),
    ("SELECT y, count(*), min(rank) FROM t('w2') GROUP BY y ORDER BY y LIMIT 2",
     [(0, 7, 5), (1, 7, 8)]),
    ("SELECT rowid FROM t AS a WHERE EXISTS "
     "(SELECT 1 FROM t('x5') AS b WHERE b.rowid = a.rowid)", [(5,)]),
    ("SELECT s.rowid, t.rowid FROM (SELECT rowid FROM t('x5')) AS s "
     "JOIN t ON t.similar_to = s.rowid LIMIT 2", [(5, 12), (5, 19)]),
    ("SELECT rowid FROM t WHERE t MATCH 'x4' OR t MATCH 'x2' OR y = 99",
     [(4,), (2,)]),
]


def joins():
    db = Db(rows=500)
    db.run("CREATE TABLE q(id INTEGER PRIMARY KEY, txt)")
    db.run("INSERT INTO q(txt) VALUES ('w1'), ('x17'), ('nothing'), (NULL)")
    for sql, want in JOINS:
        assert db.all(sql) == want, (sql, db.all(sql))
    counts = [db.one("SELECT count(*) FROM t WHERE t MATCH ? AND y > ?", *args)
              for args in (("w1", 0), (None, 0), ("w3", None), ("w1", 0))]
    assert counts == [65, 0, 0, 65]


def two_connections():
    path = os.path.join(TMP, "two.db")
    one = Db(path)
    one.run("PRAGMA journal_mode = WAL")
    one = Db(path, rows=100)
    two = Db(path)
    for i in range(24):
        w, r = (one, two) if i % 2 else (two, one)
        w.run("INSERT INTO t(a) VALUES ('fresh')")
        assert r.one("SELECT count(*) FROM t('fresh')") == i + 1
        if i % 5 == 0:
            w.run("INSERT INTO t(t) VALUES ('optimize')")
    one.run("ALTER TABLE t RENAME TO u")
    assert two.one("SELECT count(*) FROM u('fresh')") == 24
    one.run("VACUUM INTO ?", os.path.join(TMP, "into.db"))
    Db(os.path.join(TMP, "into.db")).sound(124, "u")
    one.run("BEGIN IMMEDIATE")
    two.run("PRAGMA busy_timeout = 1")
    two.fails("INSERT INTO u(a) VALUES ('x')", "locked")
    one.run("ROLLBACK")
    two.run("DROP TABLE u")
    one.fails("SELECT * FROM u('fresh')", "no such table")
    two.run("CREATE VIRTUAL TABLE u USING lit(z TEXT)")
    two.run("INSERT INTO u VALUES ('fresh')")
    assert one.all("SELECT z FROM u('fresh')") == [("fresh",)]


def attached():
    db = Db(rows=10)
    db.run("ATTACH ':memory:' AS o")
    db.run("CREATE VIRTUAL TABLE o.t USING lit(a TEXT)")
    db.run("INSERT INTO o.t VALUES ('other word')")
    assert db.all("SELECT a FROM o.t('word')") == [("other word",)]
    db.run("BEGIN")
    db.run("INSERT INTO o.t VALUES ('x'), ('y')")
    db.run("INSERT INTO t(a) VALUES ('x')")
    db.run("ROLLBACK")
    assert db.one("SELECT count(*) FROM o.t") == 1
    db.run("DETACH o")
    db.sound(10)


CONFLICTS = [   # what is left, in or out of the transaction
    ("IGNORE", "", "1,2,3,4,5,20,21,50"), ("REPLACE", "", "1,2,3,4,5,20,21,50"),
    ("ABORT", "UNIQUE", "1,2,3,4,5,50"), ("FAIL", "UNIQUE", "1,2,3,4,5,20,50"),
    ("ROLLBACK", "UNIQUE", "1,2,3,4,5"),
]


def conflicts():
    db = Db(rows=5)
    for clause, words, left in CONFLICTS:
        db.run("BEGIN")
        db.run("INSERT INTO t(rowid, a) VALUES (50, 'fifty')")
        sql = (f"INSERT OR {clause} INTO t(rowid, a) "
               "VALUES (20, 'a'), (3, 'b'), (21, 'c')")
        if words:
            db.fails(sql, words)
        else:
            db.run(sql)
        assert db.one("SELECT group_concat(rowid) FROM "
                      "(SELECT rowid FROM t ORDER BY rowid)") == left
        if db.db.in_transaction:
            db.run("ROLLBACK")
        db.sound(5)
    for value in ("NULL", "'abc'", "2.5"):
        db.fails(f"UPDATE t SET rowid = {value} WHERE rowid = 2", "integer")
        db.fails(f"INSERT INTO t(rowid) VALUES ({value})" if value != "NULL"
                 else "SELECT * FROM t WHERE k = 1", "m")
    rows = db.all("INSERT INTO t(a) VALUES ('r'), ('s') RETURNING a, y")
    assert rows == [("r", None), ("s", None)]
    db.sound(7)


RENAMES = """
SAVEPOINT a; INSERT INTO t(a) VALUES ('ghost'); ROLLBACK TO a; RELEASE a;
BEGIN; ALTER TABLE t RENAME TO u; INSERT INTO u(a) VALUES ('ghost'); ROLLBACK;
SAVEPOINT a; ALTER TABLE t RENAME TO u; INSERT INTO u(a) VALUES ('ghost');
  ROLLBACK TO a; INSERT INTO t(a) VALUES ('kept'); RELEASE a;
BEGIN; INSERT INTO t(a) VALUES ('kept'); SAVEPOINT a; ALTER TABLE t RENAME TO u;
  INSERT INTO u(a) VALUES ('ghost'); ROLLBACK TO a;
  INSERT INTO t(a) VALUES ('kept'); COMMIT;
BEGIN; DROP TABLE t; ROLLBACK;
SAVEPOINT a; SAVEPOINT b; INSERT INTO t(a) VALUES ('ghost'); ROLLBACK TO b;
  INSERT INTO t(a) VALUES ('kept'); RELEASE b; ROLLBACK TO a; RELEASE a;
"""


def savepoints():
    db = Db(rows=5)
    for sql in RENAMES.split(";"):
        db.run(sql)
    assert db.one("SELECT count(*) FROM t('ghost')") == 0
    assert db.one("SELECT count(*) FROM t('kept')") == 3
    db.sound(8)


for test in (open_cursors, values_under_writes, open_at_close, triggers, view,
             writes_by_query, joins, two_connections, attached, conflicts,
             savepoints):
    test()
