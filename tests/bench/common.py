"""common.py -- what benchmarks share.  LIT: the extension.  SHARED: the data."""
import os
import pathlib
import re
import sqlite3
import subprocess
import sys

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


def gguf_file(model, kind, folder):
    """The model, a folder, as a GGUF file of such blocks, made in `folder`.
    ImportError where the gguf package is not installed."""
    import gguf as _
    tool = pathlib.Path(__file__).parent.parent / "golden" / "gguf.py"
    file = os.path.join(folder, "model-%s.gguf" % kind)
    subprocess.run([sys.executable, str(tool), str(model), file, kind],
                   check=True, env=dict(os.environ, PYTHONPATH=":".join(
                       x for x in sys.path if x)))
    return file
