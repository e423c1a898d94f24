/* tvf_distill.c -- making a static model in SQL.
**
**   lit_distill(table, teacher, options)
**     -> stage, step, steps, loss, cosine, score
**   lit_train(table, options) -> the same
**
** A static model is a vocabulary with one vector for each token: a text is
** their sum, which takes microseconds.  lit_distill makes one that follows a
** teacher, any model that lit can load; lit_train makes one of the texts alone.
**
**   SELECT * FROM lit_distill('papers', 'minilm',
**                             '{"out": "mine.safetensors"}');
**   SELECT lit_model_add('mine', 'mine.safetensors');
**
** table: a table or view of texts, a row each.  Each row that comes back says
** how far the training is: stage 'texts', 'vocabulary', 'step' (every `report`
** steps), 'saved'; loss, of the pairs, and cosine, with the teacher, are means
** of the last steps; score is nDCG@10 of held-out titles (of first sentences,
** where there is none) among the rest of their texts, up to 1,000 of them.
**
** options: JSON.
**
**   out          where the model goes, a file.  Required
**   columns      ["title", "abstract"]; or one name: texts without titles
**   vectors      a table with columns text and vector: texts and the teacher's
**                vectors of them, float32 or float16.  Left out, lit_distill
**                asks the teacher itself, for `sample` texts
**   sample       10000    titles and texts of the table, from its start
**   dim          256      numbers in a vector, a multiple of 8, 8..1024
**   words        40000    tokens in the vocabulary, at most
**   least        20       how often a word must occur to be a token
**   steps        2000     of Adam
**   batch        1024     pairs in a step: each question meets all answers
**   taught       512      texts of the teacher's in a step
**   alike        0        papers of a batch that are neighbours
**   hard         0        hard negatives, 0..64: the texts of a pool nearest to
**                         a question, which it meets besides its batch's
**   pool         8192     texts in the pool, drawn from the table
**   mine         50       steps from one pool to the next
**   margin       0.95     a text whose cosine is above so many times the right
**                         answer's may be right too, and is left out
**   rate         0.002    of Adam: falls to 0 from step 50 on
**   temperature  0.05     of the softmax over a batch, 0.03..1
**   titles       0.4      share of pairs (title, abstract); the others are
**                         (a sentence, all the rest)
**   distill      1        weight of the cosine with the teacher
**   rare         0.001    a token of share p begins with weight
**                         rare / (rare + p)
**   drop         0        share of the tokens left out, at random
**   seed         1
**   keep         500      steps from one checkpoint to the next
**   report       100      steps from one row to the next
**   card         JSON     what else the model's card shall say
**
** It can be stopped (Ctrl-C, LIMIT, a crash) and goes on when it is asked for
** the same again: a checkpoint lies beside `out`, named .state; one of other
** options or other texts is refused.  The file comes all at once.  The same
** options, texts and seed give the same bytes on the same machine, stopped or
** not; OpenBLAS rounds in other ways on other CPUs.  Threads: lit_config.
**
** Errors: no such table, column or model; an unknown option, or one out of its
** range; too few texts, or words, for the options; a vector of another length
** than the teacher's; `out` cannot be written, the disk is full; INTERRUPT.
*/
#include <stddef.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "kern/kern.h"
#include "model/json.h"
#include "model/distill.h"
#include "sql/tables.h"
#include "base/poison.h"

typedef enum Stage { TEXTS, TAUGHT, BEGIN, STEPS, SAVE, END } Stage;
enum { PAPERS = 256 };

typedef struct State {
  const char *who;
  LitDistillOpts opts;
  int64_t sample, report;
  json_t *json;             /* options: its strings are lent */
  char *card;
  const LitModel *teacher;
  LitDistill *train;
  sqlite3_stmt *rows;
  int n_columns;
  Stage stage;
  LitBuf bytes;             /* texts that the teacher is asked for */
} State;

typedef struct Option {
  const char *name;
  size_t at;                /* in State */
  enum { IS_WHOLE, IS_REAL, IS_OTHER } sort;    /* IS_OTHER: no number */
  double lo, hi, none;
} Option;

#define WHOLE(name, field, lo, hi, none) \
  {name, offsetof(State, field), IS_WHOLE, lo, hi, none}
#define REAL(name, field, lo, hi, none) \
  {name, offsetof(State, field), IS_REAL, lo, hi, none}
#define OTHER(name) {name, 0, IS_OTHER, 0, 0, 0}

