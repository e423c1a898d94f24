"""models.py -- how fast lit runs MiniLM-L6, against the runtimes people use.

    make bench-models       LIT: the extension; SHARED: where the data lies
                            TEXTS: how many abstracts (1000); needs make model

Same texts, cut to the model's 256 tokens, and same threads (1, then 2), in
float32, bf16 and int8; onnxruntime gets the graph with its own fused operators (int8: its dynamic quantization of it,
weights by channel; bf16: it has none for CPUs), batches of like length and the
best of three batch sizes.
sentence-transformers (PyTorch) and llama.cpp (the same model as GGUF, by
tests/golden/gguf.py) come from tests/bench/peers-models.txt, in
build/venv-models; where one could not be installed, that is said.  Q8_0: lit and
llama.cpp on one GGUF file of the model in these blocks.
Besides texts a second: the arithmetic that this makes, beside that of OpenBLAS's
sgemm (1024 x 1024 x 1024, numpy, one thread) measured in the same run; one short
query, and 1.2 times what its multiply-adds take at that peak plus 0.3 ms; the
time to load the model, and memory; the worst cosines to lit's own float32.
Quality: make bench-precision.
"""
import glob
import gzip
import json
import os
import pathlib
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)      # sgemm as this CPU can
sys.path.extend(glob.glob("build/venv-models/lib/python3*/site-packages"))
import numpy as np
import onnx
import onnxruntime
from common import gguf_file, megabytes
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

N = int(os.environ.get("TEXTS", 1000))
MODEL = pathlib.Path(os.environ.get("LIT_MODELS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
    "lit", "models")) / "minilm"
QUERY = "what is a B-tree?"


def texts():
    path = os.path.join(os.environ["SHARED"], "data/corpus/arxiv.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return [json.loads(x)["abstract"]
                for i, x in enumerate(f) if i < 75 * N and i % 75 == 0]


def cut(rows):
    """Texts of at most 256 tokens, as not every peer cuts them at the same
    place."""
    tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    tokenizer.no_padding()
    return [x[:one.offsets[-2][1]]
            for x, one in zip(rows, tokenizer.encode_batch(rows))]


def clock(run, times=1):
    best = 1e9
    for _ in range(times):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def weights():
    data = (MODEL / "model.safetensors").read_bytes()
    n = struct.unpack("<Q", data[:8])[0]
    for name, t in json.loads(data[8:8 + n]).items():
        if name != "__metadata__" and t["dtype"] == "F32":
            a, b = t["data_offsets"]
            yield name, np.frombuffer(data[8 + n + a:8 + n + b],
                                      "<f4").reshape(t["shape"])


