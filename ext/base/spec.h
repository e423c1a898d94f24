/* spec.h -- a kind and its numbers in words: `rrf`, `rrf(60)`, `z(0.4, 1)`. */
#ifndef LIT_SPEC_H
#define LIT_SPEC_H
#include <stddef.h>
#include "base/err.h"

/* A number that a kind takes; what is left out has its usual value. */
typedef struct LitSpecNumber {
  const char *name;         /* NULL: the list ends before */
  double usual, lo, hi;
} LitSpecNumber;

/* The name that `*text` begins with, blanks before it passed over: its length.
** *text is left at its first byte. */
size_t lit_spec_name(const char **text);

/* Is name [n] spelled so? */
int lit_spec_is(const char *name, size_t n, const char *kind);

/* Reads what follows the name: nothing, or numbers in brackets, into
** out [n_numbers].  *n_given: how many there were; may be NULL.  Returns where
** it ends, blanks passed over; NULL and ERROR: not a number, out of its range,
** too many.  Words begin "what kind: ". */
const char *lit_spec_numbers(LitErr *e, const char *what, const char *kind,
                             const char *rest, const LitSpecNumber *numbers,
                             size_t n_numbers, double *out, size_t *n_given);

/* ERROR unless nothing is left at `rest`. */
int lit_spec_end(LitErr *e, const char *what, const char *kind,
                 const char *rest);
#endif
