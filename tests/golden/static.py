"""static.py -- makes tests/golden/static.safetensors, a static model of lit's
own kind, and prints vectors of it, reckoned here in exact integers."""
import json
import math
import random
import struct

WORDS = """[UNK] the a of retrieval neural ranking document ##s query ##ing
 ##ed search vector sparse dense model language learn to flow over wing . , - '
 ( ) 1 2 ##1 ##2 naive resume 中""".split()
WIDTH = 37
random.seed(7)
weights = [0] + [random.choice((1, 2, 300, 40000, 65535)) for _ in WORDS[1:]]
rows = [[random.randint(-128, 127) for _ in range(WIDTH)] for _ in WORDS]
parts = {
    "embeddings": ("I8", [len(WORDS), WIDTH],
                   b"".join(struct.pack(f"{WIDTH}b", *r) for r in rows)),
    "weights": ("U16", [len(WORDS)],
                struct.pack(f"<{len(WORDS)}H", *weights)),
    "vocabulary": ("U8", None, "".join(w + "\n" for w in WORDS).encode()),
}
head = {"__metadata__": {"format": "lit static 1", "dim_order": "matryoshka",
                         "card": json.dumps({"data": "none, for tests"})}}
body = b""
for name, (dtype, shape, at) in parts.items():
    head[name] = {"dtype": dtype, "shape": shape or [len(at)],
                  "data_offsets": [len(body), len(body) + len(at)]}
    body += at
text = json.dumps(head).encode()
text += b" " * (-len(text) % 8)
with open("tests/golden/static.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + body)


def vector(tokens):
    ids = [WORDS.index(t) for t in tokens]
    sums = [sum(weights[i] * rows[i][k] for i in ids) for k in range(WIDTH)]
    length = math.sqrt(sum(float(s) * float(s) for s in sums))
    return struct.pack(f"<{WIDTH}f", *(s / length for s in sums)).hex().upper()


print(vector("the neural retrieval of document ##s .".split()))
print(vector("naive resume - query ##ing 中 1 ##2".split()))
print(vector("the wing".split() * 5000))
