/* builtin.c -- the model that is part of lit: the file builtin.safetensors
** beside this one, of the form that arch_static.c reads, linked in as it is.
** Without that file lit is built without a built-in model.
*/
#include "model/parts.h"
#include "base/poison.h"

/* The labels are global: of two local ones aarch64's linker makes one address.
*/
#ifdef LIT_BUILTIN                      /* its path, from the Makefile */
__asm__(".pushsection .rodata\n"
        ".globl lit_builtin_first, lit_builtin_end\n"
        ".hidden lit_builtin_first, lit_builtin_end\n"
        ".balign 64\n"
        "lit_builtin_first: .incbin \"" LIT_BUILTIN "\"\n"
        "lit_builtin_end: .byte 0\n"
        ".popsection\n");
extern const uint8_t lit_builtin_first[], lit_builtin_end[];

LitFile lit_builtin_bytes(void) {
  return (LitFile){.at = lit_builtin_first, .lent = 1,
                   .n = (size_t)(lit_builtin_end - lit_builtin_first)};
}
#else
LitFile lit_builtin_bytes(void) { return (LitFile){0}; }
#endif
