/* toksteps.c -- lists of normalizers or pre-tokenizers: reading them from
** JSON, running them, freeing them. */
#include <string.h>
#include "text/tokparts.h"
#include "base/poison.h"

enum { DEPTH_MAX = 16, STEPS_MAX = 512 };
/* Asking may cost microseconds: not for every word. */
enum { ASK_OVER = 1 << 16 };

int lit_steps_add(LitErr *e, LitSteps *steps, const LitStepKind *kind,
                  void *state) {
  if (steps->n >= STEPS_MAX)
    return lit_fail(e, LIT_TOOBIG, "more than %d steps", STEPS_MAX);
  if (LIT_GROW(e, &steps->at, &steps->room, steps->n + 1)) return e->rc;
  steps->at[steps->n++] = (LitStep){kind, state};
  return LIT_OK;
}

static int add_one(LitErr *e, LitArena *arena, const json_t *node,
                   const LitStepKind *const *rows, LitSteps *out) {
  const char *type = lit_tokjson_type(node);
  void *state = NULL;
  while (*rows && strcmp((*rows)->name, type) != 0) rows++;
  if (!*rows)
    return lit_fail(e, LIT_CORRUPT, "unknown kind '%.60s'", type);
  if ((*rows)->load && (*rows)->load(e, arena, node, &state)) return e->rc;
  if (lit_steps_add(e, out, *rows, state) && (*rows)->drop)
    (*rows)->drop(state);
  return e->rc;
}

static int add_any(LitErr *e, LitArena *arena, const json_t *node,
                   const LitStepKind *const *rows, LitSteps *out, int depth) {
  static const char *const lists[] = {"normalizers", "pretokenizers"};
  const json_t *list = NULL, *item;
  size_t i;
  if (!node || json_is_null(node)) return LIT_OK;
  if (strcmp(lit_tokjson_type(node), "Sequence") != 0)
    return add_one(e, arena, node, rows, out);
  if (depth >= DEPTH_MAX)
    return lit_fail(e, LIT_CORRUPT, "Sequence nested over %d deep", DEPTH_MAX);
  for (i = 0; i < 2 && !list; i++) list = json_object_get(node, lists[i]);
  if (!json_is_array(list))
    return lit_fail(e, LIT_CORRUPT, "Sequence without a list");
  json_array_foreach(list, i, item)
    if (add_any(e, arena, item, rows, out, depth + 1)) break;
  return e->rc;
}

int lit_steps_load(LitErr *e, LitArena *arena, const json_t *node,
                   const LitStepKind *const *rows, const char *what,
                   LitSteps *out) {
  LitErr inner = {0};
  if (e->rc) return e->rc;
  if (add_any(&inner, arena, node, rows, out, 0))
    lit_fail(e, inner.rc, "%s: %s", what, inner.msg);
  return e->rc;
}

int lit_steps_run(LitErr *e, const LitSteps *steps, LitWork *w) {
  for (size_t i = 0; i < steps->n && !e->rc; i++) {
    steps->at[i].kind->run(e, steps->at[i].state, w);
    if (w->text.n > ASK_OVER) lit_stopped(e, w->stop);
  }
  return e->rc;
}

void lit_steps_cuts(const LitSteps *steps, LitCuts *c) {
  for (size_t i = 0; i < steps->n; i++) {
    const LitStep *s = &steps->at[i];
    if (s->kind->cuts) s->kind->cuts(s->state, c);
    else c->spoiled = 1;
  }
}

void lit_steps_drop(LitSteps *steps) {
  for (size_t i = 0; i < steps->n; i++)
    if (steps->at[i].kind->drop) steps->at[i].kind->drop(steps->at[i].state);
  lit_free(steps->at);
  *steps = (LitSteps){0};
}
