/* lit.h -- for programs that link the extension in, rather than load it.
**
**   sqlite3_auto_extension((void (*)(void))lit_auto_init);
**
** gives lit to every connection that is opened from then on.
*/
#ifndef LIT_H
#define LIT_H
#include <sqlite3.h>

#define LIT_VERSION "0.1.0"

struct sqlite3_api_routines;

/* The entry point of the loadable extension. */
__attribute__((visibility("default")))
int sqlite3_lit_init(sqlite3 *db, char **errmsg,
                     const struct sqlite3_api_routines *api);

/* The same for sqlite3_auto_extension, which takes SQLITE_OK for success and
** not that lit wishes to stay loaded. */
int lit_auto_init(sqlite3 *db, char **errmsg,
                  const struct sqlite3_api_routines *api);
#endif
