/* weights_gguf_check.c -- tensors in GGUF files: every block type gives the
** numbers that the gguf package gives (tests/golden/gguf.py); a file that was
** cut anywhere, or changed anywhere before its tensors, never does more than
** fail; nor does a model that runs out of memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/blocks.h"
#include "model/parts.h"

static int bad;

/* Tensor `name` [3, 512] against `name`.open. */
static void check_block(LitWeights *w, const char *name) {
  static const uint64_t dims[] = {3, 512};
  LitErr e = {0};
  const float *got, *want;
  char open[32];
  snprintf(open, sizeof open, "%s.open", name);
  if (lit_weights_get(&e, w, name, 2, dims, &got) ||
      lit_weights_get(&e, w, open, 2, dims, &want)) {
    printf("%s\n", e.msg), bad++;
    return;
  }
  for (size_t i = 0; i < 3 * 512; i++) {
    if (fabsf(got[i] - want[i]) <= 1e-6f * (1 + fabsf(want[i]))) continue;
    printf("%s: number %zu: %g, not %g\n", name, i, (double)got[i],
           (double)want[i]);
    bad++;
    return;
  }
}

static void check_blocks(void) {
  LitErr e = {0};
  LitWeights w = {0};
  if (lit_weights_file(&e, "tests/golden/gguf/blocks.gguf", (LitFile){0}, &w))
    printf("%s\n", e.msg), bad++;
  for (size_t i = 0; !e.rc && lit_block_row(i); i++)
    check_block(&w, lit_block_row(i)->name);
  if (!e.rc) check_block(&w, "BF16");
  lit_weights_close(&w);
}

/* List bytes [n] and read every tensor; what the first error was. */
static int read_all(const uint8_t *at, size_t n) {
  LitErr e = {0};
  LitWeights w = {.folder = "x"};
  LitFile f = {.at = at, .n = n};
  lit_gguf_list(&e, &w, &f, "y");
  for (size_t i = 0; i < w.n && !e.rc; i++) {
    const LitTensor *t = &w.tensors[i];
    const float *v;
    LitErr own = {0};
    lit_weights_get(&own, &w, t->name, t->n_dims, t->dims, &v);
  }
  if (!e.rc) lit_weights_nonfinite(&w);
  lit_weights_close(&w);
  return e.rc;
}

static void check_damage(const char *path) {
  enum { ROOM = 1 << 20 };
  FILE *file = fopen(path, "rb");
  uint8_t *at = malloc(ROOM), *copy;
  size_t n = file ? fread(at, 1, ROOM, file) : 0, first = 0;
  if (!n || read_all(at, n)) printf("%s\n", path), bad++;
  for (size_t cut = 0; cut < n; cut += cut < 6000 ? 1 : 97) {
    copy = malloc(cut ? cut : 1);      /* so that a sanitizer sees the end */
    memcpy(copy, at, cut);
    if (!read_all(copy, cut)) printf("%s: cut at %zu\n", path, cut), bad++;
    free(copy);
  }
  while (first < n && memcmp(at + first, "blk.0", 5)) first++;
  for (size_t i = 0; i < n && i < first + 2500; i++) {
    static const uint8_t by[] = {0xFF, 0x80, 1};
    for (size_t k = 0; k < sizeof by; k++) {
      at[i] ^= by[k];
      read_all(at, n);
      at[i] ^= by[k];
    }
  }
  if (file) fclose(file);
  free(at);
}

/* The allocation that fails, and how many there are at a time. */
static long fails = -1, held;

static void *resize(void *p, uint64_t n) {
  void *to;
  if (fails >= 0 && fails-- == 0) return NULL;
  to = realloc(p, (size_t)n);
  held += !p;
  return to;
}

static void release(void *p) {
  held -= p != NULL;
  free(p);
}

static void check_memory(const char *path, const char *options) {
  int rc = LIT_NOMEM;
  for (long n = 0; rc == LIT_NOMEM && n < 5000; n++) {
    LitErr e = {0};
    LitModel *m;
    fails = n;
    m = lit_model_begin(&e, path, options);
    if (m) lit_model_open(&e, m, NULL);
    fails = -1;
    rc = e.rc;
    if ((!m && !rc) || (rc && rc != LIT_NOMEM))
      printf("allocation %ld: %s\n", n, e.msg), bad++;
    lit_model_close(m);
    if (held) printf("allocation %ld: %ld kept\n", n, held), bad++, held = 0;
  }
}

int main(void) {
  check_blocks();
  check_damage("tests/golden/gguf/bert.gguf");
  check_damage("tests/golden/gguf/q8.gguf");
  lit_mem_use(&(LitMem){resize, release});
  check_memory("tests/golden/gguf/bert.gguf", NULL);
  check_memory("tests/golden/gguf/bert.gguf", "{\"precision\": \"int8\"}");
  check_memory("tests/golden/gguf/q8.gguf", NULL);
  check_memory("tests/golden/gguf/q8.gguf", "{\"dim\": 8}");
  return bad != 0;
}
