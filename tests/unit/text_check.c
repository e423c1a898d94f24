/* text_check.c -- text/: keyword tiers, snippets, typos, and that nothing
** written by chance or malice harms cleaning, words, sentences, pages, JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "text/clean.h"
#include "text/jsonscan.h"
#include "text/keyword.h"
#include "text/pages.h"
#include "text/sentence.h"
#include "text/snippet.h"
#include "text/utf8.h"
#include "text/wordforms.h"
#include "text/words.h"

static uint32_t seed = 1;
static uint32_t rnd(void) {
  return (seed = seed * 1664525u + 1013904223u) >> 8;
}

static LitWordsCtx *words;

/* Allocations: the fail_at-th from now on fails, 0: none does. */
static long n_live, fail_at;
static void *resize(void *p, uint64_t n) {
  void *now = fail_at && --fail_at == 0 ? NULL : realloc(p, (size_t)n);
  if (now && !p) n_live++;
  return now;
}
static void release(void *p) {
  n_live--;
  free(p);
}

static double keyword(const char *query, const char *title, const char *text,
                      int *tier) {
  LitErr e = {0};
  LitKeyword *k;
  LitField fields[] = {{title, strlen(title)}, {text, strlen(text)}};
  double score = -1;
  lit_keyword_open(&e, words, query, strlen(query), NULL, &k);
  lit_keyword_score(&e, k, fields, 2, &score, tier);
  lit_keyword_close(k);
  CHECK(e.rc == LIT_OK);
  return score;
}

static void check_tiers(void) {
  static const struct { int tier; const char *query, *text; } cases[] = {
    {1, "listwise reranking", "Reranking that is Listwise"},
    {1, "tulu", "TÜLU 3"}, {1, "tulu", "T\\\"ULU 3"}, {1, "gpt-4", "GPT-4"},
    {2, "listwise reranking", "list-wise re-ranking"},
    {2, "list-wise", "listwise"}, {2, "list wise", "listwise"},
    {2, "listwise", "list wise"}, {2, "pretraining", "pre training"},
    {2, "knowledgebase", "a knowledge base"}, {2, "gpt4", "GPT-4"},
    {2, "models", "a model"}, {2, "pre-training", "pretraining"},
    {3, "retreival", "retrieval"}, {3, "retrieval", "retreival"},
    {3, "retrieva", "retrieval"}, {3, "rretrieval", "retrieval"},
    {3, "rexrieval", "retrieval"},
    {3, "listwise retreival", "list-wise retrieval"},
    {0, "retrieval", "ranking"}, {0, "a b c", ""}, {0, "", "text"},
    {0, "cat", "car"}, {0, "rank", "bank"}, {0, "bm25", "bm26"},
    {1, "the retrieval", "retrieval"}, {1, "the of", "of the"},
    {0, "of", "to"}, {1, "数据", "数据挖掘"},
  };
  int tier;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    keyword(cases[i].query, "", cases[i].text, &tier);
    if (tier != cases[i].tier)
      printf("'%s' in '%s': tier %d, not %d\n", cases[i].query, cases[i].text,
             tier, cases[i].tier), bad++;
  }
}

static void check_order(void) {
  int t;
  const double near = keyword("dense retrieval", "x", "dense retrieval", &t);
  CHECK(near > keyword("dense retrieval", "x", "dense or sparse retrieval",
                       &t));
  CHECK(near < keyword("dense retrieval", "dense retrieval", "x", &t));
  CHECK(near > keyword("dense retrieval", "dense", "retrieval", &t));
  CHECK(keyword("dense retrieval", "dense", "retrieval", &t) >
        keyword("dense retrieval", "x", "dense retrievals", &t));
  CHECK(keyword("dense retrieval", "x", "dense and then a retrievals", &t) >
        keyword("dense retrieval", "densf retrieval", "", &t));
}

/* Each edit of a word is near it, two edits mostly are not; by the definition,
** computed the long way. */
static int distance(const char *a, size_t na, const char *b, size_t nb) {
  int d[20][20];
  for (size_t i = 0; i <= na; i++)
    for (size_t j = 0; j <= nb; j++) {
      int best = i ? d[i - 1][j] + 1 : j ? d[i][j - 1] + 1 : 0;
      if (i && j) {
        int swap = a[i - 1] != b[j - 1];
        if (d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
        if (d[i - 1][j - 1] + swap < best) best = d[i - 1][j - 1] + swap;
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
            d[i - 2][j - 2] + 1 < best)
          best = d[i - 2][j - 2] + 1;
      }
      d[i][j] = best;
    }
  return d[na][nb];
}

