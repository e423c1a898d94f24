/* posts_merge.c -- several segments' postings become one's, see posts.h.
**
** Dictionaries are walked side by side; the rows of one term come from all
** segments that have it, the lowest new ordinal first.  In memory are one
** block of each, and the field lengths of the result.
*/
#include "base/mem.h"
#include "index/terms.h"
#include "base/poison.h"

enum { ASK_EVERY = 4096 };

typedef struct Source {
  LitTermIter terms;
  LitList list;
  uint32_t ord;             /* New ordinal where the list stands */
} Source;

typedef struct Merge {
  LitSeg *const *in;
  const uint32_t *const *ord_of;
  int n_in, n_fields;
  uint32_t n_rows;          /* Of the result */
  Source *sources;          /* [n_in] */
  LitListOut list;
  LitTermsOut terms;
  LitLensOut lens;
  const LitStop *stop;
  uint64_t asked;
} Merge;

static int stopped(LitErr *e, Merge *m) {
  return m->asked++ % ASK_EVERY == 0 ? lit_stopped(e, m->stop) : e->rc;
}

static int copy_lens(LitErr *e, Merge *m, int i) {
  LitLens from = {0};
  uint32_t lens[LIT_FIELDS_MAX];
  if (lit_lens_open(e, &from, m->in[i])) goto done;
  for (uint32_t row = 0; row < m->in[i]->n_rows; row++) {
    uint32_t ord = m->ord_of[i][row];
    if (ord == LIT_NO_ROW) continue;
    if (ord >= m->n_rows || from.n_fields != m->n_fields) {
      lit_seg_corrupt(e, m->in[i], LIT_PART_LENS, "not like its fellows");
      goto done;
    }
    if (lit_lens_load(e, &from, row)) goto done;
    for (int f = 0; f < m->n_fields; f++)
      lens[f] = lit_lens_get(&from, row, f);
    lit_lensout_set(&m->lens, ord, lens);
  }
done:
  lit_lens_close(&from);
  return e->rc;
}

/* Move on from the list's row, if `step`, to the next living one. */
static int next_living(LitErr *e, Merge *m, int i, int step) {
  Source *s = &m->sources[i];
  s->ord = LIT_NO_ROW;
  if (step && lit_list_step(e, &s->list)) return e->rc;
  while (s->list.row != LIT_NO_ROW) {
    s->ord = m->ord_of[i][s->list.row];
    if (s->ord != LIT_NO_ROW) break;
    if (lit_list_step(e, &s->list)) return e->rc;
  }
  return e->rc;
}

static int put_row(LitErr *e, Merge *m, Source *s) {
  uint32_t tf[LIT_FIELDS_MAX];
  const uint32_t *pos;
  if (s->ord >= m->n_rows)
    return lit_fail(e, LIT_ERROR, "ordinal %u of %u rows", (unsigned)s->ord,
                    (unsigned)m->n_rows);
  if (lit_list_places(e, &s->list, &pos, tf)) return e->rc;
  for (int f = m->n_fields; f < LIT_FIELDS_MAX; f++)
    if (tf[f])
      return lit_seg_corrupt(e, s->list.seg, LIT_PART_POSTS,
                             "a field that the table does not have");
  return lit_listout_add(e, &m->list, s->ord, tf, pos);
}

/* The rows of the term that every source in `has` stands on. */
static int merge_rows(LitErr *e, Merge *m, const int *has, int n) {
  for (int k = 0; k < n; k++) {
    Source *s = &m->sources[has[k]];
    if (lit_list_open(e, &s->list, m->in[has[k]], &s->terms.at) ||
        next_living(e, m, has[k], 0))
      return e->rc;
  }
  for (;;) {
    int best = has[0];
    uint32_t other = LIT_NO_ROW;
    for (int k = 1; k < n; k++)
      if (m->sources[has[k]].ord < m->sources[best].ord) best = has[k];
    for (int k = 0; k < n; k++)
      if (has[k] != best && m->sources[has[k]].ord < other)
        other = m->sources[has[k]].ord;
    if (m->sources[best].ord == LIT_NO_ROW) return LIT_OK;
    do {
      if (put_row(e, m, &m->sources[best]) || next_living(e, m, best, 1) ||
          stopped(e, m))
        return e->rc;
    } while (m->sources[best].ord < other);
  }
}

