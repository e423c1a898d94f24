/* sentence.h -- text into sentences. */
#ifndef LIT_SENTENCE_H
#define LIT_SENTENCE_H
#include <stddef.h>

/* The next sentence of s[0..n) from byte *at on, as bytes *from..*to without
** the blanks around it; *at moves behind it.  Returns 0 at the end.
**
** A sentence ends at . ! ? (and closing quotes and brackets) before a blank and
** something that is not a small letter, at a blank line, and at the full stops
** of Chinese and Japanese; not after abbreviations (et al., e.g., Fig. 3),
** initials, or the number of a list's item. */
int lit_sentence_next(const char *s, size_t n, size_t *at, size_t *from,
                      size_t *to);
#endif
