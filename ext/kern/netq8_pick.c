/* netq8_pick.c -- choose the row of netq8.h, see pick.h. */
#include "kern/netq8.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNetQ8 lit_netq8_avx2, lit_netq8_vnni;
#endif
#if LIT_NEON
extern const LitNetQ8 lit_netq8_neon;
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
extern const LitNetQ8 lit_netq8_neondot;
# endif
#endif

static const LitNetQ8 *const rows[] = {   /* slowest first */
  &lit_netq8_c,
#if LIT_X86
  &lit_netq8_avx2,
  &lit_netq8_vnni,
#endif
#if LIT_NEON
  &lit_netq8_neon,
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
  &lit_netq8_neondot,
# endif
#endif
};

/* AVX-512 without VNNI does no better here than AVX2. */
LIT_PICK(LitNetQ8, netq8, "avx512 ")
