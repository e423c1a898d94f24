#!/usr/bin/env python3
"""Subword tokenizers against Hugging Face's library and sentencepiece.

    python3 tests/golden/subword.py     writes tests/golden/subword/

It trains a small tokenizer of each kind and keeps what the libraries answer
for tricky and random texts; tests/unit/subword_golden_check.c compares without
them.  check_tokens.py compares large ones.  Needs PyPI tokenizers,
sentencepiece, protobuf."""
import io
import json
import os
import random

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers import decoders as D, models as M, normalizers as N
from tokenizers import pre_tokenizers as P, processors as X, trainers as T

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "subword")
SHARED = os.environ.get("SHARED", os.path.join(HERE, "../../../shared"))
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|"
          r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*"
         r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+"
         r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
         r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

CORPUS = """The encoder reads the whole sentence and the decoder writes it again.
We can't say that models don't learn; they've learned, and we'll see what's next.
Retrieval of scientific papers by dense vectors, learned from 2,048 examples.
Unaffable rivals retold the theory of relativity in 1915 and in 1916.
Die Überprüfung größerer Modelle kostet Zeit. Le modèle a été entraîné à Paris.
El año pasado, la señora pidió más café. Модель обучается на корпусе текстов.
検索モデルは文書を読む。 研究者 读 论文。 한국어 문장도 있다. नमस्ते दुनिया
The loss $\\mathcal{L} = -\\sum_i \\log p(x_i)$ falls below 0.5 in 3 epochs.
""" * 3

TEXTS = [
    "", " ", "  ", "a", "The encoder reads papers.", "  leading and trailing  ",
    "can't we'll THEY'VE don'T it\u2019s", "naïve café e\u0301 \u1e9b\u0323",
    "tabs\tand\nnewlines\r\n\r\n  x\n\n\ny", "12345 1,000,000 ½ Ⅷ ٣ 1e-5",
    "検索モデル 论文を読む한국어", "emoji 😀👩‍👩‍👧 🇩🇪 done", "ﬁ ﬂ ① ℌ Ａ ｶﾞ",
    "İstanbul ΣΑΣ ǅ ß", "zero\u200bwidth\u200d\ufeff\u00ad soft",
    "control\x01\x02\x7f chars\x85 here", "the  the   the    the",
    "<s> the </s> [MASK] <mask> [CLS]x[SEP]", "x<mask>  y <unk>",
    "unaffable unaffableunaffable", "nb\u00a0sp \u3000 ideographic \u2003 em",
    "math: $x_{i}^2 \\geq 0$ && a->b; // c++", "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
    "a\u0315\u0300\u05ae\u0062 q\u0307\u0323", "\u1100\u1161\u11a8 \uac01", "\u2581 \u2581x",
    "Ġ Ċ Ã©", "word-word_word/word.word", "....!!!???", "ALLCAPS MixedCase camelCase",
    "https://arxiv.org/abs/1706.03762v5", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 3,
]


def random_texts(n, seed):
    """Strings of a few scripts each, and of anything at all."""
    rnd = random.Random(seed)
    pools = [(0x20, 0x7f), (0xa0, 0x250), (0x300, 0x370), (0x370, 0x2000),
             (0x2000, 0x3100), (0x3040, 0x9fff), (0xac00, 0xd7a4),
             (0xf900, 0x10000), (0x10000, 0x20000), (0x1f300, 0x1faff),
             (0, 0x110000)]
    often = " \t\n\r  .,!?'\"-_[]()<>#@0123456789\u200d\ufe0f\u0301\u0327" \
            "\u1100\u1161\u0130\u00df\u03c2\ufffd\u00ad\u2581"
    out = []
    while len(out) < n:
        some = rnd.sample(pools, rnd.randrange(1, 4))
        s = ""
        for _ in range(rnd.randrange(0, 24)):
            c = ord(rnd.choice(often)) if rnd.random() < .25 else \
                rnd.randrange(*rnd.choice(some))
            s += "" if 0xd800 <= c < 0xe000 else chr(c)
        out.append(s)
    return out


