/* near_check.c -- distances to a sorted list of terms against a whole matrix
** for each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/near.h"

enum { N_TERMS = 3000, N_WORDS = 60, LIMIT = 2 };

static unsigned seed = 7;
static unsigned chance(unsigned n) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % n;
}

static void make_word(char out[16]) {
  unsigned n = 1 + chance(9);
  for (unsigned i = 0; i < n; i++) out[i] = (char)('a' + chance(4));
  out[n] = 0;
}

static int least(int a, int b) { return a < b ? a : b; }

static int whole(const char *a, int na, const char *b, int nb) {
  int d[20][20];
  for (int i = 0; i <= na; i++)
    for (int j = 0; j <= nb; j++) {
      if (!i || !j) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      d[i][j] = least(d[i][j], least(d[i - 1][j], d[i][j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[na][nb];
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static int check_word(const char *word, char terms[][16], int tail) {
  static LitNear w;
  LitTermChars t = {.n = 0};
  int n = (int)strlen(word);
  lit_near_open(&w, word, (size_t)n, LIMIT, tail);
  for (int i = 0; i < N_TERMS; i++) {
    int want = LIMIT + 1, got, len = (int)strlen(terms[i]);
    for (int cut = 0; cut <= tail && cut <= n; cut++)
      want = least(want, whole(terms[i], len, word, n - cut));
    lit_near_next(&t, terms[i], (size_t)len);
    got = least(lit_near_term(&w, &t), LIMIT + 1);
    if (got == want) continue;
    printf("%s, %s, tail %d: %d, not %d\n", word, terms[i], tail, got, want);
    return 1;
  }
  return 0;
}

int main(void) {
  static char terms[N_TERMS][16];
  char word[16];
  int bad = 0;
  for (int i = 0; i < N_TERMS; i++) make_word(terms[i]);
  qsort(terms, N_TERMS, sizeof terms[0], by_text);
  for (int i = 0; i < N_WORDS && !bad; i++) {
    make_word(word);
    bad |= check_word(word, terms, (int)chance(4));
  }
  bad |= lit_near_words("retreival", 9, "retrieval", 9, 2) != 1;
  bad |= lit_near_words("\xc3\xa9t\xc3\xa9", 5, "ete", 3, 2) != 2;
  bad |= lit_near_words("abc", 3, "xyz", 3, 2) != 3;
  return bad;
}
