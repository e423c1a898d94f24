/* kern_pick.c -- choose the table of kernels, see pick.h. */
#include "kern/kern.h"
#include "kern/pick.h"
#include "base/poison.h"

#if LIT_X86
extern const LitKern lit_kern_avx2, lit_kern_avx512, lit_kern_avx512vnni;
#endif
#if LIT_NEON
extern const LitKern lit_kern_neon;
#endif

static const LitKern *const rows[] = {   /* slowest first */
  &lit_kern_c,
#if LIT_X86
  &lit_kern_avx2,
  &lit_kern_avx512,
  &lit_kern_avx512vnni,
#endif
#if LIT_NEON
  &lit_kern_neon,
#endif
};

LIT_PICK(LitKern, kern, "")
