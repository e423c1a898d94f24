#!/usr/bin/env python3
"""Makes the golden values of the models, with sentence-transformers.

  pip install torch sentence-transformers
  tests/golden/models.py            # a model of each kind, random and tiny
  tests/golden/models.py minilm     # values of the real one (after make model)

Writes tests/golden/NAME/ (a model's folder, some KB, random weights, the same
at each run) and tests/golden/NAME.json: {"cases": [{"text", "ids", "vector"}]},
for a cross-encoder {"cases": [{"query", "text", "score"}]}.
"""
import json
import os
import shutil
import sys

import safetensors.torch
import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer, models

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


def randomize(net):
    for key, p in net.named_parameters():
        p.data = torch.randn_like(p) * (0.9 if p.dim() == 2 else 0.3)
        if p.dim() == 1 and "norm" in key.lower() and key.endswith("weight"):
            p.data += 1
    return net.half().float()


def write_tokenizer(folder, words, max_length=None):
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("\n".join(words) + "\n")
    more = {"model_max_length": max_length} if max_length else {}
    tokenizer = transformers.BertTokenizer(
        vocab=os.path.join(folder, "vocab.txt"), do_lower_case=True, **more)
    tokenizer.save_pretrained(folder)


def new_folder(name):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    torch.manual_seed(len(name))
    return folder


def tiny(name, config, pooling, normalize, as_torch=False, words=WORDS,
         length=20, after=None, dense=None):
    """Random weights large enough that every part of the network matters."""
    folder = new_folder(name)
    net = transformers.AutoModel.from_config(config)
    net.pooler = None
    randomize(net).save_pretrained(folder)
    write_tokenizer(folder, words)
    steps = [models.Transformer(folder, max_seq_length=length),
             models.Pooling(config.dim if name == "distilbert"
                            else config.hidden_size, pooling_mode=pooling)]
    if dense:
        steps.append(dense)
    if normalize:
        steps.append(models.Normalize())
    model = SentenceTransformer(modules=steps, device="cpu")
    model.save(folder, create_model_card=False)
    if as_torch:
        os.remove(os.path.join(folder, "model.safetensors"))
        os.remove(os.path.join(folder, "tokenizer.json"))
        torch.save(net.half().state_dict(),
                   os.path.join(folder, "pytorch_model.bin"))
    with open(os.path.join(folder, "vocab.txt"), "w") as f:
        f.write("\n".join(words) + "\n")
    write(name, model)
    if after:
        after(folder)


def options(name, base, options, vector):
    """The model of folder `base` with options; vector(hidden states, ids)."""
    model = SentenceTransformer(os.path.join(HERE, base), device="cpu")
    most = json.loads(options).get("max_tokens", model.max_seq_length)

    def states(ids):
        with torch.no_grad():
            return model[0].auto_model(torch.tensor([ids]),
                                       output_hidden_states=True).hidden_states
    rows = []
    for t in TEXTS:
        ids = model.tokenizer(t)["input_ids"]
        cut = model.tokenizer(t, truncation=True, max_length=most)["input_ids"]
        v = vector(states, ids, cut)
        rows.append({"text": t, "ids": cut,
                     "vector": [round(float(x), 6) for x in v / v.norm()]})
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write(json.dumps({"folder": base, "options": options})[:-1] +
                ',\n"cases": [\n' + ",\n".join(
                    json.dumps(r, ensure_ascii=False) for r in rows) + "\n]}\n")


def mean_of(states, layers=(-1,)):
    return sum(states[i][0] for i in layers).mean(0) / len(layers)


def windows(join, size, stride):
    """Windows of `size` tokens of the text, each between its special ones."""
    def run(states, ids, cut):
        inner, parts = ids[1:-1], []
        for at in range(0, max(len(inner), 1), stride):
            v = mean_of(states(ids[:1] + inner[at:at + size] + ids[-1:]))
            parts.append(v / v.norm())
            if at + size >= len(inner):
                break
        return join(torch.stack(parts))
    return run