static void check_near(void) {
  for (int round = 0; round < 200000; round++) {
    char a[8], b[8];
    size_t na = 6 + rnd() % 3, nb = 5 + rnd() % 4;
    for (size_t i = 0; i < na; i++) a[i] = (char)('a' + rnd() % 2);
    memcpy(b, a, na < nb ? na : nb);
    for (size_t i = na; i < nb; i++) b[i] = 'a';
    for (int k = rnd() % 3; k > 0; k--) b[rnd() % nb] = (char)('a' + rnd() % 2);
    CHECK(lit_keyword_near(a, na, b, nb) == (distance(a, na, b, nb) <= 1));
  }
  CHECK(lit_keyword_near("tuning", 6, "uning", 5));
  CHECK(!lit_keyword_near("fine", 4, "mine", 4));
  CHECK(!lit_keyword_near("gpt4", 4, "gpt3", 4));
}

static void check_maybe(void) {
  LitErr e = {0};
  LitKeyword *k;
  char stem[LIT_WORD_MAX];
  static const char *const pairs[][2] = {
    {"retreival", "retrieval"}, {"retrieva", "retrieval"},
    {"transfomer", "transformers"}, {"evalaution", "evaluation"},
    {"retrieval", "retrieval"}, {"rankng", "ranking"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    const char *typed = pairs[i][0], *right = pairs[i][1];
    size_t n = lit_words_term(&e, words, right, strlen(right), stem);
    lit_keyword_open(&e, words, typed, strlen(typed), NULL, &k);
    CHECK(lit_keyword_maybe(k, stem, n) == 1);
    CHECK(lit_keyword_maybe(k, "unrelated", 9) == 0);
    lit_keyword_close(k);
  }
}

/* Whatever may be one word with the one before is a latter half, or goes with
** those that are open to any. */
static void check_forms(void) {
  static const char *const pairs[][2] = {
    {"back", "bone"}, {"back", "doors"}, {"back", "prop"}, {"back", "ward"},
    {"base", "lines"}, {"bench", "marked"}, {"block", "chain"},
    {"chat", "bots"}, {"check", "points"}, {"code", "bases"},
    {"counter", "factual"}, {"counter", "examples"}, {"counter", "parts"},
    {"data", "base"}, {"data", "sets"}, {"down", "sampled"},
    {"down", "scaling"}, {"down", "stream"}, {"drop", "out"},
    {"feed", "back"}, {"feed", "forward"}, {"few", "shot"},
    {"fine", "grained"}, {"fine", "tuning"}, {"frame", "works"},
    {"key", "frames"}, {"key", "phrases"}, {"key", "points"}, {"key", "words"},
    {"life", "long"}, {"mask", "out"}, {"off", "line"}, {"off", "loading"},
    {"off", "policy"}, {"on", "line"}, {"one", "shot"}, {"open", "source"},
    {"out", "liers"}, {"out", "performs"}, {"out", "puts"},
    {"over", "fitting"}, {"over", "lap"}, {"over", "smoothing"},
    {"over", "sampling"}, {"over", "parameterized"}, {"over", "confident"},
    {"para", "phrases"}, {"pipe", "line"}, {"test", "bed"}, {"time", "line"},
    {"time", "steps"}, {"token", "izer"}, {"token", "isation"},
    {"trade", "off"}, {"under", "fit"}, {"under", "specified"},
    {"up", "scale"}, {"white", "box"}, {"work", "flows"}, {"work", "loads"},
    {"zero", "shot"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    const char *a = pairs[i][0], *b = pairs[i][1];
    CHECK(lit_wordforms_join(a, strlen(a), b, strlen(b)));
    CHECK(lit_wordforms_is_latter(b, strlen(b)));
    CHECK(!lit_wordforms_is_open(a, strlen(a)));
  }
  CHECK(lit_wordforms_is_open("pre", 3) && !lit_wordforms_is_open("the", 3));
  CHECK(!lit_wordforms_is_latter("the", 3) && !lit_wordforms_is_latter("", 0) &&
        !lit_wordforms_is_latter("basi", 4));
}

static void check_snippet(void) {
  static const char text[] = "We start here. Nothing is said in it. The "
    "pre-training of T\\\"ULU models uses list-wise losses and more words "
    "than one would read, to the end of it.";
  static const struct { const char *query, *marked, *best; } cases[] = {
    {"pretraining TULU", "We start here. Nothing is said in it. The "
     "[pre-training] of [T\\\"ULU] models uses list-wise losses and more words "
     "than one would read, to the end of it.",
     "...The [pre-training] of [T\xc3\x9cLU] models uses list-wise..."},
    {"the start", NULL, "We [start] here. Nothing is said in it. The..."},
    {"read", NULL, "...than one would [read], to the end of it."},
    {"nowhere", NULL, "We start here. Nothing is said in it. The..."},
    {"", NULL, "We start here. Nothing is said in it. The..."},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    LitErr e = {0};
    LitAsked asked = {0};
    LitBuf out = {0};
    LitSnippet how = {words, &asked, "[", "]", "...", 9, NULL};
    const char *query = cases[i].query;
    lit_snippet_query(&e, &asked, words, query, strlen(query));
    lit_snippet_highlight(&e, &how, text, sizeof text - 1, &out);
    lit_buf_u8(&e, &out, 0);
    if (cases[i].marked) CHECK(strcmp((char *)out.at, cases[i].marked) == 0);
    out.n = 0;
    lit_snippet_best(&e, &how, text, sizeof text - 1, &out, NULL);
    lit_buf_u8(&e, &out, 0);
    if (strcmp((char *)out.at, cases[i].best))
      printf("'%s': %s\n", cases[i].query, (char *)out.at), bad++;
    CHECK(e.rc == LIT_OK);
    lit_buf_drop(&out);
    lit_snippet_drop(&asked);
  }
}

/* What every word must be, whatever the text. */
typedef struct Seen { const char *s; size_t n; uint32_t next; size_t count; }
    Seen;

static int look(LitErr *e, void *to, const LitWord *w) {
  Seen *seen = to;
  (void)e;
  CHECK(w->n > 0 && w->n <= LIT_WORD_MAX && w->n_folded <= LIT_WORD_MAX);
  CHECK(lit_utf8_bad(w->at, w->n) == w->n);
  CHECK(w->from < w->to && w->to <= seen->n && w->span > 0);
  if (w->flags & LIT_WORD_ALTERNATIVE) CHECK(w->pos + w->span <= seen->next);
  else CHECK(w->pos == seen->next++);
  seen->count++;
  return bad > 20;
}

static int look_card(LitErr *e, void *to, const LitCard *c) {
  size_t *n = to;
  (void)e;
  CHECK(c->rank > 0 && strlen(c->problem) < sizeof c->problem);
  *n += c->n_title + c->n_abstract;
  return 0;
}

static void everything(const char *s, size_t n) {
  LitErr e = {0};
  LitBuf out = {0}, marked = {0};
  LitCleanMap map = {0};
  LitCleanNear near = {0};
  LitAsked asked = {0};
  LitSnippet how = {words, &asked, "", "", "", 10, NULL};
  LitField field = {s, n};
  LitKeyword *k;
  double score;
  const char *cleaned = s;
  size_t at = 0, from, to, total = 0, n_cleaned = n;
  lit_clean_text(&e, &cleaned, &n_cleaned, NULL, &marked, NULL);
  lit_clean(&e, s, n, NULL, &out, &map);
  CHECK(out.n == n_cleaned && (n_cleaned == 0 ||
                               memcmp(out.at, cleaned, n_cleaned) == 0));
  CHECK(cleaned == s || marked.n == n_cleaned);
  marked.n = 0;
  for (int mode = LIT_WORDS_INDEX; mode <= LIT_WORDS_QUERY; mode++) {
    Seen seen = {s, n, 0, 0};
    LitWordSink sink = {.each = look, .to = &seen};
    lit_words_split(&e, words, s, n, mode, &sink);
  }
  for (uint32_t a = 0; a < out.n && out.n < 1000; a += 3) {
    uint32_t f = a, t = a + 1 + a % 7, near_f = f, near_t = t;
    if (t > out.n) break;
    lit_clean_back(&map, &f, &t);
    CHECK(f <= t && t <= n);
    lit_clean_back_near(&map, &near, &near_f, &near_t);
    CHECK(f == near_f && t == near_t);
  }
  while (lit_sentence_next(s, n, &at, &from, &to))
    CHECK(from < to && to <= at && at <= n);
  lit_jsonscan(s, n, &at);
  CHECK(at <= n);
  lit_pages_read(&e, s, n < 100000 ? n : 100000, look_card, &total);
  CHECK(total <= n);
  lit_snippet_query(&e, &asked, words, s, n < 50 ? n : 50);
  lit_snippet_highlight(&e, &how, s, n, &marked);
  CHECK(marked.n == n && (!n || !memcmp(marked.at, s, n)));
  lit_snippet_best(&e, &how, s, n, &marked, NULL);
  lit_keyword_open(&e, words, s, n < 50 ? n : 50, NULL, &k);
  lit_keyword_score(&e, k, &field, 1, &score, NULL);
  CHECK(score >= 0);
  lit_keyword_close(k);
  CHECK(e.rc == LIT_OK);
  lit_snippet_drop(&asked);
  lit_clean_map_drop(&map);
  lit_buf_drop(&marked);
  lit_buf_drop(&out);
}

/* In memory that ends where the text does. */
static void everything_alone(const char *s, size_t n) {
  char *own = malloc(n ? n : 1);
  if (!own) exit(1);
  memcpy(own, s, n);
  everything(own, n);
  free(own);
}

static void check_chance(void) {
  static const char *const bits[] = {
    "a", "B", "7", " ", " ", "-", ".", ",", "'", "\\", "{", "}", "$", "^", "_",
    "\n", "\\textbf{", "\\\"", "``", "''", "&amp;", "&#x", ";", "x2014", "sim",
    "times", " pm ", "rightarrow", "pre", "training", "http://", "/", "@",
    "\xc3\xa9", "\xcc\x81", "\xe6\x95\xb0", "\xef\xbd\xb6", "\xef\xb7\xba",
    "\xff", "\xe2\x80", "\xc2\xad", "\xe2\x80\x99", "U.S.", "C++", "et al. ",
    "[", "]", "\"", ":", "(",
  };
  char s[400];
  for (int round = 0; round < 20000 && !bad; round++) {
    size_t n = 0;
    const uint32_t pieces = rnd() % 60;
    for (uint32_t i = 0; i < pieces; i++) {
      const char *b = bits[rnd() % (sizeof bits / sizeof *bits)];
      if (rnd() % 16 == 0) s[n++] = (char)rnd();
      else memcpy(s + n, b, strlen(b)), n += strlen(b);
      if (n > sizeof s - 20) break;
    }
    everything_alone(s, n);
  }
}

/* Each allocation fails in turn: an error, and nothing lost. */
static void check_oom(void) {
  static const char s[] = "The pre-training of T\\\"ULU, 10^{19} FLOPs. Again.";
  const long before = n_live;
  int rc = LIT_NOMEM;
  for (long n = 1; rc; n++) {
    LitErr e = {0};
    LitBuf out = {0};
    LitAsked asked = {0};
    LitWordsCtx *ctx = NULL;
    LitKeyword *k = NULL;
    LitField field = {s, sizeof s - 1};
    double score;
    size_t cards = 0;
    fail_at = n;
    if (!lit_words_open(&e, lit_words_row(0), &ctx)) {
      LitSnippet how = {ctx, &asked, "[", "]", "...", 4, NULL};
      lit_snippet_query(&e, &asked, ctx, "pretraining tulu", 16);
      if (!e.rc) lit_snippet_highlight(&e, &how, s, field.n, &out);
      if (!e.rc) lit_snippet_best(&e, &how, s, field.n, &out, NULL);
      if (!e.rc) lit_keyword_open(&e, ctx, "tulu", 4, NULL, &k);
      if (!e.rc) lit_keyword_score(&e, k, &field, 1, &score, NULL);
      if (!e.rc) lit_pages_read(&e, s, field.n, look_card, &cards);
    }
    rc = e.rc;
    CHECK(rc == LIT_NOMEM || (rc == LIT_OK && fail_at > 0));
    fail_at = 0;
    lit_keyword_close(k);
    lit_words_close(ctx);
    lit_snippet_drop(&asked);
    lit_buf_drop(&out);
    CHECK(n_live == before);
  }
}

/* Long runs of one thing: time must grow with length, not faster. */
static void check_long(void) {
  static const char *const runs[] = {
    "a", "{", "}", "$", "\\", " ", "-", "\n", ".", "a.", "a-", "a'", "-\n",
    ". ", "\"", "\\\"", "{a", "\\textbf{", "&#", "x20", "a/", "1,",
    "\xe6\x95\xb0", "[", "\xcc\x81", "sim ", "$ ", "pre ", "http://a/", "(",
    "A. ", "m", "_{", "\n\n ",
  };
  const size_t n = (size_t)1 << 18;
  char *s = lit_new(&(LitErr){0}, n, 1);
  for (size_t i = 0; i < sizeof runs / sizeof *runs && s; i++) {
    clock_t start = clock();
    size_t len = strlen(runs[i]);
    for (size_t k = 0; k < n; k++) s[k] = runs[i][k % len];
    everything(s, n);
    if (clock() - start > 10 * CLOCKS_PER_SEC)
      printf("so much of '%s' takes too long\n", runs[i]), bad++;
    if (getenv("VERBOSE"))
      printf("%6.2f s '%s'\n", (double)(clock() - start) / CLOCKS_PER_SEC,
             runs[i]);
  }
  lit_free(s);
}

int main(void) {
  static const LitMem mem = {resize, release};
  LitErr e = {0};
  lit_mem_use(&mem);
  if (lit_words_open(&e, lit_words_find(&e, "check", NULL), &words)) return 1;
  check_tiers();
  check_order();
  check_near();
  check_maybe();
  check_forms();
  check_snippet();
  check_oom();
  check_chance();
  check_long();
  lit_words_close(words);
  return bad != 0;
}
