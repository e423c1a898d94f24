/* wordfold.h -- which characters make words, and how a word is folded. */
#ifndef LIT_WORDFOLD_H
#define LIT_WORDFOLD_H
#include <stddef.h>
#include <stdint.h>

/* Letters, marks, numbers, and the sign for infinity. */
int lit_wordfold_is_word(uint32_t cp);

/* Characters of scripts that write no spaces between words: Chinese,
** Japanese, Korean (which has spaces, but glues particles to its words), Thai,
** Lao, Khmer, Burmese. */
int lit_wordfold_is_paired(uint32_t cp);

/* Fold s[0..n), well-formed UTF-8, into out[0..room), cut at a character: case
** and compatibility forms; unless `marks`, accents and vowel points too.  A
** lone Greek letter becomes its name.  Returns the length, 0 if nothing stays
** (soft hyphens, say).  Reads at most LIT_FOLD_MAX bytes. */
enum { LIT_FOLD_MAX = 384 };
size_t lit_wordfold(const char *s, size_t n, int marks, char *out,
                    size_t room);
#endif
