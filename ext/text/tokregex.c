/* tokregex.c -- see tokregex.h */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>
#include "text/tokregex.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { PATTERN_MAX = 1 << 16 };
/* Steps of one match: generous for honest patterns on long texts, half a
** second for one that backtracks for ever. */
enum { MATCH_LIMIT = 10000000, HEAP_KIB = 64 << 10 };

struct LitRegex {
  pcre2_code *code;         /* NULL: `literal` stands for itself */
  pcre2_match_context *limits;
  size_t n_literal;
  char literal[];
};

static const char blanks[] = "\\t-\\r\\x20\\x{85}\\x{A0}\\x{1680}\\x{2000}-"
    "\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";

/* What Oniguruma's \w has beside letters, marks and digits. */
#define CIRCLED "\\x{24B6}-\\x{24E9}\\x{1F130}-\\x{1F149}" \
                "\\x{1F150}-\\x{1F169}\\x{1F170}-\\x{1F189}" \
                "\\x{B2}\\x{B3}\\x{B9}\\x{BC}-\\x{BE}"

/* A class by its categories: `is`, as PCRE2 knows it, and what it may be too
** old for. */
typedef struct Class {
  const char *name, *is;
  const char *categories;   /* One or two letters each, blanks between */
} Class;

static const Class classes[] = {
  {"d", "\\p{Nd}", "Nd"},
  {"w", "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}" CIRCLED, "L M Nd Nl Pc"},
  {"L", "\\p{L}", "L"}, {"M", "\\p{M}", "M"}, {"N", "\\p{N}", "N"},
  {"P", "\\p{P}", "P"}, {"S", "\\p{S}", "S"}, {"Lu", "\\p{Lu}", "Lu"},
  {"Ll", "\\p{Ll}", "Ll"}, {"Lt", "\\p{Lt}", "Lt"}, {"Lm", "\\p{Lm}", "Lm"},
  {"Lo", "\\p{Lo}", "Lo"}, {"Mn", "\\p{Mn}", "Mn"}, {"Mc", "\\p{Mc}", "Mc"},
  {"Nd", "\\p{Nd}", "Nd"}, {"No", "\\p{No}", "No"}, {"Po", "\\p{Po}", "Po"},
  {"Pd", "\\p{Pd}", "Pd"}, {"Sm", "\\p{Sm}", "Sm"}, {"So", "\\p{So}", "So"},
  {0},
};

/* Is `category` among them? */
static int among(const char *categories, const char *category) {
  for (const char *c = categories; *c; c += strcspn(c, " "), c += *c == ' ')
    if (c[0] == category[0] &&
        (c[1] == ' ' || !c[1] || c[1] == category[1]))
      return 1;
  return 0;
}

static const Class *find_class(const char *name, size_t n) {
  for (const Class *c = classes; c->name; c++)
    if (strlen(c->name) == n && memcmp(c->name, name, n) == 0) return c;
  return NULL;
}

/* The class that the pattern names at s[0..n), behind a backslash: \d \w \pL
** \p{Lu}, in capitals what is not in it; how many bytes that takes. */
static const Class *class_at(const char *s, size_t n, size_t *len, int *not) {
  char low = (char)(*s | 0x20);
  const char *end;
  *not = low != *s, *len = 1;
  if (low == 'd' || low == 'w') return find_class(&low, 1);
  if (low != 'p' || n < 2) return NULL;
  *len = 2;
  if (s[1] != '{') return s[1] < 'a' ? find_class(s + 1, 1) : NULL;
  end = memchr(s, '}', n);
  if (!end || s[2] >= 'a') return NULL;
  *len = (size_t)(end - s) + 1;
  return find_class(s + 2, *len - 3);
}

static void put_class(LitErr *e, const Class *c, LitBuf *out) {
  lit_buf_text(e, out, c->is);
  for (const LitUniNew *u = lit_uni_new; u->from; u++)
    if (among(c->categories, u->category))
      lit_buf_printf(e, out, "\\x{%X}-\\x{%X}", u->from, u->to);
}

/* Ruby's pattern as PCRE2's: \s and \S written out, \h is a hex digit, and
** classes have what Unicode 14 does not know. */
static void translate(LitErr *e, const char *s, size_t n, LitBuf *out) {
  int in_class = 0, not = 0;
  for (size_t i = 0, len; i < n && !e->rc; i++) {
    char next = i + 1 < n ? s[i + 1] : 0;
    const Class *c = s[i] == '\\' && next
                         ? class_at(s + i + 1, n - i - 1, &len, &not) : NULL;
    if (c && !(not && in_class)) {
      if (!in_class) lit_buf_text(e, out, not ? "[^" : "[");
      put_class(e, c, out);
      if (!in_class) lit_buf_text(e, out, "]");
      i += len;
      continue;
    }
    if (s[i] == '\\' && (next == 's' || next == 'S' || next == 'h')) {
      int bare = !in_class;
      i++;
      if (next == 'S' && in_class) {
        lit_buf_text(e, out, "\\S");
        continue;
      }
      if (bare) lit_buf_text(e, out, next == 'S' ? "[^" : "[");
      lit_buf_text(e, out, next == 'h' ? "0-9a-fA-F" : blanks);
      if (bare) lit_buf_text(e, out, "]");
      continue;
    }
    if (s[i] == '[') in_class++;
    if (s[i] == ']' && in_class) in_class--;
    lit_buf_put(e, out, s + i, 1);
    if (s[i] == '\\' && next) lit_buf_put(e, out, s + ++i, 1);
  }
}

void lit_regex_free(LitRegex *re) {
  if (!re) return;
  pcre2_code_free(re->code);
  pcre2_match_context_free(re->limits);
  lit_free(re);
}

