/* language.c -- see language.h.
**
** The script decides first: Greek, Thai, Hangul and the like are written by
** one language that matters, Han is Japanese if there is kana among it.
** Within Latin, Cyrillic, Arabic and Devanagari it is naive Bayes over
** characters, pairs and triples of them, with the ends of words marked, and
** over whole words (Dunning 1994, "Statistical identification of language",
** with the profiles of Cavnar and Trenkle 1994):
**
**   score(l) = sum over features f of k(f) * log((p(f|l) + a b(f)) / a b(f))
**
** b is the mean of p over the languages of the script, a is SMOOTH, k is 3 for
** words, which say more than letters, and 1 for the rest.  The winner must be
** ahead by SURE, at which 97 of 100 answers to five words were right.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "base/mem.h"
#include "text/language.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { MAX_LANGUAGES = 64, WORD_WEIGHT = 3, WORD_MAX = 40,
       N_PAD = LIT_LANGUAGE_LOOK + 2 };
static const double SMOOTH = 0.3, SURE = 8;

/* Letters of CJK count three times: they are words or syllables. */
typedef struct Script {
  uint32_t lo, hi;
  int shared;               /* a LitScript, or -1: `code` it is */
  const char *code, *name;
} Script;

enum { HAN = 0, KANA = 1, HANGUL = 2, N_CJK = 3 };
static const Script scripts[] = {
  {0x4E00, 0x9FFF, -1, "zh", "Chinese"},
  {0x3041, 0x30FF, -1, "ja", "Japanese"},
  {0xAC00, 0xD7A3, -1, "ko", "Korean"},
  {0x0041, 0x024F, LIT_LATIN, NULL, NULL},
  {0x1E00, 0x1EFF, LIT_LATIN, NULL, NULL},
  {0x0400, 0x052F, LIT_CYRILLIC, NULL, NULL},
  {0x0620, 0x06FF, LIT_ARABIC, NULL, NULL},
  {0x0904, 0x0963, LIT_DEVANAGARI, NULL, NULL},
  {0x0370, 0x03FF, -1, "el", "Greek"},
  {0x0531, 0x0587, -1, "hy", "Armenian"},
  {0x05D0, 0x05EA, -1, "he", "Hebrew"},
  {0x0985, 0x09E3, -1, "bn", "Bengali"},
  {0x0A05, 0x0A74, -1, "pa", "Punjabi"},
  {0x0A85, 0x0AE3, -1, "gu", "Gujarati"},
  {0x0B05, 0x0B71, -1, "or", "Odia"},
  {0x0B83, 0x0BD7, -1, "ta", "Tamil"},
  {0x0C05, 0x0C63, -1, "te", "Telugu"},
  {0x0C85, 0x0CE3, -1, "kn", "Kannada"},
  {0x0D05, 0x0D63, -1, "ml", "Malayalam"},
  {0x0D85, 0x0DF3, -1, "si", "Sinhala"},
  {0x0E01, 0x0E4E, -1, "th", "Thai"},
  {0x0E81, 0x0EDF, -1, "lo", "Lao"},
  {0x0F40, 0x0FBC, -1, "bo", "Tibetan"},
  {0x1000, 0x103F, -1, "my", "Burmese"},
  {0x10D0, 0x10FF, -1, "ka", "Georgian"},
  {0x1200, 0x137F, -1, "am", "Amharic"},
  {0x1780, 0x17D3, -1, "km", "Khmer"},
};
enum { N_SCRIPTS = sizeof scripts / sizeof *scripts };

/* A feature of a language, while profiles are made. */
typedef struct Count {
  uint64_t key;
  uint32_t language;
  float n;
} Count;

struct LitLanguages {
  const LitLanguage *rows[MAX_LANGUAGES];
  int n_rows;
  uint64_t *keys;           /* [n_keys] ascending */
  uint32_t *starts;         /* [n_keys + 1] where the weights of a key begin */
  uint32_t *slots;          /* [mask + 1] by hash: key's number + 1 */
  Count *weights;           /* by key, then language; n: the weight */
  size_t n_keys, mask;
};

const char *lit_language_row(size_t i, const char **name) {
  for (const LitLanguage *l = lit_language_latin; l->code; l++)
    if (i-- == 0) return *name = l->name, l->code;
  for (const LitLanguage *l = lit_language_other; l->code; l++)
    if (i-- == 0) return *name = l->name, l->code;
  for (size_t k = 0; k < N_SCRIPTS; k++)
    if (scripts[k].code && i-- == 0)
      return *name = scripts[k].name, scripts[k].code;
  return NULL;
}

/* ---- features ---- */

static int needs_composing(int32_t cp) {
  return utf8proc_category(cp) == UTF8PROC_CATEGORY_MN ||
         (cp >= 0x1100 && cp < 0x1200);            /* Hangul in letters */
}