static const Option options[] = {
  OTHER("out"), OTHER("columns"), OTHER("vectors"), OTHER("card"),
  WHOLE("dim", opts.dim, 8, 1024, 256),
  WHOLE("words", opts.words, 2, 1 << 20, 40000),
  WHOLE("least", opts.least, 1, 1 << 30, 20),
  WHOLE("steps", opts.steps, 1, 1 << 30, 2000),
  WHOLE("batch", opts.batch, 2, 16384, 1024),
  WHOLE("taught", opts.taught_batch, 0, 65536, 512),
  WHOLE("alike", opts.alike, 0, 16384, 0),
  WHOLE("hard", opts.hard, 0, 64, 0),
  WHOLE("pool", opts.pool, 1, 1 << 20, 8192),
  WHOLE("mine", opts.mine, 1, 1 << 30, 50),
  WHOLE("seed", opts.seed, 0, 1LL << 50, 1),
  WHOLE("keep", opts.keep, 1, 1 << 30, 500),
  WHOLE("report", report, 1, 1 << 30, 100),
  WHOLE("sample", sample, 0, 1 << 30, 10000),
  REAL("rate", opts.rate, 0, 1, 0.002),
  REAL("temperature", opts.temperature, 0.03, 1, 0.05),
  REAL("titles", opts.titles, 0, 1, 0.4),
  REAL("distill", opts.distill, 0, 1000, 1),
  REAL("rare", opts.rare, 1e-9, 1e9, 0.001),
  REAL("drop", opts.drop, 0, 0.9, 0),
  REAL("margin", opts.margin, 0, 1, 0.95),
};
enum { N_OPTIONS = sizeof options / sizeof *options };
static const LitNames option_names = LIT_NAMES(options);

static int read_number(LitErr *e, State *s, const Option *o) {
  const json_t *v = json_object_get(s->json, o->name);
  double x = v ? json_number_value(v) : o->none;
  int64_t whole;
  if (o->sort == IS_OTHER) return e->rc;
  if (v && (o->sort == IS_REAL ? !json_is_number(v) : !json_is_integer(v)))
    return lit_fail(e, LIT_MISMATCH, "%s: option %s must be %s", s->who,
                    o->name, o->sort == IS_REAL ? "a number" : "an integer");
  if (!(x >= o->lo && x <= o->hi))
    return lit_fail(e, LIT_MISMATCH, "%s: option %s is %g: expected %g..%g",
                    s->who, o->name, x, o->lo, o->hi);
  if (o->sort == IS_REAL) memcpy((char *)s + o->at, &x, sizeof x);
  else whole = (int64_t)x, memcpy((char *)s + o->at, &whole, sizeof whole);
  return e->rc;
}

static int read_card(LitErr *e, State *s) {
  enum { FLAGS = JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS };
  const json_t *value = json_object_get(s->json, "card");
  size_t n = value ? json_dumpb(value, NULL, 0, FLAGS) : 0;
  if (!n) return e->rc;
  s->card = lit_new0(e, n + 1, 1);
  if (s->card) json_dumpb(value, s->card, n, FLAGS);
  s->opts.card = s->card;
  return e->rc;
}

static int read_options(LitErr *e, State *s, sqlite3_value *v) {
  const char *text, *key;
  json_t *value;
  size_t n;
  if (lit_arg_text(e, s->who, v, &text, &n) ||
      lit_json_parse(e, s->who, "options", text, n, &s->json))
    return e->rc;
  if (!json_is_object(s->json))
    return lit_fail(e, LIT_MISMATCH, "%s: options must be a JSON object",
                    s->who);
  json_object_foreach(s->json, key, value)
    if (!lit_names_find(e, s->who, "option", &option_names, key, strlen(key)))
      return e->rc;
  for (size_t i = 0; i < N_OPTIONS; i++)
    if (read_number(e, s, &options[i])) return e->rc;
  if (s->opts.dim % 8)
    return lit_fail(e, LIT_MISMATCH, "%s: option dim is %lld: expected a "
                    "multiple of 8", s->who, (long long)s->opts.dim);
  s->opts.out = json_string_value(json_object_get(s->json, "out"));
  if (!s->opts.out || !*s->opts.out)
    return lit_fail(e, LIT_MISMATCH, "%s: option out must say where the model "
                    "goes", s->who);
  return read_card(e, s);
}

/* The i-th of option columns, or its default; NULL past the end. */
static const char *column(const State *s, size_t i) {
  static const char *const names[] = {"title", "abstract"};
  const json_t *list = json_object_get(s->json, "columns");
  if (!list) return i < 2 ? names[i] : NULL;
  if (json_is_string(list)) return i ? NULL : json_string_value(list);
  return json_string_value(json_array_get(list, i));
}

static int prepare(LitErr *e, LitConn *conn, State *s, char *sql) {
  int rc;
  if (!sql) return lit_fail_nomem(e, s->who);
  rc = sqlite3_prepare_v2(conn->db, sql, -1, &s->rows, NULL);
  sqlite3_free(sql);
  return rc ? lit_fail_db(e, s->who, conn->db, rc) : LIT_OK;
}

