/* snippet.h -- showing why a text was found: marks around the words that a
** query asked for, and the stretch of a text that shows most of them.
**
**   lit_snippet_query(e, &asked, words, query, n);       once a query
**   LitSnippet how = {words, &asked, "<b>", "</b>", "...", 30};
**   lit_snippet_highlight(e, &how, text, n, &out);       all of it, marked
**   lit_snippet_best(e, &how, text, n, &out);            about 30 words of it
**   lit_snippet_drop(&asked);
*/
#ifndef LIT_SNIPPET_H
#define LIT_SNIPPET_H
#include "base/buf.h"
#include "base/err.h"
#include "text/words.h"

/* The index terms that a query asked for.  Zero to start. */
typedef struct LitAsked {
  struct LitAskedTerm *at;    /* [n] sorted */
  size_t n, room;
  LitBuf bytes;
} LitAsked;

/* The terms of a query, as `words` cuts it; its stop words only if it has no
** others.  Words that follow one another in it are different things asked;
** the spellings of one word are the same. */
int lit_snippet_query(LitErr *e, LitAsked *asked, LitWordsCtx *words,
                      const char *query, size_t n);
void lit_snippet_drop(LitAsked *asked);

typedef struct LitSnippet {
  LitWordsCtx *words;
  const LitAsked *asked;
  const char *open, *close;   /* put around a word */
  const char *gap;            /* put for what is left out before and after */
  int n_words;                /* of a snippet, 1 .. */
  const LitStop *stop;        /* may be NULL */
} LitSnippet;

/* Appends the text as it stands, with marks. */
int lit_snippet_highlight(LitErr *e, const LitSnippet *how, const char *s,
                          size_t n, LitBuf *out);

/* Appends the window of n_words words that shows most of what was asked,
** preferably from the beginning of a sentence, with marks; the beginning of
** the text if nothing is there.  The text is cleaned, and read to its
** millionth byte.  *shown (may be NULL): how many things asked it shows. */
int lit_snippet_best(LitErr *e, const LitSnippet *how, const char *s, size_t n,
                     LitBuf *out, int *shown);
#endif