def onnx_graph(width=384, heads=12, layers=6):
    """MiniLM in onnxruntime's fused operators (domain com.microsoft)."""
    w = dict(weights())
    nodes, tensors = [], []

    def const(name, value):
        tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(kind, ins, out, domain="com.microsoft", **attr):
        nodes.append(helper.make_node(kind, ins, [out], domain=domain, **attr))
        return out

    def norm(name):
        return [const(name + ".g", w[name + ".weight"]),
                const(name + ".b", w[name + ".bias"])]

    def product(x, name, out):
        return node("MatMul", [x, const(name, w[name + ".weight"].T)], out, "")

    e = "embeddings."
    nodes.append(helper.make_node(
        "EmbedLayerNormalization",
        ["ids", "", const("words", w[e + "word_embeddings.weight"]),
         const("places", w[e + "position_embeddings.weight"]
               + w[e + "token_type_embeddings.weight"][0]),
         "", *norm(e + "LayerNorm")],
        ["x0", "unused"], domain="com.microsoft", epsilon=1e-12))
    x = "x0"
    for i in range(layers):
        p, s = "encoder.layer.%d." % i, ".%d" % i
        a = p + "attention.self."
        qkv = [a + k for k in ("query", "key", "value")]
        context = node("Attention", [
            x, const("qkv" + s, np.concatenate([w[k + ".weight"] for k in qkv]).T),
            const("qkvb" + s, np.concatenate([w[k + ".bias"] for k in qkv])),
            "lengths"], "c" + s, num_heads=heads)
        y = product(context, p + "attention.output.dense", "o" + s)
        x = node("SkipLayerNormalization", [
            y, x, *norm(p + "attention.output.LayerNorm"),
            const("ob" + s, w[p + "attention.output.dense.bias"])],
            "a" + s, epsilon=1e-12)
        y = product(x, p + "intermediate.dense", "u" + s)
        y = node("BiasGelu", [y, const("ub" + s, w[p + "intermediate.dense.bias"])],
                 "g" + s)
        y = product(y, p + "output.dense", "d" + s)
        x = node("SkipLayerNormalization", [
            y, x, *norm(p + "output.LayerNorm"),
            const("db" + s, w[p + "output.dense.bias"])], "h" + s, epsilon=1e-12)
    ints = helper.make_tensor_value_info("ids", TensorProto.INT32, ["b", "n"])
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["b"])
    out = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["b", "n", width])
    graph = helper.make_graph(nodes, "minilm", [ints, lengths], [out], tensors)
    return helper.make_model(graph, ir_version=9, opset_imports=[
        helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])


def onnx_bytes(precision):
    graph = onnx_graph()
    if precision == "float32":
        return graph.SerializeToString()
    from onnxruntime import quantization
    with tempfile.TemporaryDirectory() as d:
        a, b = os.path.join(d, "a.onnx"), os.path.join(d, "b.onnx")
        onnx.save(graph, a)
        quantization.quantize_dynamic(
            a, b, per_channel=True, weight_type=quantization.QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT})
        return pathlib.Path(b).read_bytes()


