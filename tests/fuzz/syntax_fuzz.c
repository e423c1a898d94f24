/* syntax_fuzz.c -- any bytes as a query: an error with words, or a tree that
** phrase.h allows. */
#include <stdlib.h>
#include "index/syntax.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

/* Words are what stands between spaces; two of them can be one. */
static int cut(LitErr *e, void *ctx, const char *s, size_t n,
               LitSyntaxWords *to) {
  uint32_t pos = 0;
  (void)ctx;
  for (size_t i = 0, from; i < n; i++) {
    for (from = i; i < n && s[i] != ' '; i++) {}
    if (i > from)
      lit_syntax_word(e, to, s + from, (uint32_t)(i - from), pos++, 0);
  }
  if (pos == 2) lit_syntax_word(e, to, s, (uint32_t)n, 0, 2);
  return e->rc;
}

static void check(int right) {
  if (!right) abort();
}

static void check_tree(const LitMatch *t, int level, int inside) {
  check(level <= LIT_MATCH_DEEPEST);
  check(inside != LIT_MATCH_PHRASE || t->op <= LIT_MATCH_PREFIX);
  check(inside != LIT_MATCH_NEAR || t->op <= LIT_MATCH_PREFIX ||
        t->op == LIT_MATCH_PHRASE);
  check(t->op > LIT_MATCH_PREFIX || t->n > 0);
  check(t->op == LIT_MATCH_OR || t->op <= LIT_MATCH_PREFIX || t->n_kids > 1);
  if (t->op == LIT_MATCH_PHRASE || t->op == LIT_MATCH_NEAR) inside = t->op;
  for (int i = 0; i < t->n_kids; i++)
    check_tree(&t->kids[i], level + 1, inside);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n) {
  static const char *const names[] = {"a", "b c", "d"};
  LitSyntaxOf of = {"fuzz", names, 3, cut, NULL};
  LitSyntax out;
  for (int any = 0; any < 2; any++) {
    LitErr e = {0};
    if (any) of.n_columns = -1;
    lit_syntax_read(&e, &of, (const char *)bytes, n, &out);
    check(!e.rc == !e.msg[0]);
    if (!e.rc) check_tree(&out.tree, 1, 0);
    lit_syntax_drop(&out);
  }
  return 0;
}
