/* agg_topk.c -- the k best rows of a group, without sorting them all.
**
**   lit_topk(id, score, k)   '[{"id":7,"score":0.9},{"id":3,"score":0.5}]'
**
** JSON text, best first: higher scores, among equals the lower id.  For a
** distance give its negative.  id: INTEGER.  score: a finite number; a row
** whose id or score is NULL is left out.  k: 0..1,000,000, the same in all
** rows of a group.  A group without rows gives '[]'.
**
**   SELECT value ->> 'id' FROM json_each((SELECT lit_topk(rowid, s, 10) ...))
*/
#include <math.h>
#include "base/buf.h"
#include "base/topk.h"
#include "sql/tables.h"
#include "base/poison.h"

static const char who[] = "lit_topk";
enum { K_MAX = 1000000 };

typedef struct Group {
  LitTopk best;
  int is_open;
} Group;

static int add(LitErr *e, Group *g, sqlite3_value **argv) {
  sqlite3_int64 id, k;
  double score;
  if (lit_arg_int(e, who, "id", argv[0], INT64_MIN, INT64_MAX, &id) ||
      lit_arg_real(e, who, "score", argv[1], -HUGE_VAL, HUGE_VAL, &score) ||
      lit_arg_int(e, who, "k", argv[2], 0, K_MAX, &k))
    return e->rc;
  if (!g->is_open) lit_topk_init(&g->best, (size_t)k);
  g->is_open = 1;
  if (g->best.k != (size_t)k)
    return lit_fail(e, LIT_ERROR, "%s: k is %zu in one row, %lld in another",
                    who, g->best.k, k);
  return lit_topk_wants(&g->best, score)
             ? lit_topk_push(e, &g->best, score, id) : LIT_OK;
}

static void step(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  Group *g;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  g = sqlite3_aggregate_context(ctx, sizeof *g);
  if (!g) lit_fail_nomem(&e, who);
  else add(&e, g, argv);
  if (e.rc) lit_result_err(ctx, &e);
}

/* %!.17g of SQLite's own printf: the same in every locale. */
static void put_hit(LitErr *e, LitBuf *out, const LitHit *hit) {
  char text[96];
  sqlite3_snprintf(sizeof text, text, "{\"id\":%lld,\"score\":%!.17g}", hit->id,
                   hit->score);
  lit_buf_text(e, out, text);
}

static void final(sqlite3_context *ctx) {
  Group *g = sqlite3_aggregate_context(ctx, 0);
  LitErr e = {0};
  LitBuf out = {0};
  lit_buf_u8(&e, &out, '[');
  if (g) lit_topk_sort(&g->best);
  for (size_t i = 0; g && i < g->best.n; i++) {
    if (i) lit_buf_u8(&e, &out, ',');
    put_hit(&e, &out, &g->best.at[i]);
  }
  lit_buf_u8(&e, &out, ']');
  if (e.rc) lit_result_err(ctx, &e);
  else lit_result_text(ctx, (char *)out.at, out.n);
  lit_buf_drop(&out);
  if (g) lit_topk_drop(&g->best);
}

const LitAgg lit_aggs_topk[] = {
  {"lit_topk", 3, LIT_PURE, step, final,
   "(id, score, k) -> JSON of the k best, best first"},
  {0},
};
