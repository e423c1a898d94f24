/* language.h -- which language is a text in?
**
**   LitLanguages *known;
**   lit_language_open(e, &known);
**   code = lit_language_guess(known, text, n);     "fr", or NULL: not sure
**   lit_language_close(known);
*/
#ifndef LIT_LANGUAGE_H
#define LIT_LANGUAGE_H
#include <stddef.h>
#include "base/err.h"

/* Scripts that several languages write. */
typedef enum LitScript {
  LIT_LATIN, LIT_CYRILLIC, LIT_ARABIC, LIT_DEVANAGARI, LIT_N_SHARED_SCRIPTS
} LitScript;

typedef struct LitLanguage {
  const char *code;         /* ISO 639-1 */
  const char *name;
  LitScript script;
  const char *words;        /* frequent ones, the most frequent first */
  const char *text;         /* some sentences */
} LitLanguage;

extern const LitLanguage lit_language_latin[], lit_language_other[];

/* Code and name of language i, those told by their script alone included;
** NULL past the end. */
const char *lit_language_row(size_t i, const char **name);

/* The profiles, made from the above: half a megabyte, some 10 ms. */
typedef struct LitLanguages LitLanguages;
int lit_language_open(LitErr *e, LitLanguages **out);
void lit_language_close(LitLanguages *l);         /* NULL is fine */

/* The ISO 639-1 code of the language that s[0..n) is in, NULL if there is too
** little to tell or no language fits much better than the others.  Looks at
** the first LIT_LANGUAGE_LOOK characters; bytes that are not UTF-8 separate. */
enum { LIT_LANGUAGE_LOOK = 4096 };
const char *lit_language_guess(const LitLanguages *l, const char *s, size_t n);
#endif
