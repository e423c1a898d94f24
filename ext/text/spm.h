/* spm.h -- sentencepiece's own .model files. */
#ifndef LIT_SPM_H
#define LIT_SPM_H
#include "text/tokparts.h"

/* Does the file begin as a ModelProto does? */
int lit_spm_is(const LitSubwordFiles *f);
int lit_spm_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f);

/* What the file says of its pieces. */
enum {
  LIT_SPM_NORMAL = 1, LIT_SPM_UNKNOWN, LIT_SPM_CONTROL, LIT_SPM_USER,
  LIT_SPM_UNUSED, LIT_SPM_BYTE
};

typedef struct LitSpm {
  LitCharsmap *map;
  int dummy_prefix, no_extra_blanks, escape, suffix;
  int bpe, bytes, n_user;
  int user_blanks;          /* One of the user's pieces has a blank */
  uint8_t user_first[256];  /* Does one of them begin with this byte? */
  const char *unk_surface;
  const LitTokModel *model;
} LitSpm;

/* What is left once the pieces are sealed, with their scores and types. */
int lit_spm_finish(LitErr *e, LitSubword *t, LitSpm *s);

extern const LitStepKind lit_normal_spm;
extern const LitTokModelKind lit_tokmodel_spm_unigram;
extern const LitDecodeKind lit_decode_spm;
/* The longest of the user's pieces at s[0..n): its id, *len; or -1. */
int32_t lit_spm_user(const LitTokModel *m, const char *s, size_t n,
                     size_t *len);
/* An unknown stretch of s as the pieces of its bytes. */
int lit_spm_put_bytes(LitErr *e, const LitTokModel *m, LitWork *w,
                      const char *s, LitSpan at);
#endif