def publish_nomic(folder):
    """config.json as nomic-ai publishes it, which transformers renames."""
    path = os.path.join(folder, "config.json")
    with open(path) as f:
        c = json.load(f)
    names = {"n_embd": "hidden_size", "n_inner": "intermediate_size",
             "n_head": "num_attention_heads", "n_layer": "num_hidden_layers",
             "n_positions": "max_position_embeddings",
             "vocab_size": "vocab_size", "type_vocab_size": "type_vocab_size",
             "layer_norm_epsilon": "layer_norm_eps"}
    new = {new: c[old] for new, old in names.items()}
    new.update(model_type="nomic_bert", activation_function="swiglu",
               rotary_emb_base=c["rope_parameters"]["rope_theta"],
               rotary_emb_fraction=1.0, rotary_emb_interleaved=False,
               rotary_scaling_factor=None, prenorm=False, use_rms_norm=False)
    with open(path, "w") as f:
        json.dump(new, f, indent=1)


def cross(name, config, words=WORDS, identity=False, after=None):
    """A reranker, as transformers saves one for sequence classification."""
    folder = new_folder(name)
    config.num_labels = 1
    if identity:
        config.sentence_transformers = {
            "activation_fn": "torch.nn.modules.linear.Identity"}
    net = transformers.AutoModelForSequenceClassification.from_config(config)
    randomize(net).save_pretrained(folder)
    write_tokenizer(folder, words, 20)
    pairs = [(a, b) for a in TEXTS[2:4] + TEXTS[-1:] for b in TEXTS]
    scores = CrossEncoder(folder, device="cpu").predict(pairs, batch_size=1)
    rows = ",\n".join(json.dumps(
        {"query": a, "text": b, "score": round(float(x), 7)},
        ensure_ascii=False) for (a, b), x in zip(pairs, scores))
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write('{"cases": [\n' + rows + "\n]}\n")
    if after:
        after(folder)


JUDGE = (
    "<|im_start|>system\nJudge whether the Document meets the requirements "
    "based on the Query and the Instruct provided. Note that the answer can "
    "only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n",
    "<Instruct>: {}\n<Query>: {}\n<Document>: {}",
    "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n")
TASK = ("Given a web search query, retrieve relevant passages that answer the "
        "query")


def judge(name, config, words, length):
    """A language model asked for yes or no, as Qwen3-Reranker's card does."""
    folder = new_folder(name)
    net = transformers.AutoModelForCausalLM.from_config(config)
    randomize(net).save_pretrained(folder)
    write_tokenizer(folder, words, length)
    net = transformers.AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)

    def plain(text):
        return tokenizer.encode(text, add_special_tokens=False)
    around = plain(JUDGE[0]), plain(JUDGE[2])
    rows = []
    for a in TEXTS[2:4] + TEXTS[-1:]:
        for b in TEXTS:
            body = tokenizer.encode(
                JUDGE[1].format(TASK, a, b), truncation=True,
                max_length=length - len(around[0]) - len(around[1]))
            with torch.no_grad():
                last = net(torch.tensor([around[0] + body + around[1]])
                           ).logits[0, -1]
            two = last[[words.index("no"), words.index("yes")]]
            rows.append(json.dumps(
                {"query": a, "text": b,
                 "score": round(float(torch.softmax(two, 0)[1]), 7)},
                ensure_ascii=False))
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write('{"cases": [\n' + ",\n".join(rows) + "\n]}\n")


def colbert(name, config):
    """Late interaction as PyLate writes it: a layer for tokens, markers."""
    folder = new_folder(name)
    net = transformers.AutoModel.from_config(config)
    net.pooler = None
    randomize(net).save_pretrained(folder)
    write_tokenizer(folder, WORDS, 20)
    dense = models.Dense(8, 5, bias=False,
                         activation_function=torch.nn.Identity())
    dense.linear.weight.data = torch.randn(5, 8)
    os.makedirs(os.path.join(folder, "1_Dense"))
    dense.save(os.path.join(folder, "1_Dense"))

    def put(file, value):
        with open(os.path.join(folder, file), "w") as f:
            json.dump(value, f, indent=1)
    put("modules.json", [
        {"idx": i, "name": str(i), "path": path, "type": kind}
        for i, (path, kind) in enumerate([
            ("", "sentence_transformers.models.Transformer"),
            ("1_Dense", "pylate.models.Dense.Dense")])])
    put("config_sentence_transformers.json", {
        "query_prefix": "small ", "document_prefix": "brown",
        "skiplist_words": [".", ",", "the"]})
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)

    def vectors(text, marker):
        ids = tokenizer(text, truncation=True, max_length=19)["input_ids"]
        ids.insert(1, WORDS.index(marker))
        with torch.no_grad():
            v = dense.linear(net(torch.tensor([ids])).last_hidden_state[0])
        return ids, v / v.norm(dim=1, keepdim=True)
    net.eval()
    skipped = [WORDS.index(w) for w in (".", ",", "the")]
    rows = []
    for a in TEXTS[2:4] + TEXTS[-1:]:
        for b in TEXTS:
            q, (ids, d) = vectors(a, "small")[1], vectors(b, "brown")
            keep = [i for i, t in enumerate(ids) if t not in skipped]
            score = float((q @ d[keep].T).max(1).values.sum())
            rows.append(json.dumps({"query": a, "text": b,
                                    "score": round(score, 6)},
                                   ensure_ascii=False))
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write('{"cases": [\n' + ",\n".join(rows) + "\n]}\n")


