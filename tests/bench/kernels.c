/* kernels.c -- how fast each table of kernels goes through 200,000 rows of 384
** elements, beside the speed at which this machine reads memory at all.  Best
** of five; gigabytes of rows a second. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "vec/vec.h"

enum { ROWS = 200000, DIM = 384, RUNS = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Eight sums, so that nothing but memory is waited for. */
static uint64_t read_all(const uint64_t *at, size_t n) {
  uint64_t s[8] = {0}, sum = 0;
  for (size_t i = 0; i + 8 <= n; i += 8)
    for (int j = 0; j < 8; j++) s[j] += at[i + (size_t)j];
  for (int j = 0; j < 8; j++) sum += s[j];
  return sum;
}

static double best_read(const void *rows, size_t bytes) {
  volatile uint64_t sink = 0;
  double best = 1e9;
  for (int r = 0; r < RUNS; r++) {
    double t = now();
    sink += read_all(rows, bytes / 8);
    t = now() - t;
    best = t < best ? t : best;
  }
  (void)sink;
  return (double)bytes / best / 1e9;
}

static double best_of(const LitKern *k, LitElem elem, int op, const void *q,
                      const void *rows, void *out) {
  size_t stride = lit_vec_bytes(elem, DIM);
  double best = 1e9;
  for (int r = 0; r < RUNS; r++) {
    double t = now();
    k->rows[elem][op](q, rows, stride, ROWS, DIM, out);
    t = now() - t;
    best = t < best ? t : best;
  }
  return (double)(stride * ROWS) / best / 1e9;
}

int main(void) {
  static const char *const ops[] = {"dot", "l2sq", "l1", "sq", "dotsq"};
  size_t bytes = (size_t)ROWS * DIM * 4;
  char *rows = malloc(bytes), *out = malloc((size_t)ROWS * 8);
  const LitKern *k;
  if (!rows || !out) return 1;
  for (size_t i = 0; i < bytes; i++)      /* Ordinary numbers of any type */
    rows[i] = i % 2 ? 0x3E : (char)(i * 2654435761u >> 13);
  printf("memory read: %.1f GB/s\n\n| kernels | sum |", best_read(rows, bytes));
  for (size_t e = 0; lit_elem_row(e); e++)
    printf(" %s |", lit_elem_row(e)->name);
  printf("\n|---|---|---:|---:|---:|---:|---:|\n");
  for (size_t i = 0; (k = lit_kern_row(i)) != NULL; i++) {
    if (!k->runs_here()) continue;
    for (int op = 0; op < LIT_N_OPS; op++) {
      printf("| %s | %s |", k->isa, ops[op]);
      for (int e = 0; e < LIT_N_ELEMS; e++)
        printf(" %.1f |", best_of(k, (LitElem)e, op, rows, rows, out));
      printf("\n");
      fflush(stdout);
    }
  }
  return 0;
}
