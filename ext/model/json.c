/* json.c -- see json.h */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/buf.h"
#include "base/file.h"
#include "model/json.h"
#include "base/poison.h"

enum { JSON_MAX = 16 << 20, PATH_MOST = 4096 };

int lit_json_parse(LitErr *e, const char *folder, const char *file,
                   const void *text, size_t n, json_t **out) {
  json_error_t why;
  *out = NULL;
  if (n > JSON_MAX)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: %zu bytes of JSON, expected at "
                    "most %d", folder, file, n, JSON_MAX);
  *out = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
  if (*out) return LIT_OK;
  if (json_error_code(&why) == json_error_out_of_memory)
    return lit_fail_nomem(e, "model");
  return lit_fail(e, LIT_CORRUPT, "%s/%s: line %d: not JSON: %.60s", folder,
                  file, why.line, why.text);
}

int lit_json_load(LitErr *e, const char *folder, const char *file,
                  json_t **out) {
  LitBuf path = {0};
  LitFile f = {0};
  *out = NULL;
  lit_buf_printf(e, &path, "%s/%s%c", folder, file, 0);
  if (!e->rc && !lit_file_map(e, "model", (char *)path.at, &f))
    lit_json_parse(e, folder, file, f.at, f.n, out);
  lit_file_drop(&f);
  lit_buf_drop(&path);
  return e->rc;
}

/* Without an allocation: what memory lacked for must not seem to be missing. */
int lit_json_exists(const char *folder, const char *file) {
  char path[PATH_MOST];
  struct stat st;
  return snprintf(path, sizeof path, "%s/%s", folder, file) < PATH_MOST &&
         stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* The value of key; NULL for none and for null. */
static const json_t *get(const LitJson *j, const char *key) {
  const json_t *v = json_object_get(j->at, key);
  return json_is_null(v) ? NULL : v;
}

static int fail(LitErr *e, const LitJson *j, const char *key,
                const char *want) {
  return lit_fail(e, LIT_CORRUPT, "%s/%s: %s: expected %s", j->folder, j->file,
                  key, want);
}

long long lit_json_int(LitErr *e, const LitJson *j, const char *key,
                       LitJsonRange r) {
  const json_t *v = get(j, key);
  if (!v && !r.need) return r.none;
  if (!json_is_integer(v) || json_integer_value(v) < r.lo ||
      json_integer_value(v) > r.hi)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: %s: expected an integer in "
                    "%lld..%lld", j->folder, j->file, key, r.lo, r.hi), r.none;
  return json_integer_value(v);
}

double lit_json_real(LitErr *e, const LitJson *j, const char *key,
                     double none) {
  const json_t *v = get(j, key);
  if (v && !json_is_number(v)) fail(e, j, key, "a number");
  return json_is_number(v) ? json_number_value(v) : none;
}

int lit_json_bool(LitErr *e, const LitJson *j, const char *key, int none) {
  const json_t *v = get(j, key);
  if (v && !json_is_boolean(v)) fail(e, j, key, "true or false");
  return json_is_boolean(v) ? json_is_true(v) : none;
}

const char *lit_json_str(LitErr *e, const LitJson *j, const char *key,
                         const char *none) {
  const json_t *v = get(j, key);
  if (v && !json_is_string(v)) fail(e, j, key, "a string");
  return json_is_string(v) ? json_string_value(v) : none;
}