static int open_texts(LitErr *e, LitConn *conn, State *s,
                      sqlite3_value *table) {
  const char *name, *a = column(s, 0), *b = column(s, 1);
  size_t n;
  if (lit_arg_text(e, s->who, table, &name, &n)) return e->rc;
  if (!a || column(s, 2))
    return lit_fail(e, LIT_MISMATCH, "%s: option columns must be one or two "
                    "names", s->who);
  s->n_columns = b ? 2 : 1;
  return prepare(e, conn, s, b
    ? sqlite3_mprintf("SELECT t.\"%w\", t.\"%w\" FROM \"%w\" AS t", a, b, name)
    : sqlite3_mprintf("SELECT t.\"%w\" FROM \"%w\" AS t", a, name));
}

static int open_any(LitErr *e, LitConn *conn, State *s, sqlite3_value *table,
                    sqlite3_value *opts) {
  s->opts.who = s->who;
  if (read_options(e, s, opts) || open_texts(e, conn, s, table)) return e->rc;
  s->train = lit_distill_new(e, &s->opts, s->teacher);
  return e->rc;
}

static int open_distill(LitErr *e, LitConn *conn, void *state,
                        sqlite3_value **args) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  const char *name;
  size_t n;
  s->who = "lit_distill";
  if (lit_arg_text(e, s->who, args[1], &name, &n)) return e->rc;
  s->teacher = lit_model_find(e, s->who, name, &stop);
  return s->teacher ? open_any(e, conn, s, args[0], args[2]) : e->rc;
}

static int open_train(LitErr *e, LitConn *conn, void *state,
                      sqlite3_value **args) {
  State *s = state;
  s->who = "lit_train";
  return open_any(e, conn, s, args[0], args[1]);
}

/* The next row, or false. */
static int step(LitErr *e, LitConn *conn, State *s) {
  int rc = sqlite3_step(s->rows);
  if (rc == SQLITE_ROW) return 1;
  if (rc != SQLITE_DONE) lit_fail_db(e, s->who, conn->db, rc);
  sqlite3_finalize(s->rows);
  s->rows = NULL;
  return 0;
}

static int cell(LitErr *e, const State *s, int i, LitText *out) {
  sqlite3_value *v = sqlite3_column_value(s->rows, i);
  *out = (LitText){"", 0};
  if (sqlite3_value_type(v) == SQLITE_NULL) return e->rc;
  return lit_arg_text(e, s->who, v, &out->at, &out->n);
}

typedef struct Asked {      /* texts for the teacher */
  LitText texts[2 * PAPERS];
  size_t ends[2 * PAPERS], n;
} Asked;

static void put_asked(LitErr *e, State *s, Asked *a, LitText text) {
  lit_buf_put(e, &s->bytes, text.at, text.n);
  a->ends[a->n++] = s->bytes.n;
}

static int ask(LitErr *e, LitConn *conn, State *s, Asked *a) {
  size_t dim = (size_t)lit_model_dim(s->teacher), from = 0;
  LitStop stop = lit_conn_stop(conn);
  float *v = lit_new(e, a->n * dim, sizeof *v);
  for (size_t i = 0; i < a->n; from = a->ends[i++])
    a->texts[i] = (LitText){(char *)s->bytes.at + from, a->ends[i] - from};
  if (v) lit_model_embed(e, s->teacher, LIT_EMBED_DOCUMENT, a->texts, a->n, v,
                         &stop);
  for (size_t i = 0; i < a->n && !e->rc; i++)
    lit_distill_taught(e, s->train, a->texts[i], v + i * dim);
  lit_free(v);
  return e->rc;
}

/* Papers, until there are no more; the teacher is asked for the first. */
static int read_texts(LitErr *e, LitConn *conn, State *s) {
  Asked *a = lit_new(e, 1, sizeof *a);
  LitDistillSeen seen = {0};
  int more = a != NULL;
  int asks = s->teacher && !json_object_get(s->json, "vectors");
  while (more && !e->rc) {
    a->n = s->bytes.n = 0;
    for (int i = 0; i < PAPERS && !e->rc && (more = step(e, conn, s)); i++) {
      LitText title = {"", 0}, text;
      if (s->n_columns == 2 && cell(e, s, 0, &title)) break;
      if (cell(e, s, s->n_columns - 1, &text)) break;
      lit_distill_paper(e, s->train, title, text);
      if (asks && title.n) put_asked(e, s, a, title);
      if (asks) put_asked(e, s, a, text);
    }
    if (!e->rc && a->n && seen.taught < s->sample) ask(e, conn, s, a);
    lit_distill_seen(s->train, &seen);
    asks = asks && seen.taught < s->sample;
  }
  lit_free(a);
  return e->rc;
}