/* Text as letters, in lower case, with one blank at each end and between
** words.  Returns how many, blanks included; 1 without any letter. */
static size_t letters(const char *s, size_t n, int32_t out[N_PAD]) {
  int32_t cps[LIT_LANGUAGE_LOOK];
  size_t n_cps = 0, n_out = 0;
  int has_marks = 0;
  for (size_t i = 0; i < n && n_cps < LIT_LANGUAGE_LOOK; n_cps++) {
    uint32_t cp;
    i += lit_utf8_get(s + i, n - i, &cp);
    has_marks |= cp >= 0x300 && needs_composing((int32_t)cp);
    cps[n_cps] = (int32_t)cp;
  }
  if (has_marks) {
    utf8proc_ssize_t got = utf8proc_normalize_utf32(
        cps, (utf8proc_ssize_t)n_cps, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (got > 0) n_cps = (size_t)got;
  }
  out[n_out++] = ' ';
  for (size_t i = 0; i < n_cps; i++) {
    utf8proc_category_t c = utf8proc_category(cps[i]);
    int is_letter = c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME;
    if (is_letter) out[n_out++] = utf8proc_tolower(cps[i]);
    else if (out[n_out - 1] != ' ') out[n_out++] = ' ';
  }
  if (out[n_out - 1] != ' ') out[n_out++] = ' ';
  return n_out;
}

static uint64_t key_of(const int32_t *cps, size_t n, int is_word) {
  uint64_t h = 0x9E3779B97F4A7C15u + (uint64_t)is_word;
  for (size_t i = 0; i < n; i++) {
    h = (h ^ (uint64_t)cps[i]) * 0xC2B2AE3D27D4EB4Fu;
    h ^= h >> 29;
  }
  return h;
}

/* Call `each` for every feature of the word at[1..n-1), blanks around it. */
typedef void (*Each)(void *to, uint64_t key, int k);
static void word_features(const int32_t *at, size_t n, Each each, void *to) {
  for (size_t i = 0; i + 1 < n; i++) {
    if (i > 0) each(to, key_of(at + i, 1, 0), 1);
    each(to, key_of(at + i, 2, 0), 1);
    if (i + 2 < n) each(to, key_of(at + i, 3, 0), 1);
  }
  each(to, key_of(at + 1, n - 2, 1), WORD_WEIGHT);
}

/* What is longer than words are says nothing, nor does a word again. */
static void features(const int32_t *at, size_t n, Each each, void *to) {
  size_t len = 0, last = 0;
  for (size_t from = 0, end; from + 2 < n; from = end) {
    for (end = from + 1; at[end] != ' '; end++) continue;
    if (end - from <= WORD_MAX &&
        (end - from != len || memcmp(at + from, at + last, len * sizeof *at)))
      word_features(at + from, end - from + 1, each, to);
    len = end - from, last = from;
  }
}

/* ---- making the profiles ---- */

typedef struct Maker {
  LitErr *e;
  Count *at;
  size_t n, room;
  uint32_t language;
  float weight;
} Maker;

static void count(void *to, uint64_t key, int k) {
  Maker *m = to;
  (void)k;
  if (m->e->rc || LIT_GROW(m->e, &m->at, &m->room, m->n + 1)) return;
  m->at[m->n++] = (Count){key, m->language, m->weight};
}

static int count_cmp(const void *p, const void *q) {
  const Count *a = p, *b = q;
  if (a->key != b->key) return a->key < b->key ? -1 : 1;
  return a->language < b->language ? -1 : a->language > b->language;
}

/* Sort [from, n) and add up what is the same. */
static void merge(Maker *m, size_t from) {
  size_t kept = from;
  if (m->e->rc || m->n == from) return;
  qsort(m->at + from, m->n - from, sizeof *m->at, count_cmp);
  for (size_t i = from + 1; i < m->n; i++) {
    if (count_cmp(&m->at[i], &m->at[kept]) == 0) m->at[kept].n += m->at[i].n;
    else m->at[++kept] = m->at[i];
  }
  m->n = kept + 1;
}

/* The features of a language, as shares of all it has.  A word of the list
** weighs by its rank, about as often as it comes in 500 words. */
static void add_language(Maker *m, const LitLanguage *l, uint32_t i) {
  int32_t at[N_PAD];
  size_t from = m->n, len;
  float sum = 0, rank = 8;
  m->language = i, m->weight = 1;
  features(at, letters(l->text, strlen(l->text), at), count, m);
  for (const char *w = l->words; *w; w += len + (w[len] == ' '), rank++) {
    len = strcspn(w, " ");
    m->weight = 20 / rank;
    features(at, letters(w, len, at), count, m);
  }
  merge(m, from);
  for (size_t k = from; k < m->n; k++) sum += m->at[k].n;
  for (size_t k = from; k < m->n; k++) m->at[k].n /= sum;
}

/* Shares into weights, for the entries of one key. */
static void weigh(const LitLanguages *l, Count *at, size_t n,
                  const int n_in_script[LIT_N_SHARED_SCRIPTS]) {
  double sum[LIT_N_SHARED_SCRIPTS] = {0};
  for (size_t i = 0; i < n; i++)
    sum[l->rows[at[i].language]->script] += (double)at[i].n;
  for (size_t i = 0; i < n; i++) {
    LitScript s = l->rows[at[i].language]->script;
    double base = SMOOTH * sum[s] / n_in_script[s];
    at[i].n = (float)log(((double)at[i].n + base) / base);
  }
}

static void enter(LitLanguages *l, uint32_t no) {
  size_t i = l->keys[no] & l->mask;
  while (l->slots[i]) i = (i + 1) & l->mask;
  l->slots[i] = no + 1;
}

static int index_keys(LitErr *e, LitLanguages *l, size_t n,
                      const int *n_in_script) {
  size_t room = 1;
  while (room < 2 * n) room *= 2;
  l->mask = room - 1;
  l->keys = lit_new(e, n, sizeof *l->keys);
  l->starts = lit_new(e, n + 1, sizeof *l->starts);
  l->slots = lit_new0(e, room, sizeof *l->slots);
  if (e->rc) return e->rc;
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i; end < n && l->weights[end].key == l->weights[i].key; end++)
      continue;
    weigh(l, l->weights + i, end - i, n_in_script);
    l->keys[l->n_keys] = l->weights[i].key;
    l->starts[l->n_keys] = (uint32_t)i;
    enter(l, (uint32_t)l->n_keys++);
  }
  l->starts[l->n_keys] = (uint32_t)n;
  return LIT_OK;
}

