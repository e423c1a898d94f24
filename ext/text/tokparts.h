/* tokparts.h -- what a tokenizer is made of, for the files that make it.
**
** A tokenizer is a list of normalizers, a list of pre-tokenizers, a model, a
** post-processor's template and a list of decoders.  Each kind of part is a
** const row: its name in tokenizer.json, how it is read, what it does.  The
** rows are listed once, in normal.c, pretok.c, tokmodel.c and tokdec.c.
*/
#ifndef LIT_TOKPARTS_H
#define LIT_TOKPARTS_H
#include <jansson.h>
#include "base/mem.h"
#include "text/charsmap.h"
#include "text/subword.h"
#include "text/toktext.h"
#include "text/tokvocab.h"

/* May a text be cut at a single space between two printable ASCII characters,
** and its halves be tokenized apart?  Each part is asked in its turn; the
** answer is yes if none spoils it and one cuts there by itself. */
typedef struct LitCuts {
  int spoiled;
  int moved;                /* Spaces may have been put beside the cut */
  int cut;                  /* The text is cut there for sure by now */
  uint32_t space;           /* What a space has become */
} LitCuts;

/* A normalizer or a pre-tokenizer. */
typedef struct LitStepKind {
  const char *name, *doc;
  /* Read the part's settings from JSON into memory of the arena. */
  int (*load)(LitErr *e, LitArena *arena, const json_t *node, void **state);
  int (*run)(LitErr *e, const void *state, LitWork *w);
  void (*cuts)(const void *state, LitCuts *c);   /* NULL: spoils it */
  void (*drop)(void *state);                     /* NULL: nothing to drop */
} LitStepKind;

typedef struct LitStep {
  const LitStepKind *kind;
  void *state;
} LitStep;

typedef struct LitSteps {
  LitStep *at;
  size_t n, room;
} LitSteps;

/* Tokens on their way to text: strings one after the other in `bytes`. */
typedef struct LitStrings {
  LitBuf bytes;
  uint32_t *end;            /* [n] where in bytes string i ends */
  size_t n, room;
} LitStrings;
int lit_strings_end(LitErr *e, LitStrings *s);    /* The string is complete */
void lit_strings_drop(LitStrings *s);

typedef struct LitDecodeKind {
  const char *name, *doc;
  int (*load)(LitErr *e, LitArena *arena, const json_t *node, void **state);
  /* From `in` to `out`, which is empty. */
  int (*run)(LitErr *e, const void *state, const LitStrings *in,
             LitStrings *out);
  void (*drop)(void *state);
} LitDecodeKind;

typedef struct LitDecodeStep {
  const LitDecodeKind *kind;
  void *state;
} LitDecodeStep;

struct LitTokModel;
typedef struct LitTokModelKind {
  const char *name, *doc;
  int (*load)(LitErr *e, struct LitTokModel *m, const json_t *node);
  /* Append the tokens of s[0..n), n > 0, to w->toks, spans within s. */
  int (*encode)(LitErr *e, const struct LitTokModel *m, LitWork *w,
                const char *s, size_t n);
  /* True if no token reaches over a cut before `space`; NULL: false. */
  int (*cuts)(const struct LitTokModel *m, uint32_t space);
  /* Of models with sums (see LitWork; else NULL): may the tokens of a stretch
  ** of n bytes be used again after a sum of *sum?  If so, adds theirs. */
  int (*again)(const struct LitTokModel *m, const uint8_t *ids, size_t n_ids,
               size_t n, float gap, float *sum);
} LitTokModelKind;

typedef struct LitTokModel {
  const LitTokModelKind *kind;
  LitVocab vocab;
  int32_t unk;              /* Id of the unknown token, or -1 */
  const char *unk_text;     /* Named so by the file, or NULL */
  int fuse_unk, byte_fallback, ignore_merges;
  int32_t byte_id[256];     /* Of <0x00> ..., -1 where there is none */
  /* WordPiece */
  const char *prefix;       /* [n_prefix] "##"; BPE: likewise, or "" */
  size_t n_prefix;
  uint32_t prefix_hash;
  uint64_t max_chars;
  /* BPE */
  struct LitMerges *merges; /* NULL: pairs join that spell a piece */
  uint32_t *rank;           /* [n_ids] of pieces; NULL: their ids */
  int raw_bytes;            /* Words begin as bytes, not characters */
  const char *suffix;       /* [n_suffix] at the end of a word */
  size_t n_suffix;
  /* WordPiece */
  uint64_t *lengths;        /* [LIT_LENGTHS], see wordpiece.c */
  /* Unigram */
  double *score;            /* [n_vocab] */
  double unk_score;
  uint8_t *reach;           /* [65536] longest token by its first two bytes */
  /* sentencepiece */
  struct LitSpm *spm;       /* NULL: not of a .model file */
  uint8_t *type;            /* [n_ids] of pieces */
  size_t room_score, room_type;
} LitTokModel;

typedef struct LitAddedToken {
  const char *text, *pattern;   /* As given; as it looks once normalized */
  size_t n_text, n_pattern;
  uint32_t id;
  uint8_t single_word, lstrip, rstrip, normalized, special;
} LitAddedToken;

/* Tokens looked for as they stand, before (`raw`) or after normalizing. */
typedef struct LitMatcher {
  LitVocab pattern;         /* Text to place in LitAdded.at */
  uint8_t *has_len;         /* [pattern.max_len + 1] is there one so long? */
  uint8_t first[256];       /* Does one begin with this byte? */
} LitMatcher;

