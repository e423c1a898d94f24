/* normal.h -- the normalizers, and what they share. */
#ifndef LIT_NORMAL_H
#define LIT_NORMAL_H
#include "text/tokparts.h"

extern const LitStepKind *const lit_normals[];      /* NULL at the end */
extern const LitStepKind lit_normal_bert;

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
#endif
