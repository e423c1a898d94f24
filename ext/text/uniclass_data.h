/* uniclass_data.h -- the tables of uniclass.c; nobody else includes this. */
#ifndef LIT_UNICLASS_DATA_H
#define LIT_UNICLASS_DATA_H
#include <stddef.h>
#include <stdint.h>
#include <utf8proc.h>

typedef struct LitUniRange {
  uint32_t from, to;
} LitUniRange;

typedef struct LitUniClass {
  uint32_t categories;      /* Bit c: general category c belongs to it */
  const LitUniRange *odd;   /* [n_odd] ascending: where that is wrong */
  size_t n_odd;
} LitUniClass;

extern const LitUniClass lit_uni_classes[];
#endif
