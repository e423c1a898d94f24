/* pieces_char.h -- what a tokenizer like BERT's makes of one character, so that
** a text need not go through all of its steps; for pieces.c alone.
**
** These steps look at one character at a time: cleaning, the parts that it is
** made of, their accents taken away, lower case, and whether it is a sign or a
** blank.  (Parts change places by Unicode's rules, but those that do are taken
** away, up to LIT_PIECES_CHARS.)  So it is enough to ask once for each.
*/
#ifndef LIT_PIECES_CHAR_H
#define LIT_PIECES_CHAR_H
#include "text/subword.h"
#include "text/toktext.h"

enum { LIT_PIECES_CHARS = 0x3000 };

typedef enum LitPiecesKind {
  LIT_CHAR_NEW,             /* Not asked yet */
  LIT_CHAR_PART,            /* Goes into a word, as text [n], perhaps empty */
  LIT_CHAR_SIGN,            /* Text is a word by itself */
  LIT_CHAR_BLANK,           /* Ends a word */
  LIT_CHAR_OTHER            /* None of these: it depends on its neighbours */
} LitPiecesKind;

typedef struct LitPiecesChar {
  uint8_t kind, n;
  char text[6];
} LitPiecesChar;

/* Ask what the steps of t, up to its model, make of cp; w is room. */
int lit_pieces_char(LitErr *e, const LitSubword *t, LitWork *w, uint32_t cp,
                    LitPiecesChar *out);
#endif
