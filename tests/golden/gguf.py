#!/usr/bin/env python3
"""Makes tests/golden/gguf: models and tensors in GGUF files.

  pip install gguf numpy
  tests/golden/gguf.py              # from the folders beside it
  tests/golden/gguf.py FOLDER FILE Q8_0   # a BERT of your own

bert.gguf, nomic.gguf, qwen3.gguf: the tiny models of models.py, whose weights
are float16 without loss, so that their vectors are those of the folders.
q8.gguf: a BERT of one layer with random weights in Q8_0 blocks, keys in F16.
blocks.gguf: of each block type NAME a tensor `NAME`, random, and `NAME.open`,
the numbers that it stands for.
"""
import json
import os
import sys

sys.path.pop(0)                     # this file is called gguf too
import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm", "emb_ln": "token_embd_norm",
    "embed_tokens": "token_embd", "norm": "output_norm",
}
LAYER = {
    "attention.self.query": "attn_q", "attention.self.key": "attn_k",
    "attention.self.value": "attn_v", "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up", "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
    "attn.Wqkv": "attn_qkv", "attn.out_proj": "attn_output",
    "norm1": "attn_output_norm", "mlp.fc11": "ffn_up", "mlp.fc12": "ffn_gate",
    "mlp.fc2": "ffn_down", "norm2": "layer_output_norm",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
POOLINGS = {"mean": 1, "cls": 2, "lasttoken": 3}


def tensors(folder):
    with open(os.path.join(folder, "model.safetensors"), "rb") as f:
        data = f.read()
    n = int.from_bytes(data[:8], "little")
    for name, t in json.loads(data[8:8 + n]).items():
        if name != "__metadata__" and t["dtype"] == "F32":
            a, b = t["data_offsets"]
            yield name, np.frombuffer(data[8 + n + a:8 + n + b],
                                      "<f4").reshape(t["shape"])


def rename(name):
    stem, tail = name.rsplit(".", 1)
    if stem in WORDS:
        return WORDS[stem] + "." + tail
    for start in ("encoder.layer.", "encoder.layers.", "layers."):
        if stem.startswith(start):
            number, part = stem[len(start):].split(".", 1)
            if part in LAYER:
                return "blk.%s.%s.%s" % (number, LAYER[part], tail)


def sizes(w, c, pooling):
    def get(*keys):
        return next((c[k] for k in keys if k in c), None)
    w.add_context_length(get("max_position_embeddings", "n_positions"))
    w.add_embedding_length(get("hidden_size", "n_embd"))
    w.add_feed_forward_length(get("intermediate_size", "n_inner"))
    w.add_block_count(get("num_hidden_layers", "n_layer"))
    w.add_head_count(get("num_attention_heads", "n_head"))
    if "num_key_value_heads" in c:
        w.add_head_count_kv(c["num_key_value_heads"])
        w.add_key_length(c["head_dim"])
        w.add_layer_norm_rms_eps(c["rms_norm_eps"])
        w.add_rope_freq_base(c["rope_parameters"]["rope_theta"])
    else:
        w.add_causal_attention(False)
        w.add_token_type_count(c.get("type_vocab_size", 2))
        w.add_layer_norm_eps(get("layer_norm_eps", "layer_norm_epsilon"))
    if "rotary_emb_base" in c:
        w.add_rope_freq_base(c["rotary_emb_base"])
    w.add_pooling_type(gguf.PoolingType(POOLINGS[pooling]))


def vocabulary(w, folder):
    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as f:
        words = f.read().split("\n")[:-1]
    special = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    w.add_tokenizer_model("bert")
    w.add_token_list([x if x in special else x[2:] if x.startswith("##")
                      else "\u2581" + x for x in words])
    w.add_token_types([3 if x in special else 1 for x in words])
    w.add_unk_token_id(words.index("[UNK]"))
    w.add_bos_token_id(words.index("[CLS]"))
    w.add_eos_token_id(words.index("[SEP]"))
    w.add_sep_token_id(words.index("[SEP]"))
    w.add_pad_token_id(words.index("[PAD]"))


def model(folder, file, kind):
    with open(os.path.join(folder, "config.json")) as f:
        c = json.load(f)
    with open(os.path.join(folder, "1_Pooling", "config.json")) as f:
        p = json.load(f)
    arch = {"nomic_bert": "nomic-bert"}.get(c["model_type"], c["model_type"])
    pooling = p.get("pooling_mode") or next(
        k for k in POOLINGS if p.get("pooling_mode_%s_tokens" % k))
    w = gguf.GGUFWriter(file, arch)
    sizes(w, c, pooling)
    vocabulary(w, folder)
    for name, t in tensors(folder):
        name = rename(name)
        if name and (t.ndim == 1 or name.startswith(("position", "token_ty"))):
            w.add_tensor(name, t)
        elif name:
            w.add_tensor(name, gguf.quants.quantize(t, kind), raw_dtype=kind)
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def q8(file, width=64, inner=96):
    rnd = np.random.default_rng(2)
    w = gguf.GGUFWriter(file, "bert")
    sizes(w, {"max_position_embeddings": 24, "hidden_size": width,
              "intermediate_size": inner, "num_hidden_layers": 1,
              "num_attention_heads": 2, "layer_norm_eps": 1e-12}, "mean")
    vocabulary(w, os.path.join(HERE, "bert-mean"))

    def add(name, kind, *shape):
        t = rnd.normal(0, .2, shape).astype("<f4")
        w.add_tensor(name, gguf.quants.quantize(t, kind), raw_dtype=kind)

    def norm(name):
        for part, mean in ("weight", 1), ("bias", 0):
            w.add_tensor("%s.%s" % (name, part),
                         rnd.normal(mean, .2, width).astype("<f4"))

    add("token_embd.weight", Type.Q8_0, 66, width)
    add("position_embd.weight", Type.F32, 24, width)
    add("token_types.weight", Type.F32, 2, width)
    norm("token_embd_norm")
    for name, kind, n_in, n_out in (
            ("attn_q", Type.Q8_0, width, width),
            ("attn_k", Type.F16, width, width),
            ("attn_v", Type.Q8_0, width, width),
            ("attn_output", Type.Q8_0, width, width),
            ("ffn_up", Type.Q8_0, width, inner),
            ("ffn_down", Type.Q8_0, inner, width)):
        add("blk.0.%s.weight" % name, kind, n_out, n_in)
        add("blk.0.%s.bias" % name, Type.F32, n_out)
    norm("blk.0.attn_output_norm")
    norm("blk.0.layer_output_norm")
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


def blocks(file):
    rnd = np.random.default_rng(1)
    w = gguf.GGUFWriter(file, "none")
    for kind in ("Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K",
                 "Q6_K", "BF16"):
        kind = Type[kind]
        size, width = gguf.GGML_QUANT_SIZES[kind]
        raw = rnd.integers(0, 256, (3, 512 // size * width), dtype=np.uint8)
        at = raw.reshape(-1, width)      # scales: small float16s
        places = {"Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,),
                  "Q4_1": (0, 2), "Q5_1": (0, 2), "BF16": ()}
        for k in places.get(kind.name, (0,)):
            at[:, k:k + 2] = rnd.normal(0, .1, (len(at), 1)).astype(
                "<f2").view(np.uint8)
        if kind.name == "BF16":
            raw = gguf.quants.quantize(
                rnd.normal(0, 1, (3, 512)).astype("f4"), kind)
        w.add_tensor(kind.name, raw, raw_dtype=kind)
        w.add_tensor(kind.name + ".open", np.ascontiguousarray(
            gguf.quants.dequantize(raw, kind), "<f4"))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        model(sys.argv[1], sys.argv[2], Type[sys.argv[3]])
        sys.exit()
    out = os.path.join(HERE, "gguf")
    os.makedirs(out, exist_ok=True)
    for name, folder in (("bert", "bert-mean"), ("nomic", "nomic"),
                         ("qwen3", "qwen3")):
        model(os.path.join(HERE, folder),
              os.path.join(out, name + ".gguf"), Type.F16)
    q8(os.path.join(out, "q8.gguf"))
    blocks(os.path.join(out, "blocks.gguf"))
