/* normal_form.c -- Unicode normalization forms, lower case, filtering: the
** rewrites that several normalizers share.
**
** Forms follow UAX 15.  How a character that was decomposed, reordered or
** composed counts in the offsets follows the crate that Hugging Face uses: of
** a decomposition the first character replaces, the others are inserted, each
** carrying that with it when marks change places; a composed character counts
** what its parts did, less one.
*/
#include <utf8proc.h>
#include "text/normal.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

/* Characters whose decomposition is newer than the crate. */
static const struct { uint32_t from, to; } newer[] = {
  {0x32FF, 0x32FF},   {0xA7F2, 0xA7F4},   {0xAB69, 0xAB69},
  {0x10781, 0x107BA}, {0x11938, 0x11938}, {0x1E030, 0x1E06D},
  {0x1F16C, 0x1F16C}, {0x1FBF0, 0x1FBF9},
};

static int is_newer(uint32_t cp) {
  for (size_t i = 0; i < sizeof newer / sizeof *newer; i++)
    if (cp >= newer[i].from && cp <= newer[i].to) return 1;
  return 0;
}

static int lower_ascii(LitErr *e, LitWork *w, const LitPiece *p) {
  size_t n = p->to - p->from;
  char *at = w->text.at + p->from;
  int any = 0;
  for (size_t i = 0; i < n; i++) any |= at[i] >= 'A' && at[i] <= 'Z';
  if (!any || lit_work_keep(e, w, p->from, p->to)) return 0;
  at = w->next.at + w->next.n - n;
  for (size_t i = 0; i < n; i++)
    if (at[i] >= 'A' && at[i] <= 'Z') at[i] = (char)(at[i] + 32);
  return 1;
}

int lit_rewrite_lower(LitErr *e, const void *state, LitWork *w,
                      const LitPiece *p) {
  int any = 0;
  (void)state;
  if (lit_ascii_only(w->text.at + p->from, p->to - p->from))
    return lower_ascii(e, w, p);
  for (size_t at = p->from; at < p->to;) {
    uint32_t cp, low[2];
    int n;
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    n = lit_uni_lower(cp, low);
    any |= n > 1 || low[0] != cp;
    for (int i = 0; i < n; i++) lit_work_change(e, w, low[i], i > 0);
  }
  return any && lit_work_transform(e, w, p, 0);
}

int lit_rewrite_filter(LitErr *e, LitWork *w, const LitPiece *p,
                       int (*drop)(uint32_t cp)) {
  size_t dropped = 0, first = 0;
  int any = 0;
  uint32_t cp;
  for (size_t at = p->from; at < p->to;) {
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    if (drop(cp)) {
      any = 1, dropped++;
      if (w->n_changes) w->changes[w->n_changes - 1].change--;
      else first = dropped;
    } else {
      lit_work_change(e, w, cp, 0);
    }
  }
  return any && lit_work_transform(e, w, p, first);
}

/* Canonical combining class; 0 for marks that the crate does not know yet. */
static int ccc(uint32_t cp) {
  int class;
  if (cp < 0x300) return 0;
  class = utf8proc_get_property((int32_t)cp)->combining_class;
  return class && lit_uni_is(LIT_UNI_MARK, cp) ? class : 0;
}

/* A run of marks in the order of their classes, stably: by counting, for
** somebody may send a megabyte of marks. */
static void sort_marks(LitChange *c, size_t n, LitChange *spare) {
  size_t count[257] = {0};
  for (size_t i = 0; i < n; i++) count[ccc(c[i].cp) + 1]++;
  for (int k = 0; k < 256; k++) count[k + 1] += count[k];
  for (size_t i = 0; i < n; i++) spare[count[ccc(c[i].cp)]++] = c[i];
  for (size_t i = 0; i < n; i++) c[i] = spare[i];
}

static int reorder(LitErr *e, LitWork *w) {
  LitChange *c = w->changes, *spare;
  for (size_t i = 0, from; i < w->n_changes; i++) {
    int sorted = 1;
    if (!ccc(c[i].cp)) continue;
    for (from = i++; i < w->n_changes && ccc(c[i].cp); i++)
      sorted &= ccc(c[i].cp) >= ccc(c[i - 1].cp);
    if (sorted) continue;
    spare = lit_work_room(e, w, (i - from) * sizeof *spare);
    if (!spare) return e->rc;
    sort_marks(c + from, i - from, spare);
  }
  return e->rc;
}

/* What a and b compose to, or 0. */
static uint32_t composed(uint32_t a, uint32_t b) {
  int32_t pair[3] = {(int32_t)a, (int32_t)b, 0};
  if (b < 0x300 ||
      utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE)
          != 1)
    return 0;
  return is_newer((uint32_t)pair[0]) ? 0 : (uint32_t)pair[0];
}

/* In place: a mark joins the starter before it unless one of the same or a
** higher class stands between. */
static void compose(LitWork *w) {
  LitChange *c = w->changes;
  size_t n = 0, starter = SIZE_MAX;
  int last = -1;                        /* Class of the mark before; -1 none */
  for (size_t i = 0; i < w->n_changes; i++) {
    LitChange now = c[i];
    int class = ccc(now.cp);
    uint32_t r = 0;
    if (starter != SIZE_MAX && (last < 0 || last < class))
      r = composed(c[starter].cp, now.cp);
    if (r) {
      c[starter].cp = r;
      c[starter].change += now.change - 1;
      continue;
    }
    if (!class) starter = n, last = -1;
    else if (starter != SIZE_MAX) last = class;
    c[n++] = now;
  }
  w->n_changes = n;
}

int lit_rewrite_form(LitErr *e, const void *state, LitWork *w,
                     const LitPiece *p) {
  const LitForm *form = state;
  int how = UTF8PROC_DECOMPOSE | (form->compat ? UTF8PROC_COMPAT : 0);
  if (lit_ascii_only(w->text.at + p->from, p->to - p->from)) return 0;
  for (size_t at = p->from; at < p->to && !e->rc;) {
    int32_t parts[32];
    uint32_t cp;
    ptrdiff_t n = 1;
    int bound = 0;
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    parts[0] = (int32_t)cp;
    if (cp >= 0x80 && !is_newer(cp))
      n = utf8proc_decompose_char((int32_t)cp, parts, 32,
                                  (utf8proc_option_t)how, &bound);
    for (ptrdiff_t i = 0; i < n; i++)
      lit_work_change(e, w, (uint32_t)parts[i], i > 0);
  }
  if (reorder(e, w)) return 0;
  if (form->compose) compose(w);
  return lit_work_transform(e, w, p, 0);
}
