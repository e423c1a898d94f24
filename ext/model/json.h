/* json.h -- the JSON files of a model's folder: config.json and its like.
** Values are checked where they are read; words name folder, file and key. */
#ifndef LIT_JSON_H
#define LIT_JSON_H
#include <jansson.h>
#include "base/err.h"

/* Read folder/file, at most 16 MB, an object or a list at its top.  The caller
** calls json_decref.  Errors: CANTOPEN, CORRUPT, NOMEM. */
int lit_json_load(LitErr *e, const char *folder, const char *file,
                  json_t **out);

/* Parse text [n]; `folder`/`file` are for words. */
int lit_json_parse(LitErr *e, const char *folder, const char *file,
                   const void *text, size_t n, json_t **out);

/* Is there a regular file folder/file? */
int lit_json_exists(const char *folder, const char *file);

/* An object with where it came from, so that values can be asked for. */
typedef struct LitJson {
  const json_t *at;
  const char *folder, *file;
} LitJson;

/* The value of `key`, or `none` if there is no such key or it is null;
** CORRUPT, and the return of `none`, if it is of another type or outside
** lo..hi.  `need` makes a missing key an error. */
typedef struct LitJsonRange { long long lo, hi, none; int need; } LitJsonRange;
long long lit_json_int(LitErr *e, const LitJson *j, const char *key,
                       LitJsonRange r);
double lit_json_real(LitErr *e, const LitJson *j, const char *key,
                     double none);
int lit_json_bool(LitErr *e, const LitJson *j, const char *key, int none);
const char *lit_json_str(LitErr *e, const LitJson *j, const char *key,
                         const char *none);
#endif
