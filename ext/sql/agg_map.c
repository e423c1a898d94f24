/* agg_map.c -- moving an index to another model without embedding again.
**
**   lit_map_fit(old, new)    aggregate: from the vectors of some texts by the
**                            old and by the new model, the orthogonal map from
**                            one to the other, a BLOB (model/map.h)
**   lit_map_apply(map, old)  the vector mapped, float32: the same length, where
**                            the new one has as many dimensions or more
**   lit_map_info(map)        JSON: from, to, pairs, held_out, loss
**
**   WITH m AS (SELECT lit_map_fit(vector, lit_embed(text, 'new')) AS map
**                FROM (SELECT * FROM vectors ORDER BY random() LIMIT 5000))
**   INSERT INTO mapped SELECT id, lit_map_apply(map, vector) FROM vectors, m;
**
** Vectors are scaled to length 1 for the fit; all old ones have one number of
** dimensions, all new ones another; NULLs are passed over.  Every tenth pair is
** held out, up to 1,000; loss is the mean of 1 - cosine between those mapped
** and the true new ones: 0 is perfect; NULL if none was held out.  More pairs
** are needed than there are dimensions, some times as many.  Sums go through
** BLAS, so a map may differ in its last bits between machines.
** Errors: no vectors, other dimensions than before, over 8192, fewer than two
** pairs, a BLOB that is no map.
*/
#include <math.h>
#include "base/mem.h"
#include "model/map.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct Group {
  LitMapFit *fit;
  uint32_t from, to;
} Group;

static int add(LitErr *e, Group *g, const LitVec *a, const LitVec *b) {
  float *x, *y;
  if (!g->fit) {
    g->fit = lit_map_begin(e, a->dim, b->dim);
    g->from = a->dim, g->to = b->dim;
  }
  if (!e->rc && (a->dim != g->from || b->dim != g->to))
    lit_fail(e, LIT_ERROR, "lit_map_fit: vectors of %u and %u dimensions after "
             "%u and %u", a->dim, b->dim, g->from, g->to);
  x = e->rc ? NULL : lit_vec_floats(e, a);
  y = e->rc ? NULL : lit_vec_floats(e, b);
  if (x && y) lit_map_add(e, g->fit, x, y);
  lit_free(x);
  lit_free(y);
  return e->rc;
}

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec a = {0}, b = {0};
  Group *g;
  if (lit_any_null(argc, argv)) return;
  g = sqlite3_aggregate_context(ctx, sizeof *g);
  if (!g) lit_fail_nomem(&e, "lit_map_fit");
  else if (!lit_arg_vec(&e, "lit_map_fit", argv[0], &a) &&
           !lit_arg_vec(&e, "lit_map_fit", argv[1], &b))
    add(&e, g, &a, &b);
  if (e.rc) lit_result_err(ctx, &e);
  lit_vec_drop(&a);
  lit_vec_drop(&b);
}

/* Also called after an error, to free what there is. */
static void final(sqlite3_context *ctx) {
  Group *g = sqlite3_aggregate_context(ctx, 0);
  LitErr e = {0};
  void *map;
  size_t n;
  if (!g || !g->fit) return;
  map = lit_map_end(&e, g->fit, &n);
  if (map) lit_result_blob(ctx, map, n);
  else lit_result_err(ctx, &e);
  lit_free(map);
  lit_map_free(g->fit);
  *g = (Group){0};
}

static int arg_map(LitErr *e, const char *who, sqlite3_value *v, LitMap *out) {
  const void *at;
  if (sqlite3_value_type(v) != SQLITE_BLOB)
    return lit_fail(e, LIT_MISMATCH, "%s: expected a map that lit_map_fit made",
                    who);
  at = sqlite3_value_blob(v);
  return lit_map_read(e, who, at, (size_t)sqlite3_value_bytes(v), out);
}

static void fn_apply(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitVec v = {0};
  LitMap map;
  float *x = NULL, *out = NULL;
  if (lit_any_null(argc, argv)) return;
  if (arg_map(&e, "lit_map_apply", argv[0], &map) ||
      lit_arg_vec(&e, "lit_map_apply", argv[1], &v))
    goto done;
  if (v.dim != map.from) {
    lit_fail(&e, LIT_ERROR, "lit_map_apply: a vector of %u dimensions: expected "
             "%zu", v.dim, map.from);
    goto done;
  }
  x = lit_vec_floats(&e, &v);
  out = lit_new(&e, map.to, sizeof *out);
  if (x && out && !lit_map_apply(&e, &map, x, out)) {
    lit_result_blob(ctx, out, map.to * sizeof *out);
    lit_result_elem(ctx, LIT_F32);
  }
done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(x);
  lit_free(out);
  lit_vec_drop(&v);
}

static void fn_info(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitMap map;
  char text[200], loss[40] = "null";
  if (lit_any_null(argc, argv)) return;
  if (arg_map(&e, "lit_map_info", argv[0], &map)) {
    lit_result_err(ctx, &e);
    return;
  }
  if (isfinite(map.loss)) sqlite3_snprintf(sizeof loss, loss, "%!.6g", map.loss);
  sqlite3_snprintf(sizeof text, text, "{\"from\":%u,\"to\":%u,\"pairs\":%llu,"
                   "\"held_out\":%llu,\"loss\":%s}", (unsigned)map.from,
                   (unsigned)map.to, (unsigned long long)map.n_pairs,
                   (unsigned long long)map.n_held, loss);
  sqlite3_result_text(ctx, text, -1, SQLITE_TRANSIENT);
  sqlite3_result_subtype(ctx, 'J');
}

const LitAgg lit_aggs_map[] = {
  {"lit_map_fit", 2, LIT_CALM | SQLITE_SUBTYPE, step, final,
   "(old, new) -> the orthogonal map from old vectors to new ones"},
  {0},
};

const LitFunc lit_funcs_map[] = {
  {"lit_map_apply", 2, LIT_VEC_OUT, fn_apply, "(map, v) -> v mapped, float32"},
  {"lit_map_info", 1, LIT_PURE | LIT_SUBTYPE_OUT, fn_info,
   "(map) -> JSON: dimensions, pairs, loss on those held out"},
  {0},
};