int lit_language_open(LitErr *e, LitLanguages **out) {
  int n_in_script[LIT_N_SHARED_SCRIPTS] = {0};
  const LitLanguage *const lists[] = {lit_language_latin, lit_language_other};
  Maker m = {.e = e};
  LitLanguages *l = *out = lit_new0(e, 1, sizeof *l);
  if (!l) return e->rc;
  for (int k = 0; k < 2; k++)
    for (const LitLanguage *row = lists[k]; row->code; row++) {
      n_in_script[row->script]++;
      add_language(&m, row, (uint32_t)l->n_rows);
      l->rows[l->n_rows++] = row;
    }
  merge(&m, 0);
  l->weights = m.at;
  if (!e->rc) index_keys(e, l, m.n, n_in_script);
  if (e->rc) lit_language_close(l), *out = NULL;
  return e->rc;
}

void lit_language_close(LitLanguages *l) {
  if (!l) return;
  lit_free(l->keys);
  lit_free(l->starts);
  lit_free(l->slots);
  lit_free(l->weights);
  lit_free(l);
}

/* ---- asking ---- */

typedef struct Scores {
  const LitLanguages *l;
  double at[MAX_LANGUAGES];
} Scores;

static void score(void *to, uint64_t key, int k) {
  Scores *s = to;
  const LitLanguages *l = s->l;
  size_t i = key & l->mask;
  uint32_t no;
  while (l->slots[i] && l->keys[l->slots[i] - 1] != key) i = (i + 1) & l->mask;
  if (!l->slots[i]) return;
  no = l->slots[i] - 1;
  for (uint32_t w = l->starts[no]; w < l->starts[no + 1]; w++)
    s->at[l->weights[w].language] += k * (double)l->weights[w].n;
}

static const char *best_of(const LitLanguages *l, const int32_t *at, size_t n,
                           LitScript script) {
  Scores s = {.l = l};
  const char *code = NULL;
  double best = 0, second = 0;
  features(at, n, score, &s);
  for (int i = 0; i < l->n_rows; i++) {
    if (l->rows[i]->script != script || s.at[i] <= second) continue;
    if (s.at[i] > best) second = best, best = s.at[i], code = l->rows[i]->code;
    else second = s.at[i];
  }
  return best - second >= SURE ? code : NULL;
}

/* The row of the script that most letters are of, NULL without any. */
static const Script *script_of(const int32_t *at, size_t n) {
  size_t counts[N_SCRIPTS] = {0}, most = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < N_SCRIPTS; k++) {
      uint32_t cp = (uint32_t)at[i];
      if (cp < scripts[k].lo || cp > scripts[k].hi) continue;
      counts[k] += k < N_CJK ? 3 : 1;
      break;
    }
  if (counts[KANA] * 20 > counts[HAN])
    counts[KANA] += counts[HAN], counts[HAN] = 0;
  for (size_t k = 1; k < N_SCRIPTS; k++)
    if (counts[k] > counts[most]) most = k;
  return counts[most] ? &scripts[most] : NULL;
}

const char *lit_language_guess(const LitLanguages *l, const char *s,
                               size_t n) {
  int32_t at[N_PAD];
  size_t n_at = letters(s, n, at);
  const Script *script = script_of(at, n_at);
  if (!script || script->shared < 0) return script ? script->code : NULL;
  return best_of(l, at, n_at, (LitScript)script->shared);
}