def small():
    """Name and tokenizer, one of each kind."""
    lines = CORPUS.split("\n")

    def train(t, trainer):
        t.train_from_iterator(lines, trainer)
        return t

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t = Tokenizer(M.WordPiece(unk_token="[UNK]"))
    t.normalizer, t.pre_tokenizer = N.BertNormalizer(), P.BertPreTokenizer()
    t.decoder = D.WordPiece()
    train(t, T.WordPieceTrainer(vocab_size=260, special_tokens=special,
                                show_progress=False))
    t.post_processor = X.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    yield "wordpiece", t

    def byte_bpe(pre, prefix=False):
        t = Tokenizer(M.BPE())
        t.pre_tokenizer, t.decoder = pre, D.ByteLevel()
        return train(t, T.BpeTrainer(
            vocab_size=380, special_tokens=["<s>", "</s>", "<unk>"],
            initial_alphabet=P.ByteLevel.alphabet(), show_progress=False))

    t = byte_bpe(P.ByteLevel(add_prefix_space=False))
    t.post_processor = X.RobertaProcessing(("</s>", 1), ("<s>", 0))
    t.add_special_tokens([AddedToken("<mask>", lstrip=True)])
    yield "bytes-roberta", t
    t = byte_bpe(P.ByteLevel(add_prefix_space=True))
    t.post_processor = X.ByteLevel(trim_offsets=True, add_prefix_space=True)
    yield "bytes-prefix", t
    for name, pattern in (("cl100k", CL100K), ("o200k", O200K)):
        t = byte_bpe(P.Sequence([P.Split(Regex(pattern), "isolated"),
                                 P.ByteLevel(False, use_regex=False)]))
        t.normalizer = N.NFC()
        yield "bytes-" + name, t

    t = Tokenizer(M.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    t.normalizer = N.Sequence([N.Prepend("\u2581"), N.Replace(" ", "\u2581")])
    t.decoder = D.Sequence([D.Replace("\u2581", " "), D.ByteFallback(),
                            D.Fuse(), D.Strip(" ", 1, 0)])
    train(t, T.BpeTrainer(vocab_size=600, show_progress=False,
                          limit_alphabet=60, special_tokens=[
                              "<unk>", "<s>", "</s>"] + ["<0x%02X>" % b
                                                         for b in range(256)]))
    t.post_processor = X.TemplateProcessing(
        "<s> $A", "<s> $A </s> $B:1", [("<s>", 1), ("</s>", 2)])
    yield "fallback", t

    t = Tokenizer(M.Unigram())
    t.normalizer = N.Sequence([N.Nmt(), N.NFKC(),
                               N.Replace(Regex(" {2,}"), " ")])
    t.pre_tokenizer, t.decoder = P.Metaspace(), D.Metaspace()
    train(t, T.UnigramTrainer(vocab_size=220, special_tokens=["<s>", "<unk>"],
                              unk_token="<unk>", show_progress=False))
    yield "unigram", t

    t = Tokenizer(M.WordLevel(unk_token="[UNK]"))
    t.normalizer = N.Sequence([N.NFD(), N.Lowercase(), N.StripAccents(),
                               N.Strip(), N.Replace(".", " . ")])
    t.pre_tokenizer = P.Sequence([P.Whitespace(), P.Digits(True)])
    train(t, T.WordLevelTrainer(special_tokens=["[UNK]"], show_progress=False))
    t.add_tokens([AddedToken("New York", normalized=True),
                  AddedToken("ing", single_word=True)])
    yield "wordlevel", t

    t = Tokenizer(M.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    t.normalizer = N.Sequence([N.NFKD(), N.Lowercase()])
    t.pre_tokenizer = P.Sequence([P.WhitespaceSplit(),
                                  P.Punctuation("merged_with_previous")])
    t.decoder = D.BPEDecoder()
    train(t, T.BpeTrainer(vocab_size=260, end_of_word_suffix="</w>",
                          special_tokens=["<unk>"], show_progress=False))
    yield "suffix", t


def pieces(kind):
    """A small model of sentencepiece, as bytes."""
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS.split("\n")), model_writer=out,
        vocab_size=420, model_type=kind, normalization_rule_name="identity",
        byte_fallback=kind == "bpe", hard_vocab_limit=False,
        user_defined_symbols=["<sep>"], minloglevel=2,
        character_coverage=0.98)
    return out.getvalue()


def byte_spans(text, spans):
    """Spans of characters as spans of bytes."""
    at = [0]
    for c in text:
        at.append(at[-1] + len(c.encode()))
    return [[at[a], at[b]] for a, b in spans]


def answer(t, text, special):
    e = t.encode(text, add_special_tokens=special)
    return [e.ids, byte_spans(text, e.offsets),
            t.decode(e.ids, skip_special_tokens=False)]


def answer_spm(t, text):
    e = t.encode(text, return_type="proto").pieces
    ids = [p.id for p in e]
    return [ids, [[p.begin, p.end] for p in e], t.decode(ids)]


def make():
    os.makedirs(OUT, exist_ok=True)
    texts = TEXTS + random_texts(40, 1)
    for name, t in small():
        with open(os.path.join(OUT, name + ".json"), "w") as f:
            f.write(t.to_str(pretty=False))
        cases = [[s] + answer(t, s, True) for s in texts]
        write(name, cases, 1)
    for kind in ("unigram", "bpe"):
        model = pieces(kind)
        with open(os.path.join(OUT, "spm-%s.model" % kind), "wb") as f:
            f.write(model)
        t = sentencepiece.SentencePieceProcessor(model_proto=model)
        write("spm-" + kind, [[s] + answer_spm(t, s) for s in texts
                              if "\0" not in s], 0)


def write(name, cases, special):
    with open(os.path.join(OUT, name + ".cases"), "w") as f:
        json.dump({"special": special, "cases": cases}, f,
                  separators=(",", ":"), ensure_ascii=True)


if __name__ == "__main__":
    make()
