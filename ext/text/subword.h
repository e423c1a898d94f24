/* subword.h -- subword tokenizers: the ids that a model was trained on.
**
** A LitSubword is loaded once, from what model hubs ship (tokenizer.json,
** vocab.txt, vocab.json and merges.txt, sentencepiece's .model, tiktoken's
** ranks, llama.cpp's GGUF), never changes, and may be used by many threads at
** once.  What changes while encoding (buffers, the cache of words already
** seen) lies in a LitSubwordScratch: one per thread, good for any number of
** tokenizers in turn, though its cache serves the latest one only.  A long text
** needs some 20 bytes for each of its own, and 12 for each token; between texts a
** scratch holds no more than 20 MB.
**
**   LitSubword *t = NULL;
**   LitSubwordScratch *scratch = NULL;
**   LitIds ids = {0};
**   LitEncodeOpts opts = {.add_special = 1, .max_len = 256};
**   lit_subword_load(&e, "lit_embed", "models/minilm", &t);
**   lit_subword_scratch(&e, &scratch);
**   lit_subword_encode(&e, t, scratch, text, n_text, &opts, &ids);
**   ... ids.at[0 .. ids.n-1] ...
**   lit_ids_drop(&ids), lit_subword_scratch_free(scratch), lit_subword_free(t);
**
** Ids, tokens and offsets are those of Hugging Face's library (or, for a
** .model file, of sentencepiece; for ranks, of tiktoken; GGUF: llama.cpp).
*/
#ifndef LIT_SUBWORD_H
#define LIT_SUBWORD_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

typedef struct LitSubword LitSubword;
typedef struct LitSubwordScratch LitSubwordScratch;

/* What is known of a tokenizer.  An id that it does not have is -1. */
typedef struct LitSubwordInfo {
  const char *model;        /* "WordPiece", "BPE", "Unigram", "WordLevel" */
  uint32_t n_vocab;         /* Ids are below this */
  int32_t cls, sep, pad, unk, mask, bos, eos;
  uint32_t max_len;         /* The file's truncation, 0: none */
  uint32_t n_special;       /* Special tokens added to a single text */
  uint64_t fingerprint;     /* Of the file's bytes */
  size_t bytes;             /* Memory that it holds */
} LitSubwordInfo;

/* Load the tokenizer at `path`: a file, told by its content, or a folder that
** has one of tokenizer.json, a .model, vocab.json and merges.txt, vocab.txt
** (looked for in this order).  Words of an error begin with `who`.
** Errors: CANTOPEN, IOERR, CORRUPT (says what is wrong), NOMEM. */
int lit_subword_load(LitErr *e, const char *who, const char *path,
                     LitSubword **out);

/* The bytes of a tokenizer's files, lent for the length of the call. */
typedef struct LitSubwordFiles {
  const char *who;          /* Whom an error's words name */
  const char *main;         /* tokenizer.json, vocab.*, .model, ranks, GGUF */
  size_t n_main;
  const char *merges;       /* merges.txt beside a vocab.json, or NULL */
  size_t n_merges;
  const char *config;       /* tokenizer_config.json, or NULL */
  size_t n_config;
} LitSubwordFiles;
int lit_subword_parse(LitErr *e, const LitSubwordFiles *files,
                      LitSubword **out);
void lit_subword_free(LitSubword *t);

const LitSubwordInfo *lit_subword_info(const LitSubword *t);

/* The text of token `id`, [*n], or NULL if there is no such id. */
const char *lit_subword_token(const LitSubword *t, uint32_t id, size_t *n);
/* The id of token s[0..n), or -1. */
int32_t lit_subword_id(const LitSubword *t, const char *s, size_t n);
int lit_subword_is_special(const LitSubword *t, uint32_t id);

int lit_subword_scratch(LitErr *e, LitSubwordScratch **out);
void lit_subword_scratch_free(LitSubwordScratch *scratch);

typedef struct LitEncodeOpts {
  int add_special;          /* [CLS] ... [SEP], <s> ... </s>, by the file */
  uint32_t max_len;         /* Cut to so many ids, special ones too; 0: no */
  uint32_t pad_to;          /* Fill up to so many ids with `pad`; 0: no */
  int as_file;              /* Cut and fill up as the file says instead */
  int want_offsets;         /* Also out->span */
  int want_types;           /* Also out->type */
  const char *pair;         /* A second text, [n_pair], or NULL */
  size_t n_pair;
  const LitStop *stop;
} LitEncodeOpts;

/* Bytes from .. to-1 of the text that a token stands for; (0, 0) if it stands
** for none, as special tokens do. */
typedef struct LitSpan {
  uint32_t from, to;
} LitSpan;

typedef struct LitIds {
  uint32_t *at;             /* [n] */
  LitSpan *span;            /* [n] if wanted */
  uint8_t *type;            /* [n] if wanted: 1 in the second text, else 0 */
  size_t n;
  int cut;                  /* True if the text was longer than max_len */
  size_t room, room_span, room_type;
} LitIds;

/* The ids of s[0..n), which must be UTF-8.  Replaces what *out held.
** opts NULL: all zero.  Errors: MISMATCH (no UTF-8), TOOBIG (over 1 GiB),
** ERROR (a text that the tokenizer cannot write, and it has no unknown
** token), NOMEM, INTERRUPT. */
int lit_subword_encode(LitErr *e, const LitSubword *t,
                       LitSubwordScratch *scratch, const char *s, size_t n,
                       const LitEncodeOpts *opts, LitIds *out);
size_t lit_ids_bytes(const LitIds *ids);          /* Memory that it holds */
void lit_ids_drop(LitIds *ids);

/* Append the text of ids [n] to *out.  An id that does not exist is passed
** over, as in Hugging Face's library; so are special ones if asked for. */
int lit_subword_decode(LitErr *e, const LitSubword *t, const uint32_t *ids,
                       size_t n, int skip_special, LitBuf *out);

/* The kinds of part that a tokenizer.json may name, for lit_kinds: row i, or
** NULL past the end.  what: "normalizer", "pre-tokenizer", ... */
typedef struct LitTokPart {
  const char *what, *name, *doc;
} LitTokPart;
int lit_subword_part(size_t i, LitTokPart *out);
#endif
