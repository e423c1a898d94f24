/* clean.c -- see clean.h: white space, punctuation, entities, and the passes.
**
** A mended text may show something more to mend (an entity within an entity),
** so it is passed over again until nothing is left, at most ROUNDS times; the
** usual text is done after one.
*/
#include <string.h>
#include "base/mem.h"
#include "text/clean_in.h"
#include "text/utf8.h"
#include "text/wordforms.h"
#include "base/poison.h"

enum { ROUNDS = 8, LOOK = 48 /* bytes looked back for a token's start */ };

static inline void add_run(LitCleanMap *m, size_t out, size_t in) {
  const LitCleanRun run = {(uint32_t)out, (uint32_t)in};
  if (m->n && m->at[m->n - 1].out == run.out && m->at[m->n - 1].in == run.in)
    return;
  m->at[m->n++] = run;
}

/* From out and in on, the two texts go on side by side; here n_in bytes were
** made n_out, so they do after these as well. */
static inline void note(LitClean *c, size_t out, size_t n_out, size_t in,
                        size_t n_in) {
  LitCleanMap *m = c->map;
  if (!m) return;
  if (m->room - m->n < 2 && LIT_GROW(c->e, &m->at, &m->room, m->n + 2)) return;
  add_run(m, out, in);
  add_run(m, out + n_out, in + n_in);
}

/* lit_buf_put, without a call where there is room and little to copy. */
static inline void put(LitClean *c, const char *s, size_t n) {
  enum { FEW = 16 };
  LitBuf *b = c->out;
  if (n <= FEW && b->room - b->n >= FEW)
    for (size_t i = 0; i < n; i++) b->at[b->n++] = (uint8_t)s[i];
  else lit_buf_put(c->e, b, s, n);
}

/* The same for bytes of the given text, of which more may be read. */
static inline void put_given(LitClean *c, size_t from, size_t to) {
  enum { FEW = 32 };
  LitBuf *b = c->out;
  if (to - from <= FEW && c->n - from >= FEW && b->room - b->n >= FEW) {
    memcpy(b->at + b->n, c->s + from, FEW);
    b->n += to - from;
  } else lit_buf_put(c->e, b, c->s + from, to - from);
}

size_t lit_clean_edit(LitClean *c, size_t i, size_t len, const char *text,
                      size_t n) {
  if (c->hit > i) c->hit = i;
  if (!c->out) return i + len;
  put_given(c, c->copied, i);
  note(c, c->out->n - c->base, n, i, len);
  put(c, text, n);
  return c->copied = i + len;
}

size_t lit_clean_edit_str(LitClean *c, size_t i, size_t len,
                          const char *text) {
  return lit_clean_edit(c, i, len, text, strlen(text));
}

int lit_clean_before(const LitClean *c, size_t i) {
  if (i > c->copied || (!c->out && i > 0)) return (unsigned char)c->s[i - 1];
  return c->out && c->out->n > c->base ? c->out->at[c->out->n - 1] : 0;
}

/* Length of a blank at i: ASCII white space and controls, no-break and thin
** spaces; *drawn is 0 for what has no width at all. */
static size_t blank_at(const LitClean *c, size_t i, int *drawn) {
  const unsigned char *s = (const unsigned char *)c->s + i;
  size_t left = c->n - i;
  *drawn = 1;
  if (left == 0) return 0;
  if (s[0] <= ' ' || s[0] == 0x7F) return 1;
  if (s[0] == 0xC2 && left > 1) {
    if (s[1] == 0xAD) *drawn = 0;
    return s[1] == 0xA0 || s[1] == 0xAD ? 2 : 0;
  }
  if (left < 3) return 0;
  if (memcmp(s, "\xef\xbb\xbf", 3) == 0 || memcmp(s, "\xe2\x81\xa0", 3) == 0)
    return *drawn = 0, 3;
  if (s[0] != 0xE2 || s[1] != 0x80) return 0;
  if (s[2] == 0x8B) return *drawn = 0, 3;
  return (s[2] >= 0x80 && s[2] <= 0x8A) || s[2] == 0xAF ? 3 : 0;
}

