/* weights_gguf.c -- weight files of the GGUF kind: the list of tensors behind
** the values (base/gguf.h).
**
** A tensor: its name, the number of its dimensions (4 bytes), each of them (8;
** the one that runs fastest first, so that it is our last), its type (4) and
** where it begins (8), counted from the end of the list, rounded up to a
** multiple of general.alignment (32 unless said).
**
** Checked: every tensor lies in the file, on a multiple of the alignment, and
** no two overlap.
*/
#include <stdlib.h>
#include <string.h>
#include "base/gguf.h"
#include "model/blocks.h"
#include "model/weights.h"
#include "base/poison.h"

enum { DIMS_MAX = 4 };

static const struct { uint32_t id; LitDtype dtype; } plain[] = {
  {0, LIT_DT_F32}, {1, LIT_DT_F16}, {24, LIT_DT_I8}, {25, LIT_DT_I16},
  {26, LIT_DT_I32}, {27, LIT_DT_I64}, {28, LIT_DT_F64}, {30, LIT_DT_BF16},
};

/* Bytes that n numbers of the tensor's type take, rows of `row`; UINT64_MAX if
** that cannot be.  Types that are not known take none. */
static uint64_t n_bytes(const LitTensor *t, uint64_t n, uint64_t row) {
  if (!t->block) return n * lit_dtype_size(t->dtype);
  return row % t->block->n ? UINT64_MAX : n / t->block->n * t->block->bytes;
}

static void set_type(LitTensor *t, uint32_t id) {
  t->dtype = LIT_DT_OTHER;
  t->block = lit_block_find(id);
  if (t->block) t->dtype = LIT_DT_BLOCK;
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (plain[i].id == id) t->dtype = plain[i].dtype;
}

static int fail(LitErr *e, const LitWeights *w, const LitTensor *t,
                const char *what) {
  return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s: %s", w->folder, t->file,
                  t->name, what);
}

/* One entry of the list; *offset gets where it begins. */
static int entry(LitErr *e, LitWeights *w, const LitGguf *g, LitIn *in,
                 LitTensor *t) {
  uint64_t n = 1, at;
  size_t len;
  const char *name = lit_gguf_take_text(g, in, &len);
  t->n_dims = (int)lit_in_u32(in);
  if (in->bad || t->n_dims < 1 || t->n_dims > DIMS_MAX ||
      memchr(name, 0, len))
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %zu is broken", w->folder,
                    t->file, w->n + 1);
  t->name = lit_arena_copy(e, &w->arena, name, len);
  if (e->rc) return e->rc;
  for (int i = t->n_dims; i-- > 0;) {
    t->dims[i] = lit_gguf_take_size(g, in);
    if (t->dims[i] && n > (UINT64_MAX >> 8) / t->dims[i])
      return fail(e, w, t, "its shape is too large");
    n *= t->dims[i];
  }
  set_type(t, lit_in_u32(in));
  at = lit_in_u64(in);
  t->n_bytes = n_bytes(t, n, t->dims[t->n_dims - 1]);
  if (in->bad || t->n_bytes == UINT64_MAX || at > g->size)
    return fail(e, w, t, "expected a place in the file, and rows of whole "
                "blocks");
  t->at = g->at + at;          /* moved to where the tensors begin by place() */
  return lit_weights_add(e, w, t);
}

static int cmp_place(const void *a, const void *b) {
  const LitTensor *x = a, *y = b;
  if (x->at != y->at) return x->at < y->at ? -1 : 1;
  return (x->n_bytes > y->n_bytes) - (x->n_bytes < y->n_bytes);
}

/* Every tensor lies behind `start`, in the file, and apart from the others. */
static int place(LitErr *e, LitWeights *w, const LitGguf *g, size_t first,
                 uint64_t start, uint64_t alignment) {
  for (size_t i = first; i < w->n && !e->rc; i++) {
    LitTensor *t = &w->tensors[i];
    uint64_t at = (uint64_t)(t->at - g->at);
    if (at % alignment || start > g->size || at > g->size - start ||
        t->n_bytes > g->size - start - at)
      return fail(e, w, t, "does not lie in the file, or is not aligned");
    t->at += start;
  }
  qsort(w->tensors + first, w->n - first, sizeof *w->tensors, cmp_place);
  for (size_t i = first + 1; i < w->n; i++)
    if (w->tensors[i - 1].at + w->tensors[i - 1].n_bytes > w->tensors[i].at)
      return fail(e, w, &w->tensors[i], "overlaps with another");
  return e->rc;
}

int lit_gguf_list(LitErr *e, LitWeights *w, const LitFile *f,
                  const char *file) {
  LitErr why = {0};
  LitGguf g = {0};
  LitIn in;
  int64_t alignment;
  size_t first = w->n;
  if (lit_gguf_open(&why, f->at, f->n, &g))
    return lit_fail(e, why.rc, "%s/%s: %s", w->folder, file, why.msg);
  alignment = lit_gguf_int(&g, "general.alignment", 32);
  in = lit_gguf_in(&g);
  if (alignment < 1 || alignment > 1 << 20 || alignment % 8)
    lit_fail(e, LIT_CORRUPT, "%s/%s: general.alignment: expected a multiple of "
             "8, 8 to 1048576", w->folder, file);
  for (uint64_t i = 0; i < g.n_tensors && !e->rc; i++) {
    LitTensor t = {.file = file};
    entry(e, w, &g, &in, &t);
  }
  if (!e->rc && w->n > first) {
    uint64_t end = (uint64_t)(in.at - g.at), a = (uint64_t)alignment;
    place(e, w, &g, first, (end + a - 1) / a * a, a);
  }
  lit_gguf_drop(&g);
  return e->rc;
}
