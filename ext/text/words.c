/* words.c -- see words.h: the rows, and the cutting of text into words.
**
** Plain words come in lots (wordscan.h), and for each it is enough to find its
** stem by its key.  All else is compounds: runs of parts and joiners; each part
** is given out as it is met.  The last three parts are kept, because a joined
** spelling needs its neighbours.
*/
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "text/utf8.h"
#include "text/wordfold.h"
#include "text/wordforms.h"
#include "text/words.h"
#include "text/wordscan.h"
#include "text/wordstem.h"
#include "base/poison.h"

enum {
  PART_SPAN = 1 << 16,      /* a longer run of letters is several words */
  JOIN_MAX = 40             /* bytes of a joined spelling */
};

typedef struct Part {
  char text[LIT_FOLD_MAX];  /* [n] folded */
  uint32_t n, from, to, pos, flags;
  int alpha, digit, wide;   /* has letters, has digits, is not ASCII */
} Part;

struct LitWordsCtx {
  const LitWords *kind;
  LitStems *stems;
  /* The text being split: */
  const uint8_t *s;
  size_t n;
  const LitWordSink *sink;
  int mode, ended;
  uint32_t pos;             /* words counted so far */
  Part parts[3], *now, *last, *before;
  LitWordScan scan;
  /* The words to be handed over next, and room for their texts: */
  size_t n_lot;
  LitWord lot[LIT_WORDS_LOT];
  char *room, texts[LIT_WORDS_LOT * 2 * LIT_WORD_MAX];
};

static const LitWords rows[] = {
  {"english", "stemmed, stop words marked, pre-training = pretraining",
   "english", 1},
  {"simple", "words folded, not stemmed", NULL, 0},
  {"none", "the same", NULL, 0},
  {"plain", "the same", NULL, 0},
  {"arabic", "Snowball", "arabic", 0},
  {"armenian", "Snowball", "armenian", 0},
  {"basque", "Snowball", "basque", 0},
  {"catalan", "Snowball", "catalan", 0},
  {"danish", "Snowball", "danish", 0},
  {"dutch", "Snowball", "dutch", 0},
  {"finnish", "Snowball", "finnish", 0},
  {"french", "Snowball", "french", 0},
  {"german", "Snowball", "german", 0},
  {"greek", "Snowball", "greek", 0},
  {"hindi", "Snowball", "hindi", 0},
  {"hungarian", "Snowball", "hungarian", 0},
  {"indonesian", "Snowball", "indonesian", 0},
  {"irish", "Snowball", "irish", 0},
  {"italian", "Snowball", "italian", 0},
  {"lithuanian", "Snowball", "lithuanian", 0},
  {"nepali", "Snowball", "nepali", 0},
  {"norwegian", "Snowball", "norwegian", 0},
  {"portuguese", "Snowball", "portuguese", 0},
  {"romanian", "Snowball", "romanian", 0},
  {"russian", "Snowball", "russian", 0},
  {"serbian", "Snowball", "serbian", 0},
  {"spanish", "Snowball", "spanish", 0},
  {"swedish", "Snowball", "swedish", 0},
  {"tamil", "Snowball", "tamil", 0},
  {"turkish", "Snowball", "turkish", 0},
  {"yiddish", "Snowball", "yiddish", 0},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

const LitWords *lit_words_row(size_t i) { return i < N_ROWS ? &rows[i] : NULL; }

const LitWords *lit_words_find(LitErr *e, const char *who, const char *name) {
  char names[320] = "";
  if (!name) return &rows[0];
  for (size_t i = 0, n = 0; i < N_ROWS; i++) {
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
    n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "",
                          rows[i].name);
    if (n >= sizeof names) n = sizeof names - 1;
  }
  lit_fail(e, LIT_ERROR, "%s: no tokenizer '%.40s'; there is: %s", who, name,
           names);
  return NULL;
}

int lit_words_open(LitErr *e, const LitWords *kind, LitWordsCtx **out) {
  LitWordsCtx *ctx = *out = lit_new0(e, 1, sizeof *ctx);
  if (!ctx) return e->rc;
  ctx->kind = kind;
  if (lit_stems_open(e, kind, &ctx->stems)) lit_words_close(ctx), *out = NULL;
  return e->rc;
}

