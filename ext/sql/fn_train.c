/* fn_train.c -- a tokenizer learned from a table.
**
**   SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 32000,
**                              '{"path": "/tmp/mine.json"}');
**   SELECT lit_tokenizer_add('mine', '/tmp/mine.json');
**
**   lit_tokenizer_train(table, column, kind, size [, options])
**     the text of a tokenizer.json, which Hugging Face's library loads and
**     which gives the same ids there; with a path among the options it is
**     written there, and the path is what comes back.
**
** table, column: any table or view; its texts, rows with NULL left out, in the
** order in which SQLite gives them.  kind: 'wordpiece' (BERT), 'bpe' (byte
** level, GPT-2), 'unigram' (XLM-R).  size: tokens in the vocabulary, at most,
** 1 .. 1000000: special tokens and characters count.  options, a JSON object:
**   path            where to write, instead of returning the text
**   lowercase       true, false (wordpiece: true)
**   special_tokens  array of texts, ids from 0; unigram needs <unk> among
**                   them, wordpiece [UNK]
**   min_count       wordpiece, bpe: pairs seen less often are not joined (0)
**   alphabet        at most so many characters become tokens, the most
**                   frequent (unigram: a quarter of size, else all)
**   max_piece       unigram: characters of a token at most, 1 .. 16 (16)
**   split           bpe: gpt2, cl100k, qwen2, o200k (gpt2)
**
** The same rows give the same file.  Memory: train.h.  An interrupt is heeded.
** Not for views or triggers.  Errors: no such table or column, unknown kind
** or option, a text that is not UTF-8.
*/
#include <jansson.h>
#include <string.h>
#include "base/file.h"
#include "base/mem.h"
#include "base/progress.h"
#include "sql/tables.h"
#include "text/train.h"
#include "base/poison.h"

#define WHO "lit_tokenizer_train"
enum { SIZE_MOST = 1000000 };

typedef struct Call {
  LitTrainOpts o;
  json_t *json;             /* The options; NULL: none */
  const char *path;
  const char **special;
} Call;

static int option_int(LitErr *e, const char *key, const json_t *v, int64_t lo,
                      int64_t hi) {
  if (json_is_integer(v) && json_integer_value(v) >= lo &&
      json_integer_value(v) <= hi)
    return LIT_OK;
  return lit_fail(e, LIT_MISMATCH, WHO ": option '%s' must be an integer in "
                  "%lld..%lld", key, (long long)lo, (long long)hi);
}

static int read_min(LitErr *e, Call *c, const char *key, const json_t *v) {
  c->o.min_count = (uint64_t)json_integer_value(v);
  return option_int(e, key, v, 0, INT32_MAX);
}

static int read_alphabet(LitErr *e, Call *c, const char *key,
                         const json_t *v) {
  c->o.alphabet = (uint32_t)json_integer_value(v);
  return option_int(e, key, v, 1, SIZE_MOST);
}

static int read_piece(LitErr *e, Call *c, const char *key, const json_t *v) {
  c->o.max_piece = (uint32_t)json_integer_value(v);
  return option_int(e, key, v, 1, 16);
}

static int read_lowercase(LitErr *e, Call *c, const char *key,
                          const json_t *v) {
  c->o.lowercase = json_is_true(v);
  if (json_is_boolean(v)) return LIT_OK;
  return lit_fail(e, LIT_MISMATCH, WHO ": option '%s' must be true or false",
                  key);
}

static int read_text(LitErr *e, const char *key, const json_t *v,
                     const char **out) {
  *out = json_string_value(v);
  if (*out) return LIT_OK;
  return lit_fail(e, LIT_MISMATCH, WHO ": option '%s' must be a text", key);
}

static int read_path(LitErr *e, Call *c, const char *key, const json_t *v) {
  return read_text(e, key, v, &c->path);
}

static int read_split(LitErr *e, Call *c, const char *key, const json_t *v) {
  return read_text(e, key, v, &c->o.split);
}

static int read_special(LitErr *e, Call *c, const char *key,
                        const json_t *v) {
  size_t n = json_array_size(v), i;
  const json_t *item;
  if (!json_is_array(v) || n > LIT_TRAIN_SPECIALS)
    return lit_fail(e, LIT_MISMATCH, WHO ": option '%s' must be an array of at "
                    "most %d texts", key, LIT_TRAIN_SPECIALS);
  c->special = lit_new(e, n, sizeof *c->special);
  if (!c->special) return e->rc;
  json_array_foreach(v, i, item) {
    if (read_text(e, key, item, &c->special[i])) return e->rc;
    for (size_t k = 0; k < i || !c->special[i][0]; k++)
      if (!c->special[i][0] || strcmp(c->special[k], c->special[i]) == 0)
        return lit_fail(e, LIT_MISMATCH, WHO ": option '%s' has '%.40s' twice, "
                        "or an empty text", key, c->special[i]);
  }
  c->o.special = c->special, c->o.n_special = n;
  return LIT_OK;
}

