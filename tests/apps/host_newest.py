"""host_newest.py -- every SQL test, statement by statement, on the SQLite of the
Python that runs this: what each gives, a line each, for a diff of two SQLites.
apsw is taken where it is there.  Left out are tests that need data, what
SQLite itself says otherwise in each version, and a limit of the whole process.
Two SQLites do not share a process: an extension knows one of them at a time.
B: the build folder.  LIT_TMP: for files."""
import glob
import os
import re
import shutil
import sqlite3

try:
    import apsw
except ImportError:
    apsw = None

LIT = os.path.join(os.environ.get("B", "build"), "lit")
WORK = os.path.join(os.environ["LIT_TMP"], "work")
LEFT_OUT = re.compile(r"^\s*EXPLAIN|readfile\(|sqlite_|pragma_|subtype\(|"
                      r"sum\(round|hard_heap_limit", re.IGNORECASE)


def connect():
    db = apsw.Connection(":memory:") if apsw else \
        sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    return db


def outcome(db, sql):
    try:
        return repr(db.execute(sql).fetchall())
    except UnicodeDecodeError:
        return "text that is not UTF-8"
    except Exception as error:
        words = re.sub(r"^\w+Error: ", "", str(error))
        if "lit" not in words and "vec" not in words:
            words = "SQLite's"
        return "error: " + words


def statements(path):
    sql = ""
    with open(path, encoding="utf-8") as file:
        text = file.read().replace("$TMP", WORK)
    for line in text.split("\n"):
        if not sql and line.startswith((".", "--")):
            if line.startswith((".open", ".param", ".import", ".read")):
                return
            continue
        for part in re.split("(?<=;)", line + "\n"):
            sql += part
            if sqlite3.complete_statement(sql):
                yield sql
                sql = ""


for path in sorted(glob.glob("tests/sql/*.sql")):
    with open(path, encoding="utf-8") as file:
        if file.readline().startswith("-- needs:"):
            continue
    shutil.rmtree(WORK, ignore_errors=True)
    os.mkdir(WORK)
    host = connect()
    for statement in statements(path):
        if not LEFT_OUT.search(statement):
            print(path, repr(statement.strip()[:300]), outcome(host, statement))
    host.close()
