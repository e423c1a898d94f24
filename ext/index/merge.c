/* merge.c -- segments become one (declared in dir.h).
**
** Tiers: a segment of n live rows stands in tier floor(log_8(n / 8)).  When a
** tier holds LIT_TIER segments they become one, so each row is rewritten once
** a tier, log_8(rows) times in all (as FTS5's automerge and Lucene's tiered
** merge policy do it).  Segments are taken in the order of their ids.
**
** Where rows come one by one, tier 0 holds LIT_TIER_FIRST: a merge takes ten times
** what such a commit takes otherwise, and with LIT_TIER it was one commit in seven.
** Each segment that waits costs a search by words some 2 us.
**
** A merge is put off while it is out of proportion to what the transaction
** wrote: a commit rewrites at most LIT_TIDY_ROWS rows and LIT_TIER more for
** each that it wrote or killed.  What was put off is done by a larger commit,
** by `optimize`, or, lest queries suffer, once there are LIT_TIDY_SEGS segments:
** then a commit makes one merge more, of at most LIT_LATE_ROWS rows and
** LIT_TIDY_SEGS for each of its own.  That many rows take less than half a
** second without vectors, and a second with those of the built-in model; where
** rows come one by one, it happens once in thousands of commits, and leaves about
** one segment for 16,384 rows.
*/
#include <stdlib.h>
#include "base/mem.h"
#include "index/dir.h"
#include "base/poison.h"

typedef struct Merge {
  LitSeg *const *in;
  size_t n;
  int64_t **ids;            /* [n][n_rows] */
  uint32_t **ord_of;        /* [n][n_rows]: new ordinal or UINT32_MAX */
  int64_t *out_ids;
  uint32_t n_out;
} Merge;

static void merge_drop(Merge *m) {
  for (size_t i = 0; i < m->n; i++) {
    if (m->ids) lit_free(m->ids[i]);
    if (m->ord_of) lit_free(m->ord_of[i]);
  }
  lit_free(m->ids);
  lit_free(m->ord_of);
  lit_free(m->out_ids);
}

static int merge_init(LitErr *e, Merge *m, LitSeg *const *in, size_t n) {
  uint64_t rows = 0;
  *m = (Merge){.in = in, .n = n};
  m->ids = lit_new0(e, n, sizeof *m->ids);
  m->ord_of = lit_new0(e, n, sizeof *m->ord_of);
  for (size_t i = 0; i < n && !e->rc; i++) {
    rows += in[i]->n_rows - in[i]->n_dead;
    m->ids[i] = lit_new(e, in[i]->n_rows, sizeof **m->ids);
    m->ord_of[i] = lit_new(e, in[i]->n_rows, sizeof **m->ord_of);
    if (!e->rc) lit_ids_all(e, in[i], m->ids[i]);
  }
  if (rows >= UINT32_MAX)
    return lit_fail(e, LIT_TOOBIG, "over 4 billion rows in one segment");
  if (!e->rc) m->out_ids = lit_new(e, (size_t)rows, sizeof *m->out_ids);
  return e->rc;
}

/* The next live row of segment i at or after `at`. */
static uint32_t skip_dead(Merge *m, size_t i, uint32_t at) {
  for (; at < m->in[i]->n_rows && !lit_seg_alive(m->in[i], at); at++)
    m->ord_of[i][at] = UINT32_MAX;
  return at;
}

/* Give every live row its new ordinal, by ascending rowid. */
static int number(LitErr *e, Merge *m) {
  uint32_t *at = lit_new0(e, m->n, sizeof *at);
  if (!at) return e->rc;
  for (size_t i = 0; i < m->n; i++) at[i] = skip_dead(m, i, 0);
  for (;;) {
    size_t best = m->n;
    for (size_t i = 0; i < m->n; i++)
      if (at[i] < m->in[i]->n_rows &&
          (best == m->n || m->ids[i][at[i]] < m->ids[best][at[best]]))
        best = i;
    if (best == m->n) break;
    if (m->n_out && m->out_ids[m->n_out - 1] >= m->ids[best][at[best]]) {
      lit_seg_corrupt(e, m->in[best], LIT_PART_IDS, "rowids out of order");
      break;
    }
    m->out_ids[m->n_out] = m->ids[best][at[best]];
    m->ord_of[best][at[best]] = m->n_out++;
    at[best] = skip_dead(m, best, at[best] + 1);
  }
  lit_free(at);
  return e->rc;
}

