/* pretok_split.c -- pre-tokenizers by patterns: Split, Whitespace, ByteLevel,
** CharDelimiterSplit, FixedLength. */
#include <string.h>
#include "text/normal.h"
#include "text/pretok.h"
#include "text/pretok_scan.h"
#include "text/tokregex.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

static int scan_cut(LitErr *e, const void *state, LitWork *w,
                    const LitPiece *p) {
  const LitScanner *sc = state;
  const char *s = w->text.at + p->from;
  size_t n = p->to - p->from;
  for (size_t at = 0, to; at < n && !e->rc; at = to) {
    to = sc->scan(s, n, at);
    if (to <= at) to = at + 1;
    lit_work_stretch(e, w, p->from + at, p->from + to, 1);
    if (!(w->n_cuts & 0xFFFF)) lit_stopped(e, w->stop);
  }
  return e->rc;
}

typedef struct Split {
  LitRegex *re;
  const LitScanner *scanner;            /* Instead of the expression */
  LitCutMode mode;
  int invert, at_space;
} Split;

/* One of the scanners, where all of the text is pieces anyway. */
static const LitScanner *known(const Split *s, const char *text, int literal) {
  int tiles = s->mode == LIT_CUT_ISOLATED ||
              (s->mode == LIT_CUT_REMOVED && s->invert);
  return tiles && !literal ? lit_scanner_find(text) : NULL;
}

static int load_split(LitErr *e, LitArena *arena, const json_t *node,
                      void **out) {
  Split *s = lit_arena_new(e, arena, 1, sizeof *s);
  const char *text;
  int literal;
  if (!s) return e->rc;
  *s = (Split){.invert = lit_tokjson_bool(e, node, "invert", 0)};
  if (e->rc || lit_cut_mode(e, node, LIT_CUT_ISOLATED, &s->mode) ||
      lit_regex_load(e, node, &s->re, &text, &literal))
    return e->rc;
  s->scanner = known(s, text, literal);
  s->at_space = literal && strcmp(text, " ") == 0 && !s->invert &&
                (s->mode == LIT_CUT_REMOVED || s->mode == LIT_CUT_WITH_NEXT);
  *out = s;
  return LIT_OK;
}

static int split(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  const Split *s = state;
  lit_regex_cut(e, s->re, w, p->from, p->to);
  for (size_t i = 0; s->invert && i < w->n_cuts; i++) w->cuts[i].hit ^= 1;
  return e->rc;
}

static int run_split(LitErr *e, const void *state, LitWork *w) {
  const Split *s = state;
  if (s->scanner)
    return lit_work_cut(e, w, scan_cut, s->scanner, LIT_CUT_ISOLATED);
  return lit_work_cut(e, w, split, s, s->mode);
}

/* All scanners cut before a space that stands alone before something else.
** After a cut there, what an expression does looks at one side only. */
static void cuts_split(const void *state, LitCuts *c) {
  const Split *s = state;
  if (c->cut) return;
  if (c->space == ' ' && !c->moved && (s->scanner || s->at_space)) c->cut = 1;
  else c->spoiled = 1;
}

static void drop_split(void *state) { lit_regex_free(((Split *)state)->re); }

/* \w+|[^\w\s]+, the rest removed. */
static int words(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  size_t from = p->from, len;
  int last = -1;
  (void)state;
  for (size_t at = p->from; at < p->to; at += len) {
    uint32_t cp;
    int cls;
    len = lit_utf8_get(w->text.at + at, p->to - at, &cp);
    cls = lit_uni_space(cp) ? 0 : lit_uni_is(LIT_UNI_WORD, cp) ? 1 : 2;
    if (cls != last && at > from) {
      lit_work_stretch(e, w, from, at, last == 0);
      from = at;
    }
    last = cls;
  }
  return lit_work_stretch(e, w, from, p->to, last == 0);
}

static int run_whitespace(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut(e, w, words, state, LIT_CUT_REMOVED);
}

static void cuts_whitespace(const void *state, LitCuts *c) {
  (void)state;
  if (c->space == ' ') c->cut = 1;
}

