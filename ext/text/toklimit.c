/* toklimit.c -- truncation and padding, as tokenizer.json sets them: what of
** two texts is left, and what is put around.  What is cut off is gone:
** `stride`, the overlap of further windows, is only checked. */
#include <string.h>
#include "text/tokparts.h"
#include "base/poison.h"

/* One of names[n] under `key`: its place; 0 if there is none. */
static int choice(LitErr *e, const json_t *node, const char *key,
                  const char *const *names, int n) {
  const char *s = json_string_value(json_object_get(node, key));
  if (!json_object_get(node, key)) return 0;
  for (int i = 0; s && i < n; i++)
    if (strcmp(names[i], s) == 0) return i;
  lit_fail(e, LIT_CORRUPT, "%s '%.40s' is unknown", key, s ? s : "?");
  return 0;
}

static const char *const sides[] = {"Right", "Left"};

static void load_cut(LitErr *e, LitLimit *l, const json_t *node) {
  static const char *const strategies[] = {"LongestFirst", "OnlyFirst",
                                           "OnlySecond"};
  l->cut = 1;
  l->max_len = (size_t)lit_tokjson_int(e, node, "max_length", 0, UINT32_MAX, 0);
  lit_tokjson_int(e, node, "stride", 0, UINT32_MAX, 0);
  l->cut_left = choice(e, node, "direction", sides, 2);
  l->cut_which = choice(e, node, "strategy", strategies, 3);
}

static void load_pad(LitErr *e, LitLimit *l, const json_t *node) {
  const json_t *strategy = json_object_get(node, "strategy");
  l->pad = 1;
  l->pad_left = choice(e, node, "direction", sides, 2);
  if (json_is_object(strategy))
    l->pad_to = (size_t)lit_tokjson_int(e, strategy, "Fixed", 0, 1 << 24, 0);
  l->pad_unit = (size_t)lit_tokjson_int(e, node, "pad_to_multiple_of", 0,
                                        1 << 24, 0);
  l->pad_id = (uint32_t)lit_tokjson_int(e, node, "pad_id", 0,
                                        LIT_VOCAB_MAX - 1, 0);
  l->pad_type = (int)lit_tokjson_int(e, node, "pad_type_id", 0, 255, 0);
}

int lit_toklimit_load(LitErr *e, LitLimit *l, const json_t *root) {
  const json_t *cut = json_object_get(root, "truncation");
  const json_t *pad = json_object_get(root, "padding");
  if (json_is_object(cut)) load_cut(e, l, cut);
  if (json_is_object(pad)) load_pad(e, l, pad);
  return e->rc;
}

/* How many of a and b to keep so that they are `most` together: the longer
** one gives first. */
static void share(size_t *a, size_t *b, size_t most) {
  size_t lo = *a < *b ? *a : *b, hi;
  int swapped = *a > *b;
  hi = lo > most ? lo : most - lo > lo ? most - lo : lo;
  if (lo + hi > most) lo = most / 2, hi = lo + most % 2;
  *a = swapped ? hi : lo;
  *b = swapped ? lo : hi;
}

static void keep(LitIds *ids, size_t n, int left) {
  size_t gone = left ? ids->n - n : 0;
  if (gone) {
    memmove(ids->at, ids->at + gone, n * sizeof *ids->at);
    if (ids->span) memmove(ids->span, ids->span + gone, n * sizeof *ids->span);
  }
  ids->n = n;
}

int lit_toklimit_cut(LitErr *e, const LitLimit *l, LitIds part[2], int pair,
                     size_t most) {
  size_t a = part[0].n, b = pair ? part[1].n : 0;
  size_t over = a + b > most ? a + b - most : 0;
  size_t *give = l->cut_which == 1 ? &a : &b;
  if (!over) return 0;
  if (most == 0) {
    a = b = 0;
  } else if (l->cut_which) {
    if (*give <= over) {
      lit_fail(e, LIT_ERROR, "the %s text is too short to cut to %zu tokens",
               l->cut_which == 1 ? "first" : "second", most);
      return 0;
    }
    *give -= over;
  } else if (pair) {
    share(&a, &b, most);
  } else {
    a = most;
  }
  keep(&part[0], a, l->cut_left);
  if (pair) keep(&part[1], b, l->cut_left);
  return 1;
}

int lit_toklimit_pad(LitErr *e, const LitLimit *l, int spans, int types,
                     LitIds *out) {
  size_t n = out->n, to = n > l->pad_to ? n : l->pad_to, k, from;
  if (l->pad_unit && to % l->pad_unit) to += l->pad_unit - to % l->pad_unit;
  k = to - n;
  if (!k || LIT_GROW(e, &out->at, &out->room, to)) return e->rc;
  if (spans && LIT_GROW(e, &out->span, &out->room_span, to)) return e->rc;
  if (types && LIT_GROW(e, &out->type, &out->room_type, to)) return e->rc;
  from = l->pad_left ? 0 : n;
  if (l->pad_left) {
    memmove(out->at + k, out->at, n * sizeof *out->at);
    if (spans) memmove(out->span + k, out->span, n * sizeof *out->span);
    if (types) memmove(out->type + k, out->type, n);
  }
  for (size_t i = from; i < from + k; i++) out->at[i] = l->pad_id;
  if (spans) memset(out->span + from, 0, k * sizeof *out->span);
  if (types) memset(out->type + from, l->pad_type, k);
  out->n = to;
  return LIT_OK;
}
