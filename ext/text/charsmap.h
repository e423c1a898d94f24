/* charsmap.h -- sentencepiece's table of characters to replace. */
#ifndef LIT_CHARSMAP_H
#define LIT_CHARSMAP_H
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

typedef struct LitCharsmap {
  const uint8_t *unit;      /* [n_units] 4 bytes each */
  uint32_t n_units;
  const char *text;         /* [n_text] strings, each ended by 0 */
  size_t n_text;
} LitCharsmap;

/* at[0..n) stays the caller's and must outlive *out. */
int lit_charsmap_open(LitErr *e, const uint8_t *at, size_t n, LitCharsmap *out);

typedef struct LitCharsHit {
  size_t n;                 /* Bytes matched */
  size_t n_text;            /* Bytes of what they become */
} LitCharsHit;

/* What the shortest (or longest) prefix of s[0..n) in the table becomes, or
** NULL if there is none. */
const char *lit_charsmap_find(const LitCharsmap *m, const char *s, size_t n,
                              int longest, LitCharsHit *hit);

/* Decode s[0..n) into out, which has room for n bytes. */
int lit_base64(LitErr *e, const char *s, size_t n, uint8_t *out,
               size_t *n_out);
#endif
