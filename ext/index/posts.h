/* posts.h -- the inverted part of a segment: gathered in memory, written,
** merged, checked.
**
** A row has 1..16 TEXT fields; a term is bytes; an occurrence is (row, field,
** term, position).  While rows arrive they have arrival numbers; a segment
** knows them by ordinal.  Reading is in terms.h, ranking in bm25.h, boolean
** and phrase queries in phrase.h; the format is described in posts_list.h
** (postings, positions), terms.c (dictionary) and posts_lens.h (lengths).
*/
#ifndef LIT_POSTS_H
#define LIT_POSTS_H
#include "base/stop.h"
#include "index/seg.h"

enum {
  LIT_FIELDS_MAX = 16,
  LIT_TERM_MAX = 1024       /* Bytes of the longest term */
};

typedef struct LitPosts LitPosts;

/* Nothing gathered yet; n_fields 1..16.  NULL without memory. */
LitPosts *lit_posts_new(LitErr *e, int n_fields);

/* One occurrence.  Rows come in ascending arrival number; inside a row fields
** ascend, and inside a field positions do not descend.  After an error the
** row must not be ended, its number not used again and ord_of must drop it;
** other rows are not harmed.  Errors: NOMEM; TOOBIG for a term over
** LIT_TERM_MAX; ERROR for a wrong order. */
int lit_posts_add(LitErr *e, LitPosts *p, uint32_t row, int field,
                  const char *term, uint32_t n, uint32_t pos);

/* Occurrences [n] of one row and field, as if added one by one. */
typedef struct LitOccur {
  const char *term;         /* [n] */
  uint32_t n, pos;
} LitOccur;
int lit_posts_add_all(LitErr *e, LitPosts *p, uint32_t row, int field,
                      const LitOccur *occurs, size_t n);

/* Ends a row: its field lengths [n_fields]. */
int lit_posts_end_row(LitErr *e, LitPosts *p, uint32_t row,
                      const uint32_t *lens);

size_t lit_posts_bytes(const LitPosts *p);        /* Memory in use */

/* Write the parts TERMS, POSTS, PLACES, LENS.  ord_of[row] is the ordinal of
** each arrival number up to the last one added or ended, in any order, or
** UINT32_MAX for a row to drop. */
int lit_posts_write(LitErr *e, LitPosts *p, const uint32_t *ord_of,
                    LitSegOut *out);
void lit_posts_free(LitPosts *p);

/* Merge segments: ord_of[i][ord] is the new ordinal of a row of in[i], or
** UINT32_MAX (dead); ascending among the living of one segment.  Reads and
** writes as a stream; holds the field lengths of the result. */
int lit_posts_merge(LitErr *e, LitSeg *const *in,
                    const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                    const LitStop *stop);

/* Check everything of one segment: the order of terms and rows, counts,
** positions against lengths, block bounds.  LIT_CORRUPT says what. */
int lit_posts_check(LitErr *e, const LitSeg *s, int n_fields,
                    const LitStop *stop);
#endif
