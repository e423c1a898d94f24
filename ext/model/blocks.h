/* blocks.h -- numbers in blocks that share a scale, as GGUF files hold them.
** Which kinds are known is a table in blocks.c. */
#ifndef LIT_BLOCKS_H
#define LIT_BLOCKS_H
#include <stddef.h>
#include <stdint.h>

enum { LIT_BLOCK_MAX = 256 };

typedef struct LitBlock {
  uint32_t id;              /* GGUF's number for it */
  const char *name, *doc;
  unsigned n, bytes;        /* numbers in a block, its size */
  void (*open)(const uint8_t *at, float *out);    /* a block -> [n] */
  int runs;                 /* linear layers can use it as it is: Q8_0 */
} LitBlock;

const LitBlock *lit_block_find(uint32_t id);      /* NULL: not known */
const LitBlock *lit_block_row(size_t i);          /* NULL past the end */
#endif
