/* fn_subword.c -- SQL functions on subword tokenizers: the ids that a model
** reads.
**
**   lit_tokenizer_add(name, path)
**     loads a tokenizer, a file or a folder, for the process; returns name.
**     tokenizer.json, vocab.txt, vocab.json with merges.txt, sentencepiece's
**     .model, tiktoken's ranks, llama.cpp's GGUF, told by content.
**   lit_token_ids(text [, tokenizer [, special]])
**     JSON array of the ids of text; special 1: with [CLS], </s> ... as the
**     model wants them; 2: and cut and filled up as tokenizer.json sets its
**     truncation and padding (0)
**   lit_token_count(text [, tokenizer [, special]])
**     how many there are
**   lit_detokenize(ids [, tokenizer])
**     the text of a JSON array of ids; special tokens are left out
**   lit_normalize(text, form)
**     form 'nfc', 'nfd', 'nfkc', 'nfkd' (UAX 15), 'casefold' (NFKC_Casefold)
**
** tokenizer is a name given to lit_tokenizer_add, or of a folder below
** $LIT_MODELS; without one it is the tokenizer added last.  Ids are those of
** Hugging Face's library, or of sentencepiece or tiktoken for files of theirs.
** NULL in, NULL out.  Errors: text that is no UTF-8 or has a NUL; no such
** tokenizer; a file that is damaged (says how).
*/
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "base/mem.h"
#include "sql/tables.h"
#include "text/subword_names.h"
#include "base/poison.h"

static void fn_add(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  const char *name, *path;
  size_t n;
  if (lit_any_null(argc, argv))
    return;
  if (!lit_arg_text(&e, "lit_tokenizer_add", argv[0], &name, &n) &&
      !lit_arg_text(&e, "lit_tokenizer_add", argv[1], &path, &n) &&
      !lit_subword_add(&e, name, path))
    sqlite3_result_value(ctx, argv[0]);
  if (e.rc) lit_result_err(ctx, &e);
}

typedef struct Call {
  LitSubwordUse use;
  LitIds ids;
} Call;

/* text [, tokenizer [, special]] to ids. */
static int encode(LitErr *e, sqlite3_context *ctx, const char *who, int argc,
                  sqlite3_value **argv, Call *c) {
  LitStop stop = lit_conn_stop(lit_conn(ctx));
  LitEncodeOpts o = {.stop = &stop};
  LitErr inner = {0};
  const char *s, *name = NULL;
  size_t n, len;
  sqlite3_int64 special = 0;
  if (lit_arg_text(e, who, argv[0], &s, &n)) return e->rc;
  if (argc > 1 && lit_arg_text(e, who, argv[1], &name, &len)) return e->rc;
  if (argc > 2 && lit_arg_int(e, who, "special", argv[2], 0, 2, &special))
    return e->rc;
  o.add_special = special > 0, o.as_file = special > 1;
  if (lit_subword_borrow(e, who, name, &c->use)) return e->rc;
  if (lit_subword_encode(&inner, c->use.t, c->use.scratch, s, n, &o, &c->ids))
    lit_fail(e, inner.rc, "%s: %s", who, inner.msg);
  return e->rc;
}

static void end_call(sqlite3_context *ctx, LitErr *e, Call *c) {
  if (e->rc) lit_result_err(ctx, e);
  lit_ids_drop(&c->ids);
  lit_subword_give_back(&c->use);
}

static void fn_ids(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  Call c = {0};
  LitBuf out = {0};
  if (lit_any_null(argc, argv)) return;
  if (encode(&e, ctx, "lit_token_ids", argc, argv, &c)) goto done;
  lit_buf_u8(&e, &out, '[');
  for (size_t i = 0; i < c.ids.n && !e.rc; i++)
    lit_buf_printf(&e, &out, "%s%u", i ? "," : "", c.ids.at[i]);
  lit_buf_u8(&e, &out, ']');
  if (!e.rc) lit_result_text(ctx, (char *)out.at, out.n);

done:
  lit_buf_drop(&out);
  end_call(ctx, &e, &c);
}

static void fn_count(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  Call c = {0};
  if (lit_any_null(argc, argv)) return;
  if (!encode(&e, ctx, "lit_token_count", argc, argv, &c))
    sqlite3_result_int64(ctx, (sqlite3_int64)c.ids.n);
  end_call(ctx, &e, &c);
}

/* A JSON array of ids into *out. */
static int read_ids(LitErr *e, const char *s, size_t n, LitIds *out) {
  json_t *list = json_loadb(s, n, 0, NULL), *item;
  size_t i;
  if (!json_is_array(list)) {
    json_decref(list);
    return lit_fail(e, LIT_MISMATCH, "lit_detokenize: ids must be a JSON array "
                    "of integers");
  }
  out->at = lit_new(e, json_array_size(list), sizeof *out->at);
  json_array_foreach(list, i, item) {
    json_int_t v = json_integer_value(item);
    if (e->rc) break;
    if (!json_is_integer(item) || v < 0 || v > UINT32_MAX)
      lit_fail(e, LIT_MISMATCH, "lit_detokenize: element %zu of ids is no "
               "token id", i + 1);
    else
      out->at[out->n++] = (uint32_t)v;
  }
  json_decref(list);
  return e->rc;
}

