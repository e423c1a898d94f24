/* tvf_models.c -- lit_models: the models loaded in this process.
**
**   SELECT name, dimensions, max_tokens FROM lit_models;
**
** name, architecture, dimensions, max_tokens (longer texts are cut; NULL: none is), bytes (of
** the weight files), hash (32 hex digits: the same hash means the same
** vectors), path.
*/
#include "model/model.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef struct State { int done; } State;

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  const LitModel *m;
  const char *hash;
  if (s->done++) return e->rc;
  for (size_t i = 0; (m = lit_model_row(i)) != NULL; i++) {
    hash = lit_model_hash(e, m, &stop);
    if (!hash) return e->rc;
    lit_put_str(out, lit_model_name(m));
    lit_put_str(out, lit_model_arch(m));
    lit_put_int(out, lit_model_dim(m));
    if (lit_model_max_tokens(m)) lit_put_int(out, lit_model_max_tokens(m));
    else lit_put_null(out);
    lit_put_int(out, (sqlite3_int64)lit_model_bytes(m));
    lit_put_str(out, hash);
    lit_put_str(out, lit_model_path(m));
  }
  return e->rc;
}

const LitTvf lit_tvf_models = {
  .name = "lit_models",
  .schema = "CREATE TABLE x(name, architecture, dimensions, max_tokens, bytes, "
            "hash, path)",
  .n_out = 7, .flags = LIT_CALM, .state_size = sizeof(State), .fill = fill,
  .doc = "() -> the models loaded: name, architecture, dimensions ...",
};