class Latent(torch.nn.Module):
    """Latent attention as NV-Embed's model defines it."""

    def __init__(self, width, n, heads, head, times):
        super().__init__()
        inner, nn = heads * head, torch.nn
        self.heads = heads
        self.latents = nn.Parameter(torch.randn(n, width))
        attend = nn.ModuleDict({
            "to_q": nn.Linear(width, inner, bias=False),
            "to_kv": nn.Linear(width, 2 * inner, bias=False),
            "to_out": nn.Linear(inner, width, bias=False)})
        feed = nn.ModuleDict({"net": nn.ModuleDict({
            "0": nn.Linear(width, 2 * times * width),
            "2": nn.Linear(times * width, width)})})
        self.cross_attend_blocks = nn.ModuleList([
            nn.ModuleDict({"norm": nn.LayerNorm(width), "fn": attend,
                           "norm_context": nn.LayerNorm(width)}),
            nn.ModuleDict({"norm": nn.LayerNorm(width), "fn": feed})])

    def forward(self, states):
        a, f = self.cross_attend_blocks

        def split(x):
            return x.view(len(x), self.heads, -1).transpose(0, 1)
        q = a.fn.to_q(a.norm(states))
        k, v = a.fn.to_kv(a.norm_context(self.latents)).chunk(2, -1)
        got = torch.nn.functional.scaled_dot_product_attention(
            split(q)[None], split(k)[None], split(v)[None])[0]
        states = states + a.fn.to_out(got.transpose(0, 1).flatten(1))
        x, gate = f.fn.net["0"](f.norm(states)).chunk(2, -1)
        states = states + f.fn.net["2"](x * torch.nn.functional.gelu(gate))
        return states.mean(0)


def latent(name, config):
    """A network whose files also hold latents to pool with."""
    folder = new_folder(name)
    net = transformers.AutoModel.from_config(config)
    net.pooler = None
    randomize(net)
    more = randomize(Latent(config.hidden_size, 20, 2, 5, 4))
    tensors = {"latent_attention_model." + k: v.contiguous()
               for k, v in more.state_dict().items()}
    tensors.update(net.state_dict())
    net.save_pretrained(folder)         # config.json
    safetensors.torch.save_file(
        tensors, os.path.join(folder, "model.safetensors"))
    path = os.path.join(folder, "config.json")
    with open(path) as f:
        c = json.load(f)
    c["latent_attention_config"] = {"num_cross_heads": 2}
    with open(path, "w") as f:
        json.dump(c, f, indent=1)
    write_tokenizer(folder, WORDS, 20)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = []
    for t in TEXTS:
        ids = tokenizer(t, truncation=True, max_length=20)["input_ids"]
        with torch.no_grad():
            v = more(net.eval()(torch.tensor([ids])).last_hidden_state[0])
        rows.append(json.dumps(
            {"text": t, "ids": ids, "vector": [round(float(x), 6) for x in v]},
            ensure_ascii=False))
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        f.write('{"cases": [\n' + ",\n".join(rows) + "\n]}\n")


def publish_modern(folder):
    """config.json as ModernBERT's authors publish it."""
    path = os.path.join(folder, "config.json")
    with open(path) as f:
        c = json.load(f)
    ropes = c.pop("rope_parameters")
    c.pop("layer_types")
    c.update(global_attn_every_n_layers=3,
             global_rope_theta=ropes["full_attention"]["rope_theta"],
             local_rope_theta=ropes["sliding_attention"]["rope_theta"])
    with open(path, "w") as f:
        json.dump(c, f, indent=1)


def bert_like(kind, **more):
    return kind(vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=2,
                num_attention_heads=2, intermediate_size=20,
                max_position_embeddings=24, **more)


