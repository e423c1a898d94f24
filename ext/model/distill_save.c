/* distill_save.c -- the trained vectors as the file of arch_static.c.
**
** First all vectors are turned to the principal axes of the held-out papers and
** as many others, longest first, so that the first components of a vector are
** the best ones to keep (Matryoshka).  Then each row is rounded: its largest
** component becomes 127 in size and its weight says how large that was, the
** largest weight being 65535.
**
** A token that never was in a paper has its first vector, which is longer or
** shorter than what training made of others: it takes the median length of
** those that were seen `rare_to` times at most.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/newfile.h"
#include "kern/blas.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { SAMPLE = 4096, WEIGHT_MAX = 65535, RARE_FROM = 5, RARE_TO = 50 };

/* W = W axes', the axes of the papers' vectors. */
static int turn(LitErr *e, LitDistill *t, const LitStop *stop) {
  size_t dim = t->dim, n = t->papers.n_texts, d2 = dim * dim;
  double *sym = lit_new(e, d2, sizeof *sym);
  double *axes = lit_new(e, d2, sizeof *axes);
  float *by = lit_new(e, d2, sizeof *by);
  if (n > SAMPLE) n = SAMPLE;
  lit_distill_rows_clear(&t->room.rows);
  for (size_t i = 0; i < n && !e->rc; i++)
    lit_distill_batch_paper(e, t, t->order[t->papers.n_texts - 1 - i], 0);
  if (e->rc || lit_distill_rows_room(e, t)) goto done;
  lit_distill_rows_sum(t, 0);
  if (lit_distill_covariance(e, t->room.unit, n, dim, sym) ||
      lit_distill_axes(e, sym, dim, axes, stop))
    goto done;
  for (size_t i = 0; i < d2; i++) by[i] = (float)axes[i];
  lit_blas_sgemm_tasks(&(LitGemm){
    .m = (int)t->n_vocab, .n = (int)dim, .k = (int)dim, .b_turned = 1,
    .alpha = 1, .a = t->w, .b = by, .c = t->m, .lda = (int)dim,
    .ldb = (int)dim, .ldc = (int)dim});
  memcpy(t->w, t->m, t->n_vocab * dim * sizeof *t->w);
done:
  lit_free(sym), lit_free(axes), lit_free(by);
  return e->rc;
}

static float length(const float *v, size_t n) {
  double sq = 0;
  for (size_t i = 0; i < n; i++) sq += (double)v[i] * (double)v[i];
  return (float)sqrt(sq);
}

