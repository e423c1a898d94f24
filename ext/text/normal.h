/* normal.h -- the normalizers, and what they share. */
#ifndef LIT_NORMAL_H
#define LIT_NORMAL_H
#include "text/tokparts.h"

extern const LitStepKind *const lit_normals[];      /* NULL at the end */
extern const LitStepKind lit_normal_bert, lit_normal_nfc, lit_normal_nfd,
    lit_normal_nfkc, lit_normal_nfkd, lit_normal_lower, lit_normal_accents,
    lit_normal_strip, lit_normal_prepend, lit_normal_nmt, lit_normal_bytes,
    lit_normal_replace, lit_normal_charsmap;

/* Rewrites of a piece (see LitRewrite) and whole steps made of them. */
int lit_rewrite_lower(LitErr *e, const void *state, LitWork *w,
                      const LitPiece *p);
/* Drop the characters for which `drop` is true. */
int lit_rewrite_filter(LitErr *e, LitWork *w, const LitPiece *p,
                       int (*drop)(uint32_t cp));

/* Canonical (or compatibility) decomposition; composed again if asked. */
typedef struct LitForm {
  int compat, compose;
} LitForm;
int lit_rewrite_form(LitErr *e, const void *form, LitWork *w,
                     const LitPiece *p);

/* Bytes as the printable characters that byte-level BPE writes for them. */
uint32_t lit_byte_char(unsigned char byte);
int lit_char_byte(uint32_t cp);             /* Back; -1: none of them */
int lit_rewrite_bytes(LitErr *e, const void *state, LitWork *w,
                      const LitPiece *p);
#endif
