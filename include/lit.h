/* lit.h -- for programs that link the extension in, rather than load it */
#ifndef LIT_H
#define LIT_H
#include <sqlite3.h>

#define LIT_VERSION "0.1.0"

struct sqlite3_api_routines;

__attribute__((visibility("default")))
int sqlite3_lit_init(sqlite3 *db, char **errmsg,
                     const struct sqlite3_api_routines *api);
#endif
