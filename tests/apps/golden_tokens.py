"""golden_tokens.py -- the cases of others' own tests: transformers.js (857 for
55 tokenizers), swift-transformers and llama.cpp (.inp, .out), for every
tokenizer whose files are at hand.  Ids must be equal; decoded texts too, where
the case has one, but for special tokens and the blanks around them.
B: the build folder.  SHARED: where the data lies.  V=1 names what is left
out."""
import base64
import collections
import glob
import json
import os
import re
import sqlite3
import sys

LIT = os.path.join(os.environ.get("B", "build"), "lit")
DATA = os.path.join(os.environ.get("SHARED", "../shared"), "data/tokenizers")
TMP = os.environ.get("LIT_TMP", "/tmp")

# Whose cases may be run with which files: the vocabularies are the same.
FILES = {
    "bert-base-uncased/tokenizer.json": [
        "Xenova/bert-base-uncased", "bert-base-uncased",
        "google-bert/bert-base-uncased",
        "Xenova/distilbert-base-uncased-finetuned-sst-2-english"],
    "bert-base-cased/vocab.txt": [
        "Xenova/bert-base-cased", "google-bert/bert-base-cased",
        "Xenova/distilbert-base-cased-distilled-squad"],
    "bert-base-multilingual-cased/vocab.txt": [
        "Xenova/bert-base-multilingual-cased-ner-hrl",
        "Xenova/distiluse-base-multilingual-cased-v2",
        "distilbert/distilbert-base-multilingual-cased"],
    "gpt2": ["Xenova/gpt2", "distilgpt2"],
    "roberta": ["Xenova/all-distilroberta-v1"],
    "llamacpp/ggml-vocab-llama-spm.gguf": [
        "Xenova/llama-tokenizer",
        "coreml-projects/Llama-2-7b-chat-coreml"],
    "llamacpp/ggml-vocab-deepseek-coder.gguf": [
        "Xenova/deepseek-coder-1.3b-instruct"],
    "llamacpp/ggml-vocab-falcon.gguf": ["tiiuae/falcon-7b"],
    "qwen/qwen.tiktoken": ["Xenova/Qwen1.5-0.5B-Chat"],
    "tiktoken/cl100k_base.tiktoken": ["Xenova/gpt-4"],
    "tiktoken/o200k_base.tiktoken": ["Xenova/gpt-4o"],
    "xlm-roberta-strip": [
        "Xenova/paraphrase-multilingual-MiniLM-L12-v2",
        "Xenova/paraphrase-multilingual-mpnet-base-v2"],
    "xlm-roberta": ["Xenova/bge-reranker-base"],
}


def field(data, number):
    """The first length-delimited field of a protocol buffer, or None."""
    at = 0

    def varint():
        nonlocal at
        v = shift = 0
        while True:
            b = data[at]
            at += 1
            v |= (b & 127) << shift
            shift += 7
            if b < 128:
                return v
    while at < len(data):
        key = varint()
        if key & 7 == 0:
            varint()
        elif key & 7 == 2:
            n = varint()
            if key >> 3 == number:
                return data[at:at + n]
            at += n
        else:
            at += 4 if key & 7 == 5 else 8


