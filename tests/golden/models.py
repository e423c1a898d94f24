#!/usr/bin/env python3
"""Makes the golden values of the models, with sentence-transformers.

  pip install torch sentence-transformers
  tests/golden/models.py            # a model of each kind, random and tiny
  tests/golden/models.py minilm     # values of the real one (after make model)

Writes tests/golden/NAME/ (a model's folder, some KB, random weights, the same
at each run) and tests/golden/NAME.json: {"cases": [{"text", "ids", "vector"}]}.
"""
import json
import os
import shutil
import sys

import torch
import transformers
from sentence_transformers import SentenceTransformer, models

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.environ.get("LIT_MODELS") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
    "lit", "models")

TEXTS = [
    "",
    "a",
    "The quick brown fox jumps over the lazy dog.",
    "What is a B-tree, and why do databases like it?",
    "We show that a small encoder, trained on pairs of a question and an "
    "answer, finds the right paper among a million in five milliseconds.",
    "naïve Bayes, Ångström, TÜLU, façade, ﬁne, x² + y² = r²",
    "検索 search 検索",
    "don't stop: e-mail me@example.org (v1.2.3-rc4)!",
    "unbelievably antidisestablishmentarianistic hyperparameterizations",
    "tabs\tand\nnewlines \u00a0 and zero\u200bwidth",
    "emoji 🙂 and [MASK] and [SEP] written out",
    " ".join(["retrieval of words until the limit is met"] * 60),
]
WORDS = """[PAD] [UNK] [CLS] [SEP] [MASK] the a of and we that small brown fox
quick over dog is what it in to show search b tree e x y r . , ? ! - + = : ( )
##s ##ing ##ly ##er ##d un ##believ ##ab words until limit met retrieval 1 2 3
paper answer question million five right among trained pairs encoder""".split()


def cases(model):
    vectors = model.encode(TEXTS, batch_size=1)
    return [{"text": t,
             "ids": model.tokenizer(t, truncation=True,
                                    max_length=model.max_seq_length)["input_ids"],
             "vector": [round(float(x), 6) for x in v]}
            for t, v in zip(TEXTS, vectors)]


def write(name, model):
    rows = ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases(model))
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write('{"cases": [\n' + rows + "\n]}\n")


def tiny_bert(name, pooling, normalize, as_torch):
    """Random weights large enough that every part of the network matters."""
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    torch.manual_seed(len(name))
    config = transformers.BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=20,
        max_position_embeddings=24, hidden_act="gelu")
    net = transformers.BertModel(config, add_pooling_layer=False)
    for key, p in net.named_parameters():
        p.data = torch.randn_like(p) * (0.9 if p.dim() == 2 else 0.3)
        if key.endswith("LayerNorm.weight"):
            p.data += 1
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("\n".join(WORDS) + "\n")
    tokenizer = transformers.BertTokenizer(
        vocab=os.path.join(folder, "vocab.txt"), do_lower_case=True)
    net.half().float().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    steps = [models.Transformer(folder, max_seq_length=20),
             models.Pooling(8, pooling_mode=pooling)]
    if normalize:
        steps.append(models.Normalize())
    model = SentenceTransformer(modules=steps, device="cpu")
    model.save(folder, create_model_card=False)
    if as_torch:
        os.remove(os.path.join(folder, "model.safetensors"))
        os.remove(os.path.join(folder, "tokenizer.json"))
        torch.save(net.half().state_dict(),
                   os.path.join(folder, "pytorch_model.bin"))
        net.float()
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("\n".join(WORDS) + "\n")
    write(name, model)


if __name__ == "__main__":
    if sys.argv[1:] == ["minilm"]:
        write("minilm", SentenceTransformer(os.path.join(CACHE, "minilm"),
                                            device="cpu"))
    else:
        tiny_bert("bert-mean", "mean", True, False)
        tiny_bert("bert-cls-max", ("cls", "max"), False, True)