static void fn_detokenize(sqlite3_context *ctx, int argc,
                          sqlite3_value **argv) {
  LitErr e = {0};
  Call c = {0};
  LitBuf out = {0};
  const char *s, *name = NULL;
  size_t n, len;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_text(&e, "lit_detokenize", argv[0], &s, &n)) goto done;
  if (argc > 1 && lit_arg_text(&e, "lit_detokenize", argv[1], &name, &len))
    goto done;
  if (lit_subword_borrow(&e, "lit_detokenize", name, &c.use)) goto done;
  if (read_ids(&e, s, n, &c.ids)) goto done;
  if (lit_subword_decode(&e, c.use.t, c.ids.at, c.ids.n, 1, &out)) goto done;
  lit_result_text(ctx, out.n ? (char *)out.at : "", out.n);

done:
  lit_buf_drop(&out);
  end_call(ctx, &e, &c);
}

static const struct Form {
  const char *name;
  int how;
} forms[] = {
  {"nfc", UTF8PROC_COMPOSE},
  {"nfd", UTF8PROC_DECOMPOSE},
  {"nfkc", UTF8PROC_COMPOSE | UTF8PROC_COMPAT},
  {"nfkd", UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT},
  {"casefold", UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
               UTF8PROC_IGNORE},
};

static const struct Form *find_form(LitErr *e, const char *name) {
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
    if (strcmp(forms[i].name, name) == 0) return &forms[i];
  lit_fail(e, LIT_ERROR, "lit_normalize: no form '%.40s'; there is: nfc, nfd, "
           "nfkc, nfkd, casefold", name);
  return NULL;
}

/* s[0..n) in code points, decomposed and ordered, then composed again if the
** form says so; in lit's memory, so that its limits hold. */
static int to_form(LitErr *e, const struct Form *form, const char *s, size_t n,
                   LitBuf *out) {
  utf8proc_option_t how = (utf8proc_option_t)(form->how | UTF8PROC_STABLE);
  utf8proc_ssize_t len = utf8proc_decompose((const uint8_t *)s,
                                            (utf8proc_ssize_t)n, NULL, 0, how);
  if (len < 0) return lit_fail(e, LIT_TOOBIG, "lit_normalize: text too long");
  if (lit_buf_room(e, out, ((size_t)len + 1) * sizeof(int32_t))) return e->rc;
  len = utf8proc_decompose((const uint8_t *)s, (utf8proc_ssize_t)n,
                           (int32_t *)(void *)out->at, len, how);
  if (len >= 0)
    len = utf8proc_reencode((int32_t *)(void *)out->at, len, how);
  if (len < 0) return lit_fail(e, LIT_ERROR, "lit_normalize: %s",
                               utf8proc_errmsg(len));
  out->n = (size_t)len;
  return LIT_OK;
}

static void fn_normalize(sqlite3_context *ctx, int argc,
                         sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  const struct Form *form;
  const char *s, *name;
  size_t n, len;
  if (lit_any_null(argc, argv)) return;
  if (lit_arg_text(&e, "lit_normalize", argv[0], &s, &n)) goto done;
  if (lit_arg_text(&e, "lit_normalize", argv[1], &name, &len)) goto done;
  form = find_form(&e, name);
  if (!form || to_form(&e, form, s, n, &out)) goto done;
  lit_result_text(ctx, (char *)out.at, out.n);

done:
  if (e.rc) lit_result_err(ctx, &e);
  lit_buf_drop(&out);
}

const LitFunc lit_funcs_subword[] = {
  {"lit_tokenizer_add", 2, LIT_FILES, fn_add,
   "(name, path) -> name; loads a tokenizer"},
  {"lit_token_ids", 1, LIT_CALM, fn_ids,
   "(text) -> JSON array of token ids, of the tokenizer added last"},
  {"lit_token_ids", 2, LIT_CALM, fn_ids,
   "(text, tokenizer) -> JSON array of its ids"},
  {"lit_token_ids", 3, LIT_CALM, fn_ids,
   "(text, tokenizer, special) -> 1: with special tokens, 2: and cut and "
   "filled up as its file says"},
  {"lit_token_count", 1, LIT_CALM, fn_count,
   "(text) -> number of tokens, by the tokenizer added last"},
  {"lit_token_count", 2, LIT_CALM, fn_count,
   "(text, tokenizer) -> number of its tokens"},
  {"lit_token_count", 3, LIT_CALM, fn_count,
   "(text, tokenizer, special) -> number, as lit_token_ids has them"},
  {"lit_detokenize", 1, LIT_CALM, fn_detokenize,
   "(ids) -> the text of a JSON array of ids, of the tokenizer added last"},
  {"lit_detokenize", 2, LIT_CALM, fn_detokenize,
   "(ids, tokenizer) -> the text of a JSON array of its ids"},
  {"lit_normalize", 2, LIT_PURE, fn_normalize,
   "(text, form) -> text in nfc, nfd, nfkc, nfkd or casefold"},
  {0},
};