def xlm_roberta(strip):
    """tokenizer.json of XLM-R's pieces; its table of characters is XLNet's."""
    rows = [s.rstrip("\n").split("\t") for s in
            open(DATA + "/xlm-roberta-base/vocab.tsv", encoding="utf8")]
    pieces = [["<s>", 0.0], ["<pad>", 0.0], ["</s>", 0.0], ["<unk>", 0.0]]
    pieces += [[r[1], float(r[2])] for r in rows[3:]] + [["<mask>", 0.0]]
    table = field(field(open(DATA + "/xlnet/spiece.model", "rb").read(), 3), 2)
    special = [(0, "<s>"), (1, "<pad>"), (2, "</s>"), (3, "<unk>"),
               (len(pieces) - 1, "<mask>")]
    t = {"added_tokens": [
            {"id": i, "content": s, "special": True, "normalized": False,
             "lstrip": s == "<mask>", "rstrip": False, "single_word": False}
            for i, s in special],
         "normalizer": {"type": "Sequence", "normalizers": [
             {"type": "Precompiled",
              "precompiled_charsmap": base64.b64encode(table).decode()},
             {"type": "Strip", "strip_left": False, "strip_right": strip},
             {"type": "Replace", "pattern": {"Regex": " {2,}"},
              "content": "\u2581"}]},
         "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581",
                           "prepend_scheme": "always", "split": True},
         "post_processor": {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                        {"Sequence": {"id": "A", "type_id": 0}},
                        {"SpecialToken": {"id": "</s>", "type_id": 0}}],
             "pair": [], "special_tokens": {
                 "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
                 "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]}}},
         "decoder": {"type": "Metaspace", "replacement": "\u2581",
                     "prepend_scheme": "always"},
         "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces}}
    path = os.path.join(TMP, "xlm-roberta.json")
    with open(path, "w") as f:
        json.dump(t, f)
    return path


def cases():
    """Model, text, ids, decoded text or None."""
    with open(DATA + "/golden/transformers_js.jsonl", encoding="utf8") as f:
        for line in f:
            d = json.loads(line)
            if "text_pair" in d:
                continue        # SQL has no pairs
            yield d["model"], d["text"], d["ids"], d.get("decoded")
    path = DATA + "/golden/swift-transformers/tokenizer_tests.json"
    for model, rows in json.load(open(path, encoding="utf8")).items():
        for d in rows:
            yield (model, d["input"], d["encoded"]["input_ids"],
                   d["decoded_without_special"])


def llamacpp():
    """Path, text, ids: those of llama.cpp are without special tokens."""
    others = {"qwen2": "/qwen/qwen.tiktoken", "roberta-bpe": "/roberta",
              "deepseek-r1-qwen": "/qwen/qwen.tiktoken"}
    for path in sorted(glob.glob(DATA + "/llamacpp/*.gguf.inp")):
        name = re.search("vocab-(.*).gguf", path)[1]
        with open(path, "rb") as f:
            texts = f.read().decode().split("\n__ggml_vocab_test__\n")
        ids = [[int(i) for i in s.split()] for s in open(path[:-3] + "out")]
        files = DATA + others[name] if name in others else path[:-4]
        yield name, files, list(zip(texts, ids))


class Count:
    def __init__(self, db):
        self.db, self.bad, self.run = db, 0, collections.Counter()
        self.out = collections.Counter()

    def one(self, name, text, special, want, decoded=None):
        got, back = self.db.execute(
            "SELECT lit_token_ids(?1, ?2, ?3), lit_detokenize(?4, ?2)",
            (text, name, special, str(want))).fetchone()
        self.run[name] += 1
        if json.loads(got) != want or not same(back, decoded):
            self.bad += 1
            print(name, repr(text), got, want, repr(back), repr(decoded))


def same(got, want):
    """Cases keep special tokens, some clean blanks before punctuation up."""
    if want is None:
        return True

    def plain(s):
        s = re.sub(r"\[(CLS|SEP|UNK|PAD)\]|</?(s|unk|pad)>|<\|[^|]*\|>|"
                   "<｜[^｜]*｜>", "", s)
        return re.sub(r"\s+", "", s)
    return plain(got) == plain(want)


def main():
    if not os.path.isdir(DATA):
        sys.exit(77)
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(LIT)
    c, whose = Count(db), {}
    for path, models in FILES.items():
        name = path.replace("/", "-")
        full = xlm_roberta("strip" in path) if "xlm" in path else DATA + "/" + path
        db.execute("SELECT lit_tokenizer_add(?, ?)", (name, full))
        whose.update((model, name) for model in models)
    for model, text, ids, decoded in cases():
        if model not in whose:
            c.out[model] += 1
        elif "\0" in text:
            c.out[model + ", texts with a NUL"] += 1
        elif "tiktoken" in whose[model] and "<|" in text:
            c.out[model + ", texts of special tokens"] += 1
        else:
            c.one(whose[model], text, 1, ids, decoded)
    for name, path, rows in llamacpp():
        if not os.path.exists(path):
            c.out["llama.cpp " + name] += len(rows)
            continue
        db.execute("SELECT lit_tokenizer_add(?, ?)", ("gguf-" + name, path))
        for text, ids in rows:
            if "\0" not in text:
                c.one("gguf-" + name, text, 0, ids)
    if os.environ.get("V"):
        for model, n in sorted(c.out.items()):
            print("left out, its files are not here:", model, n)
    print("%d cases of %d tokenizers: %d differ; %d cases of %d left out" % (
        sum(c.run.values()), len(c.run), c.bad, sum(c.out.values()),
        len(c.out)))
    sys.exit(c.bad > 0)


main()
