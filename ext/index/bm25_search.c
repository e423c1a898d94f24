/* bm25_search.c -- the best rows without scoring all of them.
**
** MaxScore (Turtle and Flood 1995) over windows of 4096 rows.  In a window,
** words are ordered by the most they can add there; the weakest, which
** together cannot lift a row to the floor of the top-k, are only looked up in
** rows that the others bring (bm25_window.c).
**
** In a large segment most windows are not read: a sieve of bounds of four rows
** each (bm25_sieve.h) leaves a few of them, which are looked up (bm25_fours.c).
** This is block-max pruning (Mallia, Suel and Tonellotto 2024) with blocks as small
** as can be paid for.  On 1,000,000 papers, k = 10, titles of 11 words, sentences
** of 17: the share of blocks of so many rows that could hold one of the ten best,
** if the floor were known at once,
**
**   rows            4      8     16     32    128   4096
**   titles      .0003  .0035   .029    .13    .51    .94
**   sentences    .002   .034    .19    .46    .83   1.00
**
** so windows of other sizes, in another order, or bounds from blocks of postings
** save little: with the final floor from the start, windows took .8 and .9 of their
** time.  The sieve takes .2.  It is half a byte for four rows and frequent word,
** costs some eight searches to make, and is kept in the cache.  Segments of 100,000
** rows are searched in .15 and .37 ms without it, .07 and .13 with it, but .2 and .4,
** .17 and .3 where each question is asked once: so it is for larger ones, and for
** hybrid search, which brings a floor, above which there are few rows.
**
** Block-max WAND (Ding and Suel 2011) over the same blocks was tried against it,
** on 156,000 papers, k = 10: it decodes about as many blocks for three words and
** twice as many for 40, and takes 1.6 to 2.5 times as long for three words, 2.3
** to 3.2 times for titles (11 words), 3.3 to 5.2 times for first sentences (23)
** and 4 to 6 times for 40 words, the first without stop words, the second with
** them.  Its pivots move one word at a time; a window is read in long loops.
**
** Rows are chosen in single precision with a margin that covers its rounding;
** who is left at the end of a segment is scored in doubles, words in ascending
** order of bytes, so the answer is that of scoring everything.
*/
#include <math.h>
#include "index/bm25_hunt.h"
#include "base/poison.h"

enum {
  BLOCKWISE = 12            /* Up to so many blocks in a window, bounds are
                            ** taken from the blocks, else from the list */
};

/* ---- exact scores ---- */

static int score_word(LitErr *e, LitHunt *s, LitSought *w) {
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    uint32_t row = s->guesses[i].row;
    if (lit_list_probe(e, &w->probe, row))
      s->exact[i] += lit_plan_exact(s->plan, &w->probe, &s->lens, w->weight);
    if (e->rc) return e->rc;
  }
  return LIT_OK;
}

static int push_guesses(LitErr *e, LitHunt *s) {
  if (s->n_guesses == 0) return e->rc;
  memset(s->exact, 0, s->n_guesses * sizeof *s->exact);
  for (int i = 0; i < s->n_words; i++)
    if (score_word(e, s, &s->words[i]) || lit_hunt_stopped(e, s)) return e->rc;
  for (uint32_t i = 0; i < s->n_guesses; i++) {
    int64_t rowid;
    if (!lit_topk_wants(s->top, s->exact[i])) continue;
    if (lit_ids_get(e, s->seg, s->guesses[i].row, &rowid) ||
        lit_topk_push(e, s->top, s->exact[i], rowid))
      return e->rc;
  }
  s->trace.rows_scored += s->n_guesses;
  return LIT_OK;
}

/* Score those that wait and may still be among the best, window by window: a
** window's rows have their lengths in one chunk. */
static int settle(LitErr *e, LitHunt *s) {
  float need = lit_hunt_need(s);
  for (size_t i = 0; i < s->n_waiting && !e->rc; ) {
    uint32_t window = s->waiting[i].row / LIT_HUNT_ROWS;
    s->n_guesses = 0;
    for (; i < s->n_waiting && s->waiting[i].row / LIT_HUNT_ROWS == window; i++)
      if (s->waiting[i].score >= need)
        s->guesses[s->n_guesses++] = s->waiting[i];
    if (s->n_guesses && !lit_lens_load(e, &s->lens, window * LIT_HUNT_ROWS))
      push_guesses(e, s);
  }
  s->n_waiting = 0;
  return e->rc;
}

/* ---- segments ---- */

static int search_windows(LitErr *e, LitHunt *s, const LitBits *mask) {
  uint32_t n_rows = s->seg->n_rows;
  if (lit_hunt_seed(e, s)) return e->rc;
  for (s->from = 0; s->from < n_rows; s->from = s->to) {
    lit_hunt_window(s, s->from);
    if (mask) {
      uint32_t next = lit_bits_next(mask, s->from);
      if (next >= n_rows) break;
      if (next >= s->to) continue;
    }
    if (lit_hunt_sieve(e, s) || lit_stopped(e, s->stop)) return e->rc;
  }
  return LIT_OK;
}

static int open_words(LitErr *e, LitHunt *s, int seg) {
  const LitPlan *p = s->plan;
  s->n_words = 0;
  for (int t = 0; t < p->n_terms; t++) {
    const LitTermAt *at = &p->at[seg * p->n_terms + t];
    LitSought *w = &s->words[s->n_words];
    if (at->df == 0) continue;
    s->order[s->n_words++] = w;
    w->term = t;
    w->weight = p->weights[t];
    w->run = w->block = 0;
    w->blockwise = (uint64_t)at->df * LIT_HUNT_ROWS <=
                   (uint64_t)BLOCKWISE * LIT_BLOCK * s->seg->n_rows;
    w->scan = w->probe = (LitList){0};
    w->set = NULL;
    s->trace.postings += at->df;
    if (lit_list_open(e, &w->scan, s->seg, at) ||
        lit_list_open(e, &w->probe, s->seg, at) || lit_hunt_list_most(e, s, w))
      return e->rc;
  }
  return LIT_OK;
}

