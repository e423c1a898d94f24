/* gather.c -- see gather.h */
#include <stdlib.h>
#include "base/mem.h"
#include "index/gather.h"
#include "base/poison.h"

typedef struct LitGatherRow {
  int64_t rowid;
  uint32_t arrival;
  int is_live;
} Row;

enum { FIRST_SLOTS = 64 };

int lit_gather_init(LitErr *e, LitGather *g, const LitShape *shape) {
  *g = (LitGather){.shape = shape};
  if (shape->n_fields) g->posts = lit_posts_new(e, shape->n_fields);
  g->cols = lit_new0(e, (size_t)shape->n_cols, sizeof *g->cols);
  g->vecs = lit_new0(e, (size_t)shape->n_vecs, sizeof *g->vecs);
  for (int i = 0; !e->rc && i < shape->n_cols; i++) g->cols[i] = lit_col_new(e);
  for (int i = 0; !e->rc && i < shape->n_vecs; i++)
    g->vecs[i] = lit_vecs_new(e, &shape->vecs[i]);
  if (e->rc) lit_gather_drop(g);
  return e->rc;
}

void lit_gather_drop(LitGather *g) {
  lit_posts_free(g->posts);
  for (int i = 0; g->cols && i < g->shape->n_cols; i++)
    lit_col_free(g->cols[i]);
  for (int i = 0; g->vecs && i < g->shape->n_vecs; i++)
    lit_vecs_free(g->vecs[i]);
  lit_free(g->cols);
  lit_free(g->vecs);
  lit_free(g->rows);
  lit_free(g->slots);
  *g = (LitGather){0};
}

static size_t slot_of(const LitGather *g, int64_t rowid) {
  return (size_t)((uint64_t)rowid * 0x9E3779B97F4A7C15u >> 20) &
         (g->n_slots - 1);
}

/* The slot that names rowid's live row, or the empty one where it would go. */
static size_t find_slot(const LitGather *g, int64_t rowid) {
  size_t s = slot_of(g, rowid);
  while (g->slots[s] && g->rows[g->slots[s] - 1].rowid != rowid)
    s = (s + 1) & (g->n_slots - 1);
  return s;
}

/* Keep the table at most half full, one more entry included. */
static int widen(LitErr *e, LitGather *g) {
  size_t n = g->n_slots ? g->n_slots * 2 : FIRST_SLOTS;
  uint32_t *slots;
  if ((g->n + 1) * 2 <= g->n_slots) return LIT_OK;
  slots = lit_new0(e, n, sizeof *slots);
  if (!slots) return e->rc;
  lit_free(g->slots);
  g->slots = slots, g->n_slots = n;
  for (size_t i = 0; i < g->n; i++)
    if (g->rows[i].is_live)
      g->slots[find_slot(g, g->rows[i].rowid)] = (uint32_t)i + 1;
  return LIT_OK;
}

int lit_gather_begin(LitErr *e, LitGather *g, int64_t rowid, uint32_t *row) {
  if (g->n >= UINT32_MAX - 1)
    return lit_fail(e, LIT_TOOBIG, "over 4 billion rows in one transaction");
  if (widen(e, g) || LIT_GROW(e, &g->rows, &g->room, g->n + 1)) return e->rc;
  *row = (uint32_t)g->n;
  g->rows[g->n++] = (Row){.rowid = rowid, .arrival = *row};
  return LIT_OK;
}

void lit_gather_end(LitGather *g, uint32_t row) {
  lit_gather_kill(g, g->rows[row].rowid);
  g->slots[find_slot(g, g->rows[row].rowid)] = row + 1;
  g->rows[row].is_live = 1;
  g->n_live++;
}

int lit_gather_find(const LitGather *g, int64_t rowid, uint32_t *row) {
  size_t s = g->n_slots ? find_slot(g, rowid) : 0;
  if (!g->n_slots || !g->slots[s]) return 0;
  *row = g->slots[s] - 1;
  return g->rows[*row].is_live;
}

/* A killed row keeps its slot, which then names a row that is not live: it
** still has the right rowid, so a later row of that rowid takes the slot. */
int lit_gather_kill(LitGather *g, int64_t rowid) {
  uint32_t row;
  if (!lit_gather_find(g, rowid, &row)) return 0;
  g->rows[row].is_live = 0;
  g->n_live--;
  return 1;
}

size_t lit_gather_bytes(const LitGather *g) {
  size_t sum = g->room * sizeof *g->rows + g->n_slots * sizeof *g->slots;
  if (g->posts) sum += lit_posts_bytes(g->posts);
  for (int i = 0; i < g->shape->n_cols; i++) sum += lit_col_bytes(g->cols[i]);
  for (int i = 0; i < g->shape->n_vecs; i++) sum += lit_vecs_bytes(g->vecs[i]);
  return sum;
}

static int by_rowid(const void *a, const void *b) {
  const Row *x = a, *y = b;
  return (x->rowid > y->rowid) - (x->rowid < y->rowid);
}

/* ord_of[arrival] = ordinal or UINT32_MAX, ids[ordinal] = rowid. */
static int number(LitErr *e, LitGather *g, uint32_t *ord_of, int64_t *ids) {
  size_t n = 0;
  int sorted = 1;           /* As rows that come without a rowid are */
  Row *live = lit_new(e, g->n_live, sizeof *live);
  if (!live) return e->rc;
  for (size_t i = 0; i < g->n; i++) {
    ord_of[i] = UINT32_MAX;
    if (!g->rows[i].is_live) continue;
    sorted &= n == 0 || live[n - 1].rowid < g->rows[i].rowid;
    live[n++] = g->rows[i];
  }
  if (!sorted) qsort(live, n, sizeof *live, by_rowid);
  for (size_t i = 0; i < n; i++) {
    ord_of[live[i].arrival] = (uint32_t)i;
    ids[i] = live[i].rowid;
  }
  lit_free(live);
  return LIT_OK;
}

int lit_gather_write(LitErr *e, LitGather *g, const LitStore *store,
                     int64_t id, uint64_t *stamp) {
  uint32_t *ord_of = lit_new(e, g->n, sizeof *ord_of);
  int64_t *ids = lit_new(e, g->n_live, sizeof *ids);
  LitSegOut out;
  lit_segout_begin(&out, store, id, (uint32_t)g->n_live);
  out.stop = g->stop;
  if (e->rc || number(e, g, ord_of, ids)) goto done;
  if (lit_segout_ids(e, &out, ids)) goto done;
  if (g->posts && lit_posts_write(e, g->posts, ord_of, &out)) goto done;
  for (int i = 0; i < g->shape->n_cols; i++)
    if (lit_col_write(e, g->cols[i], i, ord_of, &out)) goto done;
  for (int i = 0; i < g->shape->n_vecs; i++)
    if (lit_vecs_write(e, g->vecs[i], ord_of, &out)) goto done;
  lit_segout_end(e, &out, stamp);

done:
  lit_segout_drop(&out);
  lit_free(ord_of);
  lit_free(ids);
  return e->rc;
}
