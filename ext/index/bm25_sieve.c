/* bm25_sieve.c -- see bm25_sieve.h.
**
** Tops of a segment, as they are kept: for each window of 4096 rows 512 bytes, the
** low half of byte i for the rows 4 i .. 4 i + 3, the high half for those 2048
** behind; 16 levels as float; the key.  They hold for the parameters in it and for
** average lengths up to those in it, which are rounded up: what is written changes
** averages, but rarely past the next step.
*/
#include <math.h>
#include "index/bm25_sieve.h"
#include "kern/kern.h"
#include "base/poison.h"

enum {
  SHARE = 256,              /* Rarer words are read: tops would be 20 times as
                            ** long as their list */
  LEAST = 4 * LIT_BLOCK,
  BYTES = LIT_SIEVE_FOURS / 2,
  LEVELS = 16,
  NEED = 200,               /* Units */
  MAKE = 1 << 20,           /* Rows of words whose tops one question makes,
                            ** unless one word alone has more */
  STEPS = 64                /* Of average lengths, to e times as long */
};

/* What a word's tops depend on, beside the segment.  No padding is left unset. */
typedef struct Key {
  double avg[LIT_FIELDS_MAX];
  float weights[LIT_FIELDS_MAX], k1, b;
  LitRec posts;
  uint32_t n_fields;
} Key;

/* What a question wants tops for. */
typedef struct Want {
  const LitSeg *seg;
  Key key;                  /* But for its posts */
  LitPlan rounded;          /* The averages are the key's; norms: of those */
  uint64_t made;            /* Rows of words */
  const LitStop *stop;
} Want;

typedef struct Making {
  const LitPlan *plan;      /* Its averages are the key's */
  LitLens lens;
  LitList list;
  float x[LIT_BLOCK];
  uint8_t *shares;          /* [windows, LIT_SIEVE_FOURS]: 255 for all */
  uint8_t *all;             /* What is kept */
  size_t n_windows;
} Making;

int lit_sieve_wants(const LitSeg *s, uint32_t df) {
  return df >= LEAST && df >= s->n_rows / SHARE;
}

static size_t n_windows(const LitSeg *s) {
  return ((size_t)s->n_rows + LIT_LENS_ROWS - 1) / LIT_LENS_ROWS;
}

/* ---- making tops ---- */

/* A share is rounded up, and by more than floats are off; none is 0. */
static void take_shares(Making *m, uint32_t from, uint32_t to) {
  float k1 = (float)m->plan->k1 + 1e-30f;        /* x and k1 may be 0 */
  int code[LIT_BLOCK];
  for (uint32_t i = from; i < to; i++)
    code[i] = (int)(255 * 1.00001f * m->x[i - from] / (k1 + m->x[i - from])) + 1;
  for (uint32_t i = from; i < to; i++) {
    uint8_t *at = &m->shares[m->list.rows[i] / LIT_SIEVE_ROWS];
    int up = code[i] < 255 ? code[i] : 255;
    *at = (uint8_t)(up > *at ? up : *at);
  }
}

static int read_list(LitErr *e, Making *m, const LitStop *stop) {
  LitList *l = &m->list;
  while (l->row != LIT_NO_ROW) {
    uint32_t to = l->i;
    if (lit_lens_load(e, &m->lens, l->row)) return e->rc;
    while (to < l->n && l->rows[to] - m->lens.from < m->lens.n) to++;
    lit_plan_sums(m->plan, &m->lens, l, l->i, to, m->x);
    take_shares(m, l->i, to);
    l->i = to - 1;
    if (lit_list_step(e, l)) return e->rc;
    if (l->i == 0 && l->block == 0 && lit_stopped(e, stop)) return e->rc;
  }
  return LIT_OK;
}

