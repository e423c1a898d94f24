/* clock.h -- how long something takes. */
#ifndef LIT_CLOCK_H
#define LIT_CLOCK_H
#include <stdint.h>

/* Nanoseconds since some moment; never less than before. */
uint64_t lit_clock(void);
#endif