int lit_dir_merge(LitErr *e, LitDir *d, const LitShape *shape,
                  LitSeg *const *in, size_t n, const LitStop *stop) {
  LitSegOut out = {0};
  Merge m;
  uint64_t stamp = 0;
  int64_t id = d->next_id++;
  const uint32_t *const *ord_of;
  if (merge_init(e, &m, in, n) || number(e, &m)) goto done;
  ord_of = (const uint32_t *const *)m.ord_of;
  lit_segout_begin(&out, d->store, id, m.n_out);
  if (lit_segout_ids(e, &out, m.out_ids)) goto done;
  if (shape->n_fields && lit_posts_merge(e, in, ord_of, (int)n, &out, stop))
    goto done;
  for (int i = 0; i < shape->n_cols; i++)
    if (lit_col_merge(e, i, in, ord_of, (int)n, &out, stop)) goto done;
  for (int i = 0; i < shape->n_vecs; i++)
    if (lit_vecs_merge(e, &shape->vecs[i], in, ord_of, (int)n, &out, stop))
      goto done;
  if (lit_segout_end(e, &out, &stamp)) goto done;
  lit_dir_swap(e, d, id, stamp, in, n);

done:
  lit_segout_drop(&out);
  merge_drop(&m);
  return e->rc;
}

static uint32_t n_live(const LitSeg *s) { return s->n_rows - s->n_dead; }

static int tier_of(const LitSeg *s) {
  uint32_t n = n_live(s) / LIT_TIER_ROWS;
  int tier = 0;
  for (; n >= LIT_TIER; n /= LIT_TIER) tier++;
  return tier;
}

/* What a tidying may do. */
typedef struct Tidy {
  uint64_t most;            /* Live rows of a merge */
  size_t first, fewest;     /* Segments that fill tier 0; that must fit */
} Tidy;

/* Segments of the tier, as many as make it full or fewer, of t->most live rows in
** all, into pick; how many.  *rows: theirs.  0 unless the tier is full, and at
** least t->fewest fit. */
static size_t choose_tier(const LitDir *d, int tier, const Tidy *t,
                          LitSeg **pick, uint64_t *rows) {
  size_t n = 0, in_tier = 0, full = tier ? LIT_TIER : t->first;
  *rows = 0;
  for (size_t i = 0; i < d->n; i++) {
    LitSeg *s = d->segs[i];
    if (tier_of(s) != tier) continue;
    in_tier++;
    if (n == full || *rows + n_live(s) > t->most) continue;
    *rows += n_live(s);
    pick[n++] = s;
  }
  return in_tier >= full && n >= t->fewest ? n : 0;
}

/* The same in the lowest tier that has them; or one segment that is half dead. */
static size_t choose(const LitDir *d, const Tidy *t, LitSeg **pick,
                     uint64_t *rows) {
  for (int tier = 0; tier < 32; tier++) {
    size_t n = choose_tier(d, tier, t, pick, rows);
    if (n) return n;
  }
  for (size_t i = 0; i < d->n; i++) {
    const LitSeg *s = d->segs[i];
    *rows = n_live(s);
    if (s->n_dead > s->n_rows / 2 && *rows <= t->most)
      return pick[0] = d->segs[i], 1;
  }
  return 0;
}

/* What can be put off no longer. */
static size_t choose_late(const LitDir *d, const Tidy *t, LitSeg **pick) {
  uint64_t rows;
  if (d->n >= LIT_TIDY_SEGS) return choose(d, t, pick, &rows);
  for (size_t i = 0; i < d->n; i++)
    if (n_live(d->segs[i]) < d->segs[i]->n_rows / 4 &&
        n_live(d->segs[i]) <= t->most)
      return pick[0] = d->segs[i], 1;
  return 0;
}

