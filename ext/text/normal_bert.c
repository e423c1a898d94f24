/* normal_bert.c -- BertNormalizer: clean, set Chinese characters apart, strip
** accents, lower case; each by a switch. */
#include "text/normal.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct State {
  int clean, han, accents, lower;
} State;

static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  State *s = lit_arena_new(e, arena, 1, sizeof *s);
  if (!s) return e->rc;
  s->clean = lit_tokjson_bool(e, node, "clean_text", 1);
  s->han = lit_tokjson_bool(e, node, "handle_chinese_chars", 1);
  s->lower = lit_tokjson_bool(e, node, "lowercase", 1);
  s->accents = s->lower;
  if (!json_is_null(json_object_get(node, "strip_accents")))
    s->accents = lit_tokjson_bool(e, node, "strip_accents", s->lower);
  *out = s;
  return e->rc;
}

static int is_blank(uint32_t cp) {
  return cp == '\t' || cp == '\n' || cp == '\r';
}

static int is_dirt(uint32_t cp) {
  if (cp < 0x7F) return cp < 0x20 && !is_blank(cp);
  return cp == 0xFFFD || lit_uni_is(LIT_UNI_OTHER, cp);
}

/* Nothing but printable ASCII: neither dirt nor odd blanks. */
static int is_clean(const LitWork *w, const LitPiece *p) {
  int odd = 0;
  for (size_t at = p->from; at < p->to; at++)
    odd |= (unsigned char)(w->text.at[at] - 0x20) > 0x5E;
  return !odd;
}

static int to_space(LitErr *e, const void *state, LitWork *w,
                    const LitPiece *p) {
  int any = 0;
  uint32_t cp;
  (void)state;
  if (is_clean(w, p)) return 0;
  for (size_t at = p->from; at < p->to;) {
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    any |= cp != ' ' && lit_uni_space(cp);
    lit_work_change(e, w, lit_uni_space(cp) ? ' ' : cp, 0);
  }
  return any && lit_work_transform(e, w, p, 0);
}

static int clean(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  (void)state;
  return !is_clean(w, p) && lit_rewrite_filter(e, w, p, is_dirt);
}

static int apart(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  int any = 0;
  uint32_t cp;
  (void)state;
  if (lit_ascii_only(w->text.at + p->from, p->to - p->from)) return 0;
  for (size_t at = p->from; at < p->to;) {
    int han;
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    han = lit_uni_is_han(cp);
    any |= han;
    if (han) lit_work_change(e, w, ' ', 0);
    lit_work_change(e, w, cp, han);
    if (han) lit_work_change(e, w, ' ', 1);
  }
  return any && lit_work_transform(e, w, p, 0);
}

static int is_accent(uint32_t cp) {
  return cp >= 0x80 && lit_uni_is(LIT_UNI_NONSPACING, cp);
}

static int strip(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  (void)state;
  if (lit_ascii_only(w->text.at + p->from, p->to - p->from)) return 0;
  return lit_rewrite_filter(e, w, p, is_accent);
}

static int run(LitErr *e, const void *state, LitWork *w) {
  static const LitForm nfd = {0, 0};
  const State *s = state;
  if (s->clean) {
    lit_work_rewrite(e, w, clean, NULL);
    lit_work_rewrite(e, w, to_space, NULL);
  }
  if (s->han) lit_work_rewrite(e, w, apart, NULL);
  if (s->accents) {
    lit_work_rewrite(e, w, lit_rewrite_form, &nfd);
    lit_work_rewrite(e, w, strip, NULL);
  }
  if (s->lower) lit_work_rewrite(e, w, lit_rewrite_lower, NULL);
  return e->rc;
}

static void cuts(const void *state, LitCuts *c) { (void)state, (void)c; }

const LitStepKind lit_normal_bert = {
  .name = "BertNormalizer",
  .doc = "clean_text, handle_chinese_chars, strip_accents, lowercase",
  .load = load, .run = run, .cuts = cuts,
};
