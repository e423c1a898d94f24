/* cache.c -- see cache.h.  A chained hash table; all entries also stand in a
** list, the newest at its head.  Who asks for an entry only marks it; one that
** is marked or held when it is about to go moves to the head instead (a second
** chance).  To move it at each call would touch two neighbours that lie
** anywhere in memory, which costs more than the call.  One that is dear goes only
** where these hold more than half of what may be kept. */
#include <string.h>
#include "base/mem.h"
#include "index/cache.h"
#include "base/poison.h"

enum {
  FIRST_SLOTS = 256, ALIGN = 64,
  LATELY = 4,               /* lit_cache_lately: one of so many bytes came in since */
  TRIM = 20 << 20,           /* Bytes that went, before a chunk of */
  LARGE = 32 << 10         /* so many comes */
};

typedef struct Entry {
  LitChunk chunk;           /* First: lit_cache_give casts back */
  uint64_t stamp;
  int64_t id;
  struct Entry *chain;      /* In its slot */
  uint32_t held;
  uint32_t again;           /* Asked for since it was put at the head */
  struct Entry *newer, *older;
  size_t size;              /* Bytes counted against the budget */
  int is_dear;
  uint64_t asked;           /* lit_cache_lately: `entered` then */
  void *block;
} Entry;

/* Its bytes follow it: so both are mostly on one page of the memory. */
enum { HEAD = (sizeof(Entry) + ALIGN - 1) / ALIGN * ALIGN };

struct LitCache {
  Entry **slots;
  size_t n_slots, n;
  Entry *newest, *oldest;
  LitBuf scratch;           /* Chunks are read here, then copied aligned */
  Entry passing;            /* The chunk that is still there, if one is; never
                            ** listed, and held once by us */
  size_t dear;              /* Bytes of those that are */
  uint64_t number;          /* The last that was given */
  uint64_t entered;         /* Bytes of all entries there ever were */
  size_t gone;              /* Of those that went since lit_mem_trim */
  LitCacheStats stats;
};

LitCache *lit_cache_new(LitErr *e, size_t budget) {
  LitCache *c = lit_new0(e, 1, sizeof *c);
  if (!c) return NULL;
  c->slots = lit_new0(e, FIRST_SLOTS, sizeof *c->slots);
  if (!c->slots) return lit_free(c), NULL;
  c->n_slots = FIRST_SLOTS;
  c->stats.budget = budget;
  c->passing.held = 1;
  return c;
}

uint64_t lit_cache_number(LitCache *c) { return ++c->number; }

LitCacheStats lit_cache_stats(const LitCache *c) { return c->stats; }

static size_t slot_of(const LitCache *c, uint64_t stamp, int64_t id) {
  uint64_t h = (stamp ^ (uint64_t)id * 0x9E3779B97F4A7C15u);
  h ^= h >> 29;
  return (size_t)(h * 0xBF58476D1CE4E5B9u >> 32) & (c->n_slots - 1);
}

static void unlist(LitCache *c, Entry *x) {
  if (x->newer) x->newer->older = x->older;
  else c->newest = x->older;
  if (x->older) x->older->newer = x->newer;
  else c->oldest = x->newer;
  x->newer = x->older = NULL;
}

static void list_last(LitCache *c, Entry *x) {
  x->newer = c->oldest;
  if (c->oldest) c->oldest->older = x;
  else c->newest = x;
  c->oldest = x;
}

static void list(LitCache *c, Entry *x) {
  x->older = c->newest;
  if (c->newest) c->newest->newer = x;
  else c->oldest = x;
  c->newest = x;
}

static void discard(LitCache *c, Entry *x) {
  Entry **p = &c->slots[slot_of(c, x->stamp, x->id)];
  while (*p != x) p = &(*p)->chain;
  *p = x->chain;
  c->stats.bytes -= x->size;
  if (x->is_dear) c->dear -= x->size;
  c->gone += x->size;
  c->n--;
  lit_free(x->block);
}

/* What may be kept.  The budget is memory of the process: an eighth is left to
** what the allocator loses between blocks of many sizes, which is about as much
** after a hundred queries over 1,000,000 papers. */
static size_t room_of(const LitCache *c) {
  return (size_t)(c->stats.budget - c->stats.budget / 8);
}

