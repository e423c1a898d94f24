/* net16_pick.c -- choose the row of net16.h, see pick.h. */
#include "kern/net16.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet16 lit_net16_avx2, lit_net16_bf16;
#endif
#if LIT_NEON
extern const LitNet16 lit_net16_neon;
#endif

static const LitNet16 *const rows[] = {   /* slowest first */
  &lit_net16_c,
#if LIT_X86
  &lit_net16_avx2,
  &lit_net16_bf16,
#endif
#if LIT_NEON
  &lit_net16_neon,
#endif
};

LIT_PICK(LitNet16, net16, "avx512 avx512vnni ")
