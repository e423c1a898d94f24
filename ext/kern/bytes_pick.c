/* bytes_pick.c -- choose the row of bytes.h, see pick.h. */
#include "kern/bytes.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitBytesKern lit_bytes_avx2, lit_bytes_avx512;
#endif
#if LIT_NEON
extern const LitBytesKern lit_bytes_neon;
#endif

static const LitBytesKern *const rows[] = {   /* slowest first */
  &lit_bytes_c,
#if LIT_X86
  &lit_bytes_avx2,
  &lit_bytes_avx512,
#endif
#if LIT_NEON
  &lit_bytes_neon,
#endif
};

LIT_PICK(LitBytesKern, bytes, "")
