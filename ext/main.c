/* main.c -- the loadable extension's entry point: version check, memory,
** registration of the tables. */
#define LIT_MAIN
#include "base/mem.h"
#include "sql/fts5.h"
#include "sql/lit_table.h"
#include "sql/tables.h"
#include "lit.h"
SQLITE_EXTENSION_INIT1
#include "base/poison.h"

/* Through functions: sqlite3_free is itself a pointer, set when lit is loaded. */
static void *resize(void *p, uint64_t n) { return sqlite3_realloc64(p, n); }
static void release(void *p) { sqlite3_free(p); }

static int register_all(LitConn *conn) {
  int rc = SQLITE_OK;
  for (size_t i = 0; rc == SQLITE_OK && lit_func_tables[i]; i++)
    rc = lit_register(conn, lit_func_tables[i]);
  for (size_t i = 0; rc == SQLITE_OK && lit_agg_tables[i]; i++)
    rc = lit_register_agg(conn, lit_agg_tables[i]);
  if (rc == SQLITE_OK) rc = lit_register_tvf(conn, lit_tvfs);
  if (rc == SQLITE_OK) rc = lit_fts5_register(conn);
  if (rc != SQLITE_OK) return rc;
  conn->n_refs++;
  return sqlite3_create_module_v2(conn->db, "lit", lit_module, conn,
                                  lit_conn_release);
}

int sqlite3_lit_init(sqlite3 *db, char **errmsg,
                     const sqlite3_api_routines *api) {
  static const LitMem mem = {resize, release};
  LitConn *conn;
  int rc;
  SQLITE_EXTENSION_INIT2(api);
  if (sqlite3_libversion_number() < 3038000) {
    *errmsg = sqlite3_mprintf("lit: needs SQLite 3.38, this is %s",
                              sqlite3_libversion());
    return SQLITE_ERROR;
  }
  lit_mem_use(&mem);
  conn = sqlite3_malloc64(sizeof *conn);
  if (!conn) return SQLITE_NOMEM;
  *conn = (LitConn){.db = db, .n_refs = 1};
  rc = register_all(conn);
  lit_conn_release(conn);
  return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}

int lit_auto_init(sqlite3 *db, char **errmsg,
                  const sqlite3_api_routines *api) {
  int rc = sqlite3_lit_init(db, errmsg, api);
  return rc == SQLITE_OK_LOAD_PERMANENTLY ? SQLITE_OK : rc;
}
