/* subword_cache.c -- see subword_cache.h.  A half is an open hash table of
** 8-byte slots over a pool that only grows until both are emptied. */
#include <string.h>
#include "base/mem.h"
#include "text/subword_cache.h"
#include "base/poison.h"

enum { SLOTS = 1 << 16, POOL = 3 << 19, HEAD = 7 };

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

static size_t size_of(const uint8_t *entry) {
  return HEAD + entry[0] + 6u * entry[2];
}

static const uint8_t *find(const LitTokHalf *h, uint64_t hash, const char *s,
                           size_t n, unsigned flags) {
  if (!h->slots) return NULL;
  for (size_t i = hash % SLOTS;; i = (i + 1) % SLOTS) {
    uint64_t slot = h->slots[i];
    const uint8_t *p;
    if (!slot) return NULL;
    if ((slot ^ hash) >> 32) continue;
    p = h->pool + (uint32_t)slot - 1;
    if (p[0] == n && p[1] == flags && memcmp(p + HEAD, s, n) == 0) return p;
  }
}

void lit_cached_ahead(const LitTokCache *c, uint64_t hash) {
  const LitTokHalf *h = &c->half[c->young];
  if (h->slots) __builtin_prefetch(&h->slots[hash % SLOTS]);
}

void lit_cached_nearer(const LitTokCache *c, uint64_t hash) {
  const LitTokHalf *h = &c->half[c->young];
  uint64_t slot = h->slots ? h->slots[hash % SLOTS] : 0;
  if (slot) __builtin_prefetch(h->pool + (uint32_t)slot - 1);
}

static int is_full(const LitTokHalf *h, size_t need) {
  return h->n_slots_used > SLOTS / 2 || h->n_pool + need > POOL;
}

/* Room for an entry, of which there is enough. */
static uint8_t *take(LitTokHalf *h, uint64_t hash, size_t size) {
  uint8_t *p = h->pool + h->n_pool;
  size_t i = hash % SLOTS;
  while (h->slots[i]) i = (i + 1) % SLOTS;
  h->slots[i] = (hash >> 32 << 32) | (uint32_t)(h->n_pool + 1);
  h->n_slots_used++, h->n_pool += size;
  return p;
}

int lit_cache_find(LitTokCache *c, uint64_t hash, const char *s, size_t n,
                   unsigned flags, LitCached *out) {
  LitTokHalf *young = &c->half[c->young];
  const uint8_t *p = find(young, hash, s, n, flags);
  if (!p) {
    p = find(&c->half[!c->young], hash, s, n, flags);
    if (!p) return 0;
    if (young->slots && young->pool && !is_full(young, size_of(p)))
      memcpy(take(young, hash, size_of(p)), p, size_of(p));
  }
  read_entry(p, out);
  return 1;
}

static void clear(LitTokHalf *h) {
  if (h->slots) memset(h->slots, 0, SLOTS * sizeof *h->slots);
  h->n_slots_used = h->n_pool = 0;
}

static int make(LitErr *e, LitTokHalf *h) {
  if (!h->slots) h->slots = lit_new0(e, SLOTS, sizeof *h->slots);
  if (!h->pool) h->pool = lit_new(e, POOL, 1);
  return e->rc;
}

int lit_cache_put(LitErr *e, LitTokCache *c, uint64_t hash, const char *s,
                  const LitCached *shape, const LitTok *toks) {
  size_t need = HEAD + shape->n_key + 6u * shape->n_toks;
  uint8_t *p;
  if (is_full(&c->half[c->young], need)) {
    c->young = !c->young;
    clear(&c->half[c->young]);
  }
  if (make(e, &c->half[c->young])) return e->rc;
  p = take(&c->half[c->young], hash, need);
  p[0] = shape->n_key, p[1] = shape->flags, p[2] = shape->n_toks;
  memcpy(p + 3, &shape->gap, sizeof shape->gap);
  memcpy(p += HEAD, s, shape->n_key);
  p += shape->n_key;
  for (size_t i = 0; i < shape->n_toks; i++, p += 4) memcpy(p, &toks[i].id, 4);
  for (size_t i = 0; i < shape->n_toks; i++) {
    *p++ = (uint8_t)toks[i].span.from;
    *p++ = (uint8_t)toks[i].span.to;
  }
  return LIT_OK;
}

void lit_cache_for(LitTokCache *c, uint64_t owner) {
  if (c->owner == owner) return;
  clear(&c->half[0]), clear(&c->half[1]);
  c->owner = owner;
}

void lit_cache_drop(LitTokCache *c) {
  for (int i = 0; i < 2; i++) {
    lit_free(c->half[i].slots);
    lit_free(c->half[i].pool);
  }
  *c = (LitTokCache){0};
}
