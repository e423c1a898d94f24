/* stop.h -- may this go on?  Every loop that can outlast 10 ms asks.
**
** A LitStop is handed down from the SQL face; plain code calls lit_stopped
** now and then and leaves when it is told so.  A NULL LitStop never stops.
*/
#ifndef LIT_STOP_H
#define LIT_STOP_H
#include "base/err.h"

typedef struct LitStop {
  int (*asked)(void *ctx);  /* True if the connection was interrupted */
  void *ctx;
} LitStop;

/* LIT_INTERRUPT recorded in *e if somebody asked to stop, else e->rc. */
int lit_stopped(LitErr *e, const LitStop *stop);
#endif
