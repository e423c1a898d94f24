/* decode.h -- what the bytes of an index say, as JSON: for people who look into
** a file that is not as it should be.
**
** A kind is a row.  Nothing is believed of the bytes: what does not fit the
** format is CORRUPT, with the place where it ceased to.
*/
#ifndef LIT_DECODE_H
#define LIT_DECODE_H
#include "base/buf.h"
#include "base/spec.h"

/* Bytes that do not say how they are cut are told so: 'vectors(384)'. */
enum { LIT_DECODE_NUMBERS = 3 };

typedef struct LitDecoder {
  const char *name;
  size_t hash;              /* Bytes behind it, which are left out: 8 or 0 */
  const char *doc;
  void (*put)(LitErr *e, LitIn *in, LitBuf *out);
  /* One that is told numbers, instead. */
  void (*cut)(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
  LitSpecNumber numbers[LIT_DECODE_NUMBERS];    /* Whole ones */
} LitDecoder;

const LitDecoder *lit_decoder_row(size_t i);    /* NULL past the end */

/* Reads `kind`, for example "list(6)": its row, and its numbers into p
** [LIT_DECODE_NUMBERS].  ERROR if there is none, or a number out of range. */
int lit_decode_kind(LitErr *e, const char *who, const char *kind,
                    const LitDecoder **d, uint32_t *p);

/* who: for words.  Strings in the JSON hold the bytes as they are, whether or
** not they are UTF-8. */
int lit_decode(LitErr *e, const char *who, const LitDecoder *d,
               const uint32_t *p, const void *at, size_t n, LitBuf *out);
#endif
