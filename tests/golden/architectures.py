#!/usr/bin/env python3
"""Every architecture against sentence-transformers, at the sizes of published
models with random weights: the least cosine over texts of all lengths, in float32
and in 8 bits, and for rerankers the largest difference of scores.  In 8 bits also
with the small weights that transformers draws: ours are larger, and some networks
of them amplify whatever is rounded (nomic's bfloat16 too).  Prints one line each;
some GB of disk in a temporary folder, a minute or two each.  QUICK=1: few layers."""
import json
import os
import sqlite3
import tempfile

import numpy as np
import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer, models

LAYERS = 2 if os.environ.get("QUICK") else None
WORDS = ("[PAD] [UNK] [CLS] [SEP] [MASK] the a of we show that model paper "
         "search dense sparse vector retrieval question answer language in to "
         "and with for on is are by from . , ? ( )").split()
TEXTS = ["", "retrieval", "we show that dense retrieval is sparse ."] + [
    " ".join(WORDS[5 + (i * i + n) % (len(WORDS) - 5)] for i in range(n))
    for n in (15, 16, 17, 31, 64, 127, 128, 129, 200, 333, 480)]
CASES = [   # name, config, pooling
    ("bert", transformers.BertConfig(hidden_size=384, num_hidden_layers=6,
     num_attention_heads=12, intermediate_size=1536), "mean"),
    ("xlm-roberta", transformers.XLMRobertaConfig(
        hidden_size=1024, num_hidden_layers=24, num_attention_heads=16,
        intermediate_size=4096, max_position_embeddings=514,
        type_vocab_size=1), "cls"),
    ("distilbert", transformers.DistilBertConfig(), "mean"),
    ("mpnet", transformers.MPNetConfig(max_position_embeddings=514), "mean"),
    ("modernbert", transformers.ModernBertConfig(), "cls"),
    ("nomic", transformers.NomicBertConfig(), "mean"),
    ("qwen3", transformers.Qwen3Config(
        hidden_size=1024, num_hidden_layers=28, num_attention_heads=16,
        num_key_value_heads=8, head_dim=128, intermediate_size=3072,
        max_position_embeddings=4096, rope_parameters={
            "rope_type": "default", "rope_theta": 1000000}), "lasttoken"),
]
RERANKERS = [("bert", CASES[0][1], True), ("xlm-roberta", CASES[1][1], False),
             ("modernbert", CASES[4][1], False)]


def prepare(config):
    config.vocab_size = 64
    config.pad_token_id = 1 if config.model_type == "mpnet" else 0
    for key in ("cls_token_id", "sep_token_id", "bos_token_id", "eos_token_id"):
        if hasattr(config, key):
            setattr(config, key, 2 if key[:3] in ("cls", "bos") else 3)
    if LAYERS:
        name = "n_layers" if config.model_type == "distilbert" else \
            "num_hidden_layers"
        setattr(config, name, LAYERS)
        if getattr(config, "layer_types", None):
            config.layer_types = config.layer_types[:LAYERS]
    torch.manual_seed(1)


def spread(net):
    """Larger than at initialization, so that layers differ and matter."""
    for key, p in net.named_parameters():
        if p.dim() == 2:
            p.data = torch.randn_like(p) * 1.2 / p.shape[1] ** 0.5
        elif "norm" in key.lower() and key.endswith("weight"):
            p.data = 1 + 0.2 * torch.randn_like(p)
        else:
            p.data = 0.1 * torch.randn_like(p)
    return net


def save(net, folder):
    net.save_pretrained(folder)
    with open(folder + "/vocab.txt", "w") as f:
        f.write("\n".join(WORDS) + "\n")
    transformers.BertTokenizer(vocab=folder + "/vocab.txt",
                               model_max_length=512).save_pretrained(folder)
    with open(folder + "/vocab.txt", "w") as f:
        f.write("\n".join(WORDS) + "\n")


def vectors(db, folder, config, pooling, make, precisions):
    prepare(config)
    save(make(transformers.AutoModel.from_config(config)), folder)
    width = getattr(config, "hidden_size", None) or config.dim
    model = SentenceTransformer(modules=[
        models.Transformer(folder, max_seq_length=512),
        models.Pooling(width, pooling_mode=pooling)], device="cpu")
    model.save(folder, create_model_card=False)
    want = model.encode(TEXTS, batch_size=1)
    return [least_cosine(db, folder, precision, want)
            for precision in precisions]


def least_cosine(db, folder, precision, want):
    db.execute("SELECT lit_model_add('m', ?, ?)",
               (folder, json.dumps({"precision": precision})))
    worst = 2.0
    for text, w in zip(TEXTS, want):
        blob = db.execute("SELECT lit_embed(?, 'm')", (text,)).fetchone()[0]
        v = np.frombuffer(blob, np.float32).astype(np.float64)
        w = w.astype(np.float64)
        worst = min(worst, v @ w / np.sqrt((v @ v) * (w @ w)))
    return worst


def scores(db, folder, config, identity):
    prepare(config)
    config.num_labels = 1
    if config.model_type == "xlm-roberta":
        config.type_vocab_size = 2      # this tokenizer tells texts apart
    config.sentence_transformers = {
        "activation_fn": "torch.nn.modules.linear.Identity"} if identity else {
        "activation_fn": "torch.nn.modules.activation.Sigmoid"}
    save(spread(transformers.AutoModelForSequenceClassification.from_config(
        config)), folder)
    pairs = [("dense retrieval", t) for t in TEXTS]
    want = CrossEncoder(folder, device="cpu").predict(pairs, batch_size=1)
    db.execute("SELECT lit_model_add('m', ?)", (folder,))
    return max(abs(db.execute("SELECT lit_rerank(?, ?, 'm')", p).fetchone()[0] -
                   float(w)) for p, w in zip(pairs, want))


def main():
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(os.environ.get("LIT", "build/lit"))
    for name, config, pooling in CASES:
        least = []
        for make, precisions in ((spread, ["float32", "int8"]),
                                 (lambda net: net, ["int8"])):
            with tempfile.TemporaryDirectory() as folder:
                least += vectors(db, folder, config, pooling, make, precisions)
        print("%-12s least cosine %.9f, int8 %.6f, with small weights %.6f" % (
            name, *least), flush=True)
    for name, config, identity in RERANKERS:
        with tempfile.TemporaryDirectory() as folder:
            print("%-12s reranker, largest difference %.2g" % (name, scores(
                db, folder, config, identity)), flush=True)


main()
