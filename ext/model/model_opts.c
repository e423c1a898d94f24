/* model_opts.c -- see model_opts.h */
#include <string.h>
#include "base/buf.h"
#include "model/model_opts.h"
#include "base/poison.h"

static int read_precision(LitErr *e, const LitJson *j, const char *key,
                          LitModelOpts *out) {
  const char *name = lit_json_str(e, j, key, "float32");
  out->precision = strcmp(name, "int8") == 0 ? LIT_RUN_INT8 : LIT_RUN_FLOAT32;
  if (!e->rc && out->precision == LIT_RUN_FLOAT32 && strcmp(name, "float32"))
    lit_fail(e, LIT_ERROR, "%s: %s: %s '%.40s': expected float32 or int8",
             j->folder, j->file, key, name);
  return e->rc;
}

static const LitModelOpt rows[] = {
  {"precision", "float32 (default), or int8: weights and activations in 8 "
   "bits, some times faster", read_precision},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

const LitModelOpt *lit_model_opt_row(size_t i) {
  return i < N_ROWS ? &rows[i] : NULL;
}

static int fail_unknown(LitErr *e, const LitJson *j, const char *key) {
  LitBuf known = {0};
  for (size_t i = 0; i < N_ROWS; i++)
    lit_buf_printf(e, &known, "%s%s", i ? ", " : "", rows[i].name);
  lit_buf_u8(e, &known, 0);
  lit_fail(e, LIT_ERROR, "%s: %s: '%.40s' is unknown; allowed: %s", j->folder,
           j->file, key, e->rc ? "" : (char *)known.at);
  lit_buf_drop(&known);
  return e->rc;
}

static int read_option(LitErr *e, const LitJson *j, const char *key,
                       LitModelOpts *out) {
  for (size_t i = 0; i < N_ROWS; i++)
    if (strcmp(rows[i].name, key) == 0)
      return rows[i].read(e, j, key, out);
  return fail_unknown(e, j, key);
}

int lit_model_opts_read(LitErr *e, const char *text, LitModelOpts *out) {
  LitJson j = {.folder = "lit_model_add", .file = "options"};
  json_t *top = NULL, *value;
  const char *key;
  *out = (LitModelOpts){0};
  if (!text) return LIT_OK;
  if (lit_json_parse(e, j.folder, j.file, text, strlen(text), &top))
    return e->rc;
  j.at = top;
  if (!json_is_object(top))
    lit_fail(e, LIT_CORRUPT, "lit_model_add: options: expected an object, "
             "as in '{\"precision\": \"int8\"}'");
  json_object_foreach(top, key, value)
    if (e->rc || read_option(e, &j, key, out)) break;
  json_decref(top);
  return e->rc;
}
