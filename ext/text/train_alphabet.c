/* train_alphabet.c -- the characters of all words. */
#include <stdlib.h>
#include <string.h>
#include "text/train_part.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Char {
  uint64_t times;
  uint32_t cp;
} Char;

static int by_times(const void *x, const void *y) {
  const Char *a = x, *b = y;
  if (a->times != b->times) return a->times > b->times ? -1 : 1;
  return a->cp < b->cp ? -1 : a->cp > b->cp;
}

static int by_cp(const void *x, const void *y) {
  const Char *a = x, *b = y;
  return a->cp < b->cp ? -1 : a->cp > b->cp;
}

/* One more than the largest character; how often each is there, if times is not
** NULL. */
static uint32_t count_chars(const LitCounts *words, uint64_t *times) {
  uint32_t end = 0;
  for (uint32_t i = 0; i < words->n; i++) {
    const char *s = lit_counts_text(words, i);
    size_t n = words->row[i].len;
    uint32_t cp;
    for (size_t at = 0; at < n;) {
      at += lit_utf8_get(s + at, n - at, &cp);
      if (times) times[cp] += words->row[i].times;
      if (cp >= end) end = cp + 1;
    }
  }
  return end;
}

static int write_out(LitErr *e, Char *list, size_t n, LitAlphabet *out) {
  out->cp = lit_new(e, n, sizeof *out->cp);
  out->times = lit_new(e, n, sizeof *out->times);
  if (e->rc) return e->rc;
  qsort(list, n, sizeof *list, by_cp);
  for (size_t i = 0; i < n; i++)
    out->cp[i] = list[i].cp, out->times[i] = list[i].times;
  out->n = n;
  return LIT_OK;
}

int lit_alphabet_of(LitErr *e, const LitCounts *words, uint32_t limit,
                    const uint32_t *given, size_t n_given, LitAlphabet *out) {
  uint32_t end = count_chars(words, NULL);
  uint64_t *times;
  Char *list = NULL;
  size_t n = 0;
  *out = (LitAlphabet){0};
  for (size_t i = 0; i < n_given; i++)
    if (given[i] >= end) end = given[i] + 1;
  times = lit_new0(e, end, sizeof *times);
  if (!times) return e->rc;
  count_chars(words, times);
  for (size_t i = 0; i < n_given; i++) times[given[i]] = UINT64_MAX;
  for (uint32_t cp = 0; cp < end; cp++) n += times[cp] > 0;
  list = lit_new(e, n, sizeof *list);
  if (!list) goto done;
  n = 0;
  for (uint32_t cp = 0; cp < end; cp++)
    if (times[cp]) list[n++] = (Char){times[cp], cp};
  if (limit && n > limit) {
    qsort(list, n, sizeof *list, by_times);
    n = limit;
  }
  write_out(e, list, n, out);

done:
  lit_free(times), lit_free(list);
  return e->rc;
}

int lit_alphabet_has(const LitAlphabet *a, uint32_t cp) {
  size_t lo = 0, hi = a->n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (a->cp[mid] < cp) lo = mid + 1;
    else hi = mid;
  }
  return lo < a->n && a->cp[lo] == cp;
}

void lit_alphabet_drop(LitAlphabet *a) {
  lit_free(a->cp), lit_free(a->times);
  *a = (LitAlphabet){0};
}
