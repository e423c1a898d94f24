/* home.c -- see home.h.
**
** $LIT_MODELS, else $XDG_CACHE_HOME/lit/models, else ~/.cache/lit/models.
*/
#include <stdlib.h>
#include <string.h>
#include "base/home.h"
#include "base/poison.h"

int lit_home_check(LitErr *e, const char *who, const char *what,
                   const char *name) {
  static const char fine[] = "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  size_t n = strlen(name);
  if (n == 0 || n > 64 || name[0] == '.' || strspn(name, fine) < n)
    return lit_fail(e, LIT_ERROR, "%s%s%s name '%.80s': expected 1 to 64 "
                    "letters, digits and . _ -, not beginning with a dot",
                    who ? who : "", who ? ": " : "", what, name);
  return LIT_OK;
}

void lit_home_path(LitErr *e, const char *name, const char *end, LitBuf *out) {
  static const struct { const char *variable, *below; } homes[] = {
    {"LIT_MODELS", ""}, {"XDG_CACHE_HOME", "/lit/models"},
    {"HOME", "/.cache/lit/models"},
  };
  for (size_t i = 0; i < sizeof homes / sizeof *homes; i++) {
    const char *at = getenv(homes[i].variable);
    if (!at || !*at) continue;
    lit_buf_printf(e, out, "%s%s/%s%s%c", at, homes[i].below, name, end, 0);
    return;
  }
}
