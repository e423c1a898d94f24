/* names.c -- see names.h */
#include <stdio.h>
#include <string.h>
#include "base/names.h"
#include "base/poison.h"

const void *lit_names_row(const LitNames *in, size_t i) {
  if (in->size == 0) return ((const void *const *)in->rows)[i];
  return (const char *)in->rows + i * in->size;
}

static const char *name_of(const void *row) {
  return *(const char *const *)row;
}

static int small(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

static int is_name(const LitNames *in, const char *name, size_t n,
                   const char *row) {
  if (strlen(row) != n) return 0;
  for (size_t i = 0; i < n; i++)
    if (name[i] != row[i] && !(in->any_case && small(name[i]) == small(row[i])))
      return 0;
  return 1;
}

const void *lit_names_find(LitErr *e, const char *who, const char *what,
                           const LitNames *in, const char *name, size_t n) {
  char all[sizeof e->msg] = "";
  size_t used = 0;
  for (size_t i = 0; i < in->n; i++) {
    const void *row = lit_names_row(in, i);
    if (is_name(in, name, n, name_of(row))) return row;
    if (used < sizeof all)
      used += (size_t)snprintf(all + used, sizeof all - used, "%s%s",
                               i ? ", " : "", name_of(row));
  }
  lit_fail(e, LIT_ERROR, "%s%s%s '%.*s' is unknown; allowed: %s",
           who ? who : "", who ? ": " : "", what, (int)(n < 40 ? n : 40), name,
           all);
  return NULL;
}