if __name__ == "__main__":
    if sys.argv[1:] == ["minilm"]:
        write("minilm", SentenceTransformer(os.path.join(CACHE, "minilm"),
                                            device="cpu"))
        sys.exit()
    tiny("bert-mean", bert_like(transformers.BertConfig), "mean", True)
    tiny("bert-cls-max", bert_like(transformers.BertConfig), ("cls", "max"),
         False, as_torch=True)
    tiny("roberta", bert_like(transformers.RobertaConfig, type_vocab_size=1,
                              pad_token_id=0), "weightedmean", True)
    tiny("xlm-roberta", bert_like(transformers.XLMRobertaConfig,
                                  type_vocab_size=1, pad_token_id=1,
                                  hidden_act="relu"), "lasttoken", False,
         words=["[UNK]", "[PAD]"] + WORDS[2:])
    tiny("distilbert", transformers.DistilBertConfig(
        vocab_size=len(WORDS), dim=8, n_layers=2, n_heads=2, hidden_dim=20,
        max_position_embeddings=24), "mean_sqrt_len_tokens", False)
    cross("bert-cross", bert_like(transformers.BertConfig), identity=True)
    cross("roberta-cross", bert_like(transformers.RobertaConfig,
                                     type_vocab_size=2, pad_token_id=0))
    cross("distilbert-cross", transformers.DistilBertConfig(
        vocab_size=len(WORDS), dim=8, n_layers=2, n_heads=2, hidden_dim=20,
        max_position_embeddings=24))
    tiny("mpnet", bert_like(transformers.MPNetConfig, pad_token_id=1), "mean",
         True, words=["[UNK]", "[PAD]"] + WORDS[2:])
    tiny("mpnet-long", transformers.MPNetConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=2,
        num_attention_heads=4, intermediate_size=20, pad_token_id=1,
        max_position_embeddings=302), "cls", False,
        words=["[UNK]", "[PAD]"] + WORDS[2:], length=300)
    modern = dict(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=4,
        num_attention_heads=2, intermediate_size=20,
        max_position_embeddings=200, local_attention=12, pad_token_id=0,
        cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3,
        reference_compile=False)
    tiny("modernbert", transformers.ModernBertConfig(**modern), "cls", True,
         length=200)
    cross("modernbert-cross", transformers.ModernBertConfig(
        classifier_pooling="mean", **modern), after=publish_modern)
    nomic = dict(vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=2,
                 num_attention_heads=2, intermediate_size=20,
                 max_position_embeddings=64)
    tiny("nomic", transformers.NomicBertConfig(**nomic), "mean", True,
         length=64, after=publish_nomic)
    tiny("nomic-saved", transformers.NomicBertConfig(**nomic), "mean", False)
    tiny("qwen3", transformers.Qwen3Config(
        vocab_size=len(WORDS), hidden_size=12, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=2, head_dim=6,
        intermediate_size=20, max_position_embeddings=100,
        tie_word_embeddings=True, bos_token_id=2, eos_token_id=3),
        "lasttoken", True, length=100)
    qwen = dict(
        hidden_size=12, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=6, intermediate_size=20,
        max_position_embeddings=200, bos_token_id=2, eos_token_id=3)
    more = WORDS + "yes no judge query document given user".split()
    for name, tied in (("qwen3-judge", False), ("qwen3-judge-tied", True)):
        judge(name, transformers.Qwen3Config(
            vocab_size=len(more), tie_word_embeddings=tied, **qwen), more, 200)
    cross("qwen3-cross", transformers.Qwen3Config(
        vocab_size=len(WORDS), pad_token_id=0, **qwen))
    tiny("bert-dense", bert_like(transformers.BertConfig), "mean", True,
         dense=models.Dense(8, 6))
    options("option-layers", "bert-mean", '{"layers": [1, 2]}',
            lambda states, ids, cut: mean_of(states(cut), (1, 2)))
    options("option-exit", "bert-mean", '{"layers": 1, "max_tokens": 9}',
            lambda states, ids, cut: mean_of(states(cut), (1,)))
    options("option-dim", "bert-mean", '{"dim": 5, "pooling": "cls"}',
            lambda states, ids, cut: states(cut)[-1][0][0][:5])
    options("option-windows", "bert-mean", '{"windows": "mean"}',
            windows(lambda v: v.mean(0), 18, 9))
    options("option-windows-max", "bert-mean",
            '{"windows": "max", "stride": 5, "max_tokens": 12}',
            windows(lambda v: v.max(0).values, 10, 5))
    latent("bert-latent", bert_like(transformers.BertConfig))
    colbert("colbert", bert_like(transformers.BertConfig))
