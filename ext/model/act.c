/* act.c -- see act.h */
#include <string.h>
#include "base/buf.h"
#include "kern/net.h"
#include "model/act.h"
#include "base/poison.h"

static const struct { const char *name; size_t at; } rows[] = {
  {"gelu", offsetof(LitNet, gelu)},
  {"gelu_new", offsetof(LitNet, gelu_tanh)},
  {"gelu_pytorch_tanh", offsetof(LitNet, gelu_tanh)},
  {"relu", offsetof(LitNet, relu)},
  {"sigmoid", offsetof(LitNet, sigmoid)},
  {"silu", offsetof(LitNet, silu)},
  {"swish", offsetof(LitNet, silu)},
  {"tanh", offsetof(LitNet, tanh)},
};
enum { N_ROWS = sizeof rows / sizeof *rows };

LitAct lit_act_find(LitErr *e, const LitJson *j, const char *key,
                    const char *name) {
  LitAct act;
  LitBuf known = {0};
  for (size_t i = 0; i < N_ROWS; i++)
    if (strcmp(rows[i].name, name) == 0) {
      memcpy(&act, (const char *)lit_net() + rows[i].at, sizeof act);
      return act;
    }
  for (size_t i = 0; i < N_ROWS; i++)
    lit_buf_printf(e, &known, "%s%s", i ? ", " : "", rows[i].name);
  lit_buf_u8(e, &known, 0);
  lit_fail(e, LIT_MISMATCH, "%s/%s: %s '%.40s': expected one of: %s",
           j->folder, j->file, key, name, (char *)known.at);
  lit_buf_drop(&known);
  return NULL;
}

LitAct lit_act_near(LitAct act) {
  return act == lit_net()->gelu ? lit_net()->gelu_near : act;
}
