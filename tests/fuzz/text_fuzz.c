/* text_fuzz.c -- any bytes as a text: cleaned, split, cut into sentences and
** cards, checked as JSON, its abbreviations and language found, put into Latin
** letters, searched and shown, with its first bytes as query. */
#include "base/buf.h"
#include "text/acronym.h"
#include "text/clean.h"
#include "text/jsonscan.h"
#include "text/keyword.h"
#include "text/language.h"
#include "text/pages.h"
#include "text/sentence.h"
#include "text/snippet.h"
#include "text/translit.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static int word(LitErr *e, void *to, const LitWord *w) {
  (void)e, (void)to;
  return w->n == 0 || w->n > LIT_WORD_MAX;
}

static int card(LitErr *e, void *to, const LitCard *c) {
  (void)e, (void)to;
  return c->rank < 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  static LitWordsCtx *words;
  static LitLanguages *languages;
  const char *s = (const char *)bytes;
  LitErr e = {0};
  LitBuf out = {0};
  LitCleanMap map = {0};
  LitAsked asked = {0};
  LitSnippet how = {NULL, &asked, "<", ">", "...", 8, NULL};
  LitWordSink sink = {.each = word};
  LitField field = {s, n};
  LitKeyword *k;
  LitAcronym acronym;
  double score;
  size_t at = 0, from, to, n_query = n < 40 ? n : 40;
  if (!words) lit_words_open(&e, lit_words_row(0), &words);
  if (!languages) lit_language_open(&e, &languages);
  how.words = words;
  lit_clean(&e, s, n, NULL, &out, &map);
  lit_words_split(&e, words, s, n, LIT_WORDS_INDEX, &sink);
  while (lit_sentence_next(s, n, &at, &from, &to)) {}
  at = 0;
  while (lit_acronym_next(s, n, &at, &acronym))
    if (acronym.long_to > n || acronym.short_to > n) __builtin_trap();
  at = 0;
  lit_jsonscan(s, n, &at);
  lit_language_guess(languages, s, n);
  lit_translit(&e, s, n, NULL, &out);
  lit_pages_read(&e, s, n, card, NULL);
  lit_snippet_query(&e, &asked, words, s, n_query);
  lit_snippet_highlight(&e, &how, s, n, &out);
  lit_snippet_best(&e, &how, s, n, &out, NULL);
  lit_keyword_open(&e, words, s, n_query, NULL, &k);
  lit_keyword_score(&e, k, &field, 1, &score, NULL);
  lit_keyword_close(k);
  lit_snippet_drop(&asked);
  lit_clean_map_drop(&map);
  lit_buf_drop(&out);
  return 0;
}