int lit_dir_tidy(LitErr *e, LitDir *d, const LitShape *shape,
                 const LitStop *stop) {
  size_t first = d->n_new < LIT_TIER_ROWS ? LIT_TIER_FIRST : LIT_TIER, n;
  Tidy late = {LIT_LATE_ROWS + LIT_TIDY_SEGS * d->n_new, first, 2};
  Tidy now = {LIT_TIDY_ROWS + LIT_TIER * d->n_new, first, LIT_TIER};
  LitSeg *pick[LIT_TIER_FIRST];
  uint64_t rows;
  if ((n = choose_late(d, &late, pick)) > 0)
    lit_dir_merge(e, d, shape, pick, n, stop);
  if (d->n >= LIT_TIDY_SEGS) now.first = LIT_TIER;      /* that found nothing */
  while (!e->rc && (n = choose(d, &now, pick, &rows)) > 0) {
    lit_dir_merge(e, d, shape, pick, n, stop);
    now.most -= rows;
  }
  d->n_new = 0;
  return e->rc;
}

int lit_dir_optimize(LitErr *e, LitDir *d, const LitShape *shape,
                     const LitStop *stop) {
  LitSeg **all;
  size_t n = d->n;
  if (n == 0 || (n == 1 && d->segs[0]->n_dead == 0)) return LIT_OK;
  all = lit_new(e, n, sizeof *all);
  if (!all) return e->rc;
  memcpy(all, d->segs, n * sizeof *all);
  lit_dir_merge(e, d, shape, all, n, stop);
  lit_free(all);
  return e->rc;
}

static int by_live(const void *a, const void *b) {
  const LitSeg *x = *(LitSeg *const *)a, *y = *(LitSeg *const *)b;
  if (n_live(x) != n_live(y)) return n_live(x) < n_live(y) ? -1 : 1;
  return (x->id > y->id) - (x->id < y->id);
}

int lit_dir_merge_least(LitErr *e, LitDir *d, const LitShape *shape,
                        uint64_t most, const LitStop *stop) {
  LitSeg **least = lit_new(e, d->n, sizeof *least);
  size_t n = 0;
  if (!least || d->n == 0) return lit_free(least), e->rc;
  memcpy(least, d->segs, d->n * sizeof *least);
  qsort(least, d->n, sizeof *least, by_live);
  while (n < d->n && n_live(least[n]) <= most) most -= n_live(least[n++]);
  if (n > 1 || (n == 1 && least[0]->n_dead > 0))
    lit_dir_merge(e, d, shape, least, n, stop);
  lit_free(least);
  return e->rc;
}

/* Every chunk of a segment is there and has its hash. */
static int check_chunks(LitErr *e, const LitSeg *s, const LitStop *stop) {
  for (uint32_t i = 0; i < s->n_parts; i++) {
    const LitPartInfo *p = &s->parts[i];
    uint64_t bytes = 0;
    for (uint32_t no = 0; no < p->n_chunks && !lit_stopped(e, stop); no++) {
      const LitChunk *c = lit_seg_chunk(e, s, p->part, no);
      if (!c) return e->rc;
      bytes += c->n;
      lit_seg_give(s, c);
    }
    if (!e->rc && bytes != p->bytes)
      lit_seg_corrupt(e, s, p->part, "of another length");
  }
  return e->rc;
}

static int check_ids(LitErr *e, const LitSeg *s) {
  int64_t *ids = lit_new(e, s->n_rows, sizeof *ids);
  if (!ids) return e->rc;
  lit_ids_all(e, s, ids);
  for (uint32_t i = 1; i < s->n_rows && !e->rc; i++)
    if (ids[i - 1] >= ids[i])
      lit_seg_corrupt(e, s, LIT_PART_IDS, "rowids out of order");
  lit_free(ids);
  return e->rc;
}

int lit_dir_check(LitErr *e, LitDir *d, const LitShape *shape,
                  const LitStop *stop) {
  if (lit_dir_check_copy(e, d)) return e->rc;
  for (size_t i = 0; i < d->n && !e->rc; i++) {
    const LitSeg *s = d->segs[i];
    if (check_chunks(e, s, stop) || check_ids(e, s)) break;
    if (shape->n_fields) lit_posts_check(e, s, shape->n_fields, stop);
    for (int c = 0; c < shape->n_cols && !e->rc; c++)
      lit_col_check(e, c, s, stop);
    for (int v = 0; v < shape->n_vecs && !e->rc; v++)
      lit_vecs_check(e, &shape->vecs[v], s, stop);
  }
  return e->rc;
}