/* Does the punctuation mark at i belong to the word before the space? */
static int clings(const LitClean *c, size_t i) {
  int mark = lit_clean_at(c, i), next = lit_clean_at(c, i + 1);
  if (lit_clean_is_alnum(mark)) return 0;       /* as it mostly is */
  if (i >= c->n || !strchr(",.;:!?)]", mark)) return 0;
  if (mark == ')' || mark == ']') return 1;
  if (i + 1 == c->n || lit_clean_is_space(next)) return 1;
  return mark == ',' && lit_clean_is_letter(next);
}

/* White space: one blank, a blank line, or nothing. */
size_t lit_clean_space(LitClean *c, size_t i) {
  size_t end = i, len;
  int drawn, any = 0, lines = 0, before;
  while ((len = blank_at(c, end, &drawn)) > 0) {
    any |= drawn, lines += c->s[end] == '\n';
    end += len;
  }
  if (!any) return lit_clean_edit(c, i, end - i, "", 0);
  before = lit_clean_before(c, i);
  if (!before || end == c->n || before == '(' || before == '[' ||
      lit_clean_is_space(before) || (lines < 2 && clings(c, end)))
    return lit_clean_edit(c, i, end - i, "", 0);
  if (lines > 1)
    return end - i == 2 ? end : lit_clean_edit(c, i, end - i, "\n\n", 2);
  return end - i == 1 && c->s[i] == ' ' ? end
                                        : lit_clean_edit(c, i, end - i, " ", 1);
}

/* Is the token that ends at i, or its beginning, a plain word?  Its length,
** or 0 if it holds what URLs, numbers, code and formulas hold. */
static size_t plain_before(const LitClean *c, size_t i) {
  size_t n = 0;
  while (n < i && n < LOOK) {
    int b = (unsigned char)c->s[i - n - 1];
    if (lit_clean_is_space(b) || b == '(') return n;
    if (!lit_clean_is_letter(b) && b < 0x80 && !strchr("-'\")", b)) return 0;
    n++;
  }
  return n < LOOK ? n : 0;
}

/* Length of the run of letters from i on that a plain word consists of. */
static size_t plain_after(const LitClean *c, size_t i) {
  size_t n = 0;
  while (n < LOOK && (lit_clean_is_letter(lit_clean_at(c, i + n)) ||
                      lit_clean_at(c, i + n) == '-'))
    n++;
  if (strchr(",;:.)", lit_clean_at(c, i + n))) i++;    /* or the end: 0 */
  return i + n >= c->n || lit_clean_is_space(lit_clean_at(c, i + n)) ? n : 0;
}

/* The lost space of mechanisms.Experimental and First,to. */
size_t lit_clean_lost_space(LitClean *c, size_t i) {
  int mark = c->s[i], next = lit_clean_at(c, i + 1);
  int last = i ? (unsigned char)c->s[i - 1] : 0;
  if (mark == '.') {
    if (!lit_clean_is_upper(next) || !lit_clean_is_lower(last) ||
        !lit_clean_is_lower(lit_clean_at(c, i + 2)))
      return i;
    if (plain_before(c, i) < 3 || plain_after(c, i + 1) < 2) return i;
  } else {
    if (!lit_clean_is_lower(next)) return i;
    if (last != ')' && !lit_clean_is_letter(last)) return i;
    if (plain_before(c, i) < 3 || plain_after(c, i + 1) < 2) return i;
  }
  return lit_clean_edit(c, i + 1, 0, " ", 1);
}

/* A word broken at a line's end: bound-\nary is boundary; the hyphen stays
** where the word has another, or begins with a combining form. */
size_t lit_clean_hyphen(LitClean *c, size_t i) {
  size_t end = i + 1, start = i, after;
  int lines = 0;
  while (lit_clean_is_space(lit_clean_at(c, end)) && end < c->n)
    lines += c->s[end++] == '\n';
  if (lines != 1 || !lit_clean_is_lower(lit_clean_at(c, end))) return i;
  while (start > 0 && i - start < LOOK && lit_clean_is_letter(c->s[start - 1]))
    start--;
  if (i - start < 2) return i;
  for (after = end; lit_clean_is_lower(lit_clean_at(c, after)); after++) {}
  if (lit_clean_at(c, after) == '-' || (start && c->s[start - 1] == '-') ||
      lit_wordforms_is_first(c->s + start, i - start))
    return lit_clean_edit(c, i + 1, end - i - 1, "", 0);
  return lit_clean_edit(c, i, end - i, "", 0);
}

