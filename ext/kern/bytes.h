/* bytes.h -- bytes of a text by what they are, 64 at a time: one table of
** kernels for each instruction set, and the same bits from all of them.
**
** A byte opens some of seven pairs, by one table, and closes some, by another;
** its membership is an eighth thing that the first table says.  Of a block, the
** bytes s[0 .. 63], and s[64] as the neighbour of the last, a LitBytes says, bit
** i being byte i:
**
**   pairs     s[i] opens a pair that s[i + 1] closes
**   members   open[s[i]] has LIT_BYTES_MEMBER
**   high      s[i] >= 0x80
*/
#ifndef LIT_BYTES_H
#define LIT_BYTES_H
#include <stddef.h>
#include <stdint.h>
#include "kern/kern.h"

enum { LIT_BYTES = 64, LIT_BYTES_MEMBER = 0x80 };

typedef struct LitBytesKind {
  uint8_t open[256], close[256];     /* LIT_BYTES_MEMBER is not in close */
} LitBytesKind;

typedef struct LitBytes { uint64_t pairs, members, high; } LitBytes;

typedef struct LitBytesKern {
  const char *isa;
  int (*runs_here)(void);
  /* The blocks out[n] of s: [n * LIT_BYTES + 1], any alignment. */
  void (*look)(const LitBytesKind *kind, const uint8_t *s, size_t n,
               LitBytes *out);
} LitBytesKern;

/* The fastest that runs here, chosen once in a process.  LIT_ISA in the
** environment (c, avx2, avx512, neon) lowers the choice. */
const LitBytesKern *lit_bytes(void);
const LitBytesKern *lit_bytes_row(size_t i);     /* NULL past the end */

extern const LitBytesKern lit_bytes_c;
#endif
