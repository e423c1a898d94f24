#!/usr/bin/env python3
"""Tokenizers against Hugging Face's (Rust) and sentencepiece: single thread,
MB/s over abstracts.

MB: how many megabytes of abstracts (100).  Each line is one text; the peers
get them as one batch (encode_batch_fast, encode: their fastest ways), lit as
rows of a table through lit_token_count.  Best of RUNS (3); all on one thread.
Then the memory of each tokenizer against its file, and training on the first
TRAIN megabytes (10) at VOCAB tokens (32000)."""
import gzip
import json
import os
import sqlite3
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Regex, Tokenizer, decoders as D, models as M
from tokenizers import normalizers as N, pre_tokenizers as P, trainers as T

SHARED = os.environ["SHARED"]
FOLDER = os.path.join(SHARED, "data/tokenizers")
TMP = os.environ.get("TMPDIR", "/tmp")


def abstracts(megabytes):
    out, n = [], 0
    for name in ("arxiv", "acl"):
        path = os.path.join(SHARED, "data/corpus/%s.jsonl.gz" % name)
        with gzip.open(path, "rt") as f:
            for line in f:
                d = json.loads(line)
                if d["abstract"]:
                    out.append(d["abstract"])
                    n += len(d["abstract"].encode())
                if n > megabytes * 1e6:
                    return out, n
    return out, n


