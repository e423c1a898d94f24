/* words.h -- text in, index terms out: the word tokenizers.
**
** A word tokenizer is a row: 'english' (the default), 'simple' (Unicode words
** folded, not stemmed) and Snowball's other languages.  All of them cut alike:
**
**   words        runs of letters, marks and digits; folded (case, accents,
**                width, compatibility forms), then stemmed.  A possessive 's
**                is dropped, 8,000 is 8000, U.S.A. is usa, 2.5 is one word.
**   compounds    give their parts as words and, beside them, alternatives that
**                share the first part's position: pre-training is pre, train
**                and pretrain; so is `pre training`, by a list of combining
**                forms; CodeT5+, C++ and Min-K% also with their sign; names
**                with dots, slashes or underscores (arXiv ids, DOIs, URLs,
**                file names) also whole.
**   CJK, Thai    overlapping pairs of characters.
**   one letter   a lone Greek letter is its name: λ is lambda, ∞ is infty.
**
** Alternatives are flagged and must not count in a document's length.  A query
** is cut by the same rules; besides, each two neighbours of a query are tried
** joined (data set finds dataset), and what is merely a part of a word (gpt of
** gpt4, indexed so that gpt finds it) is not asked for.
**
** What to make of it in a score: over six judged sets, BM25 with every term of a
** query at its full weight, but 0.3 to 0.5 for alternatives and at most 0.2 for
** stop words, was best or near it.
**
** Text should have been through lit_clean.  Bytes that are not UTF-8 separate.
*/
#ifndef LIT_WORDS_H
#define LIT_WORDS_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/err.h"
#include "base/stop.h"

enum {
  LIT_WORD_MAX = 96,     /* bytes of a term; a longer word is cut */
  LIT_WORD_ROOM = 16     /* bytes that may be read of every term */
};

enum {
  LIT_WORD_JOINED = 1,   /* another spelling of `span` words; not counted */
  LIT_WORD_PART = 2,     /* a part of the word at this position; not counted */
  LIT_WORD_STOP = 4,     /* a stop word: indexed, worth little in a query */
  LIT_WORD_FIRST = 64,   /* may be the first, or the second half of one word */
  LIT_WORD_SECOND = 128, /* written apart (wordforms.h) */
  LIT_WORD_ALTERNATIVE = LIT_WORD_JOINED | LIT_WORD_PART
};

typedef struct LitWord {
  const char *at;        /* [n] the index term, valid UTF-8, lent; it and
                         ** `folded` have LIT_WORD_ROOM bytes or more */
  const char *folded;    /* [n_folded] the word before it was stemmed */
  uint32_t n, n_folded;  /* 1 .. LIT_WORD_MAX */
  uint32_t pos;          /* of the word among the counted words, from 0; an
                         ** alternative has that of the first word it covers
                         ** and comes after the last of them */
  uint32_t span;         /* how many counted words it covers, mostly 1 */
  uint32_t from, to;     /* the bytes of the text that it stands for */
  uint32_t flags;        /* LIT_WORD_... */
} LitWord;

/* Copies a term [n], or a folded word, to `to`, which has LIT_WORD_MAX bytes:
** nearly all are short, and that many are copied fast. */
static inline void lit_word_copy(char *to, const char *at, size_t n) {
  memcpy(to, at, LIT_WORD_ROOM);
  if (n > LIT_WORD_ROOM)
    memcpy(to + LIT_WORD_ROOM, at + LIT_WORD_ROOM, n - LIT_WORD_ROOM);
}

typedef struct LitWords {
  const char *name, *doc;
  const char *snowball;  /* the stemmer's language, or NULL */
  int english;           /* with English stop words and combining forms */
} LitWords;

/* The tokenizer of that name ('english' for NULL), or NULL and an error that
** lists the names.  who: the SQL function or option, for words. */
const LitWords *lit_words_find(LitErr *e, const char *who, const char *name);
const LitWords *lit_words_row(size_t i);         /* NULL past the end */

/* What splitting needs and keeps between calls: the stemmer, a cache of stems.
** One text at a time; open one and use it for many. */
typedef struct LitWordsCtx LitWordsCtx;
int lit_words_open(LitErr *e, const LitWords *kind, LitWordsCtx **out);
void lit_words_close(LitWordsCtx *ctx);          /* NULL is fine */

/* Called with the words in their order: `lot` with many at once, at most
** LIT_WORDS_LOT, or where that is NULL `each` with one.  What it is given is
** lent until it returns; non-zero, or an error in *e, ends the splitting.
**
** A lot is for those to whom a word must cost little: they can look ahead in
** it, and ask for the memory that all of its words will need before they use
** any of it. */
enum { LIT_WORDS_LOT = 256 };
typedef struct LitWordSink {
  int (*each)(LitErr *e, void *to, const LitWord *w);
  void *to;
  const LitStop *stop;                           /* may be NULL */
  int (*lot)(LitErr *e, void *to, const LitWord *words, size_t n);
} LitWordSink;

enum { LIT_WORDS_INDEX, LIT_WORDS_QUERY };

/* Split s[0..n), n < 2^32, in order.  Returns e->rc.  Errors: TOOBIG, NOMEM,
** INTERRUPT, and whatever `each` records. */
int lit_words_split(LitErr *e, LitWordsCtx *ctx, const char *s, size_t n,
                    int mode, const LitWordSink *sink);

/* The term of one word that holds no separators (a vocabulary entry, say), as
** splitting would stem it: at most LIT_WORD_MAX bytes into out, their number
** returned. */
size_t lit_words_term(LitErr *e, LitWordsCtx *ctx, const char *s, size_t n,
                      char out[LIT_WORD_MAX]);
#endif