static int must_stay(const LitCache *c, const Entry *x, size_t budget) {
  return x->held || x->again || (x->is_dear && c->dear <= budget / 2);
}

/* Twice round the list at most: marked entries go in the second round, held
** ones stay. */
static void shrink(LitCache *c, size_t budget) {
  for (size_t i = 2 * c->n; i > 0 && c->stats.bytes > budget; i--) {
    Entry *x = c->oldest;
    unlist(c, x);
    if (!must_stay(c, x, budget)) {
      discard(c, x);
      continue;
    }
    x->again = 0;
    list(c, x);
  }
}

void lit_cache_budget(LitCache *c, size_t budget) {
  c->stats.budget = budget;
  shrink(c, room_of(c));
}

void lit_cache_free(LitCache *c) {
  if (!c) return;
  for (size_t i = 0; i < c->n_slots; i++)
    while (c->slots[i]) {
      Entry *x = c->slots[i];
      c->slots[i] = x->chain;
      lit_free(x->block);
    }
  lit_free(c->slots);
  lit_buf_drop(&c->scratch);
  lit_free(c);
}

/* Twice the slots; failing that, longer chains. */
static void widen(LitCache *c) {
  LitErr ignored = {0};
  size_t was = c->n_slots;
  Entry **old = c->slots;
  Entry **now = lit_new0(&ignored, was * 2, sizeof *now);
  if (!now) return;
  c->slots = now, c->n_slots = was * 2;
  for (size_t i = 0; i < was; i++)
    for (Entry *x = old[i], *next; x; x = next) {
      size_t s = slot_of(c, x->stamp, x->id);
      next = x->chain;
      x->chain = now[s];
      now[s] = x;
    }
  lit_free(old);
}

/* Read and check the chunk into c->scratch: payload and hash. */
static int read_chunk(LitErr *e, LitCache *c, const LitStore *store,
                      int64_t id) {
  c->passing.chunk.at = NULL;
  c->scratch.n = 0;
  if (store->get(e, store->ctx, id, &c->scratch)) return e->rc;
  c->stats.bytes_read += c->scratch.n;
  if (c->scratch.n < 8 ||
      lit_chunk_hash(id, c->scratch.at, c->scratch.n - 8) !=
          lit_get_u64(c->scratch.at + c->scratch.n - 8))
    return lit_fail(e, LIT_CORRUPT,
                    "%s: row %lld (segment %lld, part %d, chunk %d) is damaged",
                    store->name, (long long)id, (long long)(id >> 32),
                    (int)(id >> 24 & 0xFF), (int)(id & 0xFFFFFF));
  return LIT_OK;
}

/* Rows that went leave holes between others, where a large chunk does not fit: with
** conditions a million papers took 331 MB of the 288 that are promised, now 284.  (After
** every 4 MB, or for rows too, a fifth of the time where each question is asked once:
** pages that went must come back.) */
static void trim(LitCache *c, size_t size) {
  if (size < LARGE || c->gone < TRIM) return;
  c->gone = 0;
  lit_mem_trim();
}

