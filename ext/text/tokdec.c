/* tokdec.c -- the table of decoders, and ids back to text. */
#include <string.h>
#include "text/tokdec.h"
#include "base/poison.h"

enum { DEPTH_MAX = 16, STEPS_MAX = 64 };

const LitDecodeKind *const lit_decoders[] = {
  &lit_decode_wordpiece, &lit_decode_bytes, &lit_decode_bpe,
  &lit_decode_metaspace, &lit_decode_fuse, &lit_decode_strip,
  &lit_decode_replace, &lit_decode_fallback, &lit_decode_ctc,
  NULL,
};

int lit_strings_end(LitErr *e, LitStrings *s) {
  if (e->rc || LIT_GROW(e, &s->end, &s->room, s->n + 1)) return e->rc;
  s->end[s->n++] = (uint32_t)s->bytes.n;
  return LIT_OK;
}

void lit_strings_drop(LitStrings *s) {
  lit_buf_drop(&s->bytes);
  lit_free(s->end);
  *s = (LitStrings){0};
}

int lit_tokdec_add(LitErr *e, LitSubword *t, const LitDecodeKind *kind,
                   void *state) {
  if (t->n_decode >= STEPS_MAX)
    return lit_fail(e, LIT_TOOBIG, "decoder: more than %d steps", STEPS_MAX);
  if (LIT_GROW(e, &t->decode, &t->room_decode, t->n_decode + 1)) return e->rc;
  t->decode[t->n_decode++] = (LitDecodeStep){kind, state};
  return LIT_OK;
}

static int add_any(LitErr *e, LitSubword *t, const json_t *node, int depth) {
  const char *type = lit_tokjson_type(node);
  const LitDecodeKind *const *row = lit_decoders;
  const json_t *list = json_object_get(node, "decoders"), *item;
  void *state = NULL;
  size_t i;
  if (strcmp(type, "Sequence") == 0 && depth < DEPTH_MAX) {
    json_array_foreach(list, i, item)
      if (add_any(e, t, item, depth + 1)) break;
    return e->rc;
  }
  while (*row && strcmp((*row)->name, type) != 0) row++;
  if (!*row)
    return lit_fail(e, LIT_CORRUPT, "decoder: unknown kind '%.60s'", type);
  if ((*row)->load && (*row)->load(e, &t->arena, node, &state)) return e->rc;
  if (lit_tokdec_add(e, t, *row, state) && (*row)->drop) (*row)->drop(state);
  return e->rc;
}

int lit_tokdec_load(LitErr *e, LitSubword *t, const json_t *node) {
  if (!node || json_is_null(node)) return e->rc;
  return add_any(e, t, node, 0);
}

void lit_tokdec_drop(LitSubword *t) {
  for (size_t i = 0; i < t->n_decode; i++)
    if (t->decode[i].kind->drop) t->decode[i].kind->drop(t->decode[i].state);
  lit_free(t->decode);
}

/* The texts of ids, one string each; added tokens as they look normalized. */
static int gather(LitErr *e, const LitSubword *t, const uint32_t *ids,
                  size_t n, int skip_special, LitStrings *out) {
  for (size_t i = 0; i < n && !e->rc; i++) {
    const LitAddedToken *added = lit_tokadd_by_id(&t->added, ids[i]);
    size_t len;
    const char *s = added ? (len = added->n_pattern, added->pattern)
                          : lit_vocab_text(&t->model.vocab, ids[i], &len);
    if (!s || (skip_special && lit_subword_is_special(t, ids[i]))) continue;
    lit_buf_put(e, &out->bytes, s, len);
    lit_strings_end(e, out);
  }
  return e->rc;
}

static void join(LitErr *e, const LitStrings *in, LitBuf *out) {
  for (size_t i = 0, at = 0; i < in->n; at = in->end[i++]) {
    if (i) lit_buf_u8(e, out, ' ');
    lit_buf_put(e, out, in->bytes.at + at, in->end[i] - at);
  }
}

int lit_subword_decode(LitErr *e, const LitSubword *t, const uint32_t *ids,
                       size_t n, int skip_special, LitBuf *out) {
  LitStrings a = {0}, b = {0}, swap;
  if (gather(e, t, ids, n, skip_special, &a)) goto done;
  for (size_t i = 0; i < t->n_decode && !e->rc; i++) {
    b.n = b.bytes.n = 0;
    t->decode[i].kind->run(e, t->decode[i].state, &a, &b);
    swap = a, a = b, b = swap;
  }
  if (t->n_decode) lit_buf_put(e, out, a.bytes.at, a.bytes.n);
  else join(e, &a, out);

done:
  lit_strings_drop(&a), lit_strings_drop(&b);
  return e->rc;
}
