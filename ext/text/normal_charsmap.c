/* normal_charsmap.c -- Precompiled: sentencepiece's table of characters, as
** Hugging Face's library applies it.
**
** The table is base64 of: length of the trie in bytes (4), a double-array
** trie (4-byte units, as darts-clone writes them), then the replacements,
** each ended by a zero byte.  A grapheme of under six bytes is looked up
** whole, else each of its characters.  What is found is the shortest prefix
** that is in the trie: so does the library.
*/
#include <string.h>
#include <utf8proc.h>
#include "text/charsmap.h"
#include "text/normal.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

int lit_charsmap_open(LitErr *e, const uint8_t *at, size_t n,
                      LitCharsmap *out) {
  uint32_t size = n >= 4 ? lit_get_u32(at) : 0;
  *out = (LitCharsmap){0};
  if (n == 0) return LIT_OK;
  if (n < 4 || size > n - 4 || size % 4)
    return lit_fail(e, LIT_CORRUPT, "Precompiled: broken table");
  out->unit = at + 4, out->n_units = size / 4;
  out->text = (const char *)at + 4 + size, out->n_text = n - 4 - size;
  if (out->n_text && out->text[out->n_text - 1])
    return lit_fail(e, LIT_CORRUPT, "Precompiled: table without an end");
  return LIT_OK;
}

static uint32_t unit(const LitCharsmap *m, uint32_t at) {
  return at < m->n_units ? lit_get_u32(m->unit + 4 * (size_t)at) : 0x80000000u;
}

static uint32_t offset(uint32_t u) { return (u >> 10) << ((u & 512) >> 6); }

const char *lit_charsmap_find(const LitCharsmap *m, const char *s, size_t n,
                              int longest, LitCharsHit *hit) {
  uint32_t at = 0, u;
  const char *found = NULL;
  if (!m->n_units) return NULL;
  at ^= offset(unit(m, 0));
  for (size_t i = 0; i < n && s[i]; i++) {
    unsigned char c = (unsigned char)s[i];
    at ^= c;
    u = unit(m, at);
    if ((u & 0x800000FFu) != c) break;
    at ^= offset(u);
    if (!(u >> 8 & 1)) continue;
    u = unit(m, at) & 0x7FFFFFFFu;
    if (u >= m->n_text) break;
    found = m->text + u;
    *hit = (LitCharsHit){i + 1, strlen(found)};
    if (!longest) break;
  }
  return found;
}

/* Characters `old` become `new`: as many as there are replace one each, more
** are inserted, the last takes along those that are left over. */
static void become(LitErr *e, LitWork *w, const char *s, size_t n_old,
                   const char *new, size_t n_new) {
  size_t first = w->n_changes, old = 0, now = 0;
  uint32_t cp;
  for (size_t i = 0; i < n_old; old++) i += lit_utf8_get(s + i, n_old - i, &cp);
  for (size_t i = 0; i < n_new; now++) {
    i += lit_utf8_get(new + i, n_new - i, &cp);
    lit_work_change(e, w, cp, 0);
  }
  if (e->rc) return;
  for (size_t i = old; i < now; i++)
    w->changes[first + i].change = 1;
  if (now < old && w->n_changes)
    w->changes[w->n_changes - 1].change -= (int32_t)(old - now);
}

/* Characters that are not assigned, but to be ignored where they are not known:
** to Unicode they break as controls do, to utf8proc as letters. */
static int ignorable(uint32_t cp) {
  return cp == 0x2065 || (cp >= 0xFFF0 && cp <= 0xFFF8) ||
         (cp >= 0xE0000 && cp <= 0xE0FFF);
}

/* A mark that is newer than utf8proc breaks as an old one; one block of them
** is of Unicode 17, newer than the expressions' tables as well. */
static int32_t known(uint32_t cp) {
  if (cp < 0x300 || utf8proc_category((int32_t)cp) != UTF8PROC_CATEGORY_CN)
    return (int32_t)cp;
  if (ignorable(cp)) return 0x1;
  if ((cp >= 0x1ACF && cp <= 0x1ADD) || (cp >= 0x1AE0 && cp <= 0x1AEB))
    return 0x300;
  for (const LitUniNew *u = lit_uni_new; u->from; u++)
    if (cp >= u->from && cp <= u->to && u->category[0] == 'M')
      return u->category[1] == 'n' ? 0x300 : 0x903;
  return (int32_t)cp;
}

static size_t grapheme(const char *s, size_t n) {
  int32_t state = 0;
  uint32_t a, b;
  size_t at = lit_utf8_get(s, n, &a), len;
  for (; at < n; at += len, a = b) {
    len = lit_utf8_get(s + at, n - at, &b);
    if (a < 0x80 && b < 0x80 && !(a == '\r' && b == '\n')) break;
    if (utf8proc_grapheme_break_stateful(known(a), known(b), &state)) break;
  }
  return at;
}

static int one(LitErr *e, const LitCharsmap *m, LitWork *w, const char *s,
               size_t n) {
  LitCharsHit hit;
  const char *to = lit_charsmap_find(m, s, n, 0, &hit);
  if (to) become(e, w, s, n, to, hit.n_text);
  return to != NULL;
}

static int rewrite(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  const LitCharsmap *m = state;
  size_t len;
  uint32_t cp;
  int any = 0;
  for (size_t at = p->from; at < p->to && !e->rc; at += len) {
    const char *s = w->text.at + at;
    len = grapheme(s, p->to - at);
    if (len < 6 && one(e, m, w, s, len)) {
      any = 1;
      continue;
    }
    for (size_t i = 0, k; i < len; i += k) {
      k = lit_utf8_get(s + i, len - i, &cp);
      if (one(e, m, w, s + i, k)) any = 1;
      else lit_work_change(e, w, cp, 0);
    }
  }
  return any && lit_work_transform(e, w, p, 0);
}

static int run(LitErr *e, const void *state, LitWork *w) {
  return lit_work_rewrite(e, w, rewrite, state);
}

static int six_bits(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int lit_base64(LitErr *e, const char *s, size_t n, uint8_t *out,
               size_t *n_out) {
  uint32_t bits = 0;
  int n_bits = 0;
  *n_out = 0;
  while (n && s[n - 1] == '=') n--;
  for (size_t i = 0; i < n; i++) {
    int v = six_bits(s[i]);
    if (v < 0) return lit_fail(e, LIT_CORRUPT, "byte %zu is no base64", i + 1);
    bits = bits << 6 | (uint32_t)v;
    if ((n_bits += 6) >= 8) out[(*n_out)++] = (uint8_t)(bits >> (n_bits -= 8));
  }
  return LIT_OK;
}

static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  const json_t *text = json_object_get(node, "precompiled_charsmap");
  size_t n = json_string_length(text);
  LitCharsmap *m = lit_arena_new(e, arena, 1, sizeof *m);
  uint8_t *bytes = lit_arena_new(e, arena, n + 1, 1);
  if (!m || !bytes) return e->rc;
  *out = m;
  if (n && lit_base64(e, json_string_value(text), n, bytes, &n)) return e->rc;
  return lit_charsmap_open(e, bytes, n, m);
}

/* A table that changes printable ASCII or spaces may do anything. */
static void cuts(const void *state, LitCuts *c) {
  LitCharsHit hit;
  for (char ch = ' '; ch < 0x7F; ch++)
    if (lit_charsmap_find(state, &ch, 1, 0, &hit)) c->spoiled = 1;
}

const LitStepKind lit_normal_charsmap = {
  .name = "Precompiled", .doc = "sentencepiece's precompiled_charsmap",
  .load = load, .run = run, .cuts = cuts,
};
