/* subword_cache.c -- see subword_cache.h.  An open hash table of 8-byte slots
** over a pool that only grows until both are emptied. */
#include <string.h>
#include "base/mem.h"
#include "text/subword_cache.h"
#include "base/poison.h"

enum { SLOTS = 1 << 16, POOL = 3 << 20, HEAD = 7 };

static uint64_t mix(uint64_t a, uint64_t b) {
  a *= b;
  return a ^ a >> 32;
}

/* Bytes s[0..n), n < 8, as a number. */
static uint64_t tail(const char *s, size_t n) {
  uint64_t v = 0;
  memcpy(&v, s, n);
  return v;
}

uint64_t lit_cache_hash(const char *s, size_t n, unsigned flags) {
  uint64_t h = 0x9E3779B97F4A7C15u ^ n ^ (uint64_t)flags << 32, v;
  for (; n >= 8; s += 8, n -= 8) {
    memcpy(&v, s, 8);
    h = mix(h ^ v, 0xA0761D6478BD642Fu);
  }
  return mix(h ^ tail(s, n), 0xE7037ED1A0B428DBu);
}

static void read_entry(const uint8_t *p, LitCached *out) {
  *out = (LitCached){.n_key = p[0], .flags = p[1], .n_toks = p[2]};
  memcpy(&out->gap, p + 3, sizeof out->gap);
  out->ids = p + HEAD + p[0];
  out->spans = out->ids + 4u * out->n_toks;
}

int lit_cache_find(const LitTokCache *c, uint64_t hash, const char *s,
                   size_t n, unsigned flags, LitCached *out) {
  if (!c->slots) return 0;
  for (size_t i = hash % SLOTS;; i = (i + 1) % SLOTS) {
    uint64_t slot = c->slots[i];
    const uint8_t *p;
    if (!slot) return 0;
    if ((slot ^ hash) >> 32) continue;
    p = c->pool + (uint32_t)slot - 1;
    if (p[0] != n || p[1] != flags || memcmp(p + HEAD, s, n) != 0) continue;
    read_entry(p, out);
    return 1;
  }
}

static int make(LitErr *e, LitTokCache *c) {
  if (!c->slots) c->slots = lit_new0(e, SLOTS, sizeof *c->slots);
  if (!c->pool) c->pool = lit_new(e, POOL, 1);
  return e->rc;
}

static void clear(LitTokCache *c) {
  if (c->slots) memset(c->slots, 0, SLOTS * sizeof *c->slots);
  c->n_slots_used = c->n_pool = 0;
}

int lit_cache_put(LitErr *e, LitTokCache *c, uint64_t hash, const char *s,
                  const LitCached *shape, const LitTok *toks) {
  size_t need = HEAD + shape->n_key + 6u * shape->n_toks, i = hash % SLOTS;
  uint8_t *p;
  if (make(e, c)) return e->rc;
  if (c->n_slots_used > SLOTS / 2 || c->n_pool + need > POOL) clear(c);
  while (c->slots[i]) i = (i + 1) % SLOTS;
  p = c->pool + c->n_pool;
  c->slots[i] = (hash >> 32 << 32) | (uint32_t)(c->n_pool + 1);
  c->n_slots_used++, c->n_pool += need;
  p[0] = shape->n_key, p[1] = shape->flags, p[2] = shape->n_toks;
  memcpy(p + 3, &shape->gap, sizeof shape->gap);
  memcpy(p += HEAD, s, shape->n_key);
  p += shape->n_key;
  for (i = 0; i < shape->n_toks; i++, p += 4) memcpy(p, &toks[i].id, 4);
  for (i = 0; i < shape->n_toks; i++) {
    *p++ = (uint8_t)toks[i].span.from;
    *p++ = (uint8_t)toks[i].span.to;
  }
  return LIT_OK;
}

void lit_cache_for(LitTokCache *c, uint64_t owner) {
  if (c->owner == owner) return;
  clear(c);
  c->owner = owner;
}

void lit_cache_drop(LitTokCache *c) {
  lit_free(c->slots), lit_free(c->pool);
  *c = (LitTokCache){0};
}
