"""common.py -- what benchmarks share.  LIT: the extension.  SHARED: the data."""
import os
import pathlib
import re
import sqlite3

LIT = str(pathlib.Path(os.environ.get("LIT", "build/lit")).resolve())
SHARED = os.environ.get("SHARED", "../shared")


def connect(path=":memory:", ext=LIT):
    db = sqlite3.connect(path, isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(ext)
    return db


def megabytes(name, status=None):
    """Of /proc/PID/status, by default one's own: VmHWM is the most, VmRSS what
    it is now.  rusage would count what the parent held before exec."""
    status = status or pathlib.Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status)[1]) / 1024


def read_bytes():
    """That this process read so far."""
    return int(re.search(r"rchar: (\d+)", open("/proc/self/io").read())[1])
