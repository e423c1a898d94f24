/* mem.h -- all memory of lit: checked sizes, one allocator, arenas.
**
** main.c hands in SQLite's allocator, so that its accounting, its limits and
** the out-of-memory walk see every byte; without a database (unit tests) it
** is the C library's.  One allocation is at most LIT_ALLOC_MAX bytes.
*/
#ifndef LIT_MEM_H
#define LIT_MEM_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define LIT_ALLOC_MAX ((size_t)0x7fffff00)

typedef struct LitMem {
  void *(*resize)(void *p, uint64_t n);   /* p NULL: a new block */
  void (*release)(void *p);
} LitMem;

/* Use `m` from now on.  Call once, before anything is allocated. */
void lit_mem_use(const LitMem *m);

/* n * size, or SIZE_MAX if that does not fit (which no allocation grants). */
size_t lit_size(size_t n, size_t size);

/* n items of `size` bytes, NULL and LIT_NOMEM if there is no room.  Never NULL
** without an error, also for n = 0.  lit_new0: zeroed. */
void *lit_new(LitErr *e, size_t n, size_t size);
void *lit_new0(LitErr *e, size_t n, size_t size);

/* Bytes [n] copied, with a zero byte behind them. */
char *lit_copy(LitErr *e, const void *at, size_t n);

/* Make *p (a block of *room items) hold at least `need` items, doubling:
** grows, or leaves *p and *room alone and records LIT_NOMEM.
**   LIT_GROW(e, &list->at, &list->room, list->n + 1)
** sizes by the type that the pointer points to. */
int lit_grow(LitErr *e, void *p, size_t *room, size_t need, size_t size);
#define LIT_GROW(e, p, room, need) lit_grow((e), (p), (room), (need), sizeof **(p))

void lit_free(void *p);                   /* NULL is fine */

/* An arena: many small blocks, freed together.  Zero it to start. */
typedef struct LitArena {
  struct LitArenaBlock *head;
  size_t used, bytes;                     /* In head; in all blocks */
} LitArena;

/* n bytes, 16-byte aligned, uninitialized; NULL and LIT_NOMEM without room. */
void *lit_arena_new(LitErr *e, LitArena *a, size_t n, size_t size);
char *lit_arena_copy(LitErr *e, LitArena *a, const void *at, size_t n);
void lit_arena_drop(LitArena *a);

#endif
