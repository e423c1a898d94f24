/* sort.h -- many numbers in ascending order. */
#ifndef LIT_SORT_H
#define LIT_SORT_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

/* Sort at [n].  Needs as much memory again where there are more than a few. */
int lit_sort(LitErr *e, uint64_t *at, size_t n);
#endif
