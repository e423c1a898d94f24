/* select.c -- see select.h: Hoare's Find (1961), the pivot the middle one of
** three that are drawn by chance, so that no order of the numbers is slow. */
#include "base/select.h"
#include "base/poison.h"

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t low = a < b ? a : b, high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

/* Numbers not above a pivot to the front, the others behind: *mid says where
** those begin, *low where those end that are surely in front. */
static void part(uint64_t *at, size_t n, uint64_t pivot, size_t *low,
                 size_t *mid) {
  size_t i = 0, j = n;      /* at[0..i) <= pivot <= at[j..n) */
  while (i < j) {
    while (at[i] < pivot) i++;
    while (at[j - 1] > pivot) j--;
    if (i + 1 >= j) break;
    uint64_t was = at[i];
    at[i++] = at[j - 1], at[--j] = was;
  }
  *low = i;
  *mid = i < j ? i + 1 : i;               /* at[i] is then the pivot itself */
}

void lit_select(uint64_t *at, size_t n, size_t k) {
  uint64_t seed = n;
  while (n > 1) {
    uint64_t some[3];
    size_t low, mid;
    for (int i = 0; i < 3; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      some[i] = at[(seed >> 32) % n];
    }
    part(at, n, middle(some[0], some[1], some[2]), &low, &mid);
    if (k <= low) n = low;
    else if (k <= mid) return;
    else at += mid, n -= mid, k -= mid;
  }
}