typedef struct LitAdded {
  LitAddedToken *at;
  size_t n, room;
  LitMatcher raw, normal;
  uint32_t *order;          /* [n] places by ascending id */
} LitAdded;

/* Post-processing: special tokens (seq 0) and the texts (1, 2). */
typedef struct LitTemplateItem {
  uint32_t id;
  uint8_t seq, type;
} LitTemplateItem;

typedef struct LitTemplate {
  LitTemplateItem *at;
  size_t n, room;
} LitTemplate;

/* Truncation and padding as the file sets them. */
typedef struct LitLimit {
  int cut, cut_left, cut_which;         /* 0 the longest first, 1, 2: only it */
  int pad, pad_left, pad_type;
  size_t max_len, pad_to, pad_unit;     /* Unit: up to a multiple; 0: no */
  uint32_t pad_id;
} LitLimit;

struct LitSubword {
  LitSteps normal, pretok;
  LitTokModel model;
  LitAdded added;
  LitTemplate single, pair;
  int trim_offsets, trim_prefix;        /* Post-processing by ByteLevel */
  LitDecodeStep *decode;
  size_t n_decode, room_decode;
  int cuttable;
  LitLimit limit;
  LitSubwordInfo info;
  LitArena arena;
};

/* Reading JSON.  What is missing is `def`; what has another type is an error
** that names `part` and `key`. */
int lit_tokjson_bool(LitErr *e, const json_t *node, const char *key, int def);
int64_t lit_tokjson_int(LitErr *e, const json_t *node, const char *key,
                        int64_t lo, int64_t hi, int64_t def);
/* NULL if missing or null; copied into the arena, [*n]. */
const char *lit_tokjson_text(LitErr *e, LitArena *arena, const json_t *node,
                             const char *key, size_t *n);
const char *lit_tokjson_type(const json_t *node);     /* "type", or "?" */

/* A part of type "Sequence" is its members; null is nothing. */
int lit_normal_load(LitErr *e, LitArena *arena, const json_t *node,
                    LitSteps *out);
int lit_pretok_load(LitErr *e, LitArena *arena, const json_t *node,
                    LitSteps *out);
int lit_steps_add(LitErr *e, LitSteps *steps, const LitStepKind *kind,
                  void *state);
int lit_steps_run(LitErr *e, const LitSteps *steps, LitWork *w);
void lit_steps_cuts(const LitSteps *steps, LitCuts *c);
void lit_steps_drop(LitSteps *steps);
int lit_steps_load(LitErr *e, LitArena *arena, const json_t *node,
                   const LitStepKind *const *rows, const char *what,
                   LitSteps *out);

int lit_tokmodel_load(LitErr *e, const json_t *node, LitTokModel *m,
                      LitArena *a);
/* What every kind of model sets once its vocabulary is there. */
int lit_tokmodel_seal(LitErr *e, LitTokModel *m);
void lit_tokmodel_drop(LitTokModel *m);
size_t lit_tokmodel_bytes(const LitTokModel *m);

int lit_tokjson_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f);

int lit_toklimit_load(LitErr *e, LitLimit *l, const json_t *root);
/* Leave `most` tokens of one text or two; 1 if some had to go, 0 if not or
** after an error: ERROR if the one that is to give has not enough. */
int lit_toklimit_cut(LitErr *e, const LitLimit *l, LitIds part[2], int pair,
                     size_t most);
int lit_toklimit_pad(LitErr *e, const LitLimit *l, int spans, int types,
                     LitIds *out);

/* Post-processing, special tokens. */
int lit_tokpost_row(size_t i, LitTokPart *out);    /* False past the end */
int lit_tokpost_load(LitErr *e, LitSubword *t, const json_t *node);
int lit_tokpost_bert(LitErr *e, LitSubword *t, int32_t cls, int32_t sep);
int lit_template_add(LitErr *e, LitTemplate *t, int seq, uint32_t id,
                     int type);

int lit_tokadd_load(LitErr *e, LitSubword *t, const json_t *list);
int lit_tokadd_put(LitErr *e, LitSubword *t, LitAddedToken token);
int lit_tokadd_seal(LitErr *e, LitSubword *t);
void lit_tokadd_drop(LitAdded *a);
const LitAddedToken *lit_tokadd_by_id(const LitAdded *a, uint32_t id);
/* Looking for added tokens: zero to start, then ask until it answers -1.
** lit_tokadd_next: the place in a->at of the next token in s[0..n), its bytes
** *at, with the blanks that it takes along. */
typedef struct LitAddedScan {
  size_t at, begin;         /* Where to look on; where the last one ended */
} LitAddedScan;
int32_t lit_tokadd_next(const LitAdded *a, const LitMatcher *m, const char *s,
                        size_t n, LitAddedScan *scan, LitSpan *at);
/* Cut the pieces of w at added tokens of `normal`. */
int lit_tokadd_cut(LitErr *e, const LitSubword *t, LitWork *w);

int lit_tokdec_load(LitErr *e, LitSubword *t, const json_t *node);
int lit_tokdec_add(LitErr *e, LitSubword *t, const LitDecodeKind *kind,
                   void *state);
void lit_tokdec_drop(LitSubword *t);

/* Is s[0..n) a text that can be tokenized: UTF-8, NULs are fine, not over
** 1 GiB? */
int lit_subword_check(LitErr *e, const char *s, size_t n);
/* The next place after `at` where a text may be cut (LitCuts), or `end`. */
size_t lit_subword_next_cut(const char *s, size_t at, size_t end);
/* How many blanks token s[0..n) begins and ends with. */
void lit_subword_blanks(const char *s, size_t n, size_t *lead, size_t *trail);
#endif
