/* fn_model.c -- SQL functions on models (model/model.h).
**
**   lit_model_add(name, path)      loads the folder and calls it `name`, for
**                                  this process; returns the name.  Only in
**                                  statements of the application itself
**   lit_model_add(name, path, options)   options: a JSON object, such as
**                                  '{"precision": "int8"}'; lit_kinds lists
**                                  them as 'model option'
**   lit_embed(text)                the vector of a text, a BLOB of float32s, by
**                                  the model that is part of lit, 'builtin'
**   lit_embed(text, model)         the same by another model
**   lit_embed(text, model, use)    use: 'document' (as without it) or 'query';
**                                  some models put other words before each
**   lit_similarity(a, b [, model]) the cosine of two texts' vectors, -1..1, both
**                                  as documents; 0 if one has no direction
**
** The built-in model's vectors are the same bytes on every CPU: without a model
** named, lit_embed and lit_similarity are deterministic, fit for generated
** columns and indexes.  They change with lit when it brings a new model.  Its
** lit_embed of a text without a known word is a vector far from any meaning.
**
** Another model is a file of static vectors as lit_distill makes it, or a GGUF
** file of llama.cpp's (bert, nomic-bert, qwen3; its vectors have length 1, its
** limit is the context's, since neither normalization nor a shorter limit is
** written in it), or a folder as published by transformers or
** sentence-transformers:
** config.json, model.safetensors or pytorch_model.bin, tokenizer.json or
** vocab.txt, and modules.json with pooling and normalization if there is one.
** A model that was not added is looked for as $LIT_MODELS/NAME or
** NAME.safetensors, else in ~/.cache/lit/models, so `make model` is enough for
**
**   SELECT lit_embed('what is a B-tree?', 'minilm');
**
** Texts longer than the model's limit are cut, as sentence-transformers does.
** NULL gives NULL.  The same model gives the same bits everywhere, but what a
** name stands for may change, so lit_embed of a named model is not deterministic
** in SQLite's sense.  Precision int8 rounds the weights of a transformer's linear
** layers and what goes into them to 8 bits, and what attention multiplies to 16: its
** vectors are near to those of float32 (cosine 0.999 and more for abstracts by
** MiniLM).  Precision bf16 rounds the former to bfloat16: nearer (0.99997), and
** faster than float32 where the CPU has AVX512_BF16, slower elsewhere.  Each has
** a hash of its own.  The result carries the subtype (223) by which vector functions
** know float32.
*/
#include <math.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "model/model.h"
#include "sql/arg_model.h"
#include "sql/arg_vec.h"
#include "sql/tables.h"
#include "base/poison.h"

enum { EMBED_FLAGS = LIT_CALM | LIT_SUBTYPE_OUT };

static void fn_model_add(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const char *name, *path, *options = NULL;
  size_t n_name, n;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  if (lit_arg_text(&e, "lit_model_add", argv[0], &name, &n_name)) goto done;
  if (lit_arg_text(&e, "lit_model_add", argv[1], &path, &n)) goto done;
  if (argc == 3 && lit_arg_text(&e, "lit_model_add", argv[2], &options, &n))
    goto done;
  if (lit_model_add(&e, name, path, options, &stop)) goto done;
  lit_result_text(ctx, name, n_name);
done:
  if (e.rc) lit_result_err(ctx, &e);
}

/* The model of argument i, or, if there is none, that which is linked in. */
static const LitModel *arg_model(LitErr *e, const char *who, int argc,
                                 sqlite3_value **argv, int i,
                                 const LitStop *stop) {
  const char *name = LIT_BUILTIN_NAME;
  size_t n;
  if (i < argc && lit_arg_text(e, who, argv[i], &name, &n)) return NULL;
  if (i < argc || lit_model_has_builtin())
    return lit_model_find(e, who, name, stop);
  lit_fail(e, LIT_ERROR, "%s: name a model, such as 'minilm': this lit has none "
           "linked in", who);
  return NULL;
}

