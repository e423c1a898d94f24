/* act.h -- activations by the names that config.json gives them. */
#ifndef LIT_ACT_H
#define LIT_ACT_H
#include <stddef.h>
#include "model/json.h"

typedef void (*LitAct)(float *x, size_t n);   /* n a multiple of 16 */

/* NULL, and MISMATCH that names file, key and what is allowed. */
LitAct lit_act_find(LitErr *e, const LitJson *j, const char *key,
                    const char *name);
/* The same, cheaper, where what comes of it is rounded to 8 or 16 bits anyway. */
LitAct lit_act_near(LitAct act);
#endif
