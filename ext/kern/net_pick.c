/* net_pick.c -- choose the row of net.h, see pick.h. */
#include "kern/net.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitNet lit_net_avx2, lit_net_avx512;
#endif
#if LIT_NEON
extern const LitNet lit_net_neon;
#endif

static const LitNet *const rows[] = {   /* slowest first */
  &lit_net_c,
#if LIT_X86
  &lit_net_avx2,
  &lit_net_avx512,
#endif
#if LIT_NEON
  &lit_net_neon,
#endif
};

LIT_PICK(LitNet, net, "")