class Ort:
    def __init__(self, threads, precision):
        o = onnxruntime.SessionOptions()
        o.intra_op_num_threads, o.inter_op_num_threads = threads, 1
        self.run_ids = onnxruntime.InferenceSession(
            onnx_bytes(precision), o, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.tokenizer.enable_truncation(256)
        self.tokenizer.no_padding()

    def embed(self, rows, batch):
        ids = [x.ids for x in self.tokenizer.encode_batch(rows)]
        order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
        out = np.zeros((len(ids), 384), np.float32)
        for k in range(0, len(order), batch):
            part = order[k:k + batch]
            n = np.array([len(ids[i]) for i in part], np.int32)
            x = np.zeros((len(part), n[0]), np.int32)
            for r, i in enumerate(part):
                x[r, :n[r]] = ids[i]
            h = self.run_ids.run(None, {"ids": x, "lengths": n})[0]
            h *= (np.arange(n[0])[None, :] < n[:, None])[:, :, None]
            v = h.sum(1) / n[:, None]
            out[part] = v / np.linalg.norm(v, axis=1, keepdims=True)
        return out


def row(who, threads, seconds, n, flops, peak):
    print("%-22s %7d %10.1f %9.0f %9.2f" % (
        who, threads, n / seconds, flops / seconds / 1e9,
        flops / seconds / 1e9 / peak / threads), flush=True)


def connect():
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(os.environ.get("LIT", "build/lit"))
    return db


def add(db, precision, path=MODEL):
    """Loads the model as `m`; the milliseconds that it took."""
    options = {"max_tokens": 256, "precision": "stored"
               if precision == "Q8_0" else precision}
    start = time.perf_counter()
    db.execute("SELECT lit_model_add('m', ?, ?)", (
        str(path), json.dumps(options))).fetchone()
    return (time.perf_counter() - start) * 1e3


def memory(precision, path):
    """In a process of its own: memory of the model that is not mapped from its
    file, and what 32 texts of 256 tokens need besides."""
    db = connect()
    before = megabytes("RssAnon")
    add(db, precision, path)
    db.execute("SELECT lit_embed(?, 'm')", (QUERY,)).fetchone()
    model = megabytes("RssAnon") - before
    db.execute("CREATE TABLE t(a TEXT)")
    db.executemany("INSERT INTO t VALUES (?)", [("word " * 300,)] * 32)
    with open("/proc/self/clear_refs", "w") as f:
        f.write("5")
    before = megabytes("VmRSS")
    db.execute("SELECT vector FROM lit_embed_all('t', 'a', 'm')").fetchall()
    print("%s: %.0f MB of its own; 32 texts of 256 tokens: %.1f MB more" % (
        precision, model, megabytes("VmHWM") - before), flush=True)


def torch_row(rows, threads, flops, peak):
    """Its vectors, or None."""
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError:
        print("sentence-transformers  is not installed")
        return None
    torch.set_num_threads(threads)
    st = SentenceTransformer(str(MODEL), device="cpu")
    n, got = min(200, len(rows)), []
    row("sentence-transformers", threads,
        clock(lambda: got.append(st.encode(rows[:n], batch_size=32))), n,
        flops * n / len(rows), peak)
    return got[0]


def llama_row(rows, threads, flops, peak, file, kind=""):
    """Its vectors, or None; what a query takes, in seconds."""
    try:
        import llama_cpp
    except ImportError:
        llama_cpp = None
    if not llama_cpp or not file:
        print("llama.cpp              is not installed")
        return None, 0
    n, got = min(200, len(rows)), []
    llama = llama_cpp.Llama(
        file, embedding=True, n_ctx=256, n_batch=512, n_ubatch=512,
        n_threads=threads, n_threads_batch=threads, verbose=False)
    row("llama.cpp" + kind, threads,
        clock(lambda: got.extend(llama.embed(rows[:n], normalize=True))),
        n, flops * n / len(rows), peak)
    return np.array(got, np.float32), clock(
        lambda: llama.embed([QUERY], normalize=True), 200)


def q8(db, rows, ours, flops, peak, file):
    """lit and llama.cpp on a Q8_0 file; words on it."""
    every = "SELECT vector FROM lit_embed_all('t', 'a', 'm') ORDER BY id"
    open_ms, size = add(db, "Q8_0", file), os.path.getsize(file) / 1e6
    for threads in (2, 1):
        got = []
        db.execute("SELECT lit_config('threads', ?)", (threads,)).fetchone()
        row("lit Q8_0", threads, clock(lambda: got.extend(db.execute(every))),
            len(rows), flops, peak)
        theirs, query = llama_row(rows, threads, flops, peak, file, " Q8_0")
    v = np.stack([np.frombuffer(x[0], "<f4") for x in got])
    one = "SELECT lit_embed(?, 'm')"
    words = "Q8_0: %.0f MB loaded in %.0f ms; one query: lit %.2f ms, " \
        "llama.cpp %.2f ms; worst cosine to float32: lit %.5f" % (
            size, open_ms,
            clock(lambda: db.execute(one, (QUERY,)).fetchone(), 200) * 1e3,
            query * 1e3, (v * ours).sum(1).min())
    if theirs is None:
        return words
    n = len(theirs)
    return words + ", llama.cpp %.5f; lit to llama.cpp %.5f" % (
        (theirs * ours[:n]).sum(1).min(), (theirs * v[:n]).sum(1).min())


def compare(db, rows, precision, threads, flops, peak):
    """lit and onnxruntime; the vectors of both."""
    every = "SELECT vector FROM lit_embed_all('t', 'a', 'm') ORDER BY id"
    got, theirs = [], []
    db.execute("SELECT lit_config('threads', ?)", (threads,)).fetchone()
    row("lit " + precision, threads,
        clock(lambda: got.extend(db.execute(every))), len(rows), flops, peak)
    if precision == "bf16":
        got = np.stack([np.frombuffer(x[0], "<f4") for x in got])
        return got, np.full_like(got, np.nan)
    ort = Ort(threads, precision)
    best = min((clock(lambda: ort.embed(rows[:100], b)), b)
               for b in (1, 4, 16))[1]
    row("onnxruntime %s by %d" % (precision[:5], best), threads,
        clock(lambda: theirs.append(ort.embed(rows, best))), len(rows),
        flops, peak)
    return np.stack([np.frombuffer(x[0], "<f4") for x in got]), theirs[0]


def main(folder):
    rows = cut(texts())
    db = connect()
    db.execute("CREATE TABLE t(a TEXT)")
    db.executemany("INSERT INTO t VALUES (?)", [(x,) for x in rows])
    a = np.random.rand(1024, 1024).astype(np.float32)
    peak = 2 * 1024 ** 3 / clock(lambda: a @ a, 20) / 1e9
    n_ids = [len(x.ids)
             for x in Ort(1, "float32").tokenizer.encode_batch(rows)]
    # per token: 6 layers of 4 w^2 + 2 w 4w multiply-adds, and attention
    flops = sum(2 * 6 * (12 * 384 ** 2 + 2 * n * 384) * n for n in n_ids)
    print("%d abstracts, %d tokens; sgemm's peak %.0f GFLOP/s a thread"
          % (len(rows), sum(n_ids), peak))
    print("%-22s %7s %10s %9s %9s" % ("", "threads", "texts/s", "GFLOP/s",
                                      "of peak"))
    ours, worst, words = None, 1, []
    try:
        files = [gguf_file(MODEL, kind, folder) for kind in ("F32", "Q8_0")]
    except ImportError:
        files = [None, None]
    for precision in ("float32", "bf16", "int8"):
        open_ms = add(db, precision)
        for threads in (1, 2):
            v, w = compare(db, rows, precision, threads, flops, peak)
            if precision == "float32":
                ours = v
                for who, theirs in (
                        ("sentence-transformers",
                         torch_row(rows, threads, flops, peak)),
                        ("llama.cpp",
                         llama_row(rows, threads, flops, peak, files[0])[0])):
                    if theirs is not None and threads == 1:
                        words.append("%s: worst cosine %.6f" % (
                            who, (v[:len(theirs)] * theirs).sum(1).min()))
        cosines = [float((ours * x).sum(1).min()) for x in (v, w)]
        worst = min(worst, cosines[0])
        db.execute("SELECT lit_config('threads', 1)").fetchone()
        ort = Ort(1, "float32" if precision == "bf16" else precision)
        one = "SELECT lit_embed(?, 'm')"
        n = len(ort.tokenizer.encode(QUERY).ids)
        least = 2 * 6 * (12 * 384 ** 2 + 2 * n * 384) * n / peak / 1e6
        words.append(
            "%s: loaded in %.0f ms; one query (%r; at most %.2f by float32's "
            "peak): lit %.2f ms, onnxruntime %.2f ms; worst cosine: lit %.5f, "
            "onnxruntime %s" % (
                precision, open_ms, QUERY, 1.2 * least + 0.3,
                clock(lambda: db.execute(one, (QUERY,)).fetchone(), 200) * 1e3,
                clock(lambda: ort.embed([QUERY], 1), 200) * 1e3, cosines[0],
                "-" if np.isnan(cosines[1]) else "%.5f" % cosines[1]))
    if files[1]:
        words.append(q8(db, rows, ours, flops, peak, files[1]))
    print("\n".join(words), flush=True)
    for precision in ("float32", "bf16", "int8"):
        subprocess.run([sys.executable, __file__, precision, MODEL], check=True)
    if files[1]:
        subprocess.run([sys.executable, __file__, "Q8_0", files[1]], check=True)
    return worst < 0.995


if sys.argv[1:]:
    memory(*sys.argv[1:])
else:
    with tempfile.TemporaryDirectory() as top:
        sys.exit(main(top))
