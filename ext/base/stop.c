/* stop.c -- see stop.h */
#include "base/stop.h"
#include "base/poison.h"

int lit_stopped(LitErr *e, const LitStop *stop) {
  if (!e->rc && stop && stop->asked && stop->asked(stop->ctx))
    lit_fail(e, LIT_INTERRUPT, "interrupted");
  return e->rc;
}