static const struct Option {
  const char *name;
  int (*read)(LitErr *e, Call *c, const char *key, const json_t *v);
} options[] = {
  {"path", read_path}, {"lowercase", read_lowercase},
  {"special_tokens", read_special}, {"min_count", read_min},
  {"alphabet", read_alphabet}, {"max_piece", read_piece},
  {"split", read_split},
};
static const LitNames option_names = LIT_NAMES(options);

static int read_options(LitErr *e, Call *c, const char *s, size_t n) {
  const char *key;
  json_t *v;
  c->json = json_loadb(s, n, JSON_REJECT_DUPLICATES, NULL);
  if (!json_is_object(c->json))
    return lit_fail(e, LIT_MISMATCH, WHO ": options must be a JSON object");
  json_object_foreach(c->json, key, v) {
    const struct Option *o = lit_names_find(e, WHO, "option", &option_names,
                                            key, strlen(key));
    if (!o || o->read(e, c, key, v)) return e->rc;
  }
  return e->rc;
}

static int add_rows(LitErr *e, LitConn *conn, const char *table,
                    const char *column, LitTrain *t) {
  char *sql = sqlite3_mprintf("SELECT \"%w\".\"%w\" FROM \"%w\"", table, column,
                              table);
  LitProgress *p = lit_progress_begin("training a tokenizer", 0);
  LitErr inner = {0};
  sqlite3_stmt *rows = NULL;
  uint64_t row = 0;
  int rc = sql ? sqlite3_prepare_v2(conn->db, sql, -1, &rows, NULL)
               : SQLITE_NOMEM;
  while (!rc && (rc = sqlite3_step(rows)) == SQLITE_ROW) {
    const char *s = (const char *)sqlite3_column_text(rows, 0);
    rc = SQLITE_OK;
    lit_progress_set(p, ++row);
    if (sqlite3_column_type(rows, 0) == SQLITE_NULL) continue;
    if (!s) rc = SQLITE_NOMEM;
    else if (lit_train_add(&inner, t, s, (size_t)sqlite3_column_bytes(rows, 0)))
      break;
  }
  if (inner.rc)
    lit_fail(e, inner.rc, WHO ": row %llu: %s", (unsigned long long)row,
             inner.msg);
  else if (rc != SQLITE_DONE)
    lit_fail_db(e, WHO, conn->db, rc);
  sqlite3_finalize(rows);
  sqlite3_free(sql);
  lit_progress_end(p);
  return e->rc;
}

static int train(LitErr *e, LitConn *conn, const Call *c, const char *table,
                 const char *column, LitBuf *out) {
  LitErr inner = {0};
  LitTrain *t = NULL;
  if (!lit_train_new(&inner, &c->o, &t) &&
      !add_rows(e, conn, table, column, t))
    lit_train_finish(&inner, t, out);
  if (inner.rc) lit_fail(e, inner.rc, WHO ": %s", inner.msg);
  lit_train_free(t);
  return e->rc;
}

static void fn_train(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  Call c = {.o = {.lowercase = -1, .stop = &stop}};
  LitBuf out = {0};
  const char *words[5];
  size_t n;
  sqlite3_int64 size;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  for (int i = 0; i < argc; i++)
    if (i != 3 && lit_arg_text(&e, WHO, argv[i], &words[i], &n)) goto done;
  if (lit_arg_int(&e, WHO, "size", argv[3], 1, SIZE_MOST, &size)) goto done;
  c.o.kind = words[2], c.o.size = (uint32_t)size;
  if (argc > 4 && read_options(&e, &c, words[4], n)) goto done;
  if (train(&e, lit_conn(ctx), &c, words[0], words[1], &out)) goto done;
  if (c.path && lit_file_write(&e, WHO, c.path, out.at, out.n)) goto done;
  if (c.path) lit_result_text(ctx, c.path, strlen(c.path));
  else lit_result_text(ctx, (char *)out.at, out.n);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(c.special);
  json_decref(c.json);
  lit_buf_drop(&out);
}

const LitFunc lit_funcs_train[] = {
  {WHO, 4, LIT_FILES, fn_train,
   "(table, column, kind, size) -> tokenizer.json: bpe, wordpiece, unigram"},
  {WHO, 5, LIT_FILES, fn_train,
   "(table, column, kind, size, options) -> the same, options as JSON"},
  {0},
};