static int open_taught(LitErr *e, LitConn *conn, State *s) {
  const char *name = json_string_value(json_object_get(s->json, "vectors"));
  if (!name)
    return lit_fail(e, LIT_MISMATCH, "%s: option vectors must be the name of a "
                    "table", s->who);
  return prepare(e, conn, s, sqlite3_mprintf(
    "SELECT t.text, t.vector FROM \"%w\" AS t", name));
}

static int read_taught(LitErr *e, LitConn *conn, State *s) {
  size_t dim = (size_t)lit_model_dim(s->teacher);
  float *v = lit_new(e, dim, sizeof *v);
  if (!v || open_taught(e, conn, s)) goto done;
  while (step(e, conn, s)) {
    size_t n = (size_t)sqlite3_column_bytes(s->rows, 1);
    const void *at = sqlite3_column_blob(s->rows, 1);
    LitText text;
    if (!at) continue;
    if (n == dim * 4) memcpy(v, at, n);
    else if (n == dim * 2) lit_kern()->widen_f16(at, v, dim);
    else lit_fail(e, LIT_MISMATCH, "%s: a vector of %zu bytes; the teacher's "
                  "has %zu numbers, of float32 or float16", s->who, n, dim);
    if (e->rc || cell(e, s, 0, &text) ||
        lit_distill_taught(e, s->train, text, v))
      break;
  }
done:
  lit_free(v);
  return e->rc;
}

static void put_row(State *s, LitRows *out, const char *stage) {
  LitDistillSeen seen;
  int trained = s->stage >= STEPS;
  lit_distill_seen(s->train, &seen);
  lit_put_str(out, stage);
  lit_put_int(out, !strcmp(stage, "texts") ? seen.papers
                   : !strcmp(stage, "taught") ? seen.taught
                   : !strcmp(stage, "vocabulary") ? seen.vocabulary
                                                  : seen.step);
  lit_put_int(out, s->opts.steps);
  if (trained && seen.step) lit_put_real(out, seen.loss);
  else lit_put_null(out);
  if (trained && seen.step && s->teacher) lit_put_real(out, seen.cosine);
  else lit_put_null(out);
  if (trained) lit_put_real(out, seen.score);
  else lit_put_null(out);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitStop stop = lit_conn_stop(conn);
  switch (s->stage) {
  case TEXTS:
    if (!read_texts(e, conn, s)) put_row(s, out, "texts");
    s->stage = s->teacher ? TAUGHT : BEGIN;
    break;
  case TAUGHT:
    if (json_object_get(s->json, "vectors")) read_taught(e, conn, s);
    if (!e->rc) put_row(s, out, "taught");
    s->stage = BEGIN;
    break;
  case BEGIN:
    if (!lit_distill_begin(e, s->train, &stop)) put_row(s, out, "vocabulary");
    s->stage = STEPS;
    break;
  case STEPS:
    if (!lit_distill_steps(e, s->train, s->report, &stop) &&
        !lit_distill_score(e, s->train, &stop))
      put_row(s, out, "step");
    if (lit_distill_is_done(s->train)) s->stage = SAVE;
    break;
  case SAVE:
    if (!lit_distill_save(e, s->train, &stop)) put_row(s, out, "saved");
    s->stage = END;
    break;
  case END:
    break;
  }
  return e->rc;
}

static void close(void *state) {
  State *s = state;
  sqlite3_finalize(s->rows);
  lit_distill_free(s->train);
  json_decref(s->json);
  lit_free(s->card);
  lit_buf_drop(&s->bytes);
}

#define OUT "stage, step, steps, loss, cosine, score"

const LitTvf lit_tvf_distill = {
  .name = "lit_distill",
  .schema = "CREATE TABLE x(" OUT ", tbl HIDDEN, teacher HIDDEN, "
            "options HIDDEN)",
  .n_out = 6, .n_args = 3, .n_required = 3, .flags = LIT_FILES,
  .state_size = sizeof(State), .open = open_distill, .fill = fill,
  .close = close,
  .doc = "(table, teacher, options) -> trains a static model on texts and a "
         "model's vectors: progress",
};

const LitTvf lit_tvf_train = {
  .name = "lit_train",
  .schema = "CREATE TABLE x(" OUT ", tbl HIDDEN, options HIDDEN)",
  .n_out = 6, .n_args = 2, .n_required = 2, .flags = LIT_FILES,
  .state_size = sizeof(State), .open = open_train, .fill = fill,
  .close = close,
  .doc = "(table, options) -> trains a static model on texts alone: progress",
};