/* The list of the term in the sources has [n], written. */
static int merge_list(LitErr *e, Merge *m, const int *has, int n,
                      LitTermAt *at) {
  const LitTermAt *first = &m->sources[has[0]].terms.at;
  if (n == 1 && first->df == 1 && first->kind == LIT_LIST_SHORT)
    return lit_listout_one(e, &m->list, m->in[has[0]], first,
                           m->ord_of[has[0]], at);
  if (merge_rows(e, m, has, n)) return e->rc;
  return lit_listout_end(e, &m->list, at);
}

/* Which sources stand on the lowest term; their number, 0 at the end. */
static int lowest(const Merge *m, int *has) {
  int n = 0;
  for (int i = 0; i < m->n_in; i++) {
    const LitTermIter *t = &m->sources[i].terms, *low;
    int c;
    if (!t->at.df) continue;
    low = n ? &m->sources[has[0]].terms : t;
    c = memcmp(t->term, low->term, t->n < low->n ? t->n : low->n);
    if (!c) c = (t->n > low->n) - (t->n < low->n);
    if (c < 0) n = 0;
    if (c <= 0) has[n++] = i;
  }
  return n;
}

static int merge_terms(LitErr *e, Merge *m, int *has) {
  int n;
  for (int i = 0; i < m->n_in; i++)
    if (lit_termiter_open(e, &m->sources[i].terms, m->in[i], "", 0))
      return e->rc;
  while ((n = lowest(m, has)) > 0) {
    const LitTermIter *t = &m->sources[has[0]].terms;
    LitTermAt at;
    if (merge_list(e, m, has, n, &at) || stopped(e, m)) return e->rc;
    if (at.df && lit_termsout_add(e, &m->terms, t->term, t->n, &at))
      return e->rc;
    for (int k = 0; k < n; k++) {
      lit_list_close(&m->sources[has[k]].list);
      if (lit_termiter_next(e, &m->sources[has[k]].terms)) return e->rc;
    }
  }
  return e->rc;
}

static int merge_all(LitErr *e, Merge *m, int *has, LitSegOut *out) {
  LitLens first = {0};
  if (lit_lens_open(e, &first, m->in[0])) return e->rc;
  m->n_fields = first.n_fields;
  lit_lens_close(&first);
  if (lit_lensout_begin(e, &m->lens, out->n_rows, m->n_fields)) return e->rc;
  for (int i = 0; i < m->n_in; i++)
    if (copy_lens(e, m, i)) return e->rc;
  lit_listout_begin(&m->list, out, &m->lens);
  lit_termsout_begin(&m->terms, out);
  if (merge_terms(e, m, has)) return e->rc;
  lit_termsout_end(e, &m->terms, out);
  lit_listout_finish(e, &m->list, out);
  return lit_lensout_end(e, &m->lens, out);
}

int lit_posts_merge(LitErr *e, LitSeg *const *in,
                    const uint32_t *const *ord_of, int n_in, LitSegOut *out,
                    const LitStop *stop) {
  Merge *m = lit_new0(e, 1, sizeof *m);
  int *has = lit_new(e, (size_t)n_in, sizeof *has);
  if (!m || !has) goto done;
  *m = (Merge){.in = in, .ord_of = ord_of, .n_in = n_in, .stop = stop,
               .n_rows = out->n_rows};
  m->sources = lit_new0(e, (size_t)n_in, sizeof *m->sources);
  if (m->sources) merge_all(e, m, has, out);

done:
  for (int i = 0; m && m->sources && i < n_in; i++) {
    lit_list_close(&m->sources[i].list);
    lit_termiter_close(&m->sources[i].terms);
  }
  if (m) {
    lit_listout_drop(&m->list);
    lit_termsout_drop(&m->terms);
    lit_lensout_drop(&m->lens);
    lit_free(m->sources);
  }
  lit_free(m);
  lit_free(has);
  return e->rc;
}
