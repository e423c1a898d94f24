/* posts_check.c -- does a segment's inverted part hold together?  Reads all of
** it; what single reads refuse anyway (lengths, order of terms and of rows
** inside a block) is found by reading. */
#include "index/terms.h"
#include "base/poison.h"

enum { ASK_EVERY = 4096 };

typedef struct Check {
  const LitSeg *seg;
  LitLens lens;
  LitTermIter terms;
  LitList list;
  LitPointsAt block, run;
  const LitStop *stop;
  uint64_t asked;
} Check;

static int bad_posts(LitErr *e, const Check *c, const char *what) {
  return lit_seg_corrupt(e, c->seg, LIT_PART_POSTS, what);
}

static int check_lens(LitErr *e, Check *c, int n_fields) {
  uint64_t total[LIT_FIELDS_MAX] = {0};
  uint32_t longest[LIT_FIELDS_MAX] = {0};
  if (lit_lens_open(e, &c->lens, c->seg)) return e->rc;
  if (c->lens.n_fields != n_fields)
    return lit_seg_corrupt(e, c->seg, LIT_PART_LENS,
                           "another number of fields");
  for (uint32_t row = 0; row < c->seg->n_rows; row++) {
    if (lit_lens_load(e, &c->lens, row)) return e->rc;
    for (int f = 0; f < n_fields; f++) {
      uint32_t len = lit_lens_get(&c->lens, row, f);
      total[f] += len;
      if (len > longest[f]) longest[f] = len;
    }
  }
  for (int f = 0; f < n_fields; f++)
    if (total[f] != c->lens.total[f] || longest[f] != c->lens.longest[f])
      return lit_seg_corrupt(e, c->seg, LIT_PART_LENS,
                             "the lengths do not add up");
  return LIT_OK;
}

/* Does one of the points dominate the row where the list stands? */
static int dominated(const Check *c, const LitPointsAt *p) {
  const uint8_t *at = p->at;
  for (uint32_t i = 0; i < p->n; i++) {
    uint32_t fields = 0;
    int covers = 1;
    for (uint32_t m = p->mask; m; m &= m - 1, at += 2) {
      int f = __builtin_ctz(m);
      uint32_t tf = lit_list_tf(&c->list, f);
      fields |= 1u << f;
      if (tf && f < c->lens.n_fields)
        covers &= (at[0] == 255 || at[0] >= tf) &&
                  lit_len_floor(at[1]) <= lit_lens_get(&c->lens, c->list.row,
                                                       f);
    }
    for (int t = 0; t < c->list.n_tfs; t++)
      covers &= (int)(fields >> c->list.tfs[t].field & 1) ||
                !lit_tfs_get(&c->list.tfs[t], c->list.i);
    if (covers) return 1;
  }
  return 0;
}

static int check_places(LitErr *e, Check *c) {
  uint32_t n_of[LIT_FIELDS_MAX], all = 0;
  const uint32_t *pos;
  if (lit_list_places(e, &c->list, &pos, n_of)) return e->rc;
  for (int f = 0; f < LIT_FIELDS_MAX; f++) {
    if (n_of[f] && f >= c->lens.n_fields)
      return bad_posts(e, c, "a field that the table does not have");
    for (uint32_t i = 1; i < n_of[f]; i++)
      if (pos[i] < pos[i - 1])
        return lit_seg_corrupt(e, c->seg, LIT_PART_PLACES,
                               "positions out of order");
    pos += n_of[f];
    all += n_of[f];
  }
  return all ? LIT_OK : bad_posts(e, c, "a row without the term");
}

static int check_row(LitErr *e, Check *c) {
  LitList *l = &c->list;
  if (lit_lens_load(e, &c->lens, l->row) || check_places(e, c)) return e->rc;
  if (lit_list_is_lone(&l->at)) return LIT_OK;
  if (l->i == 0 && lit_list_points(e, l, l->block, &c->block)) return e->rc;
  if (!dominated(c, &c->block) || !dominated(c, &l->points))
    return bad_posts(e, c, "a row above its block's bound");
  if (!l->heads) return LIT_OK;
  if (l->i == 0 && lit_list_run_points(e, l, l->run, &c->run)) return e->rc;
  if (!dominated(c, &c->run))
    return bad_posts(e, c, "a row above its run's bound");
  return LIT_OK;
}

static int check_list(LitErr *e, Check *c) {
  LitList *l = &c->list;
  uint32_t n = 0, before = LIT_NO_ROW;
  if (lit_list_open(e, l, c->seg, &c->terms.at)) return e->rc;
  for (; l->row != LIT_NO_ROW; n++) {
    if (before != LIT_NO_ROW && l->row <= before)
      return bad_posts(e, c, "rows out of order");
    before = l->row;
    if (check_row(e, c) || lit_list_step(e, l)) return e->rc;
    if (c->asked++ % ASK_EVERY == 0 && lit_stopped(e, c->stop)) return e->rc;
  }
  if (n != c->terms.at.df) return bad_posts(e, c, "a list of another length");
  return LIT_OK;
}

static int check_terms(LitErr *e, Check *c) {
  const LitPartInfo *p = lit_seg_part(c->seg, LIT_PART_TERMS);
  uint64_t n = 0;
  LitTermAt at;
  lit_termiter_open(e, &c->terms, c->seg, "", 0);
  for (; !e->rc && c->terms.at.df; n++) {
    if (check_list(e, c)) return e->rc;
    lit_list_close(&c->list);
    if (lit_terms_find(e, c->seg, c->terms.term, c->terms.n, &at))
      return e->rc;
    if (memcmp(&at, &c->terms.at, sizeof at))
      return lit_seg_corrupt(e, c->seg, LIT_PART_TERMS,
                             "a term is not where its key says");
    lit_termiter_next(e, &c->terms);
  }
  if (!e->rc && n != lit_get_u64(p->info + 1))
    lit_seg_corrupt(e, c->seg, LIT_PART_TERMS, "another number of terms");
  return e->rc;
}

int lit_posts_check(LitErr *e, const LitSeg *s, int n_fields,
                    const LitStop *stop) {
  Check c = {.seg = s, .stop = stop};
  if (!check_lens(e, &c, n_fields)) check_terms(e, &c);
  lit_list_close(&c.list);
  lit_termiter_close(&c.terms);
  lit_lens_close(&c.lens);
  return e->rc;
}