/* Levels that lie closer where more shares are: by the cube root of how many, which
** is best for the sum of squares (Panter and Dite 1951).  code_of: [256]. */
static void choose_levels(const Making *m, uint8_t *code_of, float *levels) {
  size_t n_of[256] = {0};
  float all = 0, sum = 0;
  unsigned code = 0;
  for (size_t i = 0; i < m->n_windows * LIT_SIEVE_FOURS; i += 8) {
    if (lit_get_u64(m->shares + i) == 0) continue;
    for (size_t k = i; k < i + 8; k++) n_of[m->shares[k]]++;
  }
  for (int i = 1; i < 256; i++) all += cbrtf((float)n_of[i]);
  memset(levels, 0, LEVELS * sizeof *levels);
  code_of[0] = 0;
  for (int i = 1; i < 256; i++) {
    unsigned at = 1 + (unsigned)(sum / all * (LEVELS - 1));
    if (at > code) code = at < LEVELS ? at : LEVELS - 1;
    if (n_of[i]) levels[code] = (float)i / 255;
    code_of[i] = (uint8_t)code;
    sum += cbrtf((float)n_of[i]);
  }
}

static void pack(const Making *m) {
  uint8_t code_of[256];
  float levels[LEVELS];
  choose_levels(m, code_of, levels);
  for (size_t w = 0; w < m->n_windows; w++) {
    const uint8_t *low = m->shares + w * LIT_SIEVE_FOURS, *high = low + BYTES;
    uint8_t *to = m->all + w * BYTES;
    for (int i = 0; i < BYTES; i += 8) {
      if ((lit_get_u64(low + i) | lit_get_u64(high + i)) == 0) continue;
      for (int k = i; k < i + 8; k++)
        to[k] = (uint8_t)(code_of[low[k]] | code_of[high[k]] << 4);
    }
  }
  memcpy(m->all + m->n_windows * BYTES, levels, sizeof levels);
}

static size_t tops_bytes(const LitSeg *s) {
  return n_windows(s) * BYTES + LEVELS * sizeof(float);
}

static const LitChunk *make(LitErr *e, const Want *want, const LitTermAt *at,
                            int64_t id) {
  const LitChunk *kept = NULL;
  const LitSeg *s = want->seg;
  const Key *key = &want->key;
  Making m = {.plan = &want->rounded, .n_windows = n_windows(s)};
  size_t n = tops_bytes(s);
  m.shares = lit_new0(e, m.n_windows * LIT_SIEVE_FOURS, 1);
  m.all = lit_new0(e, n + sizeof *key, 1);
  if (e->rc || lit_lens_open(e, &m.lens, s) ||
      lit_list_open(e, &m.list, s, at) || read_list(e, &m, want->stop))
    goto done;
  pack(&m);
  memcpy(m.all + n, key, sizeof *key);
  kept = lit_cache_keep_dear(e, s->cache, s->stamp, id, m.all, n + sizeof *key);
done:
  lit_list_close(&m.list);
  lit_lens_close(&m.lens);
  lit_free(m.shares);
  lit_free(m.all);
  return kept;
}

/* ---- the words of a question ---- */

/* The key of the plan's parameters, and a plan of its averages. */
static Want want_of(const LitPlan *p, int seg, const LitStop *stop) {
  Want w = {.seg = p->segs[seg], .stop = stop};
  memset(&w.key, 0, sizeof w.key);
  w.rounded.how = p->how, w.rounded.k1 = p->k1;
  memcpy(w.rounded.longest, p->longest, sizeof p->longest);
  w.key.k1 = p->how.k1, w.key.b = p->how.b;
  w.key.n_fields = (uint32_t)p->how.n_fields;
  for (int f = 0; f < p->how.n_fields; f++) {
    double avg = exp(ceil(log(p->avg[f]) * STEPS) / STEPS);
    w.key.avg[f] = avg > p->avg[f] ? avg : p->avg[f];
    w.key.weights[f] = p->how.weights[f];
    w.rounded.avg[f] = w.key.avg[f];
  }
  return w;
}

static const LitChunk *try_make(LitErr *e, Want *w, const LitTermAt *at,
                                int64_t id) {
  if (w->made && w->made + at->df > MAKE) return NULL;
  w->made += at->df;
  if (!w->rounded.norms[0] && lit_plan_norms(e, &w->rounded)) return NULL;
  return make(e, w, at, id);
}

