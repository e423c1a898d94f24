/* cache.c -- see cache.h.  A chained hash table; entries stand one after another in
** blocks of memory, and new ones behind the last.  Blocks stand in a ring, the newest
** at its head.  Who asks for an entry only marks it: to move it at each call would
** touch neighbours that lie anywhere in memory, which costs more than the call.
**
** When room is needed the oldest block goes.  What is marked in it is copied to the
** newest one (a second chance), or, where that is most of it or something is held, the
** block itself moves to the head.  So memory is used again without the allocator,
** between whose blocks of many sizes a large one would not fit, and without new pages.
**
** What is dear has a ring of its own, from which blocks go only where it holds more
** than half of what may be kept. */
#include <string.h>
#include "base/mem.h"
#include "index/cache.h"
#include "base/poison.h"

enum {
  FIRST_SLOTS = 256, ALIGN = 64,
  LATELY = 4, JUST_NOW = 64, /* One of so many bytes came in since */
  BLOCK = 1 << 20,          /* Bytes of a block, or */
  BLOCKS = 256,             /* one of so many parts of what may be kept, if that is less */
  LARGE = 4,                /* Over one of so many parts of that: a block of its own */
  MOST = 4                  /* All but one of so many parts of a block */
};

typedef struct Block {
  struct Block *newer, *older;
  struct Ring *ring;
  uint8_t *at;
  size_t room, used, live;  /* Bytes; live: of entries that can be found */
  size_t last;              /* Where the last entry is */
  uint64_t since;           /* At the head: `entered` then */
} Block;

typedef struct Entry {
  LitChunk chunk;           /* First: lit_cache_give casts back */
  uint64_t stamp;
  int64_t id;
  struct Entry *chain;      /* In its slot */
  Block *block;             /* NULL: it went */
  uint32_t size, before;    /* Bytes, these among them; where the one before it is */
  uint32_t held;
  uint8_t again;            /* Asked for since it was put at the head */
  uint8_t is_new;           /* Not yet asked for but by who made it */
} Entry;

/* Its bytes follow it: so both are mostly on one page of the memory. */
enum { HEAD = (sizeof(Entry) + ALIGN - 1) / ALIGN * ALIGN };
_Static_assert(sizeof(Entry) <= ALIGN, "the head is a line of memory");

typedef struct Ring {
  Block *newest, *oldest;
  Block *open;              /* Where small entries go, or NULL */
  size_t live;              /* Bytes of entries */
} Ring;

