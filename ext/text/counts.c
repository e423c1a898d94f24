/* counts.c -- see counts.h: an open hash table of row numbers, at most half
** full, over rows and texts that only grow. */
#include <string.h>
#include <xxhash.h>
#include "base/mem.h"
#include "text/counts.h"
#include "base/poison.h"

static uint64_t hash_of(const char *s, size_t n) {
  return XXH3_64bits(s, n) | (uint64_t)1 << 63;
}

static void place(LitCounts *c, uint64_t hash, uint32_t row) {
  size_t at = hash & c->mask;
  while (c->slot[at]) at = (at + 1) & c->mask;
  c->slot[at] = (hash >> 32) << 32 | (row + 1);
}

static int more_slots(LitErr *e, LitCounts *c, size_t size) {
  uint64_t *slot = lit_new0(e, size, sizeof *slot);
  if (!slot) return e->rc;
  lit_free(c->slot);
  c->slot = slot, c->mask = size - 1;
  for (uint32_t i = 0; i < c->n; i++)
    place(c, hash_of(c->text + c->row[i].at, c->row[i].len), i);
  return LIT_OK;
}

static uint32_t find(const LitCounts *c, uint64_t hash, const char *s,
                     size_t n) {
  if (!c->slot) return UINT32_MAX;
  for (size_t at = hash & c->mask; c->slot[at]; at = (at + 1) & c->mask) {
    const LitCount *row;
    if ((c->slot[at] ^ hash) >> 32) continue;
    row = &c->row[(uint32_t)c->slot[at] - 1];
    if (row->len == n && memcmp(c->text + row->at, s, n) == 0)
      return (uint32_t)c->slot[at] - 1;
  }
  return UINT32_MAX;
}

uint32_t lit_counts_add(LitErr *e, LitCounts *c, const char *s, size_t n,
                        uint64_t times) {
  uint64_t hash = hash_of(s, n);
  uint32_t row = find(c, hash, s, n);
  if (e->rc) return UINT32_MAX;
  if (row != UINT32_MAX) {
    c->row[row].times += times;
    return row;
  }
  if (LIT_GROW(e, &c->row, &c->room, c->n + 1) ||
      LIT_GROW(e, &c->text, &c->room_text, c->n_text + n + 1))
    return UINT32_MAX;
  if (2 * (c->n + 1) > c->mask + (c->slot != NULL) &&
      more_slots(e, c, c->slot ? 2 * (c->mask + 1) : 1024))
    return UINT32_MAX;
  memcpy(c->text + c->n_text, s, n);
  c->row[c->n] = (LitCount){times, (uint32_t)c->n_text, (uint32_t)n};
  c->n_text += n;
  row = (uint32_t)c->n++;
  place(c, hash, row);
  return row;
}

int lit_counts_prune(LitErr *e, LitCounts *c, uint64_t times) {
  size_t n = 0, n_text = 0;
  for (size_t i = 0; i < c->n; i++) {
    LitCount row = c->row[i];
    if (row.times <= times) continue;
    memmove(c->text + n_text, c->text + row.at, row.len);
    row.at = (uint32_t)n_text;
    n_text += row.len;
    c->row[n++] = row;
  }
  c->n = n, c->n_text = n_text;
  return c->slot ? more_slots(e, c, c->mask + 1) : e->rc;
}

void lit_counts_drop(LitCounts *c) {
  lit_free(c->row), lit_free(c->text), lit_free(c->slot);
  *c = (LitCounts){0};
}