/* The tops, if they are kept, or can be made because the word was asked for before;
** else takes note that it was. */
static const LitChunk *tops_of(LitErr *e, Want *w, const LitTermAt *at) {
  const LitSeg *s = w->seg;
  size_t n = tops_bytes(s);
  const LitChunk *kept;
  uint64_t hash;
  w->key.posts = at->posts;
  hash = lit_hash64(&w->key, sizeof w->key);
  kept = lit_cache_look(s->cache, s->stamp, lit_kept_hash(hash));
  if (kept && kept->n == n + sizeof w->key &&
      memcmp(kept->at + n, &w->key, sizeof w->key) == 0)
    return kept;
  if (kept) return lit_seg_give(s, kept), NULL;       /* Another's */
  if (!lit_cache_lately(e, s->cache, s->stamp, lit_kept_hash(~hash))) return NULL;
  return try_make(e, w, at, lit_kept_hash(hash));
}

static void take_word(LitSieve *v, int which, const LitChunk *kept,
                      double weight) {
  int w = v->n_words++;
  float levels[LEVELS];
  size_t n = n_windows(v->seg) * BYTES;
  memcpy(levels, kept->at + n, sizeof levels);
  v->which[w] = which;
  v->kept[w] = kept;
  v->tops[w] = kept->at;
  for (int i = 0; i < LEVELS; i++) v->adds[w][i] = (float)weight * levels[i];
  v->all += (float)weight;
}

int lit_sieve_open(LitErr *e, LitSieve *v, const LitPlan *p, int seg,
                   const int *terms, int n, const LitStop *stop) {
  Want want = want_of(p, seg, stop);
  *v = (LitSieve){.seg = p->segs[seg]};
  for (int i = 0; i < n && !e->rc; i++) {
    const LitTermAt *at = &p->at[seg * p->n_terms + terms[i]];
    const LitChunk *kept = tops_of(e, &want, at);
    if (kept) take_word(v, i, kept, p->weights[terms[i]]);
  }
  lit_plan_drop(&want.rounded);
  if (e->rc) lit_sieve_close(v);
  return e->rc;
}

void lit_sieve_close(LitSieve *v) {
  for (int w = 0; w < v->n_words; w++) lit_seg_give(v->seg, v->kept[w]);
  v->n_words = 0;
}

/* ---- windows ---- */

static void set_unit(LitSieve *v, float need) {
  v->unit = need / NEED;
  for (int w = 0; w < v->n_words; w++)
    for (int i = 1; i < LEVELS; i++) {           /* units of level 0: 0 */
      float up = ceilf(v->adds[w][i] / v->unit * 1.00001f);
      v->units[w][i] = (uint8_t)(up < 255 ? up : 255);
    }
}

float lit_sieve_sum(LitSieve *v, uint32_t from, float need) {
  LitKernTops t = {v->tops, (const uint8_t (*)[16])v->units,
                   (size_t)v->n_words};
  float fit = NEED * v->unit;
  unsigned most;
  if (!(need <= 1.1f * fit && need >= 0.9f * fit)) set_unit(v, need);
  most = lit_kern()->tops(&t,
                          from / (2 * LIT_SIEVE_ROWS), BYTES, v->sums);
  return most == 255 ? v->all : (float)most * v->unit;
}

uint32_t lit_sieve_top(const LitSieve *v) {
  unsigned most = 0;
  const uint8_t *at;
  for (int i = 0; i < LIT_SIEVE_FOURS; i++)
    most = v->sums[i] > most ? v->sums[i] : most;
  at = memchr(v->sums, (int)most, sizeof v->sums);
  return at ? (uint32_t)(at - v->sums) : 0;
}

size_t lit_sieve_mark(LitSieve *v, float least) {
  float units = least / v->unit;
  uint8_t whole = units < 255 ? (uint8_t)units : 255;
  return lit_kern()->above(v->sums, whole ? whole : 1,
                           LIT_SIEVE_FOURS / 64, v->marks);
}