struct LitCache {
  Entry **slots;
  size_t n_slots, n;
  Ring ring, dear;
  Block *spare;             /* Empty ones, by `older` */
  size_t n_blocks;          /* In rings */
  LitBuf scratch;           /* Chunks are read here, then copied aligned */
  Entry passing;            /* The chunk that is still there, if one is; never
                            ** in a block, and held once by us */
  uint64_t number;          /* The last that was given */
  uint64_t entered;         /* Bytes of all entries there ever were */
  LitCacheStats stats;      /* bytes: of all blocks */
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

/* What may be kept.  The budget is memory of the process: of it a twelfth is left
** to what a query itself takes. */
static size_t room_of(const LitCache *c) {
  return (size_t)(c->stats.budget - c->stats.budget / 12);
}

static size_t block_size(const LitCache *c) {
  size_t part = room_of(c) / BLOCKS;
  return part < BLOCK ? part : BLOCK;
}

/* ---- blocks ---- */

static void unlist(LitCache *c, Block *b) {
  Ring *r = b->ring;
  if (b->newer) b->newer->older = b->older;
  else r->newest = b->older;
  if (b->older) b->older->newer = b->newer;
  else r->oldest = b->newer;
  if (r->open == b) r->open = NULL;
  b->newer = b->older = NULL;
  c->n_blocks--;
}

static void list(LitCache *c, Ring *r, Block *b) {
  b->ring = r;
  b->since = c->entered;
  b->newer = NULL;
  b->older = r->newest;
  if (r->newest) r->newest->newer = b;
  else r->oldest = b;
  r->newest = b;
  c->n_blocks++;
}

static void free_block(LitCache *c, Block *b) {
  c->stats.bytes -= b->room;
  lit_free(b);
}

static void free_spare(LitCache *c) {
  Block *b = c->spare;
  c->spare = b->older;
  free_block(c, b);
}

/* It is empty, and in no ring. */
static void leave(LitCache *c, Block *b) {
  if (b->room != block_size(c)) {
    free_block(c, b);
    return;
  }
  b->used = b->last = 0;
  b->older = c->spare;
  c->spare = b;
}

static Block *new_block(LitErr *e, LitCache *c, Ring *r, size_t room) {
  Block *b = c->spare;
  if (b && b->room == room) {
    c->spare = b->older;
  } else {
    b = lit_new(e, 1, sizeof *b + ALIGN + room);
    if (!b) return NULL;
    *b = (Block){.room = room};
    b->at = (uint8_t *)(((uintptr_t)(b + 1) + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
    c->stats.bytes += room;
  }
  list(c, r, b);
  return b;
}

/* ---- entries in them ---- */

static Entry *entry_at(const Block *b, size_t at) {
  return (Entry *)(void *)(b->at + at);
}

static Entry **slot_with(const LitCache *c, const Entry *x) {
  Entry **p = &c->slots[slot_of(c, x->stamp, x->id)];
  while (*p != x) p = &(*p)->chain;
  return p;
}

static void discard(LitCache *c, Entry *x) {
  *slot_with(c, x) = x->chain;
  x->block->live -= x->size;
  x->block->ring->live -= x->size;
  x->block = NULL;
  c->n--;
}

/* Is there room for so many bytes in the open block? */
static int fits(const Ring *r, size_t size) {
  return r->open && size <= r->open->room - r->open->used;
}

static int is_large(const LitCache *c, size_t size) {
  return size > block_size(c) / LARGE;
}

/* Where an entry of so many bytes goes. */
static Block *block_for(LitErr *e, LitCache *c, Ring *r, size_t size) {
  if (is_large(c, size)) return new_block(e, c, r, size);
  if (!fits(r, size)) r->open = new_block(e, c, r, block_size(c));
  return r->open;
}

static uint8_t *bytes_of(Entry *x) { return (uint8_t *)x + HEAD; }

/* Its head behind the last entry of a block, where there is room for its bytes. */
static Entry *put(Block *b, Entry head) {
  Entry *x = entry_at(b, b->used);
  *x = head;
  x->chunk.at = bytes_of(x);
  x->block = b;
  x->before = (uint32_t)b->last;
  b->last = b->used;
  b->used += x->size;
  b->live += x->size;
  b->ring->live += x->size;
  return x;
}

/* Copy an entry to the newest block; without memory for one it goes. */
static void copy_on(LitCache *c, Ring *r, Entry *x) {
  LitErr ignored = {0};
  Block *b = block_for(&ignored, c, r, x->size);
  Entry *to;
  if (!b) {
    discard(c, x);
    return;
  }
  to = put(b, *x);
  memcpy(bytes_of(to), bytes_of(x), x->chunk.n);
  *slot_with(c, x) = to;
  x->block->live -= x->size;
  r->live -= x->size;
}

/* Let go what is neither marked nor held, and take marks away.  Is anything held? */
static int sweep(LitCache *c, Block *b) {
  int is_held = 0;
  for (size_t at = 0; at < b->used; ) {
    Entry *x = entry_at(b, at);
    at += x->size;
    if (!x->block) continue;
    if (x->held) is_held = 1;
    else if (!x->again) discard(c, x);
    x->again = 0;
  }
  return is_held;
}

static void evict(LitCache *c, Block *b) {
  Ring *r = b->ring;
  int is_held = sweep(c, b);
  unlist(c, b);
  if (is_held || b->live > b->room - b->room / MOST) {
    list(c, r, b);
    return;
  }
  for (size_t at = 0; b->live; ) {
    Entry *x = entry_at(b, at);
    at += x->size;
    if (x->block) copy_on(c, r, x);
  }
  leave(c, b);
}

/* The one that the next block goes from. */
static Ring *ring_to_go(LitCache *c, size_t budget) {
  const Block *a = c->ring.oldest, *b = c->dear.oldest;
  if (!b || c->dear.live <= budget / 2) return &c->ring;
  return !a || b->since <= a->since ? &c->dear : &c->ring;
}

/* Until so much is left, or, if that will do, there is a spare block.  Twice round the
** rings at most: marked entries go in the second round, held ones stay. */
static void shrink(LitCache *c, size_t budget, int spare_will_do) {
  for (size_t i = 4 * c->n_blocks + 4; i > 0 && c->stats.bytes > budget; i--) {
    Ring *r = ring_to_go(c, budget);
    if (c->spare && spare_will_do) return;
    if (c->spare) free_spare(c);
    else if (r->oldest) evict(c, r->oldest);
  }
}

/* Twice, as what is copied may stand in more blocks than it did: they are smaller. */
void lit_cache_budget(LitCache *c, size_t budget) {
  while (c->spare) free_spare(c);
  c->stats.budget = budget;
  for (int i = 0; i < 2; i++) shrink(c, room_of(c), 0);
}

static void free_ring(LitCache *c, Ring *r) {
  while (r->newest) {
    Block *b = r->newest;
    unlist(c, b);
    free_block(c, b);
  }
}

void lit_cache_free(LitCache *c) {
  if (!c) return;
  free_ring(c, &c->ring);
  free_ring(c, &c->dear);
  while (c->spare) free_spare(c);
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

/* What a block for an entry of so many bytes takes. */
static size_t room_for(const LitCache *c, size_t size) {
  return is_large(c, size) ? size : block_size(c);
}

static void make_room(LitCache *c, const Ring *r, size_t size) {
  size_t room = room_of(c), more = room_for(c, size);
  if (is_large(c, size) || !fits(r, size))
    shrink(c, room > more ? room - more : 0, !is_large(c, size));
}

/* A copy of at [n] as a new entry. */
static Entry *enter(LitErr *e, LitCache *c, Ring *r, uint64_t stamp, int64_t id,
                    const void *at, size_t n) {
  size_t s, size = (HEAD + n + ALIGN - 1) / ALIGN * ALIGN;
  Block *b;
  Entry *x;
  make_room(c, r, size);
  b = block_for(e, c, r, size);
  if (!b) return NULL;
  x = put(b, (Entry){.chunk.n = n, .stamp = stamp, .id = id, .size = (uint32_t)size,
                     .is_new = 1});
  if (n) memcpy(bytes_of(x), at, n);
  if (2 * c->n >= c->n_slots) widen(c);
  s = slot_of(c, stamp, id);
  x->chain = c->slots[s];
  c->slots[s] = x;
  c->n++;
  c->entered += size;
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
  x->is_new = 0;
  x->held++;
  c->stats.hits++;
  return &x->chunk;
}

int lit_cache_has(const LitCache *c, uint64_t stamp, int64_t id) {
  return find(c, stamp, id) != NULL;
}

static const LitChunk *keep(LitErr *e, LitCache *c, Ring *r, uint64_t stamp,
                            int64_t id, const void *at, size_t n) {
  Entry *x = e->rc ? NULL : enter(e, c, r, stamp, id, at, n);
  if (!x) return NULL;
  x->held++;
  return &x->chunk;
}

const LitChunk *lit_cache_keep(LitErr *e, LitCache *c, uint64_t stamp,
                              int64_t id, const void *at, size_t n) {
  return keep(e, c, &c->ring, stamp, id, at, n);
}

const LitChunk *lit_cache_keep_dear(LitErr *e, LitCache *c, uint64_t stamp,
                                    int64_t id, const void *at, size_t n) {
  return keep(e, c, &c->dear, stamp, id, at, n);
}

int lit_cache_again(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  const LitChunk *mark = e->rc ? NULL : lit_cache_look(c, stamp, id);
  int again = mark != NULL;
  if (!again) mark = lit_cache_keep(e, c, stamp, id, NULL, 0);
  lit_cache_give(c, mark);
  return again;
}

/* The bytes that came in since this was asked for last; UINT64_MAX if it was not.
** Takes note that it was asked for now. */
static uint64_t since_asked(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  Entry *x = e->rc ? NULL : find(c, stamp, id);
  uint64_t asked;
  if (!x) {
    if (!e->rc) enter(e, c, &c->dear, stamp, id, &c->entered, sizeof c->entered);
    return UINT64_MAX;
  }
  asked = lit_get_u64(x->chunk.at);
  memcpy(bytes_of(x), &c->entered, sizeof c->entered);
  x->again = 1;
  return c->entered - asked;
}

int lit_cache_lately(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  uint64_t since = since_asked(e, c, stamp, id);
  if (since == UINT64_MAX) return 0;
  /* Room: a little under the half that they may hold. */
  return since <= room_of(c) / LATELY || c->dear.live < room_of(c) / 16 * 7;
}

int lit_cache_just_now(LitErr *e, LitCache *c, uint64_t stamp, int64_t id) {
  uint64_t since = since_asked(e, c, stamp, id);
  if (since == UINT64_MAX) return 0;
  return since <= room_of(c) / JUST_NOW || c->stats.bytes + 2 * block_size(c) <= room_of(c);
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
  if (c->stats.bytes > room_of(c)) shrink(c, room_of(c), 0);
}

/* Let an entry go now, so that the next one stands in its place. */
static void give_up(LitCache *c, Entry *x) {
  Block *b = x->block;
  int is_open = b == b->ring->open;
  discard(c, x);
  for (Entry *last; is_open && b->used && !(last = entry_at(b, b->last))->block; ) {
    b->used = b->last;
    b->last = last->before;
  }
  if (b->live || is_open) return;
  unlist(c, b);
  leave(c, b);
}

void lit_cache_give_cold(LitCache *c, const LitChunk *chunk) {
  Entry *x = (Entry *)(uintptr_t)chunk;
  size_t room = room_of(c);
  if (!x || --x->held > 0) return;
  x->again = 0;
  if (x->is_new && c->stats.bytes + room_for(c, x->size) > room) give_up(c, x);
  if (c->stats.bytes > room) shrink(c, room, 0);
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