static void close_words(LitHunt *s) {
  lit_sieve_close(s->sieve);
  for (int i = 0; i < s->n_words; i++) {
    LitSought *w = &s->words[i];
    uint64_t blocks = ((uint64_t)w->scan.at.df + LIT_BLOCK - 1) / LIT_BLOCK;
    s->trace.blocks_decoded += w->scan.decoded + w->probe.decoded;
    if (blocks > w->scan.decoded)
      s->trace.blocks_skipped += blocks - w->scan.decoded;
    lit_seg_give(s->seg, w->set);
    lit_list_close(&w->scan);
    lit_list_close(&w->probe);
  }
  s->n_words = 0;
}

static int begin_likely(LitErr *e, LitHunt *s) {
  lit_topk_drop(&s->likely);
  lit_topk_init(&s->likely, s->top->k);
  for (size_t i = 0; i < s->top->n && !e->rc; i++)
    lit_topk_push(e, &s->likely, s->top->at[i].score, 0);
  return e->rc;
}

static int search_segment(LitErr *e, LitHunt *s, int seg,
                          const LitBits *mask) {
  s->seg = s->plan->segs[seg];
  if (!mask && s->seg->live.at) mask = &s->seg->live;
  if (mask && mask->n != s->seg->n_rows)
    return lit_fail(e, LIT_ERROR, "bm25: a mask of %u rows for %u",
                    (unsigned)mask->n, (unsigned)s->seg->n_rows);
  s->allowed = mask ? mask->at : NULL;
  memset(s->hit, 0, sizeof s->hit);
  memset(s->score, 0, sizeof s->score);
  if (!lit_lens_open(e, &s->lens, s->seg) && !open_words(e, s, seg) &&
      s->n_words > 0 && !lit_hunt_open_sieve(e, s, seg) &&
      !search_windows(e, s, mask))
    settle(e, s);
  close_words(s);
  lit_lens_close(&s->lens);
  return e->rc;
}

/* The segment with the most rows that comes after `last` in descending order
** of rows; -1 at the end.  The largest first lifts the floor soonest. */
static int next_segment(const LitPlan *p, int last) {
  int best = -1;
  for (int i = 0; i < p->n_segs; i++) {
    uint32_t n = p->segs[i]->n_rows;
    if (last >= 0 && (n > p->segs[last]->n_rows ||
                      (n == p->segs[last]->n_rows && i <= last)))
      continue;
    if (best < 0 || n > p->segs[best]->n_rows) best = i;
  }
  return best;
}

static int make_search(LitErr *e, LitHunt *s, LitPlan *p) {
  size_t n = (size_t)p->n_terms;
  s->plan = p;
  s->k1 = (float)p->k1;
  s->words = lit_arena_new(e, &p->arena, n, sizeof *s->words);
  s->order = lit_arena_new(e, &p->arena, n, sizeof *s->order);
  s->sieve = lit_arena_new(e, &p->arena, 1, sizeof *s->sieve);
  s->sieved = lit_arena_new(e, &p->arena, LIT_SIEVE_WORDS, sizeof *s->sieved);
  s->others = lit_arena_new(e, &p->arena, n, sizeof *s->others);
  s->sums = lit_arena_new(e, &p->arena, n, sizeof *s->sums);
  if (e->rc) return e->rc;
  s->sieve->n_words = 0;
  for (size_t t = 0; t < n; t++)
    s->margin += (float)(fabs(p->weights[t]) * 1e-6 * (double)(n + 10));
  return LIT_OK;
}

int lit_plan_search(LitErr *e, LitPlan *p, const LitBits *const *masks,
                    LitTopk *top, LitBm25Trace *trace, const LitStop *stop) {
  LitHunt *s = NULL;
  int seg = -1;
  if (top->k == 0 || lit_plan_norms(e, p)) return e->rc;
  s = lit_arena_new(e, &p->arena, 1, sizeof *s);
  if (!s) return e->rc;
  memset(s, 0, offsetof(LitHunt, hit));
  s->trace = (LitBm25Trace){0};
  s->top = top;
  s->stop = stop;
  if (make_search(e, s, p)) return e->rc;
  while ((seg = next_segment(p, seg)) >= 0)
    if (begin_likely(e, s) ||
        search_segment(e, s, seg, masks ? masks[seg] : NULL))
      break;
  lit_topk_drop(&s->likely);
  lit_free(s->waiting);
  if (trace) {
    trace->postings += s->trace.postings;
    trace->blocks_decoded += s->trace.blocks_decoded;
    trace->blocks_skipped += s->trace.blocks_skipped;
    trace->rows_scored += s->trace.rows_scored;
    trace->fours += s->trace.fours;
  }
  return e->rc;
}

int lit_bm25_search(LitErr *e, const LitBm25 *how, LitSeg *const *segs,
                    const LitBits *const *masks, int n_segs,
                    const LitTerm *terms, int n_terms, LitTopk *top,
                    LitBm25Trace *trace, const LitStop *stop) {
  LitPlan p = {0};
  if (top->k && !lit_plan_make(e, &p, how, segs, n_segs, terms, n_terms))
    lit_plan_search(e, &p, masks, top, trace, stop);
  lit_plan_drop(&p);
  return e->rc;
}
