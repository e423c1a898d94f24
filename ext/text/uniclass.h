/* uniclass.h -- classes of characters, exactly as the libraries that trained
** the tokenizers see them.
**
** Those libraries carry tables of different versions of Unicode (8 to 17), so
** "punctuation" is one thing to BERT's splitter and another to a regular
** expression.  Each class below says whose it is.
*/
#ifndef LIT_UNICLASS_H
#define LIT_UNICLASS_H
#include <stddef.h>
#include <stdint.h>

typedef enum LitUni {       /* The order of the table in uniclass_data.c */
  LIT_UNI_PUNCT,            /* Hugging Face's splitters: P*, and ASCII's */
  LIT_UNI_OTHER,            /* BertNormalizer: control, format, private */
  LIT_UNI_NONSPACING,       /* BertNormalizer's strip_accents: Mn */
  LIT_UNI_MARK,             /* StripAccents: M* */
  LIT_UNI_NUMERIC,          /* Digits: N* */
  LIT_UNI_WORD,             /* Whitespace: \w */
  LIT_UNI_RX_LETTER,        /* Regular expressions of files: \p{L} */
  LIT_UNI_RX_NUMBER,        /* \p{N} */
  LIT_UNI_RX_MARK,          /* \p{M} */
  LIT_UNI_RX_UPPER,         /* \p{Lu}\p{Lt} */
  LIT_UNI_RX_LOWER,         /* \p{Ll} */
  LIT_UNI_RX_PUNCT,         /* \p{P} */
  LIT_UNI_RX_SYMBOL         /* \p{S} */
} LitUni;

int lit_uni_is(LitUni cls, uint32_t cp);
int lit_uni_space(uint32_t cp);               /* White_Space */
int lit_uni_is_han(uint32_t cp);              /* BERT's "Chinese characters" */

/* The script of cp, 1 ...; 0: it goes with any.  Han for the Japanese ones. */
unsigned lit_uni_script(uint32_t cp);
extern const uint32_t lit_uni_scripts[];      /* [n]: uniscript_data.c */
extern const size_t lit_uni_n_scripts;

/* Characters that regular expressions of files know and Unicode 14 does not,
** by general category; the last row is all zero. */
typedef struct LitUniNew {
  uint32_t from, to;
  char category[3];
} LitUniNew;
extern const LitUniNew lit_uni_new[];

/* Lower case of cp, as full case mapping gives it without context, into
** out[0..2]; how many (1 or 2). */
int lit_uni_lower(uint32_t cp, uint32_t out[2]);
#endif
