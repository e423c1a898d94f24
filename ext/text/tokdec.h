/* tokdec.h -- the decoders: how tokens become text again. */
#ifndef LIT_TOKDEC_H
#define LIT_TOKDEC_H
#include "text/tokparts.h"

extern const LitDecodeKind *const lit_decoders[];   /* NULL at the end */
extern const LitDecodeKind lit_decode_wordpiece, lit_decode_bytes,
    lit_decode_bpe, lit_decode_metaspace, lit_decode_fuse, lit_decode_strip,
    lit_decode_replace, lit_decode_fallback, lit_decode_ctc;
extern const LitDecodeKind lit_decode_raw;   /* Tokens are bytes themselves */

/* Copy s[0..n) to out with every `from` replaced by `to`. */
void lit_replace_all(LitErr *e, LitBuf *out, const char *s, size_t n,
                     const char *from, const char *to);

/* Take back blanks before English punctuation, in *text. */
void lit_english_cleanup(LitErr *e, LitBuf *text, LitBuf *spare);
/* Copy bytes that may not be UTF-8: what is not becomes U+FFFD, one for each
** longest beginning of a character. */
void lit_utf8_lossy(LitErr *e, LitBuf *out, const char *s, size_t n);
#endif