def xlmr():
    """XLM-R's pieces with a table of characters of the same kind."""
    spec = sentencepiece_model_pb2.ModelProto()
    spec.ParseFromString(open(FOLDER + "/xlnet/spiece.model", "rb").read())
    table = spec.normalizer_spec.precompiled_charsmap
    rows = [s.rstrip("\n").split("\t") for s in
            open(FOLDER + "/xlm-roberta-base/vocab.tsv", encoding="utf8")]
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    t = Tokenizer(M.Unigram(pieces + [(r[1], float(r[2])) for r in rows[3:]],
                            unk_id=3))
    t.normalizer = N.Sequence([N.Precompiled(table),
                               N.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer, t.decoder = P.Metaspace(), D.Metaspace()
    return t


def gpt2():
    t = Tokenizer(M.BPE.from_file(FOLDER + "/gpt2/vocab.json",
                                  FOLDER + "/gpt2/merges.txt"))
    t.pre_tokenizer, t.decoder = P.ByteLevel(False), D.ByteLevel()
    return t


def best(run):
    times = []
    for _ in range(int(os.environ.get("RUNS", 3))):
        begin = time.perf_counter()
        n = run()
        times.append(time.perf_counter() - begin)
    return min(times), n


def batches(texts):
    return [texts[i:i + 1000] for i in range(0, len(texts), 1000)]


def peer_hf(t, texts):
    def run():
        return sum(len(e.ids) for b in batches(texts)
                   for e in t.encode_batch_fast(b, add_special_tokens=False))
    return best(run)


def peer_spm(path, texts):
    t = sentencepiece.SentencePieceProcessor(model_file=path)

    def run():
        return sum(len(ids) for b in batches(texts)
                   for ids in t.encode(b, num_threads=1))
    return best(run)


def lit(db, name):
    return best(lambda: db.execute(
        "SELECT sum(lit_token_count(s, ?)) FROM text", (name,)).fetchone()[0])


def trainers(size):
    """Kind, tokenizer and trainer of theirs."""
    t = Tokenizer(M.WordPiece(unk_token="[UNK]"))
    t.normalizer, t.pre_tokenizer = N.BertNormalizer(), P.BertPreTokenizer()
    yield "wordpiece", t, T.WordPieceTrainer(
        vocab_size=size, show_progress=False,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
    t = Tokenizer(M.BPE())
    t.pre_tokenizer, t.decoder = P.ByteLevel(False), D.ByteLevel()
    yield "bpe", t, T.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=["<|endoftext|>"],
        initial_alphabet=P.ByteLevel.alphabet())
    t = Tokenizer(M.Unigram())
    t.normalizer = N.Sequence([N.Nmt(), N.NFKC(),
                               N.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer, t.decoder = P.Metaspace(), D.Metaspace()
    yield "unigram", t, T.UnigramTrainer(
        vocab_size=size, show_progress=False, unk_token="<unk>",
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])


def train(db, texts, most):
    some, n = [], 0
    for s in texts:
        if n < most:
            some.append(s)
        n += len(s.encode())
    size = int(os.environ.get("VOCAB", 32000))
    db.execute("CREATE TABLE few(s)")
    db.executemany("INSERT INTO few VALUES (?)", ((s,) for s in some))
    print("training, %d tokens from %.0f MB; seconds" % (
        size, min(n, most) / 1e6))
    print("%-28s %8s %8s %7s  %s" % ("", "lit", "peer", "times",
                                     "tokens of the texts, peer's"))
    for kind, t, trainer in trainers(size):
        begin = time.perf_counter()
        ours, = db.execute("SELECT lit_tokenizer_train('few', 's', ?, ?)",
                           (kind, size)).fetchone()
        middle = time.perf_counter()
        t.train_from_iterator(some, trainer)
        end = time.perf_counter()
        ours = Tokenizer.from_str(ours)
        same = ""
        if kind == "bpe":
            same = "; merges " + ("equal" if json.loads(ours.to_str())["model"]
                                  == json.loads(t.to_str())["model"]
                                  else "differ")
        n, m = (sum(len(e.ids) for b in batches(some[:5000])
                    for e in x.encode_batch_fast(b, add_special_tokens=False))
                for x in (ours, t))
        print("%-28s %8.1f %8.1f %7.1f  %d, %d%s" % (
            kind, middle - begin, end - middle,
            (end - middle) / (middle - begin), n, m, same))
        sys.stdout.flush()


def memory(db, files):
    print("memory of a tokenizer, times its file")
    for name, path in files:
        held, = db.execute("SELECT bytes FROM lit_tokenizers WHERE name = ?",
                           (name,)).fetchone()
        print("%-28s %8.1f MB, file %.1f MB: %.1f" % (
            path[0], held / 1e6, path[1] / 1e6, held / path[1]))


def main():
    texts, size = abstracts(float(os.environ.get("MB", 100)))
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(os.environ["LIT"])
    db.execute("CREATE TABLE text(s)")
    db.executemany("INSERT INTO text VALUES (?)", ((s,) for s in texts))
    print("%.0f MB, %d abstracts; MB/s, one thread" % (size / 1e6, len(texts)))
    print("%-28s %8s %8s %7s  %s" % ("", "lit", "peer", "times", "tokens"))
    bert = Tokenizer.from_file(FOLDER + "/bert-base-uncased/tokenizer.json")
    bert.no_truncation(), bert.no_padding()
    rows = [("WordPiece, BERT", bert), ("byte-level BPE, GPT-2", gpt2()),
            ("Unigram, XLM-R", xlmr()),
            ("BPE, Llama 2 .model", FOLDER + "/llama2/tokenizer.model"),
            ("Unigram, XLNet .model", FOLDER + "/xlnet/spiece.model")]
    files = []
    for i, (name, t) in enumerate(rows):
        path = t
        if not isinstance(t, str):
            path = os.path.join(TMP, "lit-bench-text.json")
            t.save(path, pretty=False)
        db.execute("SELECT lit_tokenizer_add(?, ?)", ("t%d" % i, path))
        files.append(("t%d" % i, (name, os.path.getsize(path))))
        ours, n = lit(db, "t%d" % i)
        theirs, m = (peer_spm if t == path else peer_hf)(t, texts)
        print("%-28s %8.1f %8.1f %7.1f  %d%s" % (
            name, size / 1e6 / ours, size / 1e6 / theirs, theirs / ours, n,
            "" if n == m else " (peer: %d)" % m))
        sys.stdout.flush()
    memory(db, files)
    train(db, texts, float(os.environ.get("TRAIN", 10)) * 1e6)


main()
