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
/* The same, quick where `from` mostly grows: *near is 0 at first, and kept. */
void lit_clean_back_from(const LitCleanMap *map, size_t *near, uint32_t *from,
                         uint32_t *to);
static inline void lit_clean_back_near(const LitCleanMap *map, size_t *near,
                                       uint32_t *from, uint32_t *to) {
  const LitCleanRun *run, *last;
  LitCleanRun next = {UINT32_MAX, map->n_in};
  if (map->n == 0) return;
  run = map->at + *near, last = map->at + map->n - 1;
  while (run < last && run[1].out <= *from) run++;
  *near = (size_t)(run - map->at);
  if (run < last) next = run[1];
  if (run->out <= *from && *from < *to && *to <= next.out) {
    const uint32_t shift = run->in - run->out;
    const uint32_t end = *to == next.out ? next.in : *to + shift;
    *from += shift, *to = end;
    if (*from > next.in) *from = next.in;
    if (*to > next.in) *to = next.in;
    if (*to < *from) *to = *from;
  } else lit_clean_back_from(map, near, from, to);
}
void lit_clean_map_drop(LitCleanMap *map);
#endif
