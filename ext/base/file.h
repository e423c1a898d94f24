/* file.h -- a file mapped read-only, whole, or written, whole.  Zero a LitFile
** to start. */
#ifndef LIT_FILE_H
#define LIT_FILE_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitFile {
  const uint8_t *at;        /* [n]; for an empty file any address */
  size_t n;
  int lent;                 /* not mapped: somebody else's, for good */
} LitFile;

/* Errors: CANTOPEN (no such file, a folder, no permission), IOERR; the words
** begin with `who` and name the path. */
int lit_file_map(LitErr *e, const char *who, const char *path, LitFile *out);
void lit_file_drop(LitFile *f);
/* Make `path` a file of at[0..n): it is there whole or as it was before.
** Errors: CANTOPEN, IOERR. */
int lit_file_write(LitErr *e, const char *who, const char *path,
                   const void *at, size_t n);
#endif
