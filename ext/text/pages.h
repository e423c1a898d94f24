/* pages.h -- the cards of a Daily Papers page that was saved as text.
**
** Such a page has a header of short lines (new, Get trending papers ..., a
** date without a year), then a title and an abstract for each paper, a blank
** line after each.  A damaged page gives what can be had: a card whose title
** or abstract is lost lacks it and says so, and the next card is whole again.
*/
#ifndef LIT_PAGES_H
#define LIT_PAGES_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

enum { LIT_PAGE_MAX = 1 << 24 };  /* bytes */

typedef struct LitCard {
  int rank;                       /* 1 .. on its page */
  const char *title, *abstract;   /* parts of the text, NULL where lost; an */
  size_t n_title, n_abstract;     /* abstract may have line ends in it */
  char date[11];                  /* MM-DD, YYYY-MM-DD, or empty */
  const char *feed;               /* 'Daily Papers' if the header is there */
  char problem[96];               /* empty, or what was odd */
} LitCard;

/* Calls each(e, to, card) for the cards of s[0..n) in order.  A text with
** something in it but no card gives one empty card with the problem.
** Returns e->rc.  Errors: TOOBIG over LIT_PAGE_MAX, NOMEM. */
int lit_pages_read(LitErr *e, const char *s, size_t n,
                   int (*each)(LitErr *e, void *to, const LitCard *card),
                   void *to);
#endif
