/* spec.h -- kinds and their numbers in words: `rrf`, `rrf(60)`, `z(0.4, 1)`,
** `rm3 + rocchio(5)`, `recent(5, 0.2) of year`.
*/
#ifndef LIT_SPEC_H
#define LIT_SPEC_H
#include <stddef.h>
#include "base/err.h"
#include "base/names.h"

/* A number that a kind takes; what is left out has its usual value. */
typedef struct LitSpecNumber {
  const char *name;         /* NULL: the list ends before */
  double usual, lo, hi;
} LitSpecNumber;

/* The name that `*text` begins with, blanks before it passed over: its length.
** *text is left at its first byte. */
size_t lit_spec_name(const char **text);

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

/* ---- an option in words: some kinds of one sort, or none ---- */

enum { LIT_SPEC_NUMBERS = 3, LIT_SPEC_MOST = 4, LIT_SPEC_OF = 64 };

/* What the row of a kind begins with. */
typedef struct LitSpecKind {
  const char *name;
  LitSpecNumber numbers[LIT_SPEC_NUMBERS];      /* Up to one without a name */
  const char *doc;
} LitSpecKind;

typedef struct LitSpecSort {
  const char *what;         /* The option's name */
  const char *usual;        /* What holds where nothing is said */
  LitNames kinds;           /* Of rows that begin with a LitSpecKind; the first
                            ** is "none" */
  size_t most;              /* So many may be joined by '+' */
  const char *of;           /* Each has the name of such a thing behind it, and
                            ** may come again; NULL: neither */
} LitSpecSort;

/* The kind of that number, from 0; NULL past the end. */
const LitSpecKind *lit_spec_kind(const LitSpecSort *sort, size_t i);

typedef struct LitSpec {
  size_t n;                 /* 0: none */
  int is_said;              /* Else it is what is usual */
  struct LitSpecOne {
    const void *kind;       /* A row of the sort's */
    double numbers[LIT_SPEC_NUMBERS];
    char of[LIT_SPEC_OF];
  } at[LIT_SPEC_MOST];
} LitSpec;

/* Reads a text, NULL: what is usual.  ERROR: no such kind (the words list them),
** a bad number, too many kinds, one twice, nothing behind `of`. */
int lit_spec_read(LitErr *e, const LitSpecSort *sort, const char *text,
                  LitSpec *out);
#endif
