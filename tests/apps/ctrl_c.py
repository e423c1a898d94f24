"""ctrl_c.py -- Ctrl-C in the shell, on a terminal, stops a long INSERT
soon, and the table is sound after it; so does a progress handler
as Datasette sets one, and interrupt() in the midst of one huge text or while
a large model is opened.
B: the build folder.  LIT_TMP: where files may be made."""
import json
import os
import pty
import select
import shutil
import sqlite3
import struct
import threading
import time

LIT = os.path.join(os.environ.get("B", "build"), "lit")
SETUP = os.path.join(os.environ["LIT_TMP"], "setup.sql")
# 0.05 s on an idle machine; a sanitizer takes its time
SOON = 15.0 if os.environ.get("preload") else 1.0
FILL = ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < {}) INSERT INTO t(a, v) SELECT 'paper on ' || hex(randomblob(40)) "
        "|| ' and ' || i, zeroblob(256) FROM n;\n")
CREATE = "CREATE VIRTUAL TABLE t USING lit(a TEXT, v VECTOR(64));\n"


class Shell:
    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp("sqlite3", ["sqlite3", "-init", "/dev/null"])
        self.say(f".load {LIT}\n.read {SETUP}\n")

    def say(self, text):
        os.write(self.fd, text.encode())

    def wait(self, words, limit=60):
        got, end = b"", time.monotonic() + limit
        while words not in got and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.01)[0]:
                got += os.read(self.fd, 65536)
        assert words in got, got[-500:]

    def close(self):
        self.say(".quit\n")
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def ctrl_c(setup, sql):
    with open(SETUP, "w") as f:
        f.write(setup)
    shell = Shell()
    shell.say("SELECT 'rea' || 'dy';\n")
    shell.wait(b"ready")
    shell.say(sql + "\n")
    time.sleep(0.2)
    begin = time.monotonic()
    shell.say("\x03")
    shell.wait(b"nterrupted")
    assert time.monotonic() - begin < SOON, sql
    shell.say("INSERT INTO t(t) VALUES('integrity-check');\n"
              "SELECT 'sou' || 'nd';\n")
    shell.wait(b"sound")
    shell.close()


def stopped(db, sql, args, begin):
    try:
        db.execute(sql, args).fetchall()
        raise AssertionError("not stopped: " + sql)
    except sqlite3.OperationalError as error:
        assert "interrupted" in str(error), error
    assert time.monotonic() - begin < SOON, sql


def interrupts(db, done):
    """Ask until it is heard: before the statement runs, SQLite forgets it."""
    while not done.wait(0.1):
        db.interrupt()


def interrupted(db, sql, args):
    done = threading.Event()
    again = threading.Thread(target=interrupts, args=(db, done), daemon=True)
    begin = time.monotonic()
    again.start()
    stopped(db, sql, args, begin + 0.1)
    done.set()
    again.join()


def large_model(layers=12, sizes={8: 768, 20: 3072}):
    """The tiny model of that many layers and such sizes; its weights are the
    zeros of a file that is a hole."""
    folder = os.path.join(os.environ["LIT_TMP"], "large")
    shutil.copytree("tests/golden/bert-mean", folder)
    for file, values in (("config.json", {
            "hidden_size": sizes[8], "intermediate_size": sizes[20],
            "num_hidden_layers": layers}), ("1_Pooling/config.json", {
            "embedding_dimension": sizes[8]})):
        path = os.path.join(folder, file)
        with open(path) as f:
            values = {**json.load(f), **values}
        with open(path, "w") as f:
            json.dump(values, f)
    path = os.path.join(folder, "model.safetensors")
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    out, at = {}, 0
    for name, tensor in header.items():
        if name == "__metadata__" or ".1." in name:
            continue
        for i in range(layers if ".0." in name else 1):
            shape = [sizes.get(n, n) for n in tensor["shape"]]
            end = at + 4 * shape[0] * (shape + [1])[1]
            out[name.replace(".0.", f".{i}.")] = {
                "dtype": "F32", "shape": shape, "data_offsets": [at, end]}
            at = end
    head = json.dumps(out).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(head)) + head)
        f.truncate(8 + len(head) + at)
    return folder


def in_python():
    db = sqlite3.connect(":memory:", isolation_level=None,
                         check_same_thread=False)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    db.executescript(CREATE + FILL.format(3000))
    begin = time.monotonic()
    db.set_progress_handler(lambda: time.monotonic() > begin + 0.1, 1000)
    stopped(db, "SELECT count(*) FROM t AS x, t(x.a)", (), begin + 0.1)
    db.set_progress_handler(None, 0)
    huge = "".join(f"word{i} \\textit{{x}} " for i in range(1000000)) * 4
    for sql in ("INSERT INTO t(a) VALUES (?)", "SELECT lit_clean(?)",
                "SELECT count(*) FROM lit_terms(?)"):
        interrupted(db, sql, (huge,))
    interrupted(db, "SELECT lit_model_add('large', ?, ?)",
                (large_model(), '{"precision": "int8"}'))
    assert db.execute("SELECT count(*) FROM lit_models WHERE name = 'large'"
                      ).fetchone() == (0,)
    db.execute("INSERT INTO t(t) VALUES ('integrity-check')")
    assert db.execute("SELECT count(*) FROM t").fetchone() == (3000,)


ctrl_c(CREATE, FILL.format(1000000).strip())
in_python()