void lit_regex_drop_match(void *match) { pcre2_match_data_free(match); }

int lit_regex_literal(LitErr *e, const char *s, size_t n, LitRegex **out) {
  LitRegex *re = lit_new0(e, 1, sizeof *re + n + 1);
  *out = re;
  if (!re) return e->rc;
  if (n) memcpy(re->literal, s, n);
  re->n_literal = n;
  return LIT_OK;
}

static int compile(LitErr *e, LitRegex *re, const LitBuf *pattern) {
  PCRE2_SIZE where;
  int code;
  re->limits = pcre2_match_context_create(NULL);
  re->code = pcre2_compile(pattern->at, pattern->n,
                           PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE |
                           PCRE2_NEVER_BACKSLASH_C, &code, &where, NULL);
  if (!re->code) {
    PCRE2_UCHAR words[120];
    if (code == PCRE2_ERROR_NOMEMORY) return lit_fail_nomem(e, "tokenizer");
    pcre2_get_error_message(code, words, sizeof words);
    return lit_fail(e, LIT_CORRUPT, "regular expression '%.60s': %s",
                    (const char *)pattern->at, (const char *)words);
  }
  if (!re->limits) return lit_fail_nomem(e, "tokenizer");
  pcre2_set_match_limit(re->limits, MATCH_LIMIT);
  pcre2_set_heap_limit(re->limits, HEAP_KIB);
  pcre2_jit_compile(re->code, PCRE2_JIT_COMPLETE);   /* Not there: slower */
  return LIT_OK;
}

int lit_regex_new(LitErr *e, const char *pattern, size_t n, LitRegex **out) {
  LitBuf text = {0};
  *out = NULL;
  if (n > PATTERN_MAX)
    return lit_fail(e, LIT_TOOBIG, "regular expression of %zu bytes", n);
  translate(e, pattern, n, &text);
  lit_buf_u8(e, &text, 0);
  if (!e->rc) text.n--;
  if (!e->rc && !lit_regex_literal(e, "", 0, out) && compile(e, *out, &text)) {
    lit_regex_free(*out);
    *out = NULL;
  }
  lit_buf_drop(&text);
  return e->rc;
}

/* The next match at or after `at`; false: none. */
static int match(LitErr *e, const LitRegex *re, LitWork *w, LitSpan within,
                 size_t at, LitSpan *out) {
  const char *s = w->text.at ? w->text.at + within.from : "";
  pcre2_match_data *data = w->match;
  int rc;
  if (!data) data = w->match = pcre2_match_data_create(1, NULL);
  if (!data) return lit_fail_nomem(e, "tokenizer"), 0;
  rc = pcre2_match(re->code, (PCRE2_SPTR)s, within.to - within.from,
                   at - within.from, PCRE2_NO_UTF_CHECK, data, re->limits);
  if (rc == PCRE2_ERROR_NOMATCH) return 0;
  if (rc < 0) {
    lit_fail(e, LIT_ERROR, "the tokenizer's regular expression takes too long "
             "on this text (PCRE2 error %d)", rc);
    return 0;
  }
  out->from = within.from + (uint32_t)pcre2_get_ovector_pointer(data)[0];
  out->to = within.from + (uint32_t)pcre2_get_ovector_pointer(data)[1];
  return out->to >= out->from;      /* \K in a lookahead can turn it around */
}

static int find_literal(const LitRegex *re, const LitWork *w, size_t at,
                        size_t to, LitSpan *out) {
  size_t n = re->n_literal;
  while (n && at + n <= to) {
    const char *hit = memchr(w->text.at + at, re->literal[0], to - at - n + 1);
    if (!hit) return 0;
    at = (size_t)(hit - w->text.at);
    if (memcmp(hit, re->literal, n) == 0) {
      *out = (LitSpan){(uint32_t)at, (uint32_t)(at + n)};
      return 1;
    }
    at++;
  }
  return 0;
}

/* As Oniguruma's iterator: an empty match right behind the last match is
** passed over by a character. */
int lit_regex_cut(LitErr *e, const LitRegex *re, LitWork *w, size_t from,
                  size_t to) {
  size_t at = from, last = from, previous = SIZE_MAX;
  LitSpan hit, within = {(uint32_t)from, (uint32_t)to};
  for (unsigned turn = 1; at <= to && !e->rc; turn++) {
    uint32_t cp;
    if (!(turn & 0xFFF) && lit_stopped(e, w->stop)) break;
    if (re->code ? !match(e, re, w, within, at, &hit)
                 : !find_literal(re, w, at, to, &hit))
      break;
    if (hit.from == hit.to && previous == hit.to) {
      at += at < to ? lit_utf8_get(w->text.at + at, to - at, &cp) : 1;
      continue;
    }
    at = previous = hit.to;
    if (last < hit.from) lit_work_stretch(e, w, last, hit.from, 0);
    lit_work_stretch(e, w, hit.from, hit.to, 1);
    last = hit.to;
  }
  return last < to ? lit_work_stretch(e, w, last, to, 0) : e->rc;
}

int lit_regex_load(LitErr *e, const json_t *node, LitRegex **out,
                   const char **text, int *literal) {
  const json_t *pattern = json_object_get(node, "pattern");
  const json_t *string = json_object_get(pattern, "String");
  const json_t *regex = json_object_get(pattern, "Regex");
  const json_t *use = string ? string : regex;
  *literal = string != NULL;
  if (!json_is_string(use))
    return lit_fail(e, LIT_CORRUPT, "%s: pattern must be a String or a Regex",
                    lit_tokjson_type(node));
  *text = json_string_value(use);
  return (string ? lit_regex_literal : lit_regex_new)(
      e, *text, json_string_length(use), out);
}
