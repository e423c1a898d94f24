"""distill.py -- a training that is interrupted goes on to the same bytes; its
checkpoint is refused for other options or texts, or when damaged; a model or
checkpoint that cannot be written is one error, and nothing half-written stays.
B: the build folder.  LIT_TMP: where files may be made."""
import json
import os
import resource
import signal
import sqlite3
import time

LIT = os.path.join(os.environ.get("B", "build"), "lit")
TMP = os.path.join(os.environ["LIT_TMP"], "distill")
OPTIONS = {"dim": 64, "words": 900, "least": 2, "steps": 60, "batch": 128,
           "report": 5, "alike": 8, "keep": 50}
# Seconds within which a training stops; a sanitizer takes its time
SOON = 30 if os.environ.get("preload") else 2
HARD = {"hard": 4, "pool": 64, "mine": 7}


def connect():
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(LIT)
    db.executescript(open("sql/demo_papers.sql").read())
    return db


def path(name):
    return os.path.join(TMP, name)


def train(db, out, table="demo_papers", **more):
    options = json.dumps({"out": path(out), **OPTIONS, **more})
    return db.execute("SELECT stage, step FROM lit_train(?, ?)",
                      (table, options)).fetchall()


def refused(words, *args, **more):
    try:
        train(*args, **more)
    except sqlite3.Error as error:
        assert words in str(error), error
    else:
        raise AssertionError("not refused: " + words)


def content(name):
    with open(path(name), "rb") as f:
        return f.read()


def interrupted(db, whole, out, **more):
    seconds = 0.02
    while not os.path.exists(path(out)):
        end = time.monotonic() + seconds
        db.set_progress_handler(lambda: time.monotonic() > end, 100)
        try:
            train(db, out, **more)
        except sqlite3.OperationalError as error:
            assert "interrupted" in str(error), error
            assert time.monotonic() < end + SOON
        seconds *= 1.5
    db.set_progress_handler(None, 0)
    assert content(whole) == content(out)


def other_checkpoint(db):
    options = json.dumps({"out": path("c"), **OPTIONS})
    rows = db.execute("SELECT * FROM lit_train('demo_papers', ?)", (options,))
    for _ in range(3):
        next(rows)
    rows.close()
    good = content("c.state")
    refused("other options or texts", db, "c", seed=2)
    refused("other options or texts", db, "c", **HARD)
    refused("other options or texts", db, "c", table="fewer")
    for bad in (good[:1000], good[:-1], b"", good[:5000] + b"x" + good[5001:]):
        with open(path("c.state"), "wb") as f:
            f.write(bad)
        refused("damaged", db, "c")
    with open(path("c.state"), "wb") as f:
        f.write(good)
    train(db, "c")
    assert content("a") == content("c")


def no_room(db):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for size in (1000, 300000):                 # The checkpoint; it has 730 kB
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
        refused("too large", db, "d")
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert not [f for f in os.listdir(TMP) if f.startswith("d")]
    refused("No such file", db, "none/such")
    os.mkdir(path("e"))
    refused("Is a directory", db, "e")
    train(db, "d")
    assert content("a") == content("d")


os.makedirs(TMP, exist_ok=True)
db = connect()
db.execute("CREATE VIEW fewer AS SELECT * FROM demo_papers WHERE id > 1")
train(db, "a")
interrupted(db, "a", "b")
train(db, "a hard", **HARD)
assert content("a") != content("a hard")
interrupted(db, "a hard", "b hard", **HARD)
other_checkpoint(db)
no_room(db)
assert not [f for f in os.listdir(TMP) if f.endswith(".new")], os.listdir(TMP)
