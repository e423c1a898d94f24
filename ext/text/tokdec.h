/* tokdec.h -- the decoders: how tokens become text again. */
#ifndef LIT_TOKDEC_H
#define LIT_TOKDEC_H
#include "text/tokparts.h"

extern const LitDecodeKind *const lit_decoders[];   /* NULL at the end */
extern const LitDecodeKind lit_decode_wordpiece;

/* Copy s[0..n) to out with every `from` replaced by `to`. */
void lit_replace_all(LitErr *e, LitBuf *out, const char *s, size_t n,
                     const char *from, const char *to);
#endif
