/* normal_simple.c -- the normalizers of few words: NFC, NFD, NFKC, NFKD,
** Lowercase, StripAccents, Strip, Prepend, Nmt, ByteLevel. */
#include <string.h>
#include "text/normal.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

static void cuts_elsewhere(const void *state, LitCuts *c) {
  (void)state, (void)c;
}

static int form(LitErr *e, LitWork *w, int compat, int compose) {
  LitForm f = {compat, compose};
  return lit_work_rewrite(e, w, lit_rewrite_form, &f);
}

static int run_nfc(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return form(e, w, 0, 1);
}
static int run_nfd(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return form(e, w, 0, 0);
}
static int run_nfkc(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return form(e, w, 1, 1);
}
static int run_nfkd(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return form(e, w, 1, 0);
}

static int run_lower(LitErr *e, const void *state, LitWork *w) {
  return lit_work_rewrite(e, w, lit_rewrite_lower, state);
}

static int is_mark(uint32_t cp) {
  return cp >= 0x80 && lit_uni_is(LIT_UNI_MARK, cp);
}

static int accents(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  (void)state;
  return lit_rewrite_filter(e, w, p, is_mark);
}

static int run_accents(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return lit_work_rewrite(e, w, accents, NULL);
}

typedef struct Strip {
  int left, right;
} Strip;

static int load_strip(LitErr *e, LitArena *arena, const json_t *node,
                      void **out) {
  Strip *s = lit_arena_new(e, arena, 1, sizeof *s);
  if (!s) return e->rc;
  s->left = lit_tokjson_bool(e, node, "strip_left", 0);
  s->right = lit_tokjson_bool(e, node, "strip_right", 0);
  *out = s;
  return e->rc;
}

/* Only the first piece can begin the text, only the last one end it. */
static int strip(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  const Strip *s = state;
  size_t from = p->from, to = p->to, at, len;
  uint32_t cp;
  for (; s->left && from < to; from += len) {
    len = lit_utf8_get(w->text.at + from, to - from, &cp);
    if (!lit_uni_space(cp)) break;
  }
  for (at = from; s->right && at < p->to; at += len) {
    len = lit_utf8_get(w->text.at + at, p->to - at, &cp);
    if (at == from) to = from;
    if (!lit_uni_space(cp)) to = at + len;
  }
  if (from == p->from && to == p->to) return 0;
  lit_work_keep(e, w, from, to);
  return 1;
}

static int run_strip(LitErr *e, const void *state, LitWork *w) {
  Strip s = *(const Strip *)state;
  s.left = s.left && w->at_start, s.right = s.right && w->at_end;
  return lit_work_rewrite(e, w, strip, &s);
}

/* A stretch between cuts has something printable, so stripping its end never
** reaches the next; unless other steps have moved blanks about. */
static void cuts_strip(const void *state, LitCuts *c) {
  (void)state;
  if (c->moved || c->space != ' ') c->spoiled = 1;
}

typedef struct Text {
  const char *at;
  size_t n;
} Text;

static int load_prepend(LitErr *e, LitArena *arena, const json_t *node,
                        void **out) {
  Text *t = lit_arena_new(e, arena, 1, sizeof *t);
  if (!t) return e->rc;
  t->at = lit_tokjson_text(e, arena, node, "prepend", &t->n);
  if (!t->at) return lit_fail(e, LIT_CORRUPT, "Prepend: no text");
  *out = t;
  return e->rc;
}

static int prepend(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  const Text *t = state;
  return lit_work_prepend(e, w, p, t->at, t->n);
}

static int run_prepend(LitErr *e, const void *state, LitWork *w) {
  return w->at_start ? lit_work_rewrite(e, w, prepend, state) : e->rc;
}

static int nmt_drops(uint32_t cp) {
  return (cp >= 1 && cp <= 8) || cp == 0xB || (cp >= 0xE && cp <= 0x1F) ||
         cp == 0x7F || cp == 0x8F || cp == 0x9F;
}