void lit_words_close(LitWordsCtx *ctx) {
  if (!ctx) return;
  lit_stems_close(ctx->stems);
  lit_free(ctx);
}

/* What a byte can be; or-ing UPPER to a capital makes it small, and leaves small
** letters and digits as they are. */
enum { LOWER = 1, DIGIT = 4, HIGH = 8, UPPER = 0x20,
       ALNUM = UPPER | LOWER | DIGIT };
enum { L = LOWER, D = DIGIT, H = HIGH, U = UPPER };
static const uint8_t classes[256] = {
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  D, D, D, D, D, D, D, D, D, D, 0, 0, 0, 0, 0, 0,
  0, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
  U, U, U, U, U, U, U, U, U, U, U, 0, 0, 0, 0, 0,
  0, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
  L, L, L, L, L, L, L, L, L, L, L, 0, 0, 0, 0, 0,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
  H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
};
static inline int class_of(uint8_t c) { return classes[c]; }
static int at(const LitWordsCtx *ctx, size_t i) {
  return i < ctx->n ? ctx->s[i] : 0;
}
static int is_alnum(const LitWordsCtx *ctx, size_t i) {
  return class_of((uint8_t)at(ctx, i)) & ALNUM;
}
static int is_digit(const LitWordsCtx *ctx, size_t i) {
  return class_of((uint8_t)at(ctx, i)) == DIGIT;
}

/* Length of the word character at i, 0 if there is none (or one of a script
** that is cut in pairs). */
static size_t word_char(const LitWordsCtx *ctx, size_t i) {
  uint32_t cp;
  size_t len;
  if (i >= ctx->n) return 0;
  if (ctx->s[i] < 0x80) return is_alnum(ctx, i) ? 1 : 0;
  len = lit_utf8_get((const char *)ctx->s + i, ctx->n - i, &cp);
  return lit_wordfold_is_word(cp) && !lit_wordfold_is_paired(cp) ? len : 0;
}

