/* newfile.h -- a file written whole or not at all.
**
**   LitNewFile f = {0};
**   lit_newfile_begin(&e, &f, "lit_distill", "model.safetensors");
**   lit_newfile_put(&e, &f, bytes, n);
**   lit_newfile_end(&e, &f);
**
** The bytes go to a file beside it; the end waits until they are on the disk,
** then gives it the name.  After an error every put is a no-op, and the end
** removes what was written: whoever had the name before keeps it.
*/
#ifndef LIT_NEWFILE_H
#define LIT_NEWFILE_H
#include <stddef.h>
#include "base/err.h"

enum { LIT_NEWFILE_PATH = 4096, LIT_NEWFILE_BLOCK = 1 << 16 };

typedef struct LitNewFile {
  const char *who;          /* lent, for words */
  int is_open, fd;
  size_t n;                 /* bytes in block */
  char path[LIT_NEWFILE_PATH], temp[LIT_NEWFILE_PATH + 8];
  char block[LIT_NEWFILE_BLOCK];
} LitNewFile;

/* Can path be written so?  It may be new or a file's; a device or a folder
** would be lost.  CANTOPEN: it is one, or too long. */
int lit_newfile_check(LitErr *e, const char *who, const char *path);

/* Errors: as above, and CANTOPEN (the words name the path), FULL, IOERR. */
int lit_newfile_begin(LitErr *e, LitNewFile *f, const char *who,
                      const char *path);
void lit_newfile_put(LitErr *e, LitNewFile *f, const void *at, size_t n);
int lit_newfile_end(LitErr *e, LitNewFile *f);    /* Also after an error */
#endif