static int nmt_blank(uint32_t cp) {
  return cp == 9 || cp == 0xA || cp == 0xC || cp == 0xD || cp == 0x1680 ||
         (cp >= 0x200B && cp <= 0x200F) || cp == 0x2028 || cp == 0x2029 ||
         cp == 0x2581 || cp == 0xFEFF || cp == 0xFFFD;
}

static int nmt_drop(LitErr *e, const void *state, LitWork *w,
                    const LitPiece *p) {
  (void)state;
  return lit_rewrite_filter(e, w, p, nmt_drops);
}

static int nmt_map(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  int any = 0;
  uint32_t cp;
  (void)state;
  for (size_t at = p->from; at < p->to;) {
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    any |= nmt_blank(cp);
    lit_work_change(e, w, nmt_blank(cp) ? ' ' : cp, 0);
  }
  return any && lit_work_transform(e, w, p, 0);
}

static int run_nmt(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  lit_work_rewrite(e, w, nmt_drop, NULL);
  return lit_work_rewrite(e, w, nmt_map, NULL);
}

/* Printable Latin-1 bytes stand for themselves, the other 68 for U+0100 on. */
uint32_t lit_byte_char(unsigned char b) {
  if ((b >= 0x21 && b <= 0x7E) || (b >= 0xA1 && b != 0xAD)) return b;
  if (b <= 0x20) return 0x100u + b;
  if (b <= 0xA0) return 0x100u + 33 + (b - 0x7Fu);
  return 0x143;
}

int lit_char_byte(uint32_t cp) {
  if (cp < 0x100) return lit_byte_char((unsigned char)cp) == cp ? (int)cp : -1;
  if (cp <= 0x120) return (int)cp - 0x100;
  if (cp <= 0x142) return (int)cp - 0x100 - 33 + 0x7F;
  return cp == 0x143 ? 0xAD : -1;
}

int lit_rewrite_bytes(LitErr *e, const void *state, LitWork *w,
                      const LitPiece *p) {
  (void)state;
  for (size_t at = p->from; at < p->to && !e->rc; at++) {
    char out[4];
    size_t n = lit_utf8_put(lit_byte_char((unsigned char)w->text.at[at]), out);
    lit_work_put(e, w, out, n, w->text.src[at]);
  }
  return 1;
}

static int run_bytes(LitErr *e, const void *state, LitWork *w) {
  return lit_work_rewrite(e, w, lit_rewrite_bytes, state);
}

static void cuts_bytes(const void *state, LitCuts *c) {
  (void)state;
  if (c->space == ' ') c->space = lit_byte_char(' ');
}

#define FORM(id, text, words) \
  const LitStepKind lit_normal_##id = { \
    .name = text, .doc = words, .run = run_##id, .cuts = cuts_elsewhere, \
  }
FORM(nfc, "NFC", "canonical composition");
FORM(nfd, "NFD", "canonical decomposition");
FORM(nfkc, "NFKC", "compatibility composition");
FORM(nfkd, "NFKD", "compatibility decomposition");
FORM(lower, "Lowercase", "lower case");
FORM(accents, "StripAccents", "drops marks");
FORM(nmt, "Nmt", "drops control characters, odd blanks to spaces");

const LitStepKind lit_normal_strip = {
  .name = "Strip", .doc = "blanks off: strip_left, strip_right",
  .load = load_strip, .run = run_strip, .cuts = cuts_strip,
};
const LitStepKind lit_normal_prepend = {
  .name = "Prepend", .doc = "puts `prepend` before the text",
  .load = load_prepend, .run = run_prepend, .cuts = cuts_elsewhere,
};
const LitStepKind lit_normal_bytes = {
  .name = "ByteLevel", .doc = "bytes as printable characters",
  .run = run_bytes, .cuts = cuts_bytes,
};
