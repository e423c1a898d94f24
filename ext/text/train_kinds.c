/* train_kinds.c -- WordPiece and byte-level BPE: the tokenizer.json around
** merges.
**
** wordpiece: BERT's normalizer and words, [CLS] text [SEP].
** bpe: GPT-2's: bytes as characters, all 256 of them in the vocabulary, so
** that any text can be written; the text is split by the pattern of GPT-2,
** or of cl100k, qwen2, o200k.
*/
#include <string.h>
#include "text/charsmap.h"
#include "text/normal.h"
#include "text/pretok_scan.h"
#include "text/train_merge.h"
#include "base/poison.h"

static int32_t special_at(const LitTrainOpts *o, const char *name) {
  for (size_t i = 0; i < o->n_special; i++)
    if (strcmp(o->special[i], name) == 0) return (int32_t)i;
  return -1;
}

static int bert_parts(LitErr *e, const LitTrainOpts *o, LitBuf *json) {
  int32_t cls = special_at(o, "[CLS]"), sep = special_at(o, "[SEP]");
  lit_buf_printf(e, json, "\"normalizer\":{\"type\":\"BertNormalizer\","
                 "\"clean_text\":true,\"handle_chinese_chars\":true,"
                 "\"strip_accents\":null,\"lowercase\":%s},"
                 "\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},",
                 o->lowercase ? "true" : "false");
  if (cls < 0 || sep < 0)
    lit_buf_text(e, json, "\"post_processor\":null,");
  else
    lit_buf_printf(e, json, "\"post_processor\":{\"type\":\"BertProcessing\","
                   "\"sep\":[\"[SEP]\",%d],\"cls\":[\"[CLS]\",%d]},", sep, cls);
  lit_buf_text(e, json, "\"decoder\":{\"type\":\"WordPiece\",\"prefix\":\"##\","
               "\"cleanup\":true}");
  return e->rc;
}

static void put_vocab(LitErr *e, const LitCounts *vocab, LitBuf *json) {
  lit_buf_text(e, json, "\"vocab\":{");
  for (uint32_t i = 0; i < vocab->n && !e->rc; i++) {
    if (i) lit_buf_u8(e, json, ',');
    lit_buf_json(e, json, lit_counts_text(vocab, i), vocab->row[i].len);
    lit_buf_printf(e, json, ":%u", i);
  }
  lit_buf_u8(e, json, '}');
}

static int bert_model(LitErr *e, const LitTrainOpts *o, const LitCounts *words,
                      LitBuf *json) {
  LitMergeList m = {.prefix = "##"};
  LitAlphabet letters;
  if (special_at(o, "[UNK]") < 0)
    return lit_fail(e, LIT_ERROR, "special_tokens of wordpiece must have "
                    "[UNK]");
  if (!lit_alphabet_of(e, words, o->alphabet, NULL, 0, &letters))
    lit_merge_learn(e, o, words, &letters, &m);
  lit_buf_text(e, json, "{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\","
               "\"continuing_subword_prefix\":\"##\","
               "\"max_input_chars_per_word\":100,");
  put_vocab(e, &m.vocab, json);
  lit_buf_text(e, json, "}");
  lit_alphabet_drop(&letters);
  lit_merge_drop(&m);
  return e->rc;
}

static const char *const bert_special[] = {"[PAD]", "[UNK]", "[CLS]", "[SEP]",
                                           "[MASK]", NULL};
const LitTrainKind lit_train_wordpiece = {
  .name = "wordpiece", .doc = "WordPiece, as BERT has it",
  .special = bert_special, .lowercase = 1,
  .parts = bert_parts, .model = bert_model,
};

#define BYTES "{\"type\":\"ByteLevel\",\"add_prefix_space\":false," \
              "\"trim_offsets\":true,\"use_regex\":%s}"

static int bytes_parts(LitErr *e, const LitTrainOpts *o, LitBuf *json) {
  const LitScanner *split = lit_scanner_named(o->split);
  int plain = split == lit_scanner_named("gpt2");
  lit_buf_text(e, json, o->lowercase ?
               "\"normalizer\":{\"type\":\"Lowercase\"}," :
               "\"normalizer\":null,");
  lit_buf_text(e, json, "\"pre_tokenizer\":");
  if (!plain) {
    lit_buf_text(e, json, "{\"type\":\"Sequence\",\"pretokenizers\":["
                 "{\"type\":\"Split\",\"pattern\":{\"Regex\":");
    lit_buf_json(e, json, split->pattern, strlen(split->pattern));
    lit_buf_text(e, json, "},\"behavior\":\"Isolated\",\"invert\":false},");
  }
  lit_buf_printf(e, json, BYTES, plain ? "true" : "false");
  if (!plain) lit_buf_text(e, json, "]}");
  lit_buf_printf(e, json, ",\"post_processor\":null,\"decoder\":" BYTES,
                 "true");
  return e->rc;
}

static void put_merges(LitErr *e, const LitMergeList *m, LitBuf *json) {
  const char *comma = "";
  lit_buf_text(e, json, ",\"merges\":[");
  for (size_t i = 0; i < m->n && !e->rc; i++) {
    uint32_t both[] = {m->at[i].left, m->at[i].right};
    if (m->at[i].gone) continue;
    lit_buf_text(e, json, comma);
    for (int k = 0; k < 2; k++) {
      lit_buf_text(e, json, k ? "," : "[");
      lit_buf_json(e, json, lit_counts_text(&m->vocab, both[k]),
                   m->vocab.row[both[k]].len);
    }
    lit_buf_text(e, json, "]");
    comma = ",";
  }
  lit_buf_text(e, json, "]");
}

static int bytes_model(LitErr *e, const LitTrainOpts *o,
                       const LitCounts *words, LitBuf *json) {
  LitMergeList m = {.prefix = ""};
  LitAlphabet letters;
  uint32_t bytes[256];
  for (unsigned b = 0; b < 256; b++)
    bytes[b] = lit_byte_char((unsigned char)b);
  if (!lit_alphabet_of(e, words, o->alphabet, bytes, 256, &letters))
    lit_merge_learn(e, o, words, &letters, &m);
  lit_buf_text(e, json, "{\"type\":\"BPE\",\"dropout\":null,"
               "\"unk_token\":null,\"continuing_subword_prefix\":null,"
               "\"end_of_word_suffix\":null,\"fuse_unk\":false,"
               "\"byte_fallback\":false,\"ignore_merges\":false,");
  put_vocab(e, &m.vocab, json);
  put_merges(e, &m, json);
  lit_buf_text(e, json, "}");
  lit_alphabet_drop(&letters);
  lit_merge_drop(&m);
  return e->rc;
}

static const char *const bytes_special[] = {"<|endoftext|>", NULL};
const LitTrainKind lit_train_bpe = {
  .name = "bpe", .doc = "byte-level BPE, as GPT-2 has it",
  .special = bytes_special, .parts = bytes_parts, .model = bytes_model,
};
