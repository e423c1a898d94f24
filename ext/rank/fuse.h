/* fuse.h -- several ranked lists into one.
**
**   LitFusionSpec how;
**   lit_fusion_parse(e, "rrf(60, 1, 0.7)", &how);
**   lit_fuse(e, &how, lists, 2, &fused);        fused.at[0 .. fused.n-1]
**
** A spec in words is the name of a kind, then in brackets the kind's own
** numbers, then a weight for each list; what is left out has its default, for
** weights 1.  `rrf`, `rrf(60)`, `rrf(60, 1, 0.7)`, `sum(0.4, 0.6)`, `z(0.4)`.
*/
#ifndef LIT_FUSE_H
#define LIT_FUSE_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/spec.h"
#include "base/topk.h"

enum { LIT_FUSE_LISTS = 8, LIT_FUSE_PARAMS = 2 };

/* From what, and in what, a score is measured by kinds that want one. */
typedef struct LitUnit {
  double mean, deviation;
} LitUnit;

/* One list, best first; an id that occurs again counts at its first place. */
typedef struct LitRanking {
  const LitHit *at;
  size_t n;
  const LitHit *more;       /* Hits of other lists with their score by this
                            ** one, in any order, for a kind that wants all */
  size_t n_more;
  double lowest;            /* The least score possible (BM25: 0, cosine: -1),
                            ** or NAN: not known */
  LitUnit unit;             /* deviation 0: that of the list and `more` */
  int by_words;             /* Else by vectors */
} LitRanking;

/* What the scores of a list are like. */
typedef struct LitScale {
  double best, least;       /* Of the list itself */
  double lowest;
  LitUnit unit;             /* Zeros without any hit */
  int by_words;
  size_t alike, other;      /* Lists by words, or vectors, as this one is;
                            ** of the other sort */
} LitScale;

typedef struct LitFusionSpec {
  const struct LitFusion *kind;
  double params[LIT_FUSE_PARAMS];
  double weights[LIT_FUSE_LISTS];
  size_t n_weights;         /* As many were given; the others are 1 */
} LitFusionSpec;

/* A kind: what a hit adds by its score and place (from 0) in a list, before
** weights.  wants_all: also by the score of a list that does not name it. */
typedef struct LitFusion {
  const char *name;
  LitSpecNumber params[LIT_FUSE_PARAMS];   /* Up to one without a name */
  double (*gain)(const LitFusionSpec *how, const LitScale *list, double score,
                 size_t place);
  int wants_all;
  const char *doc;
} LitFusion;

/* Row i of the kinds, or NULL past the end. */
const LitFusion *lit_fusion_row(size_t i);

/* Reads a spec.  ERROR: no such kind (the words list them), not a number, a
** number out of its range, too many of them. */
int lit_fusion_parse(LitErr *e, const char *text, LitFusionSpec *out);

typedef struct LitFusedHit {
  LitHit hit;                          /* score: the sum of weighted gains */
  uint32_t places[LIT_FUSE_LISTS];     /* 1 .. in each list, 0: not in it */
  double gains[LIT_FUSE_LISTS];        /* From each list, weighted */
} LitFusedHit;

typedef struct LitFused {
  LitFusedHit *at;                     /* Best first, ties by lower id */
  size_t n;
} LitFused;

/* Fuses lists[0 .. n_lists-1], n_lists <= LIT_FUSE_LISTS.  A list may be
** empty.  ERROR: more weights than lists; NOMEM.  Drop *out in any case. */
int lit_fuse(LitErr *e, const LitFusionSpec *how, const LitRanking *lists,
             size_t n_lists, LitFused *out);
/* The weighted gain of a hit of list i with this score and place (from 0). */
double lit_fuse_gain(const LitFusionSpec *how, const LitRanking *lists,
                     size_t n_lists, size_t i, double score, size_t place);

/* Put the first n hits in order by their scores; the others stay behind them, and
** score no more than the last of them. */
void lit_fused_sort(LitFused *f, size_t n);
void lit_fused_drop(LitFused *f);
#endif
