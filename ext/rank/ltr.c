/* ltr.c -- see ltr.h.
**
** A model in bytes, little-endian:
**
**   'L' 'T' 'R' | version 1 | kind (u8) | dim (u32) | what the kind writes
*/
#include <string.h>
#include "base/mem.h"
#include "rank/ltr.h"
#include "base/poison.h"

enum { VERSION = 1, HEAD = 9, STOP_EVERY = 64 };

static const LitLtr *const kinds[] = {&lit_ltr_linear, &lit_ltr_trees};
static const LitNames names = LIT_NAMES_AT(kinds);

const LitLtr *lit_ltr_row(size_t i) {
  return i < sizeof kinds / sizeof *kinds ? kinds[i] : NULL;
}

/* ---- a kind in words ---- */

int lit_ltr_parse(LitErr *e, const char *who, const char *text,
                  LitLtrHow *out) {
  size_t n = lit_spec_name(&text);
  const char *rest;
  out->kind = lit_names_find(e, who, "model", &names, text, n);
  if (!out->kind) return e->rc;
  rest = lit_spec_numbers(e, who, out->kind->name, text + n, out->kind->params,
                          LIT_LTR_PARAMS, out->params, NULL);
  return lit_spec_end(e, who, out->kind->name, rest);
}

/* ---- fitting ---- */

int lit_ltr_slopes(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
                   LitLtrState *s) {
  memset(s->slope, 0, set->n * sizeof *s->slope);
  memset(s->curve, 0, set->n * sizeof *s->curve);
  for (uint32_t q = 0; q < set->n_queries; q++) {
    uint32_t at = set->start[q];
    how->loss->slopes(s->scores + at, set->grades + at, set->start[q + 1] - at,
                      s->slope + at, s->curve + at, s->work);
    if (q % STOP_EVERY == 0 && lit_stopped(e, how->stop)) break;
  }
  return e->rc;
}

static int is_of_use(const LitLtrSet *set) {
  for (uint32_t q = 0; q < set->n_queries; q++)
    for (uint32_t i = set->start[q] + 1; i < set->start[q + 1]; i++)
      if (set->grades[i] < set->grades[i - 1] ||
          set->grades[i] > set->grades[i - 1])
        return 1;
  return 0;
}

int lit_ltr_fit(LitErr *e, const LitLtrHow *how, const LitLtrSet *set,
                LitBuf *out) {
  LitLtrState s = {0};
  if (!is_of_use(set))
    return lit_fail(e, LIT_ERROR, "no query has rows of different grades");
  lit_buf_put(e, out, "LTR", 3);
  lit_buf_u8(e, out, VERSION);
  lit_buf_u8(e, out, how->kind->id);
  lit_buf_u32(e, out, set->dim);
  s.scores = lit_new0(e, set->n, sizeof *s.scores);
  s.slope = lit_new(e, set->n, sizeof *s.slope);
  s.curve = lit_new(e, set->n, sizeof *s.curve);
  s.work = lit_new(e, set->n, sizeof *s.work);
  if (!e->rc) how->kind->fit(e, how, set, &s, out);
  lit_free(s.scores);
  lit_free(s.slope);
  lit_free(s.curve);
  lit_free(s.work);
  return e->rc;
}

/* ---- scoring ---- */

int lit_ltr_open(LitErr *e, const char *who, const void *at, size_t n,
                 LitLtrModel *out) {
  const uint8_t *head = at;
  *out = (LitLtrModel){0};
  if (n < HEAD || memcmp(head, "LTR", 3))
    return lit_fail(e, LIT_ERROR, "%s: the model is not one of lit_rank_fit",
                    who);
  if (head[3] != VERSION)
    return lit_fail(e, LIT_ERROR, "%s: the model has version %u, this lit "
                    "reads %d", who, head[3], VERSION);
  for (size_t i = 0; lit_ltr_row(i); i++)
    if (kinds[i]->id == head[4]) out->kind = kinds[i];
  out->dim = lit_get_u32(head + 5);
  out->at = head + HEAD, out->n = n - HEAD;
  if (!out->kind || out->dim == 0 || out->dim > LIT_LTR_DIM_MAX ||
      !out->kind->is_whole(out->at, out->n, out->dim))
    return lit_fail(e, LIT_CORRUPT, "%s: the model is damaged", who);
  return LIT_OK;
}

double lit_ltr_score(const LitLtrModel *m, const float *x) {
  return m->kind->score(m->at, m->n, x, m->dim);
}
