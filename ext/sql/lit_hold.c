/* lit_hold.c -- see lit_hold.h.  The table's first hidden column has the name
** of the table and lends its cursor. */
#include "sql/lit_cursor.h"
#include "sql/lit_hold.h"
#include "base/poison.h"

int lit_hold(LitErr *e, LitConn *conn, const char *who, const char *name,
             LitHold *out) {
  char *text = sqlite3_mprintf("SELECT \"%w\".\"%w\" FROM \"%w\"", name, name,
                               name);
  LitCursor *c;
  int rc;
  *out = (LitHold){0};
  rc = text ? sqlite3_prepare_v2(conn->db, text, -1, &out->holder, NULL)
            : SQLITE_NOMEM;
  sqlite3_free(text);
  if (rc && rc != SQLITE_ERROR) return lit_fail_db(e, who, conn->db, rc);
  if (rc)
    return lit_fail(e, LIT_ERROR, "%s: there is no lit table '%.80s'", who,
                    name);
  rc = sqlite3_step(out->holder);
  if (rc == SQLITE_DONE) return LIT_OK;
  if (rc != SQLITE_ROW) return lit_fail_db(e, who, conn->db, rc);
  c = sqlite3_value_pointer(sqlite3_column_value(out->holder, 0),
                            LIT_CURSOR_POINTER);
  if (!c)
    return lit_fail(e, LIT_ERROR, "%s: '%.80s' is not a lit table", who, name);
  out->t = (LitTable *)c->base.pVtab;
  return LIT_OK;
}