/* Length of an apostrophe at i: ' or U+2019. */
static size_t apostrophe(const LitWordsCtx *ctx, size_t i) {
  if (at(ctx, i) == '\'') return 1;
  return i + 2 < ctx->n && memcmp(ctx->s + i, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

/* ---- words on their way out ---- */

static void hand_over(LitErr *e, LitWordsCtx *ctx) {
  const LitWordSink *sink = ctx->sink;
  if (sink->lot && ctx->n_lot && !e->rc && !ctx->ended)
    ctx->ended = sink->lot(e, sink->to, ctx->lot, ctx->n_lot) || e->rc;
  for (size_t i = 0; !sink->lot && i < ctx->n_lot && !e->rc && !ctx->ended; i++)
    ctx->ended = sink->each(e, sink->to, &ctx->lot[i]) || e->rc;
  ctx->n_lot = 0, ctx->room = ctx->texts;
}

static inline char *keep(LitWordsCtx *ctx, const char *at, uint32_t n) {
  char *to = ctx->room;
  lit_word_copy(to, at, n);
  ctx->room += n > LIT_WORD_ROOM ? n : LIT_WORD_ROOM;
  return to;
}

/* Where the next word is to be written, all but its term. */
static inline LitWord *next_word(LitWordsCtx *ctx) {
  return &ctx->lot[ctx->n_lot];
}

/* Gives it out; the stem is its term. */
static void give(LitErr *e, LitWordsCtx *ctx, const LitStem *stem) {
  LitWord *w = next_word(ctx);
  char *at;
  if (stem->n == 0) return;
  at = keep(ctx, stem->at, stem->n);
  at[stem->n - 1] = stem->last;
  w->at = at, w->n = stem->n;
  w->folded = keep(ctx, w->folded, w->n_folded);
  if (++ctx->n_lot == LIT_WORDS_LOT) hand_over(e, ctx);
}

/* Gives it out as its own term. */
static void give_as_is(LitErr *e, LitWordsCtx *ctx) {
  const LitWord *w = next_word(ctx);
  LitStem stem = {w->folded, w->n_folded, 0, 0};
  if (stem.n) stem.last = stem.at[stem.n - 1];
  give(e, ctx, &stem);
}

/* Give out the next word, an alternative. */
static void give_alternative(LitErr *e, LitWordsCtx *ctx, int stem) {
  const LitWord *w = next_word(ctx);
  LitStem found;
  if (w->n_folded == 0 || w->n_folded > LIT_WORD_MAX) return;
  if (!stem) give_as_is(e, ctx);
  else if (!lit_stems_find(e, ctx->stems, w->folded, w->n_folded, &found))
    give(e, ctx, &found);
}

/* gpt4 is found by gpt, v2.1 by 2.1, 2310.06825v2 by 2310.06825. */
static void give_letters(LitErr *e, LitWordsCtx *ctx, const Part *p) {
  const char *s = p->text, *v = memchr(s, 'v', p->n);
  uint32_t n = 0;
  while (n < p->n && class_of((uint8_t)s[n]) == LOWER) n++;
  if (v == s && n == 1) s++, n = p->n - 1;
  else if (v && n == 0) n = (uint32_t)(v - s);
  else if (n < 3 || n == p->n) return;
  *next_word(ctx) = (LitWord){
      .folded = s, .n_folded = n, .pos = p->pos, .span = 1, .from = p->from,
      .to = p->to, .flags = LIT_WORD_PART};
  give_alternative(e, ctx, 1);
}

static void give_stem(LitErr *e, LitWordsCtx *ctx, Part *p,
                      const LitStem *stem) {
  *next_word(ctx) = (LitWord){
      .folded = p->text, .n_folded = p->n, .pos = ctx->pos, .span = 1, .from = p->from,
               .to = p->to, .flags = stem->flags & LIT_STEM_TELLS};
  p->pos = ctx->pos++, p->flags = stem->flags;
  give(e, ctx, stem);
  if (p->alpha && p->digit && ctx->mode == LIT_WORDS_INDEX)
    give_letters(e, ctx, p);
}

static void give_part(LitErr *e, LitWordsCtx *ctx, Part *p) {
  LitStem stem;
  if (!lit_stems_find(e, ctx->stems, p->text, p->n, &stem))
    give_stem(e, ctx, p, &stem);
}

/* of-the is no word; off-line is. */
static inline int may_join(uint32_t flags) {
  return !(flags & LIT_WORD_STOP) || flags & LIT_WORD_FIRST;
}

/* The last n parts written as one word. */
static void give_joined(LitErr *e, LitWordsCtx *ctx, int n) {
  const Part *parts[] = {ctx->before, ctx->last, ctx->now};
  const Part *first = parts[3 - n];
  char text[LIT_WORD_MAX];
  uint32_t n_text = 0;
  int alpha = 0;
  for (int i = 3 - n; i < 3; i++) {
    if (n_text + parts[i]->n > JOIN_MAX || !may_join(parts[i]->flags)) return;
    memcpy(text + n_text, parts[i]->text, parts[i]->n);
    n_text += parts[i]->n, alpha |= parts[i]->alpha;
  }
  if (!alpha) return;
  *next_word(ctx) = (LitWord){
      .folded = text, .n_folded = n_text, .pos = first->pos,
      .span = (uint32_t)n, .from = first->from, .to = ctx->now->to,
      .flags = LIT_WORD_JOINED};
  give_alternative(e, ctx, 1);
}

/* The bytes from..to as they stand, lower case: a URL, an id, c++. */
static void give_whole(LitErr *e, LitWordsCtx *ctx, uint32_t from,
                       uint32_t to, uint32_t pos) {
  char text[LIT_WORD_MAX];
  size_t n;
  if (to - from > LIT_WORD_MAX) return;
  n = lit_wordfold((const char *)ctx->s + from, to - from, 0, text,
                   sizeof text);
  *next_word(ctx) = (LitWord){
      .folded = text, .n_folded = (uint32_t)n, .pos = pos,
      .span = ctx->pos - pos, .from = from, .to = to,
      .flags = LIT_WORD_JOINED};
  give_alternative(e, ctx, 0);
}

static void take_byte(Part *p, uint8_t c, int class) {
  p->alpha |= class & (UPPER | LOWER), p->digit |= class & DIGIT;
  if (p->n < sizeof p->text) p->text[p->n++] = (char)(c | (class & UPPER));
}

/* Adds n ASCII letters and digits, of `room` bytes that may be read.  Mostly by
** one store, as they will be loaded for a key. */
static void take_bytes(Part *p, const char *s, size_t n, size_t room) {
  const size_t left = sizeof p->text - p->n;
  if (n <= LIT_STEM_WORD && room >= LIT_STEM_WORD && left >= LIT_STEM_WORD) {
    const LitStemKey key = lit_stems_key(s, LIT_STEM_WORD, UPPER);
    memcpy(p->text + p->n, &key, sizeof key);
  } else {
    if (n > left) n = left;
    for (size_t i = 0; i < n; i++) p->text[p->n + i] = (char)(s[i] | UPPER);
  }
  p->n += (uint32_t)n;
}

/* The run of ASCII letters and digits at i, up to `end`; where it ends. */
static size_t take_run(const LitWordsCtx *ctx, size_t i, size_t end, Part *p) {
  const char *s = (const char *)ctx->s + i;
  size_t n = 0;
  int seen = 0, class;
  if (end > ctx->n) end = ctx->n;
  for (; i + n < end && (class = class_of((uint8_t)s[n])) & ALNUM; n++)
    seen |= class;
  take_bytes(p, s, n, ctx->n - i);
  p->alpha |= seen & (UPPER | LOWER), p->digit |= seen & DIGIT;
  return i + n;
}

/* The 's of a possessive, if it is at i. */
static size_t possessive(const LitWordsCtx *ctx, size_t i) {
  size_t len = apostrophe(ctx, i);
  return len && (at(ctx, i + len) | 0x20) == 's' &&
         !word_char(ctx, i + len + 1) ? len + 1 : 0;
}

/* Within a number: 2.5, and the comma of 8,000. */
static int number_goes_on(const LitWordsCtx *ctx, const Part *p, size_t i) {
  if (i == p->from || !is_digit(ctx, i - 1) || !is_digit(ctx, i + 1)) return 0;
  if (ctx->s[i] == '.') return 1;
  return !p->alpha && is_digit(ctx, i + 2) && is_digit(ctx, i + 3) &&
         !is_digit(ctx, i + 4);
}

/* Within a word, don't; one letter before it (d'Alembert) makes a compound. */
static int apostrophe_inside(const LitWordsCtx *ctx, const Part *p, size_t i) {
  size_t len = apostrophe(ctx, i);
  return p->n > 1 && word_char(ctx, i + len) > 0;
}

/* U.S.A. at i: letters, each with a dot. */
static size_t take_initials(const LitWordsCtx *ctx, size_t i, Part *p) {
  size_t j = i;
  while ((is_alnum(ctx, j) & (UPPER | LOWER)) && at(ctx, j + 1) == '.' &&
         j - i < LIT_WORD_MAX)
    j += 2;
  if (j - i < 2 || (j - i < 4 && !is_alnum(ctx, j))) return i;
  if (is_alnum(ctx, j) && is_alnum(ctx, j + 1)) return i;    /* e.g.word */
  if (is_alnum(ctx, j)) j++;
  for (size_t k = i; k < j; k++)
    if (at(ctx, k) != '.') take_byte(p, ctx->s[k], is_alnum(ctx, k));
  return j;
}

/* Bytes over what ASCII knows: fold them now that the word is whole. */
static void fold_part(const LitWordsCtx *ctx, Part *p) {
  char text[LIT_WORD_MAX];
  int marks = ctx->kind->snowball && !ctx->kind->english;
  p->n = (uint32_t)lit_wordfold(p->text, p->n, marks, text, sizeof text);
  memcpy(p->text, text, p->n);
  p->alpha = 1;
}

/* One part from i on, into p; where it ends. */
static size_t take_part(const LitWordsCtx *ctx, size_t i, Part *p) {
  size_t len, start = i;
  p->n = 0, p->alpha = p->digit = p->wide = 0;
  p->from = (uint32_t)i;
  if (at(ctx, i + 1) == '.') i = take_initials(ctx, i, p);
  while (i == start || i - start < PART_SPAN) {
    int c = at(ctx, i), class = class_of((uint8_t)c);
    if (class & ALNUM) {
      i = take_run(ctx, i, start + PART_SPAN, p);
    } else if ((c == '.' || c == ',') && number_goes_on(ctx, p, i)) {
      if (c == '.') take_byte(p, '.', 0);
      i++;
    } else if (class == HIGH && (len = word_char(ctx, i)) > 0) {
      if (p->n + len <= sizeof p->text)
        memcpy(p->text + p->n, ctx->s + i, len), p->n += (uint32_t)len;
      p->wide = 1, i += len;
    } else if ((len = apostrophe(ctx, i)) > 0 && apostrophe_inside(ctx, p, i)) {
      if (possessive(ctx, i)) break;
      i += len;
    } else {
      break;
    }
  }
  p->to = (uint32_t)i;
  if (p->wide) fold_part(ctx, p);
  if (p->n > LIT_WORD_MAX) p->n = LIT_WORD_MAX;
  return i;
}

/* C++, C#, CodeT5+, K%: the sign after a part, if a letter is before it. */
static size_t take_sign(LitErr *e, LitWordsCtx *ctx, const Part *p, size_t i) {
  size_t j = i;
  int sign = at(ctx, i);
  if ((sign != '+' && sign != '#' && sign != '%') || !p->alpha) return i;
  while (j - i < 2 && at(ctx, j) == at(ctx, i)) j++;
  if (word_char(ctx, j) || at(ctx, j) == at(ctx, i)) return i;
  give_whole(e, ctx, p->from, (uint32_t)j, p->pos);
  return j;
}

/* A joiner at i that a word character follows: its length, and what it is. */
enum { NONE, HYPHEN, SLASH, OTHER };
static size_t joiner(const LitWordsCtx *ctx, const Part *p, size_t i, int url,
                     int *kind) {
  size_t len = 1;
  int c = at(ctx, i);
  *kind = OTHER;
  if (url && c && strchr("/._-~?=&%#+:@", c)) {
    while (len < 4 && at(ctx, i + len) && strchr("/._-~?=&%#+:@",
                                                 at(ctx, i + len)))
      len++;
  } else if (c == '-') *kind = HYPHEN;
  else if (c == 0xE2 && i + 2 < ctx->n && ctx->s[i + 1] == 0x80 &&
           (ctx->s[i + 2] == 0x90 || ctx->s[i + 2] == 0x91 ||
            ctx->s[i + 2] == 0x93))
    *kind = HYPHEN, len = 3;
  else if (p->n == 1 && p->alpha && apostrophe(ctx, i))
    *kind = HYPHEN, len = apostrophe(ctx, i);
  else if (c == '/') *kind = SLASH;
  else if (c != '.' && c != '_' && c != '@' && c != '&') *kind = NONE;
  if (*kind && !word_char(ctx, i + len)) *kind = NONE;
  return *kind ? len : 0;
}

/* Two words with a space between them that may be one, to be looked into. */
static void try_join(LitErr *e, LitWordsCtx *ctx) {
  const Part *a = ctx->last, *b = ctx->now;
  if (!a->n || a->to + 1 != b->from || (ctx->s[a->to] != ' ' &&
                                        ctx->s[a->to] != '\n'))
    return;
  if (ctx->mode == LIT_WORDS_QUERY ||
      lit_wordforms_join(a->text, a->n, b->text, b->n))
    give_joined(e, ctx, 2);
}

/* In a text to be indexed few can be, by the flags of the two: a joined
** spelling needs a form, and a stop word that is no form of its own is not
** joined. */
static inline int may_be_one(uint32_t a, uint32_t b) {
  const int first = a & LIT_WORD_FIRST &&
                    (a & LIT_STEM_OPEN || b & LIT_STEM_LATTER);
  return (first || b & LIT_WORD_SECOND) && may_join(b);
}

static inline void join_neighbours(LitErr *e, LitWordsCtx *ctx) {
  if (ctx->mode == LIT_WORDS_QUERY ||
      may_be_one(ctx->last->flags, ctx->now->flags))
    try_join(e, ctx);
}

static void next_part(LitWordsCtx *ctx) {
  Part *free_one = ctx->before;
  ctx->before = ctx->last, ctx->last = ctx->now, ctx->now = free_one;
}

static size_t scheme(const LitWordsCtx *ctx, size_t i) {
  size_t n = ctx->n - i;
  const char *s = (const char *)ctx->s + i;
  size_t len = n > 8 && memcmp(s, "https://", 8) == 0  ? 8
               : n > 7 && memcmp(s, "http://", 7) == 0 ? 7 : 0;
  return len && word_char(ctx, i + len) ? len : 0;
}

/* The compound that begins at i (often just a word); where it ends. */
static size_t take_compound(LitErr *e, LitWordsCtx *ctx, size_t i) {
  int kind = NONE, seen = 0, digits = 0;
  size_t len = scheme(ctx, i), start = i += len;
  const int url = len > 0;
  const uint32_t pos = ctx->pos;
  for (;;) {
    next_part(ctx);
    i = take_part(ctx, i, ctx->now);
    if (ctx->now->n == 0) return i;
    give_part(e, ctx, ctx->now);
    if (kind == NONE) join_neighbours(e, ctx);
    else if (kind == HYPHEN) give_joined(e, ctx, 2);
    digits |= ctx->now->digit;
    i = take_sign(e, ctx, ctx->now, i);
    i += possessive(ctx, i);
    len = joiner(ctx, ctx->now, i, url, &kind);
    if (!len) break;
    seen |= 1 << kind, i += len;
  }
  if (seen == 1 << HYPHEN && ctx->pos - pos == 3) give_joined(e, ctx, 3);
  if (seen & 1 << OTHER || (seen & 1 << SLASH && digits))
    give_whole(e, ctx, (uint32_t)start, ctx->now->to, pos);
  return i;
}

/* Length of the character of a script without spaces at i, or 0. */
static size_t paired_char(const LitWordsCtx *ctx, size_t i) {
  uint32_t cp;
  size_t len;
  if (i >= ctx->n || ctx->s[i] < 0x80) return 0;
  len = lit_utf8_get((const char *)ctx->s + i, ctx->n - i, &cp);
  return lit_wordfold_is_paired(cp) && lit_wordfold_is_word(cp) ? len : 0;
}

static void give_chars(LitErr *e, LitWordsCtx *ctx, size_t from, size_t to,
                       uint32_t flags) {
  char text[LIT_WORD_MAX];
  const size_t n = lit_wordfold((const char *)ctx->s + from, to - from, 0, text,
                                sizeof text);
  if (!(flags & LIT_WORD_PART)) ctx->pos++;
  *next_word(ctx) = (LitWord){
      .folded = text, .n_folded = (uint32_t)n, .pos = ctx->pos - 1, .span = 1,
      .from = (uint32_t)from, .to = (uint32_t)to, .flags = flags};
  give_as_is(e, ctx);
}

/* A run of characters of a script without spaces, from i on; where it ends.
** Each two neighbours are a word, and each one a part of it. */
static size_t take_pairs(LitErr *e, LitWordsCtx *ctx, size_t i) {
  size_t start = i, next, len = paired_char(ctx, i);
  for (; len && i - start < PART_SPAN; i += len, len = next) {
    next = paired_char(ctx, i + len);
    if (next) give_chars(e, ctx, i, i + len + next, 0);
    else if (i == start) give_chars(e, ctx, i, i + len, 0);
    if ((next || i > start) && ctx->mode == LIT_WORDS_INDEX)
      give_chars(e, ctx, i, i + len, LIT_WORD_PART);
  }
  return i;
}

/* ---- plain words ---- */

/* Make the part `now` of a plain word. */
static void set_plain(LitWordsCtx *ctx, const LitPlain *plain, uint32_t pos,
                      uint32_t flags) {
  Part *p = ctx->now;
  _Static_assert((int)LIT_STEM_WORD == LIT_WORD_ROOM, "the key is text enough");
  memcpy(p->text, &plain->key, sizeof plain->key);
  p->n = plain->n, p->from = plain->from, p->to = plain->from + plain->n;
  p->pos = pos, p->flags = flags;
  p->alpha = (flags & LIT_STEM_ALPHA) != 0;
  p->digit = (flags & LIT_STEM_DIGIT) != 0;
}

/* take_compound for a plain word. */
static void take_plain(LitErr *e, LitWordsCtx *ctx, const LitPlain *plain,
                       const LitStem *stem) {
  next_part(ctx);
  set_plain(ctx, plain, 0, stem->flags);
  give_stem(e, ctx, ctx->now, stem);
  if (plain->kind == LIT_PLAIN) join_neighbours(e, ctx);
}

/* And for two with a hyphen, which are given out. */
static void take_plain_joined(LitErr *e, LitWordsCtx *ctx,
                              const LitPlain *plain) {
  LitStem stem;
  for (uint32_t k = 2; k > 0; k--) {
    const LitPlain *p = plain - k;
    if (lit_stems_look(e, ctx->stems, p->set, &p->key, p->n, &stem)) return;
    next_part(ctx);
    set_plain(ctx, p, ctx->pos - k, stem.flags);
  }
  give_joined(e, ctx, 2);
}

/* The flags of the last two words. */
typedef struct Before { uint32_t last, other; } Before;

/* Is nothing to be done for a plain word but to give it out?  Nearly always:
** then it has no parts, and no other spelling with the word before.  Most are
** known by a few bits. */
static inline int is_simple(const LitPlain *plain, uint32_t flags,
                            const Before *b) {
  enum { BOTH = LIT_STEM_ALPHA | LIT_STEM_DIGIT,
         ODD = LIT_STEM_DIGIT | LIT_WORD_SECOND };
  if (!((flags & ODD) | (b->last & LIT_WORD_FIRST))) return 1;
  return (flags & BOTH) != BOTH &&
         (plain->kind || !may_be_one(b->last, flags));
}

/* And for two as one? */
static inline int is_simple_joined(const LitPlain *plain, const Before *b) {
  return plain->n <= LIT_STEM_WORD && may_join(b->last) && may_join(b->other) &&
         (b->last | b->other) & LIT_STEM_ALPHA;
}

/* Gives out plain words from `plain` on, as far as they are simple and their
** stems are at hand.  Returns the first that is not.  Most words go this way,
** and nothing but their own stores is written in the loop. */
static const LitPlain *give_simple(LitWordsCtx *ctx, const LitPlain *plain,
                                   const LitPlain *end, Before *before) {
  const size_t left = LIT_WORDS_LOT - ctx->n_lot;
  LitWord *w = ctx->lot + ctx->n_lot;
  char *to = ctx->room;
  uint32_t pos = ctx->pos;
  Before b = *before;
  if ((size_t)(end - plain) > left) end = plain + left;
  for (; plain < end; plain++, w++, to += 2 * LIT_WORD_ROOM) {
    const int joined = plain->kind == LIT_PLAIN_JOINED;
    LitStemTail stem;
    if (!lit_stems_first(plain->set, &plain->key)) break;
    stem = plain->set->tails[0];
    if (joined ? !is_simple_joined(plain, &b)
               : !is_simple(plain, stem.flags, &b))
      break;
    memcpy(to, &plain->key, LIT_WORD_ROOM);
    to[stem.n - 1] = (char)stem.last;
    memcpy(to + LIT_WORD_ROOM, &plain->key, LIT_WORD_ROOM);
    *w = (LitWord){.at = to, .folded = to + LIT_WORD_ROOM, .n = stem.n,
                   .n_folded = plain->n, .from = plain->from};
    if (joined) {
      w->pos = pos - 2, w->span = 2, w->to = plain->from + plain->n + 1;
      w->flags = LIT_WORD_JOINED;
    } else {
      w->pos = pos++, w->span = 1, w->to = plain->from + plain->n;
      w->flags = stem.flags & LIT_STEM_TELLS;
      b.other = b.last, b.last = stem.flags;
    }
  }
  ctx->n_lot = (size_t)(w - ctx->lot), ctx->room = to;
  ctx->pos = pos, *before = b;
  return plain;
}

/* Those that the scan has found. */
static void take_plains(LitErr *e, LitWordsCtx *ctx) {
  const LitPlain *const all = ctx->scan.plain, *end = all + ctx->scan.n_plain;
  const LitPlain *plain = all, *next;
  Before before = {ctx->now->flags, 0};
  LitStem stem;
  while (plain < end && !ctx->ended && !e->rc) {
    next = ctx->mode == LIT_WORDS_INDEX
               ? give_simple(ctx, plain, end, &before) : plain;
    if (next > all) {
      const LitPlain *word = next - (next[-1].kind == LIT_PLAIN_JOINED ? 2 : 1);
      set_plain(ctx, word, ctx->pos - 1, before.last);
    }
    if (ctx->n_lot == LIT_WORDS_LOT) hand_over(e, ctx);
    else if (next < end && next->kind == LIT_PLAIN_JOINED)
      take_plain_joined(e, ctx, next++);
    else if (next < end) {
      if (lit_stems_look(e, ctx->stems, next->set, &next->key, next->n, &stem))
        return;
      take_plain(e, ctx, next++, &stem);
      before.other = before.last, before.last = stem.flags;
    }
    plain = next;
  }
}

/* What begins at i and is no plain word; where it ends. */
static size_t take_other(LitErr *e, LitWordsCtx *ctx, size_t i) {
  uint32_t cp;
  size_t end;
  if (class_of(ctx->s[i]) & ALNUM || word_char(ctx, i))
    return take_compound(e, ctx, i);
  end = take_pairs(e, ctx, i);
  if (end > i) return end;
  return i + lit_utf8_get((const char *)ctx->s + i, ctx->n - i, &cp);
}

int lit_words_split(LitErr *e, LitWordsCtx *ctx, const char *s, size_t n,
                    int mode, const LitWordSink *sink) {
  size_t check = PART_SPAN;
  if (n >= UINT32_MAX)
    return lit_fail(e, LIT_TOOBIG, "text of %zu bytes is too long", n);
  ctx->s = (const uint8_t *)s, ctx->n = n, ctx->sink = sink, ctx->mode = mode;
  ctx->pos = 0, ctx->ended = 0;
  ctx->n_lot = 0, ctx->room = ctx->texts;
  ctx->before = &ctx->parts[0], ctx->last = &ctx->parts[1];
  ctx->now = &ctx->parts[2];
  ctx->before->n = ctx->last->n = ctx->now->n = ctx->now->flags = 0;
  lit_wordscan_begin(&ctx->scan, s, n, ctx->stems);
  for (size_t i = 0; i < n && !e->rc && !ctx->ended; ) {
    const LitWordScan *scan = &ctx->scan;
    i = lit_wordscan(&ctx->scan, i);
    take_plains(e, ctx);
    if (i < n && !e->rc && !ctx->ended && scan->n_plain < LIT_PLAINS)
      i = take_other(e, ctx, i);
    if (i >= check && sink->stop) {
      lit_stopped(e, sink->stop);
      check = i + PART_SPAN;
    }
  }
  hand_over(e, ctx);
  return e->rc;
}

typedef struct Found { char *out; size_t n; } Found;

static int keep_first(LitErr *e, void *to, const LitWord *w) {
  Found *f = to;
  (void)e;
  memcpy(f->out, w->at, f->n = w->n);
  return 1;
}

size_t lit_words_term(LitErr *e, LitWordsCtx *ctx, const char *s, size_t n,
                      char out[LIT_WORD_MAX]) {
  Found f = {.out = out};
  LitWordSink sink = {.each = keep_first, .to = &f};
  lit_words_split(e, ctx, s, n, LIT_WORDS_QUERY, &sink);
  return f.n;
}
