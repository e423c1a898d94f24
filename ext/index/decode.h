/* decode.h -- what the bytes of an index say, as JSON: for people who look into
** a file that is not as it should be.
**
** A kind is a row.  Nothing is believed of the bytes: what does not fit the
** format is CORRUPT, with the place where it ceased to.
*/
#ifndef LIT_DECODE_H
#define LIT_DECODE_H
#include "base/buf.h"

typedef struct LitDecoder {
  const char *name;
  size_t hash;              /* Bytes behind it, which are left out: 8 or 0 */
  void (*put)(LitErr *e, LitIn *in, LitBuf *out);
  const char *doc;
} LitDecoder;

const LitDecoder *lit_decoder_row(size_t i);    /* NULL past the end */

/* who: for words.  Strings in the JSON hold the bytes as they are, whether or
** not they are UTF-8. */
int lit_decode(LitErr *e, const char *who, const LitDecoder *d, const void *at,
               size_t n, LitBuf *out);
#endif