typedef struct Bytes {
  int prefix, regex;
} Bytes;

static int load_bytes(LitErr *e, LitArena *arena, const json_t *node,
                      void **out) {
  Bytes *b = lit_arena_new(e, arena, 1, sizeof *b);
  if (!b) return e->rc;
  b->prefix = lit_tokjson_bool(e, node, "add_prefix_space", 1);
  b->regex = lit_tokjson_bool(e, node, "use_regex", 1);
  *out = b;
  return e->rc;
}

static int space_before(LitErr *e, const void *state, LitWork *w,
                        const LitPiece *p) {
  (void)state;
  if (w->text.at[p->from] == ' ') return 0;
  return lit_work_prepend(e, w, p, " ", 1);
}

static int run_bytes(LitErr *e, const void *state, LitWork *w) {
  const Bytes *b = state;
  if (b->prefix) lit_work_rewrite(e, w, space_before, NULL);
  if (b->regex)
    lit_work_cut(e, w, scan_cut, &lit_scanners[0], LIT_CUT_ISOLATED);
  return lit_work_rewrite(e, w, lit_rewrite_bytes, NULL);
}

static void cuts_bytes(const void *state, LitCuts *c) {
  const Bytes *b = state;
  if (c->cut) return;
  if (b->regex && c->space == ' ' && !c->moved) c->cut = 1;
  else if (b->regex || c->space != ' ' || c->moved) c->spoiled = 1;
  c->space = lit_byte_char(' ');
}

typedef struct Char {
  uint32_t cp;
  size_t length;
} Char;

static int load_delimiter(LitErr *e, LitArena *arena, const json_t *node,
                          void **out) {
  Char *c = lit_arena_new(e, arena, 1, sizeof *c);
  size_t n;
  const char *s = lit_tokjson_text(e, arena, node, "delimiter", &n);
  if (!c || e->rc) return e->rc;
  if (!n || lit_utf8_get(s, n, &c->cp) != n)
    return lit_fail(e, LIT_CORRUPT, "CharDelimiterSplit: delimiter must be "
                    "one character");
  *out = c;
  return LIT_OK;
}

static int run_delimiter(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut_char(e, w, ((const Char *)state)->cp, LIT_CUT_REMOVED);
}

static int load_length(LitErr *e, LitArena *arena, const json_t *node,
                       void **out) {
  Char *c = lit_arena_new(e, arena, 1, sizeof *c);
  if (!c) return e->rc;
  c->length = (size_t)lit_tokjson_int(e, node, "length", 1, INT32_MAX, 5);
  *out = c;
  return e->rc;
}

static int lengths(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  const Char *c = state;
  size_t from = p->from, chars = 0;
  uint32_t cp;
  for (size_t at = p->from; at < p->to;) {
    at += lit_utf8_get(w->text.at + at, p->to - at, &cp);
    if (++chars % c->length && at < p->to) continue;
    lit_work_stretch(e, w, from, at, 0);
    from = at;
  }
  return e->rc;
}

static int run_length(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut(e, w, lengths, state, LIT_CUT_ISOLATED);
}

const LitStepKind lit_pretok_split = {
  .name = "Split", .doc = "by a pattern: pattern, behavior, invert",
  .load = load_split, .run = run_split, .cuts = cuts_split, .drop = drop_split,
};
const LitStepKind lit_pretok_whitespace = {
  .name = "Whitespace", .doc = "\\w+|[^\\w\\s]+",
  .run = run_whitespace, .cuts = cuts_whitespace,
};
const LitStepKind lit_pretok_bytes = {
  .name = "ByteLevel",
  .doc = "GPT-2's pattern, bytes as characters: add_prefix_space, use_regex",
  .load = load_bytes, .run = run_bytes, .cuts = cuts_bytes,
};
const LitStepKind lit_pretok_delimiter = {
  .name = "CharDelimiterSplit", .doc = "cut at one character, removed",
  .load = load_delimiter, .run = run_delimiter,
};
const LitStepKind lit_pretok_length = {
  .name = "FixedLength", .doc = "pieces of so many characters: length",
  .load = load_length, .run = run_length,
};
