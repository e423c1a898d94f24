/* net8_pick.c -- choose the row of net8.h, see pick.h. */
#include "kern/net8.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet8 lit_net8_avx2, lit_net8_vnni;
# if defined(__linux__)
extern const LitNet8 lit_net8_amx;
# endif
#endif
#if LIT_NEON
extern const LitNet8 lit_net8_neon;
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
extern const LitNet8 lit_net8_neondot;
# endif
#endif

static const LitNet8 *const rows[] = {   /* slowest first */
  &lit_net8_c,
#if LIT_X86
  &lit_net8_avx2,
  &lit_net8_vnni,
# if defined(__linux__)
  &lit_net8_amx,
# endif
#endif
#if LIT_NEON
  &lit_net8_neon,
# if !defined(__clang__) || defined(__ARM_FEATURE_DOTPROD)
  &lit_net8_neondot,
# endif
#endif
};

/* AVX-512 without VNNI does no better here than AVX2. */
LIT_PICK(LitNet8, net8, "avx512 ")
