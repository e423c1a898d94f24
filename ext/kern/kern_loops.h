/* kern_loops.h -- the row loops of a table of kern.h, by name, once for every
** instruction set.
**
** A file of kern/ writes FLOAT(name, op, elem), I8(name, op) and BIT(name, op),
** each of which defines the LitKernRows `name`; LIT_KERN_LOOPS makes all of
** them, and the three rows below put them into the table.
*/
#ifndef LIT_KERN_LOOPS_H
#define LIT_KERN_LOOPS_H
#include "kern/kern.h"

/* A row, and how many bytes behind it memory is asked for: 0 if it is the only one. What
** lies behind it is not read then, and takes the place of something that is. */
typedef struct LitKernFloats {
  const char *at;
  size_t ahead;
} LitKernFloats;

#define LIT_KERN_LOOPS(FLOAT, I8, BIT) \
  LIT_KERN_FLOAT_LOOPS(FLOAT, f32, LIT_F32) \
  LIT_KERN_FLOAT_LOOPS(FLOAT, f16, LIT_F16) \
  LIT_KERN_FLOAT_LOOPS(FLOAT, bf16, LIT_BF16) \
  I8(dot_i8, LIT_DOT) \
  I8(l2sq_i8, LIT_L2SQ) \
  I8(l1_i8, LIT_L1) \
  I8(sq_i8, LIT_SQ) \
  I8(dotsq_i8, LIT_DOTSQ) \
  BIT(dot_bit, LIT_DOT) \
  BIT(l1_bit, LIT_L1) \
  BIT(sq_bit, LIT_SQ) \
  BIT(dotsq_bit, LIT_DOTSQ)
#define LIT_KERN_FLOAT_LOOPS(FLOAT, as, elem) \
  FLOAT(dot_##as, LIT_DOT, elem) \
  FLOAT(l2sq_##as, LIT_L2SQ, elem) \
  FLOAT(l1_##as, LIT_L1, elem) \
  FLOAT(sq_##as, LIT_SQ, elem) \
  FLOAT(dotsq_##as, LIT_DOTSQ, elem)

#define LIT_KERN_FLOAT_ROWS \
  [LIT_F32] = {dot_f32, l2sq_f32, l1_f32, sq_f32, dotsq_f32}, \
  [LIT_F16] = {dot_f16, l2sq_f16, l1_f16, sq_f16, dotsq_f16}, \
  [LIT_BF16] = {dot_bf16, l2sq_bf16, l1_bf16, sq_bf16, dotsq_bf16}
#define LIT_KERN_I8_ROW \
  [LIT_I8] = {dot_i8, l2sq_i8, l1_i8, sq_i8, dotsq_i8}
/* Of bits, L2 squared and L1 are one: the bits that differ. */
#define LIT_KERN_BIT_ROW \
  [LIT_BIT] = {dot_bit, l1_bit, l1_bit, sq_bit, dotsq_bit}

#endif
