/* heads_pick.c -- choose the row of heads.h, see pick.h. */
#include "kern/heads.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitHeads lit_heads_avx2, lit_heads_vnni;
#endif
#if LIT_NEON
extern const LitHeads lit_heads_neon;
#endif

static const LitHeads *const rows[] = {   /* slowest first */
  &lit_heads_c,
#if LIT_X86
  &lit_heads_avx2,
  &lit_heads_vnni,
#endif
#if LIT_NEON
  &lit_heads_neon,
#endif
};

LIT_PICK(LitHeads, heads, "avx512 ")