size_t lit_clean_quote(LitClean *c, size_t i) {
  if (lit_clean_at(c, i + 1) != c->s[i]) return i;
  if (lit_clean_at(c, i + 2) == c->s[i]) return i + 2;
  return lit_clean_edit(c, i, 2, "\"", 1);
}

/* TeX's tie: Fig.~3, but neither ~50 nor a~b in an address. */
size_t lit_clean_tie(LitClean *c, size_t i) {
  int before = lit_clean_before(c, i), after = lit_clean_at(c, i + 1);
  if (!strchr(".)]}", before) && !lit_clean_is_letter(before)) return i;
  if (before == 0 || !(lit_clean_is_alnum(after) || strchr("(\\[$", after)))
    return i;
  return lit_clean_edit(c, i, 1, " ", 1);
}

static const struct { const char *name, *text; } entities[] = {
  {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"},
  {"nbsp", " "}, {"ndash", "\xe2\x80\x93"}, {"mdash", "\xe2\x80\x94"},
  {"hellip", "..."}, {"times", "\xc3\x97"}, {"rarr", "\xe2\x86\x92"},
  {"ldquo", "\xe2\x80\x9c"}, {"rdquo", "\xe2\x80\x9d"},
  {"lsquo", "\xe2\x80\x98"}, {"rsquo", "\xe2\x80\x99"},
};

static int hex_of(int c) {
  if (lit_clean_is_digit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* &#39; or &#x2019; at i: length and character, 0 if it is none. */
static size_t number_entity(const LitClean *c, size_t i, uint32_t *cp) {
  int hex = (lit_clean_at(c, i + 2) | 0x20) == 'x', digit;
  size_t j = i + 2 + (size_t)hex, start = j;
  for (*cp = 0; j - start < 7; j++) {
    digit = hex_of(lit_clean_at(c, j));
    if (digit < 0 || (!hex && digit > 9)) break;
    *cp = *cp * (hex ? 16 : 10) + (uint32_t)digit;
  }
  if (j == start || lit_clean_at(c, j) != ';') return 0;
  if (*cp < 0x20 || *cp > 0x10FFFF || (*cp >= 0xD800 && *cp < 0xE000)) return 0;
  return j + 1 - i;
}

size_t lit_clean_entity(LitClean *c, size_t i) {
  uint32_t cp;
  char one[4];
  size_t len;
  if (lit_clean_at(c, i + 1) == '#') {
    len = number_entity(c, i, &cp);
    return len ? lit_clean_edit(c, i, len, one, lit_utf8_put(cp, one)) : i;
  }
  for (size_t k = 0; k < sizeof entities / sizeof *entities; k++) {
    len = strlen(entities[k].name);
    if (c->n - i > len + 1 && c->s[i + 1 + len] == ';' &&
        memcmp(c->s + i + 1, entities[k].name, len) == 0)
      return lit_clean_edit_str(c, i, len + 2, entities[k].text);
  }
  return i;
}

/* x2014 after a letter or a bracket: a dash that lost its &# and ; */
size_t lit_clean_lost_entity(LitClean *c, size_t i) {
  uint32_t cp;
  char one[4];
  int before = i ? (unsigned char)c->s[i - 1] : 0, a, b;
  if (c->n - i < 5 || memcmp(c->s + i, "x20", 3) || !before) return i;
  a = hex_of(c->s[i + 3]), b = hex_of(c->s[i + 4]);
  if (a < 1 || a > 2 || b < 0 || lit_clean_is_digit(before)) return i;
  if (lit_clean_is_space(before) || lit_clean_is_digit(lit_clean_at(c, i + 5)))
    return i;
  cp = 0x2000u + (uint32_t)a * 16 + (uint32_t)b;
  if (cp < 0x2010 || cp > 0x2026) return i;
  return lit_clean_edit(c, i, 5, one, lit_utf8_put(cp, one));
}

size_t lit_clean_high(LitClean *c, size_t i) {
  int drawn;
  return blank_at(c, i, &drawn) ? lit_clean_space(c, i) : i;
}

static int is_clean(LitErr *e, const char *s, size_t n) {
  LitClean c = {.e = e, .s = s, .n = n};
  lit_clean_pass(&c);
  return c.hit == n;
}

/* outer maps a to b, inner maps b to the given text: outer := both. */
static int compose(LitErr *e, LitCleanMap *outer, const LitCleanMap *inner,
                   size_t n_out) {
  LitCleanMap both = {.n_in = inner->n_in};
  size_t k = 0;
  for (size_t i = 0; i < outer->n && !e->rc; i++) {
    LitCleanRun r = outer->at[i];
    size_t len = (i + 1 < outer->n ? outer->at[i + 1].out : n_out) - r.out;
    uint32_t from = r.in, to = r.in;
    if (i + 1 < outer->n && outer->at[i + 1].in - r.in < len)
      len = outer->at[i + 1].in - r.in;      /* a replacement: stay within */
    while (k < inner->n && inner->at[k].out <= r.in) k++;
    lit_clean_back(inner, &from, &to);
    if (LIT_GROW(e, &both.at, &both.room, both.n + 1)) break;
    both.at[both.n++] = (LitCleanRun){r.out, from};
    for (; k < inner->n && inner->at[k].out - r.in < len; k++) {
      if (LIT_GROW(e, &both.at, &both.room, both.n + 1)) break;
      both.at[both.n++] = (LitCleanRun){r.out + inner->at[k].out - r.in,
                                        inner->at[k].in};
    }
  }
  lit_clean_map_drop(outer);
  *outer = both;
  return e->rc;
}

/* What the pass has left. */
static void rest(LitClean *c) {
  lit_buf_put(c->e, c->out, c->s + c->copied, c->n - c->copied);
}

/* One more pass over what *c has made, in place. */
static void again(LitClean *c, LitBuf *spare, LitCleanMap *more) {
  LitErr *e = c->e;
  LitCleanMap *map = c->map;
  LitBuf *out = c->out;
  const size_t n = out->n - c->base;
  spare->n = 0;
  lit_buf_put(e, spare, out->at + c->base, n);
  out->n = c->base;
  more->n = 0, more->n_in = (uint32_t)n;
  *c = (LitClean){.e = e, .s = (const char *)spare->at, .n = n, .out = out,
                  .stop = c->stop, .base = c->base, .map = map ? more : NULL};
  note(c, 0, 0, 0, 0);
  lit_clean_pass(c);
  rest(c);
  if (map && !compose(e, more, map, out->n - c->base)) {
    const LitCleanMap old = *map;
    *map = *more, *more = old;
  }
  c->map = map;
}

static int first_pass(LitClean *c) {
  if (c->n >= UINT32_MAX)
    return lit_fail(c->e, LIT_TOOBIG, "text of %zu bytes is too long", c->n);
  if (c->map) c->map->n = 0, c->map->n_in = (uint32_t)c->n, note(c, 0, 0, 0, 0);
  lit_clean_pass(c);
  return c->e->rc;
}

static int finish(LitClean *c) {
  LitErr *e = c->e;
  LitBuf spare = {0};
  LitCleanMap more = {0};
  rest(c);
  for (int round = 1; round < ROUNDS && c->hit < c->n && !e->rc; round++) {
    const size_t n = c->out->n - c->base;
    if (n == 0 || is_clean(e, (const char *)c->out->at + c->base, n)) break;
    again(c, &spare, &more);
  }
  lit_buf_drop(&spare);
  lit_clean_map_drop(&more);
  return e->rc;
}

int lit_clean(LitErr *e, const char *s, size_t n, const LitStop *stop,
              LitBuf *out, LitCleanMap *map) {
  LitClean c = {.e = e, .s = s, .n = n, .stop = stop, .out = out,
                .base = out->n, .map = map};
  return first_pass(&c) ? e->rc : finish(&c);
}

int lit_clean_text(LitErr *e, const char **s, size_t *n, const LitStop *stop,
                   LitBuf *out, LitCleanMap *map) {
  LitClean c = {.e = e, .s = *s, .n = *n, .stop = stop, .out = out,
                .base = out->n, .map = map};
  if (first_pass(&c) || c.hit == c.n || finish(&c)) return e->rc;
  *n = out->n - c.base;
  *s = *n ? (const char *)out->at + c.base : "";
  return e->rc;
}

/* The run that byte `at` of the cleaned text lies in. */
static size_t run_of(const LitCleanMap *map, uint32_t at) {
  size_t lo = 0, hi = map->n;
  while (hi - lo > 1) {
    size_t mid = lo + (hi - lo) / 2;
    if (map->at[mid].out <= at) lo = mid;
    else hi = mid;
  }
  return lo;
}

/* The same, from run r on if it is not far behind. */
static size_t run_from(const LitCleanMap *map, size_t r, uint32_t at) {
  enum { NEAR = 8 };
  if (map->at[r].out > at) return run_of(map, at);
  for (int i = 0; i < NEAR; i++, r++)
    if (r + 1 == map->n || map->at[r + 1].out > at) return r;
  return run_of(map, at);
}

static uint32_t run_in(const LitCleanMap *map, size_t i) {
  return i < map->n ? map->at[i].in : map->n_in;
}

/* Bytes *from .. *to, of which the first is found from run *r on. */
static void back_from(const LitCleanMap *map, size_t *run, uint32_t *from,
                      uint32_t *to) {
  const int empty = *to <= *from;
  size_t r;
  uint32_t at;
  if (map->n == 0) return;
  *run = r = run_from(map, *run, *from);
  at = map->at[r].in + (*from - map->at[r].out);
  *from = at < run_in(map, r + 1) ? at : run_in(map, r + 1);
  if (empty) {
    *to = *from;
    return;
  }
  r = run_from(map, r, *to - 1);
  at = map->at[r].in + (*to - map->at[r].out);
  if (r + 1 < map->n && *to == map->at[r + 1].out) at = run_in(map, r + 1);
  *to = at < run_in(map, r + 1) ? at : run_in(map, r + 1);
  if (*to < *from) *to = *from;
}

void lit_clean_back(const LitCleanMap *map, uint32_t *from, uint32_t *to) {
  size_t run = map->n ? run_of(map, *from) : 0;
  back_from(map, &run, from, to);
}

/* Bytes of one run, whose end is where the next begins. */
static void back_within(const LitCleanRun *run, const LitCleanRun *next,
                        uint32_t *from, uint32_t *to) {
  const uint32_t shift = run->in - run->out;
  const uint32_t end = *to == next->out ? next->in : *to + shift;
  *from += shift, *to = end;
  if (*from > next->in) *from = next->in;
  if (*to > next->in) *to = next->in;
  if (*to < *from) *to = *from;
}

/* Of the bytes of a run, those that the given text has too. */
static void set_near(LitCleanNear *near, const LitCleanRun *run,
                     const LitCleanRun *next) {
  const uint32_t made = next->out - run->out;
  const uint32_t given = next->in > run->in ? next->in - run->in : 0;
  near->out = run->out, near->end = run->out + (given < made ? given : made);
  near->shift = run->in - run->out;
}

void lit_clean_back_far(const LitCleanMap *map, LitCleanNear *near,
                        uint32_t *from, uint32_t *to) {
  const LitCleanRun *run, *last;
  LitCleanRun next = {UINT32_MAX, map->n_in};
  if (map->n == 0) return;
  run = map->at + near->run, last = map->at + map->n - 1;
  while (run < last && run[1].out <= *from) run++;
  if (run < last) next = run[1];
  near->run = (size_t)(run - map->at);
  set_near(near, run, &next);
  if (run->out <= *from && *from < *to && *to <= next.out)
    back_within(run, &next, from, to);
  else back_from(map, &near->run, from, to);
}

void lit_clean_map_drop(LitCleanMap *map) {
  lit_free(map->at);
  *map = (LitCleanMap){0};
}
