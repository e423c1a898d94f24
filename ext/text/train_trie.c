/* train_trie.c -- see train_pieces.h: a trie over bytes, breadth first, so
** that the children of a node are neighbours. */
#include <stdlib.h>
#include <string.h>
#include "text/train_pieces.h"
#include "base/poison.h"

typedef struct Key {
  const char *at;
  uint32_t len;
  int32_t piece;
} Key;

typedef struct Range {      /* The keys below a node */
  uint32_t lo, hi, depth;
} Range;

static int by_bytes(const void *x, const void *y) {
  const Key *a = x, *b = y;
  int d = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);
  if (d) return d;
  return a->len < b->len ? -1 : a->len > b->len;
}

static int add_node(LitErr *e, LitTrie *t, uint8_t byte) {
  if (LIT_GROW(e, &t->first, &t->room[0], t->n + 2) ||
      LIT_GROW(e, &t->piece, &t->room[1], t->n + 1) ||
      LIT_GROW(e, &t->byte, &t->room[2], t->n + 1))
    return e->rc;
  t->piece[t->n] = -1;
  t->byte[t->n++] = byte;
  return LIT_OK;
}

/* The children of node i. */
static int add_children(LitErr *e, LitTrie *t, const Key *keys, Range **ranges,
                        size_t *room, size_t i) {
  Range r = (*ranges)[i];
  t->first[i] = (uint32_t)t->n;
  if (r.lo < r.hi && keys[r.lo].len == r.depth)
    t->piece[i] = keys[r.lo++].piece;
  while (r.lo < r.hi && !e->rc) {
    uint8_t byte = (uint8_t)keys[r.lo].at[r.depth];
    uint32_t to = r.lo;
    while (to < r.hi && (uint8_t)keys[to].at[r.depth] == byte) to++;
    if (add_node(e, t, byte) || LIT_GROW(e, ranges, room, t->n)) break;
    (*ranges)[t->n - 1] = (Range){r.lo, to, r.depth + 1};
    r.lo = to;
  }
  t->first[i + 1] = (uint32_t)t->n;
  return e->rc;
}

int lit_trie_make(LitErr *e, const LitSeeds *s, LitTrie *out) {
  Key *keys = lit_new(e, s->n, sizeof *keys);
  Range *ranges = NULL;
  size_t room = 0;
  *out = (LitTrie){0};
  if (!keys) return e->rc;
  for (size_t i = 0; i < s->n; i++)
    keys[i] = (Key){s->at[i].at, s->at[i].len, (int32_t)i};
  qsort(keys, s->n, sizeof *keys, by_bytes);
  if (add_node(e, out, 0) || LIT_GROW(e, &ranges, &room, 1)) goto done;
  ranges[0] = (Range){0, (uint32_t)s->n, 0};
  for (size_t i = 0; i < out->n && !e->rc; i++)
    add_children(e, out, keys, &ranges, &room, i);
  for (uint32_t i = out->first[0]; !e->rc && i < out->first[1]; i++)
    out->root[out->byte[i]] = i;

done:
  lit_free(keys), lit_free(ranges);
  return e->rc;
}

void lit_trie_drop(LitTrie *t) {
  lit_free(t->first), lit_free(t->piece), lit_free(t->byte);
  *t = (LitTrie){0};
}
