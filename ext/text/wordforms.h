/* wordforms.h -- what English adds to cutting words: the stop words, and the
** combining forms that are written apart, with a hyphen, or as one word. */
#ifndef LIT_WORDFORMS_H
#define LIT_WORDFORMS_H
#include <stddef.h>

/* Words are folded, not stemmed. */
int lit_wordforms_is_stop(const char *s, size_t n);
int lit_wordforms_is_first(const char *s, size_t n);    /* pre, fine, data */
int lit_wordforms_is_second(const char *s, size_t n);   /* wise */

/* Is it a first half of any word (pre, but not data)?  May it be a second half
** of those that are not (base, shot, sampling)? */
int lit_wordforms_is_open(const char *s, size_t n);
int lit_wordforms_is_latter(const char *s, size_t n);

/* May the neighbours `a b` be one word ab?  (pre training, list wise) */
int lit_wordforms_join(const char *a, size_t na, const char *b, size_t nb);
#endif
