/* terms.h -- the terms of a segment, and the rows of a term.
**
**   LitTermAt at;
**   LitList list = {0};
**   if (lit_terms_find(e, seg, "word", 4, &at)) goto done;
**   if (lit_list_open(e, &list, seg, &at)) goto done;
**   while (list.row != LIT_NO_ROW) {
**     ... list.row, lit_list_tf(&list, field), lit_list_places(e, &list) ...
**     if (lit_list_step(e, &list)) goto done;
**   }
**   done: lit_list_close(&list);
*/
#ifndef LIT_TERMS_H
#define LIT_TERMS_H
#include "base/stop.h"
#include "index/posts_list.h"

/* Where a term's rows lie; df 0 if the segment has no such term. */
int lit_terms_find(LitErr *e, const LitSeg *s, const char *term, uint32_t n,
                   LitTermAt *at);

/* Rows with the term in all segments together; 0 after an error. */
uint64_t lit_terms_df(LitErr *e, LitSeg *const *segs, int n_segs,
                      const char *term, uint32_t n);

/* Every term that begins with prefix [n], in ascending order of bytes, until
** `each` returns non-zero. */
int lit_terms_scan(LitErr *e, const LitSeg *s, const char *prefix, uint32_t n,
                   int (*each)(void *to, const char *term, uint32_t n,
                               uint32_t df),
                   void *to, const LitStop *stop);

/* ---- the same, one by one ---- */

/* Stands on a term while at.df > 0. */
typedef struct LitTermIter {
  const LitSeg *seg;
  const LitChunk *chunk;
  uint32_t no, block, n_blocks, i;   /* Chunk, block of it, entry of that */
  LitIn in;                 /* The rest of the block */
  char term[LIT_TERM_MAX];
  uint32_t n;
  LitTermAt at;
} LitTermIter;

/* On the first term >= from [n]. */
int lit_termiter_open(LitErr *e, LitTermIter *it, const LitSeg *s,
                      const char *from, uint32_t n);
int lit_termiter_next(LitErr *e, LitTermIter *it);
void lit_termiter_close(LitTermIter *it);

/* ---- writing: terms in ascending order ---- */

typedef struct LitTermsOut {
  LitPart part;
  LitBuf chunk, block;      /* Blocks so far; the open one */
  LitBuf starts;            /* u32 of each block: where it begins in chunk */
  LitBuf key_ends, keys;    /* Of each chunk: the shortest bytes > all before */
  uint32_t n_keys, in_block;
  uint64_t n_terms;
  char last[LIT_TERM_MAX];
  uint32_t n_last;
  LitRec posts, places;     /* Of the last entry */
} LitTermsOut;

void lit_termsout_begin(LitTermsOut *o, LitSegOut *out);
int lit_termsout_add(LitErr *e, LitTermsOut *o, const char *term, uint32_t n,
                     const LitTermAt *at);
int lit_termsout_end(LitErr *e, LitTermsOut *o, LitSegOut *out);
void lit_termsout_drop(LitTermsOut *o);
#endif