/* A copy of at [n] as a new entry. */
static Entry *enter(LitErr *e, LitCache *c, uint64_t stamp, int64_t id,
                    const void *at, size_t n) {
  size_t s, room = room_of(c), size = HEAD + n + ALIGN;
  void *block;
  Entry *x;
  shrink(c, room > size ? room - size : 0);
  trim(c, size);
  block = lit_new(e, size, 1);
  if (!block) return NULL;
  x = (Entry *)(((uintptr_t)block + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
  memset(x, 0, sizeof *x);
  x->size = size;
  x->block = block;
  x->chunk.at = (uint8_t *)x + HEAD;
  x->chunk.n = n;
  if (n) memcpy((uint8_t *)(uintptr_t)x->chunk.at, at, n);
  x->stamp = stamp, x->id = id;
  if (2 * c->n >= c->n_slots) widen(c);
  s = slot_of(c, stamp, id);
  x->chain = c->slots[s];
  c->slots[s] = x;
  c->n++;
  c->entered += x->size;
  c->stats.bytes += x->size;
  list(c, x);
  return x;
}

static Entry *find(const LitCache *c, uint64_t stamp, int64_t id) {
  Entry *x = c->slots[slot_of(c, stamp, id)];
  while (x && (x->id != id || x->stamp != stamp)) x = x->chain;
  return x;
}

const LitChunk *lit_cache_look(LitCache *c, uint64_t stamp, int64_t id) {
  Entry *x = find(c, stamp, id);
  if (!x) return NULL;
  x->again = 1;
  x->held++;
  c->stats.hits++;
  return &x->chunk;
}

const LitChunk *lit_cache_keep(LitErr *e, LitCache *c, uint64_t stamp,
                              int64_t id, const void *at, size_t n) {
  Entry *x = e->rc ? NULL : enter(e, c, stamp, id, at, n);
  if (!x) return NULL;
  x->held++;
  return &x->chunk;
}

int lit_cache_again(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  const LitChunk *mark = e->rc ? NULL : lit_cache_look(c, stamp, id);
  int again = mark != NULL;
  if (!again) mark = lit_cache_keep(e, c, stamp, id, NULL, 0);
  lit_cache_give(c, mark);
  return again;
}

static void become_dear(LitCache *c, Entry *x) {
  x->is_dear = 1;
  c->dear += x->size;
}

const LitChunk *lit_cache_keep_dear(LitErr *e, LitCache *c, uint64_t stamp,
                                    int64_t id, const void *at, size_t n) {
  const LitChunk *kept = lit_cache_keep(e, c, stamp, id, at, n);
  if (kept) become_dear(c, (Entry *)(uintptr_t)kept);
  return kept;
}

int lit_cache_lately(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  Entry *x = e->rc ? NULL : find(c, stamp, id);
  uint64_t since = UINT64_MAX;
  if (x) since = c->entered - x->asked, x->again = 1;
  else if (!e->rc && (x = enter(e, c, stamp, id, NULL, 0)) != NULL)
    become_dear(c, x);
  if (x) x->asked = c->entered;
  if (since == UINT64_MAX) return 0;
  /* Room: a little under the half that they may hold. */
  return since <= room_of(c) / LATELY || c->dear < room_of(c) / 16 * 7;
}

const LitChunk *lit_cache_get(LitErr *e, LitCache *c, const LitStore *store,
                              uint64_t stamp, int64_t id) {
  const LitChunk *found;
  if (e->rc) return NULL;
  found = lit_cache_look(c, stamp, id);
  if (found) return found;
  c->stats.misses++;
  if (read_chunk(e, c, store, id)) return NULL;
  return lit_cache_keep(e, c, stamp, id, c->scratch.at, c->scratch.n - 8);
}

const LitChunk *lit_cache_pass(LitErr *e, LitCache *c, const LitStore *store,
                               uint64_t stamp, int64_t id) {
  Entry *x = &c->passing;
  const LitChunk *found;
  if (e->rc) return NULL;
  found = lit_cache_look(c, stamp, id);
  if (found) return found;
  if (!x->chunk.at || x->stamp != stamp || x->id != id) {
    c->stats.misses++;
    if (read_chunk(e, c, store, id)) return NULL;
    x->chunk = (LitChunk){c->scratch.at, c->scratch.n - 8};
    x->stamp = stamp, x->id = id;
  }
  x->held++;
  return &x->chunk;
}

void lit_cache_give(LitCache *c, const LitChunk *chunk) {
  Entry *x = (Entry *)(uintptr_t)chunk;
  if (!x || --x->held > 0) return;
  if (c->stats.bytes > room_of(c)) shrink(c, room_of(c));
}

void lit_cache_give_cold(LitCache *c, const LitChunk *chunk) {
  Entry *x = (Entry *)(uintptr_t)chunk;
  if (!x || --x->held > 0) return;
  x->again = 0;
  unlist(c, x);
  list_last(c, x);
  shrink(c, room_of(c));
}

void lit_cache_ahead(const LitCache *c, uint64_t stamp, const int64_t *ids,
                     size_t n, size_t bytes) {
  for (size_t i = 0; i < n; i++)
    __builtin_prefetch(&c->slots[slot_of(c, stamp, ids[i])]);
  for (size_t i = 0; i < n; i++)
    __builtin_prefetch(c->slots[slot_of(c, stamp, ids[i])]);
  for (size_t i = 0; i < n && bytes; i++) {
    const Entry *x = c->slots[slot_of(c, stamp, ids[i])];
    for (size_t at = 0; x && at < bytes; at += ALIGN)
      __builtin_prefetch(x->chunk.at + at);
  }
}
