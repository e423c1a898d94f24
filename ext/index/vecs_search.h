/* vecs_search.h -- one search under way; for vecs_*.c alone. */
#ifndef LIT_VECS_SEARCH_H
#define LIT_VECS_SEARCH_H
#include "index/ivf_part.h"
#include "index/vecs_bound.h"

/* Where the nearest rows are looked for first. */
typedef enum LitVecsWay {
  LIT_VECS_DIRECT,          /* nowhere: in the vectors themselves */
  LIT_VECS_CODES, LIT_VECS_LISTS, LIT_VECS_SKETCHES
} LitVecsWay;

/* A segment and which of its rows are asked for. */
typedef struct LitVecsSide {
  LitVecsPart part;
  const LitBits *mask;      /* NULL: all live ones */
  uint32_t n_allowed;
  LitVecsWay way;
  int are_codes_near;       /* Int8 codes tell of a row what is worth knowing before
                            ** it is read from the file */
  LitIvf ivf;
  LitIvfReach reach;        /* How far, in lists */
  int level;                /* Of lit_ivf_levels */
  double lost;              /* A row with this score lost by its rowid: those
                            ** after it would too.  NAN: none did */
} LitVecsSide;

typedef struct LitVecsSearch {
  const LitVecQuery *limits;
  LitDistQuery q;
  LitBound bound;
  LitIvfQuery ivf_query;    /* words 0: lists cannot serve */
  LitTopk *top;
  size_t sure;              /* As the query says, where that holds; else 0 */
  LitVecTrace trace;
  const LitStop *stop;
  LitVecsSide *sides;       /* [n_sides] */
  int n_sides;
  uint64_t n_allowed, bytes, codes_bytes;   /* Of all sides */
  int has_near_codes;       /* A side has */
  size_t worked;            /* Bytes since lit_stopped was asked */
} LitVecsSearch;

/* Bits from .. from + 63 of a set of n, those beyond it from its last word. */
static inline uint64_t lit_vecs_bits(const LitBits *set, uint32_t n,
                                     uint32_t from) {
  uint32_t word = from / 64, shift = from % 64;
  uint64_t bits = set->at[word] >> shift;
  if (shift && word < (n - 1) / 64) bits |= set->at[word + 1] << (64 - shift);
  return bits;
}

/* Rows from .. from + 63 of a side that are asked for, as bits. */
static inline uint64_t lit_vecs_allowed(const LitVecsSide *side,
                                        uint32_t from) {
  const LitBits *live = &side->part.seg->live;
  uint32_t n = side->part.n_rows;
  uint64_t out = side->mask ? lit_vecs_bits(side->mask, n, from)
                            : ~(uint64_t)0;
  if (live->at) out &= lit_vecs_bits(live, n, from);
  return n - from < 64 ? out & (((uint64_t)1 << (n - from)) - 1) : out;
}

/* How many chunks of so many bytes and rows are looked into at once: one, or
** enough for all threads. */
uint32_t lit_vecs_window(size_t bytes, uint32_t rows, uint32_t n_chunks);

/* Call after work on so many bytes: asks the connection now and then. */
int lit_vecs_worked(LitErr *e, LitVecsSearch *s, size_t bytes);

/* A row's exact distance is known: push it if it is wanted. */
int lit_vecs_offer(LitErr *e, LitVecsSearch *s, LitVecsSide *side,
                   uint32_t ord, float distance);

/* Rows that are fetched while so many others are compared: with 8 and with 32 it takes as
** long. */
enum { LIT_VECS_SOME = 16 };

/* Compare n of a side's rows in full, and offer them. */
int lit_vecs_compare(LitErr *e, LitVecsSearch *s, LitVecsSide *side,
                     const uint32_t *ords, uint32_t n);

/* The largest distance that may still enter. */
double lit_vecs_limit(const LitVecsSearch *s);

struct LitPool;

/* Bounds of the distances from n of a side's rows, up to LIT_VECS_SOME, by their int8
** codes; not known of those whose codes are not in memory and not read for them. */
typedef struct LitVecsBounds {
  int are_known;
  double low, high;
} LitVecsBounds;
int lit_vecs_bound_rows(LitErr *e, LitVecsSearch *s, const LitVecsSide *side,
                        const uint32_t *ords, uint32_t n, LitVecsBounds *out);

/* Put into the pool what the codes of a side do not exclude (vecs_codes.c). */
int lit_vecs_search_codes(LitErr *e, struct LitPool *pool,
                          const LitVecsSide *side);

#endif
