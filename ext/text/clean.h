/* clean.h -- mends what scraped and pasted abstracts contain.
**
** TeX (accents, \%, \textbf{..}, \url{..}, $10^{19}$, \alpha, ``..''), also
** with its backslash lost where that is plain (58.9 rightarrow 61.7, 64times
** 64, textit{O}bstacles, x2014), HTML entities, soft hyphens, words broken by
** a hyphen at a line's end, and lost, doubled or misplaced spaces around
** punctuation.  Runs of white space become one space; a blank line stays.
**
** Ordinary sentences pass through unchanged, and cleaning twice is cleaning
** once.  The input is valid UTF-8 or not: other bytes pass through.
*/
#ifndef LIT_CLEAN_H
#define LIT_CLEAN_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

/* Where the bytes of the cleaned text come from, in runs.  Zero to start. */
typedef struct LitCleanRun { uint32_t out, in; } LitCleanRun;
typedef struct LitCleanMap {
  LitCleanRun *at;
  size_t n, room;
  uint32_t n_in;            /* length of the text that was given */
} LitCleanMap;

/* Appends the cleaned s[0..n), n < 2^32, to *out, and unless map is NULL sets
** *map.  stop may be NULL.  Returns e->rc; errors: NOMEM, TOOBIG, INTERRUPT. */
int lit_clean(LitErr *e, const char *s, size_t n, const LitStop *stop,
              LitBuf *out, LitCleanMap *map);

/* The same where a copy is only wanted if something needs mending, as few texts
** do: (*s)[0..*n) becomes the cleaned text, either itself, and nothing else is
** touched, or appended to *out. */
int lit_clean_text(LitErr *e, const char **s, size_t *n, const LitStop *stop,
                   LitBuf *out, LitCleanMap *map);

/* Bytes from..to of the cleaned text as bytes of the given text. */
void lit_clean_back(const LitCleanMap *map, uint32_t *from, uint32_t *to);
/* The same, quick for words in their order, and for what lies as the word before
** did: bytes out .. end of the cleaned text are `shift` further on in the given
** one, modulo 2^32.  Zero to start with a map. */
typedef struct LitCleanNear {
  size_t run;
  uint32_t out, end, shift;
} LitCleanNear;
void lit_clean_back_far(const LitCleanMap *map, LitCleanNear *near,
                        uint32_t *from, uint32_t *to);
static inline void lit_clean_back_near(const LitCleanMap *map,
                                       LitCleanNear *near, uint32_t *from,
                                       uint32_t *to) {
  if (near->out <= *from && *from < *to && *to < near->end) {
    *from += near->shift, *to += near->shift;
  } else {
    uint32_t far_from = *from, far_to = *to;     /* those stay in registers */
    lit_clean_back_far(map, near, &far_from, &far_to);
    *from = far_from, *to = far_to;
  }
}
void lit_clean_map_drop(LitCleanMap *map);
#endif