int lit_arg_use(LitErr *e, const char *who, sqlite3_value *v,
                LitEmbedUse *use) {
  const char *s;
  size_t n;
  if (lit_arg_text(e, who, v, &s, &n)) return e->rc;
  *use = strcmp(s, "query") == 0 ? LIT_EMBED_QUERY : LIT_EMBED_DOCUMENT;
  if (*use == LIT_EMBED_DOCUMENT && strcmp(s, "document"))
    lit_fail(e, LIT_ERROR, "%s: use '%.40s': expected 'query' or 'document'",
             who, s);
  return e->rc;
}

static void fn_embed(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  LitEmbedUse use = LIT_EMBED_DOCUMENT;
  const LitModel *m;
  LitText text;
  float *v = NULL;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  if (argc == 3 && lit_arg_use(&e, "lit_embed", argv[2], &use)) goto done;
  if (lit_arg_text(&e, "lit_embed", argv[0], &text.at, &text.n)) goto done;
  m = arg_model(&e, "lit_embed", argc, argv, 1, &stop);
  if (!m) goto done;
  v = lit_new(&e, (size_t)lit_model_dim(m), sizeof *v);
  if (!v || lit_model_embed(&e, m, use, &text, 1, v, &stop)) goto done;
  lit_result_blob(ctx, v, (size_t)lit_model_dim(m) * sizeof *v);
  lit_result_elem(ctx, LIT_F32);
done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(v);
}

/* The cosine of v [2, dim]. */
static double cosine(const float *v, size_t dim) {
  double ab = 0, aa = 0, bb = 0;
  for (size_t i = 0; i < dim; i++) {
    double a = (double)v[i], b = (double)v[dim + i];
    ab += a * b, aa += a * a, bb += b * b;
  }
  return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

static void fn_similarity(sqlite3_context *ctx, int argc,
                          sqlite3_value **argv) {
  LitErr e = {0};
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  const LitModel *m;
  LitText texts[2];
  float *v = NULL;
  for (int i = 0; i < argc; i++)
    if (sqlite3_value_type(argv[i]) == SQLITE_NULL) return;
  for (int i = 0; i < 2; i++)
    if (lit_arg_text(&e, "lit_similarity", argv[i], &texts[i].at, &texts[i].n))
      goto done;
  m = arg_model(&e, "lit_similarity", argc, argv, 2, &stop);
  if (!m) goto done;
  v = lit_new(&e, 2, (size_t)lit_model_dim(m) * sizeof *v);
  if (!v || lit_model_embed(&e, m, LIT_EMBED_DOCUMENT, texts, 2, v, &stop))
    goto done;
  sqlite3_result_double(ctx, cosine(v, (size_t)lit_model_dim(m)));
done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_free(v);
}

const LitFunc lit_funcs_model[] = {
  {"lit_model_add", 2, LIT_FILES, fn_model_add,
   "(name, folder) -> loads a model; the name"},
  {"lit_model_add", 3, LIT_FILES, fn_model_add,
   "(name, folder, JSON of model options) -> loads a model; the name"},
  {"lit_embed", 1, LIT_PURE | LIT_SUBTYPE_OUT, fn_embed,
   "(text) -> its vector by the built-in model, float32"},
  {"lit_embed", 2, EMBED_FLAGS, fn_embed,
   "(text, model) -> the text's vector, float32"},
  {"lit_embed", 3, EMBED_FLAGS, fn_embed,
   "(text, model, 'query' or 'document') -> the text's vector, float32"},
  {"lit_similarity", 2, LIT_PURE, fn_similarity,
   "(a, b) -> the cosine of two texts' vectors by the built-in model"},
  {"lit_similarity", 3, LIT_CALM, fn_similarity,
   "(a, b, model) -> the cosine of two texts' vectors"},
  {0},
};
