/* syntax.h -- FTS5's query syntax, read into the trees of phrase.h.
**
**   word "a phrase" one + two     words side by side
**   prefix*  "a phr"*             the last word is only begun
**   ^ phrase                      at the beginning of a column
**   NEAR(p q ..., n)              phrases near one another, n: 10
**   col : q    {c d} : q    -col : q    -{c d} : q    only, or not, in columns
**   q r    q AND r    q OR r    q NOT r    (q)
**
** Neighbours without a word between them are joined by AND and bind tightest,
** then NOT, AND, OR.  AND, OR, NOT and NEAR are such in capitals only.  A bare
** word is of letters, digits, _ and whatever is not ASCII; all else is quoted,
** a " inside doubled.  Beyond FTS5: neighbours may be in parentheses, which
** nest LIT_SYNTAX_DEEPEST deep.
**
** What a string's words are, the caller says (`cut`), so that they are those
** of the index.  A string without words is passed over among neighbours, and
** elsewhere matches nothing.
*/
#ifndef LIT_SYNTAX_H
#define LIT_SYNTAX_H
#include "base/buf.h"
#include "base/mem.h"
#include "index/phrase.h"

enum { LIT_SYNTAX_DEEPEST = 60 };   /* Four nodes of a tree each */

typedef struct LitSyntax {
  LitArena mem;
  LitMatch tree;
  LitBuf text;              /* Strings outside NOT, spaces between */
  LitMatch *prefixes;       /* PREFIX nodes outside NOT [n_prefixes] */
  size_t n_prefixes, room;
} LitSyntax;

/* Where `cut` puts its words. */
typedef struct LitSyntaxWords LitSyntaxWords;

typedef struct LitSyntaxOf {
  const char *who;                  /* For the words of errors */
  const char *const *columns;       /* [n_columns] names of fields 0, 1 ... */
  int n_columns;                    /* -1: any name will do */
  int (*cut)(LitErr *e, void *ctx, const char *s, size_t n,
             LitSyntaxWords *to);
  void *ctx;
} LitSyntaxOf;

/* For `cut`: the next word of the string (span 0; positions from 0, one by
** one), or another spelling of `span` words from pos on. */
int lit_syntax_word(LitErr *e, LitSyntaxWords *to, const char *at, uint32_t n,
                    uint32_t pos, uint32_t span);

/* Errors: ERROR, "who: character 7: expected ..., found ...". */
int lit_syntax_read(LitErr *e, const LitSyntaxOf *of, const char *s, size_t n,
                    LitSyntax *out);
void lit_syntax_drop(LitSyntax *s);
#endif
