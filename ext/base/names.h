/* names.h -- tables whose rows begin with a name.
**
**   static const LitMode modes[] = {{"hybrid", ...}, {"dense", ...}};
**   static const LitNames names = LIT_NAMES(modes);
**   const LitMode *m = lit_names_find(e, "papers", "mode", &names, text, n);
*/
#ifndef LIT_NAMES_H
#define LIT_NAMES_H
#include <stddef.h>
#include "base/err.h"

typedef struct LitNames {
  const void *rows;
  size_t n, size;           /* Bytes of a row; 0: rows are pointers to such */
  int any_case;             /* Capitals make no difference */
} LitNames;

#define LIT_NAMES(rows) {(rows), sizeof(rows) / sizeof *(rows), \
                         sizeof *(rows), 0}
#define LIT_NAMES_ANY_CASE(rows) {(rows), sizeof(rows) / sizeof *(rows), \
                                  sizeof *(rows), 1}
#define LIT_NAMES_AT(rows) {(rows), sizeof(rows) / sizeof *(rows), 0, 0}

/* Row i, less than in->n. */
const void *lit_names_row(const LitNames *in, size_t i);

/* The row of that name.  NULL and ERROR: "who: what 'name' is unknown; allowed: "
** and all names; who may be NULL. */
const void *lit_names_find(LitErr *e, const char *who, const char *what,
                           const LitNames *in, const char *name, size_t n);
#endif
