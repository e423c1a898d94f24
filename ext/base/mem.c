/* mem.c -- see mem.h.
**
** `mem` is the one static of this file: written by lit_mem_use while the
** library is being loaded, under the lock of the loader, and read after.
*/
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "base/mem.h"

static void *libc_resize(void *p, uint64_t n) { return realloc(p, (size_t)n); }
static void libc_release(void *p) { free(p); }
static LitMem mem = {libc_resize, libc_release};

#include "base/poison.h"

void lit_mem_use(const LitMem *m) { mem = *m; }

size_t lit_size(size_t n, size_t size) {
  return size && n > SIZE_MAX / size ? SIZE_MAX : n * size;
}

void *lit_new(LitErr *e, size_t n, size_t size) {
  size_t bytes = lit_size(n, size);
  void *p = bytes > LIT_ALLOC_MAX ? NULL : mem.resize(NULL, bytes ? bytes : 1);
  if (!p) lit_fail(e, LIT_NOMEM, "out of memory for %zu bytes", bytes);
  return p;
}

/* A large table is looked into all over, and each look would want a page of its
** own from the processor's few: large pages, where the system has them. */
static void ask_pages(void *p, size_t bytes) {
  enum { LARGE = 1 << 21 };
  const size_t lead = (LARGE - (uintptr_t)p % LARGE) % LARGE;
  if (bytes >= 2 * LARGE)
    (void)madvise((char *)p + lead, bytes - lead, MADV_HUGEPAGE);
}

void *lit_new0(LitErr *e, size_t n, size_t size) {
  void *p = lit_new(e, n, size);
  if (!p) return NULL;
  ask_pages(p, n * size);
  return memset(p, 0, n * size);
}

char *lit_copy(LitErr *e, const void *at, size_t n) {
  char *p = lit_new(e, n + 1, 1);
  if (!p) return NULL;
  if (n) memcpy(p, at, n);
  p[n] = '\0';
  return p;
}

int lit_grow(LitErr *e, void *p, size_t *room, size_t need, size_t size) {
  void *old, *now;
  size_t want = *room ? *room : 16;
  if (need <= *room) return LIT_OK;
  while (want < need) want = want > SIZE_MAX / 2 ? need : want * 2;
  if (lit_size(want, size) > LIT_ALLOC_MAX) want = need;
  memcpy(&old, p, sizeof old);            /* *p may be a pointer to anything */
  now = lit_size(want, size) > LIT_ALLOC_MAX ? NULL
                                             : mem.resize(old, want * size);
  if (!now)
    return lit_fail(e, LIT_NOMEM, "out of memory for %zu bytes",
                    lit_size(want, size));
  memcpy(p, &now, sizeof now);
  *room = want;
  return LIT_OK;
}

void lit_free(void *p) {
  if (p) mem.release(p);
}

/* A block's bytes follow its header, which is a multiple of 16 long. */
struct LitArenaBlock {
  struct LitArenaBlock *next;
  size_t size;
};
_Static_assert(sizeof(struct LitArenaBlock) % 16 == 0, "blocks stay aligned");
enum { ARENA_FIRST = 4096, ARENA_MAX = 1 << 20 };

void *lit_arena_new(LitErr *e, LitArena *a, size_t n, size_t size) {
  size_t bytes = lit_size(n, size), block;
  char *p;
  if (bytes > LIT_ALLOC_MAX) {
    lit_fail(e, LIT_NOMEM, "out of memory for %zu bytes", bytes);
    return NULL;
  }
  bytes = (bytes + 15) & ~(size_t)15;
  if (!a->head || a->head->size - a->used < bytes) {
    struct LitArenaBlock *b;
    block = a->head ? a->head->size * 2 : ARENA_FIRST;
    if (block > ARENA_MAX) block = ARENA_MAX;
    if (block < bytes) block = bytes;
    b = lit_new(e, 1, sizeof *b + block);
    if (!b) return NULL;
    b->next = a->head, b->size = block;
    a->head = b, a->used = 0, a->bytes += block;
  }
  p = (char *)(a->head + 1) + a->used;
  a->used += bytes;
  return p;
}

char *lit_arena_copy(LitErr *e, LitArena *a, const void *at, size_t n) {
  char *p = lit_arena_new(e, a, n + 1, 1);
  if (!p) return NULL;
  if (n) memcpy(p, at, n);
  p[n] = '\0';
  return p;
}

void lit_arena_drop(LitArena *a) {
  while (a->head) {
    struct LitArenaBlock *next = a->head->next;
    lit_free(a->head);
    a->head = next;
  }
  *a = (LitArena){0};
}
