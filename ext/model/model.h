/* model.h -- models that turn texts into vectors.
**
** A model is a folder as published (sentence-transformers, or transformers
** alone): config.json, weights, tokenizer.  It is known by a name:
**
**   lit_model_add(&e, "minilm", "/path/to/folder", NULL, &stop);
**   m = lit_model_find(&e, "lit_embed", "minilm", &stop);
**   out = lit_new(&e, n * (size_t)lit_model_dim(m), sizeof *out);
**   lit_model_embed(&e, m, LIT_EMBED_DOCUMENT, texts, n, out, &stop);
**
** or a file of lit's own static vectors, NAME.safetensors (arch_static.c), of
** which one, 'builtin', may be linked in.  A name that was not added is looked
** for as $LIT_MODELS/NAME, NAME.safetensors or NAME.gguf, else in the folder
** ${XDG_CACHE_HOME:-~/.cache}/lit/models, and loaded when first used.
** Models are shared by all connections, never unloaded, and may be used from
** any number of threads at once.  Weights are mapped, not copied.
*/
#ifndef LIT_MODEL_H
#define LIT_MODEL_H
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "base/err.h"
#include "base/stop.h"

typedef struct LitModel LitModel;

typedef struct LitText {
  const char *at;           /* [n] bytes of UTF-8 */
  size_t n;
} LitText;

/* Some models want other words before a question than before a document. */
typedef enum { LIT_EMBED_QUERY, LIT_EMBED_DOCUMENT } LitEmbedUse;

/* Load the folder or file `path` and call it `name` from now on.  A model that had the
** name before stays valid for whoever holds it.  options: a JSON object of
** what model_opts.h lists, or NULL.
** Errors: CANTOPEN (no such path), CORRUPT (a file is damaged),
** MISMATCH (files do not fit one another, architecture unknown), NOMEM,
** INTERRUPT. */
int lit_model_add(LitErr *e, const char *name, const char *path,
                  const char *options, const LitStop *stop);

/* The model linked in, if lit was built with it: its name, which no other may
** have. */
#define LIT_BUILTIN_NAME "builtin"
int lit_model_has_builtin(void);

/* The model called `name`, loading it from the models' folder if need be;
** NULL and an error that says what is loaded and how to get more, and begins
** with `who`. */
const LitModel *lit_model_find(LitErr *e, const char *who, const char *name,
                               const LitStop *stop);

/* The i-th model loaded, oldest first, and the one linked in; NULL past the
** end. */
const LitModel *lit_model_row(size_t i);

const char *lit_model_name(const LitModel *m);
const char *lit_model_arch(const LitModel *m);   /* "bert" ... */
const char *lit_model_path(const LitModel *m);
int lit_model_dim(const LitModel *m);            /* floats in a vector */
int lit_model_max_tokens(const LitModel *m);  /* longer texts are cut; 0: none */
uint64_t lit_model_bytes(const LitModel *m);     /* of its files */

/* 32 hex digits that stand for everything that decides a vector: weights,
** tokenizer, pooling, prompts, dimension.  Reads all bytes the first time
** (some 20 ms for 90 MB); NULL and INTERRUPT if it may not. */
const char *lit_model_hash(LitErr *e, const LitModel *m, const LitStop *stop);

/* texts [n] -> out [n, dim], of length 1 if the model normalizes.  An empty
** text has a vector too.  Texts run in batches of like length, so many at
** once are much faster than one by one.  A text's vector is the same, to the
** bit, on every CPU, with any number of threads and in whatever company.
** Errors: INTERRUPT, NOMEM, MISMATCH (a text is not UTF-8), CORRUPT (a vector
** is not finite). */
int lit_model_embed(LitErr *e, const LitModel *m, LitEmbedUse use,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop);

/* How well each of texts [n] answers the query: out [n], higher is better; as
** CrossEncoder.predict of sentence-transformers gives it (model/head.h).
** Query and text together are cut to the model's limit, the longer first.
** Errors: as above; MISMATCH (the model has no classifier). */
int lit_model_score(LitErr *e, const LitModel *m, LitText query,
                    const LitText *texts, size_t n, float *out,
                    const LitStop *stop);
int lit_model_can_score(const LitModel *m);

/* Late interaction: the sum over the query's tokens of the largest cosine that
** one has with a token of the text.  MISMATCH: static vectors. */
int lit_model_maxsim(LitErr *e, const LitModel *m, LitText query, LitText text,
                     const LitStop *stop, double *out);

/* The cosine of query and text, told for each token of the text: bytes from ..
** to-1 (0, 0 for special tokens and prompts); the parts' sum is the cosine.
** Drop *out in any case.  MISMATCH: the model is a network that does not pool
** by the mean. */
typedef struct LitTokenPart { size_t from, to; double part; } LitTokenPart;
typedef struct LitExplained { LitTokenPart *at; size_t n; } LitExplained;
int lit_model_explain(LitErr *e, const LitModel *m, LitText query, LitText text,
                      const LitStop *stop, LitExplained *out);
void lit_explained_drop(LitExplained *x);

/* Words of a static model's vocabulary near those of a text: for each of its
** words, up to 32, `most` (up to 20) others, nearest first, of a cosine of
** `least` or more.  Appends LitNeighbour to out; their words are lent by the model.
** MISMATCH: the model is not static. */
typedef struct LitNearest { size_t most; double least; } LitNearest;
typedef struct LitNeighbour { LitText word; double cosine; } LitNeighbour;
int lit_model_neighbours(LitErr *e, const LitModel *m, const LitNearest *how,
                         LitText text, LitBuf *out, const LitStop *stop);

/* The kinds of architecture and pooling, for lit_kinds: row i, or false. */
typedef struct LitModelKind { const char *what, *name, *doc; } LitModelKind;
int lit_model_kind(size_t i, LitModelKind *out);
#endif