static int by_size(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static int fit_unseen(LitErr *e, LitDistill *t) {
  float *lengths = lit_new(e, t->n_vocab, sizeof *lengths), median;
  size_t n = 0;
  for (size_t i = 1; i < t->n_vocab && lengths; i++)
    if (t->counts[i] >= RARE_FROM && t->counts[i] <= RARE_TO)
      lengths[n++] = length(t->w + i * t->dim, t->dim);
  if (n) qsort(lengths, n, sizeof *lengths, by_size);
  median = n ? lengths[n / 2] : 0;
  for (size_t i = 1; i < t->n_vocab && n; i++) {
    float *w = t->w + i * t->dim, now = length(w, t->dim);
    if (t->counts[i] >= RARE_FROM || !(now > 0)) continue;
    for (size_t k = 0; k < t->dim; k++) w[k] *= median / now;
  }
  lit_free(lengths);
  return e->rc;
}

typedef struct Rounded {
  int8_t *rows;             /* [V, dim] */
  uint8_t *weights;         /* [V] two bytes each */
} Rounded;

static float largest(const float *v, size_t n) {
  float most = 0;
  for (size_t i = 0; i < n; i++) most = fmaxf(most, fabsf(v[i]));
  return most;
}

static int to_integers(LitErr *e, const LitDistill *t, Rounded *out) {
  float most = largest(t->w, t->n_vocab * t->dim);
  out->rows = lit_new0(e, lit_size(t->n_vocab, t->dim), 1);
  out->weights = lit_new0(e, t->n_vocab, 2);
  for (size_t i = 1; i < t->n_vocab && !e->rc; i++) {
    const float *w = t->w + i * t->dim;
    float mine = largest(w, t->dim);
    long weight = mine > 0 ? lrintf(mine / most * WEIGHT_MAX) : 0;
    if (mine > 0 && weight < 1) weight = 1;
    out->weights[2 * i] = (uint8_t)(weight & 255);
    out->weights[2 * i + 1] = (uint8_t)(weight >> 8);
    for (size_t k = 0; k < t->dim && weight; k++)
      out->rows[i * t->dim + k] = (int8_t)lrintf(w[k] / mine * 127);
  }
  return e->rc;
}

static void card(LitErr *e, const LitDistill *t, LitBuf *b) {
  const LitDistillOpts *o = &t->opts;
  lit_buf_printf(e, b, "{\"made by\":\"%s\",\"papers\":%zu,\"teacher\":\"%s\","
                 "\"texts taught\":%zu,\"vocabulary\":%zu,\"dim\":%zu,",
                 o->who, t->papers.n_texts,
                 t->teacher ? lit_model_name(t->teacher) : "",
                 t->taught.n_texts, t->n_vocab, t->dim);
  lit_buf_printf(e, b, "\"steps\":%lld,\"batch\":%lld,\"taught batch\":%lld,"
                 "\"alike\":%lld,\"seed\":%lld,\"rate\":%g,\"temperature\":%g,",
                 (long long)o->steps, (long long)o->batch,
                 (long long)o->taught_batch, (long long)o->alike,
                 (long long)o->seed, o->rate, o->temperature);
  lit_buf_printf(e, b, "\"titles\":%g,\"distill\":%g,\"rare\":%g,\"drop\":%g,"
                 "\"held-out nDCG@10\":%.4f", o->titles, o->distill, o->rare,
                 o->drop, t->score);
  if (o->hard)
    lit_buf_printf(e, b, ",\"hard\":%lld,\"pool\":%lld,\"mine\":%lld,"
                   "\"margin\":%g", (long long)o->hard, (long long)o->pool,
                   (long long)o->mine, o->margin);
  if (o->card) lit_buf_printf(e, b, ",\"about\":%s", o->card);
  lit_buf_text(e, b, "}");
}

static void head(LitErr *e, const LitDistill *t, LitBuf *b) {
  size_t rows = t->n_vocab * t->dim, weights = rows + 2 * t->n_vocab;
  LitBuf about = {0};
  card(e, t, &about);
  lit_buf_text(e, b, "{\"__metadata__\":{\"format\":\"lit static 1\","
               "\"card\":");
  lit_buf_json(e, b, (char *)about.at, about.n);
  lit_buf_printf(e, b, "},\"embeddings\":{\"dtype\":\"I8\",\"shape\":[%zu,%zu],"
                 "\"data_offsets\":[0,%zu]},\"weights\":{\"dtype\":\"U16\","
                 "\"shape\":[%zu],\"data_offsets\":[%zu,%zu]},", t->n_vocab,
                 t->dim, rows, t->n_vocab, rows, weights);
  lit_buf_printf(e, b, "\"vocabulary\":{\"dtype\":\"U8\",\"shape\":[%zu],"
                 "\"data_offsets\":[%zu,%zu]}}", t->vocabulary.n, weights,
                 weights + t->vocabulary.n);
  while (!e->rc && (b->n + 8) % 64) lit_buf_u8(e, b, ' ');
  lit_buf_drop(&about);
}

static int write_model(LitErr *e, const LitDistill *t, const Rounded *r) {
  LitNewFile *f = lit_new0(e, 1, sizeof *f);
  LitBuf b = {0}, size = {0};
  if (!f) return e->rc;
  head(e, t, &b);
  lit_buf_u64(e, &size, b.n);
  if (!e->rc && !lit_newfile_begin(e, f, t->opts.who, t->opts.out)) {
    lit_newfile_put(e, f, size.at, size.n);
    lit_newfile_put(e, f, b.at, b.n);
    lit_newfile_put(e, f, r->rows, t->n_vocab * t->dim);
    lit_newfile_put(e, f, r->weights, 2 * t->n_vocab);
    lit_newfile_put(e, f, t->vocabulary.at, t->vocabulary.n);
    lit_newfile_end(e, f);
  }
  lit_buf_drop(&b), lit_buf_drop(&size);
  lit_free(f);
  return e->rc;
}

int lit_distill_save(LitErr *e, LitDistill *t, const LitStop *stop) {
  Rounded r = {0};
  if (!turn(e, t, stop) && !fit_unseen(e, t) && !to_integers(e, t, &r) &&
      !write_model(e, t, &r))
    lit_distill_state_remove(t);
  lit_free(r.rows), lit_free(r.weights);
  return e->rc;
}
