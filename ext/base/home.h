/* home.h -- the folder in which models and tokenizers lie by their names. */
#ifndef LIT_HOME_H
#define LIT_HOME_H
#include "base/buf.h"

/* ERROR unless `name` can be a folder's name and nothing else: "who: what name
** 'name': ..."; who may be NULL. */
int lit_home_check(LitErr *e, const char *who, const char *what,
                   const char *name);

/* Appends the path of `name` with `end` behind it, and a NUL; nothing if no
** environment variable says where the folder is. */
void lit_home_path(LitErr *e, const char *name, const char *end, LitBuf *out);
#endif
