/* tvf_kinds.c -- lit_kinds: everything that can be named in SQL.
**
**   SELECT * FROM lit_kinds;    what | name | doc
**
** `what` is function, aggregate, table, distance, kernel, tokenizer, ...
*/
#include "index/decode.h"
#include "model/model.h"
#include "rank/fuse.h"
#include "rank/ltr.h"
#include "rank/metrics.h"
#include "sql/lit_search.h"
#include "sql/tables.h"
#include "text/language.h"
#include "text/subword.h"
#include "text/train.h"
#include "vec/dist.h"
#include "base/poison.h"

typedef struct State { int done; } State;

static void row(LitRows *out, const char *what, const char *name,
                const char *doc) {
  lit_put_str(out, what);
  lit_put_str(out, name);
  lit_put_str(out, doc);
}

/* How lists become an answer, and how good it is. */
static void ranking(LitRows *out) {
  for (size_t i = 0; lit_fusion_row(i); i++)
    row(out, "fusion", lit_fusion_row(i)->name, lit_fusion_row(i)->doc);
  for (int h = 0; h < LIT_N_HOWS; h++) {
    const LitSpecKind *kind;
    for (size_t i = 0; (kind = lit_spec_kind(lit_hows[h], i)) != NULL; i++)
      row(out, lit_hows[h]->what, kind->name, kind->doc);
  }
  for (size_t i = 0; lit_ltr_loss_row(i); i++)
    row(out, "loss", lit_ltr_loss_row(i)->name, lit_ltr_loss_row(i)->doc);
  for (size_t i = 0; lit_ltr_row(i); i++)
    row(out, "ranker", lit_ltr_row(i)->name, lit_ltr_row(i)->doc);
  for (size_t i = 0; lit_metric_row(i); i++)
    row(out, "metric", lit_metric_row(i)->name, lit_metric_row(i)->doc);
}

static int fill(LitErr *e, LitConn *conn, void *state, LitRows *out) {
  State *s = state;
  LitModelKind kind;
  LitTokPart part;
  const char *name, *doc;
  (void)conn;
  if (s->done++) return e->rc;
  for (size_t i = 0; lit_func_tables[i]; i++)
    for (const LitFunc *f = lit_func_tables[i]; f->name; f++)
      row(out, "function", f->name, f->doc);
  for (size_t i = 0; lit_agg_tables[i]; i++)
    for (const LitAgg *a = lit_agg_tables[i]; a->name; a++)
      row(out, "aggregate", a->name, a->doc);
  for (size_t i = 0; lit_tvfs[i]; i++)
    row(out, "table", lit_tvfs[i]->name, lit_tvfs[i]->doc);
  for (size_t i = 0; lit_kern_row(i); i++)
    row(out, "kernel", lit_kern_row(i)->isa, lit_kern_row(i)->doc);
  for (size_t i = 0; lit_elem_row(i); i++)
    row(out, "element", lit_elem_row(i)->name, lit_elem_row(i)->doc);
  for (size_t i = 0; lit_dist_row(i); i++)
    row(out, "distance", lit_dist_row(i)->name, lit_dist_row(i)->doc);
  for (size_t i = 0; lit_mode_row(i); i++)
    row(out, "mode", lit_mode_row(i)->name, lit_mode_row(i)->doc);
  for (size_t i = 0; lit_option_row(i); i++)
    row(out, "option", lit_option_row(i)->name, lit_option_row(i)->doc);
  for (size_t i = 0; lit_decoder_row(i); i++)
    row(out, "format", lit_decoder_row(i)->name, lit_decoder_row(i)->doc);
  for (size_t i = 0; lit_words_row(i); i++)
    row(out, "words", lit_words_row(i)->name, lit_words_row(i)->doc);
  for (size_t i = 0; (name = lit_language_row(i, &doc)) != NULL; i++)
    row(out, "language", name, doc);
  ranking(out);
  for (size_t i = 0; (name = lit_train_kind(i, &doc)) != NULL; i++)
    row(out, "training", name, doc);
  for (size_t i = 0; lit_subword_part(i, &part); i++)
    row(out, part.what, part.name, part.doc);
  for (size_t i = 0; lit_model_kind(i, &kind); i++)
    row(out, kind.what, kind.name, kind.doc);
  return e->rc;
}

const LitTvf lit_tvf_kinds = {
  .name = "lit_kinds", .schema = "CREATE TABLE x(what, name, doc)",
  .n_out = 3, .flags = LIT_CALM, .state_size = sizeof(State), .fill = fill,
  .doc = "() -> what, name, doc of everything that has a name",
};
