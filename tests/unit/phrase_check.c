/* phrase_check.c -- random query trees match exactly the rows that a plain
** reading of the texts says */
#include "check.h"
#include "index/phrase.h"
#include "collection.h"

enum { NODES = 60 };
static LitMatch nodes[NODES];
static char names[NODES][16];
static int n_nodes;

/* ---- plainly ---- */

static int word_is(const Coll *c, const LitMatch *t, int word) {
  char name[16];
  uint32_t n = coll_name(word, name);
  (void)c;
  if (t->op == LIT_MATCH_TERM) return n == t->n && !memcmp(name, t->at, n);
  if (t->op == LIT_MATCH_PREFIX) return n >= t->n && !memcmp(name, t->at, t->n);
  for (int i = 0; i < t->n_kids; i++)
    if (word_is(c, &t->kids[i], word)) return 1;
  return 0;
}

/* Does the phrase, or single word, begin at place k of field f? */
static int begins(const Coll *c, const CollRow *r, const LitMatch *t, int f,
                  uint32_t k) {
  const uint16_t *words = c->words + r->from[f];
  int n = t->op == LIT_MATCH_PHRASE ? t->n_kids : 1;
  if (t->fields && !(t->fields >> f & 1)) return 0;
  if (t->initial && k > 0) return 0;
  for (int i = 0; i < n; i++) {
    const LitMatch *w = t->op == LIT_MATCH_PHRASE ? &t->kids[i] : t;
    uint32_t at = k + (t->op == LIT_MATCH_PHRASE ? w->offset : 0);
    if (at >= r->len[f] || !word_is(c, w, words[at])) return 0;
    if (w->fields && !(w->fields >> f & 1)) return 0;
  }
  return n > 0;
}

static uint32_t length(const LitMatch *t) {
  uint32_t n = 1;
  for (int i = 0; t->op == LIT_MATCH_PHRASE && i < t->n_kids; i++)
    if (t->kids[i].offset + 1 > n) n = t->kids[i].offset + 1;
  return n;
}

static int near_at(const Coll *c, const CollRow *r, const LitMatch *t, int f,
                   uint32_t last) {
  for (int i = 0; i < t->n_kids; i++) {
    int found = 0;
    for (uint32_t k = 0; k <= last && !found; k++)
      found = k + length(&t->kids[i]) + t->near >= last &&
              begins(c, r, &t->kids[i], f, k);
    if (!found) return 0;
  }
  return 1;
}

static int near_in(const Coll *c, const CollRow *r, const LitMatch *t, int f) {
  for (int i = 0; i < t->n_kids; i++)
    for (uint32_t k = 0; k < r->len[f]; k++)
      if (begins(c, r, &t->kids[i], f, k) && near_at(c, r, t, f, k)) return 1;
  return 0;
}

static int matches(const Coll *c, const CollRow *r, const LitMatch *t,
                   uint32_t fields) {
  int any = 0, all = 1;
  if (t->fields) fields &= t->fields;
  switch (t->op) {
  case LIT_MATCH_TERM: case LIT_MATCH_PREFIX: case LIT_MATCH_PHRASE:
    for (int f = 0; f < c->n_fields; f++)
      for (uint32_t k = 0; fields >> f & 1 && k < r->len[f]; k++)
        if (begins(c, r, t, f, k)) return 1;
    return 0;
  case LIT_MATCH_NEAR:
    for (int f = 0; f < c->n_fields; f++)
      if (fields >> f & 1 && near_in(c, r, t, f)) return 1;
    return 0;
  case LIT_MATCH_NOT:
    for (int i = 1; i < t->n_kids; i++)
      any |= matches(c, r, &t->kids[i], fields);
    return matches(c, r, &t->kids[0], fields) && !any;
  default:
    for (int i = 0; i < t->n_kids; i++) {
      int does = matches(c, r, &t->kids[i], fields);
      any |= does, all &= does;
    }
    return t->op == LIT_MATCH_OR ? any : all;
  }
}

/* ---- trees ---- */

static LitMatch *new_nodes(int n) {
  LitMatch *at = &nodes[n_nodes];
  n_nodes += n;
  memset(at, 0, (size_t)n * sizeof *at);
  return at;
}

static void make_word(const Coll *c, LitMatch *t) {
  int i = (int)(t - nodes);
  t->op = rnd(5) ? LIT_MATCH_TERM : LIT_MATCH_PREFIX;
  t->at = names[i];
  t->n = coll_name(rnd(4) ? rnd_word(c->n_vocab) : c->n_vocab + 3, names[i]);
  if (t->op == LIT_MATCH_PREFIX) t->n = rnd(2) ? 1 : rnd(3);
}

static void make_slot(const Coll *c, LitMatch *t) {
  make_word(c, t);
  if (rnd(6) || n_nodes + 2 > NODES) return;
  *t = (LitMatch){.op = LIT_MATCH_OR, .n_kids = 2};
  t->kids = new_nodes(2);
  for (int i = 0; i < 2; i++) make_word(c, (LitMatch *)(uintptr_t)&t->kids[i]);
}

static void make_phrase(const Coll *c, LitMatch *t) {
  LitMatch *kids;
  int n = 1 + (int)rnd(3);
  if (n_nodes + n > NODES) { make_word(c, t); return; }
  *t = (LitMatch){.op = LIT_MATCH_PHRASE, .n_kids = n};
  t->kids = kids = new_nodes(n);
  for (int i = 0; i < n; i++) {
    make_slot(c, &kids[i]);
    kids[i].offset = (uint32_t)i + (rnd(6) ? 0 : 1);
  }
}

static void make_near(const Coll *c, LitMatch *t) {
  LitMatch *kids;
  int n = 1 + (int)rnd(3);
  if (n_nodes + n > NODES) { make_word(c, t); return; }
  *t = (LitMatch){.op = LIT_MATCH_NEAR, .n_kids = n, .near = rnd(8)};
  t->kids = kids = new_nodes(n);
  for (int i = 0; i < n; i++) {
    if (rnd(3)) make_word(c, &kids[i]);
    else make_phrase(c, &kids[i]);
    kids[i].initial = rnd(12) == 0;
  }
}

static void make_tree(const Coll *c, LitMatch *t, int depth) {
  int op = (int)rnd(depth ? 7 : 4), n = (int)rnd(4);
  if (op <= 1) make_word(c, t);
  else if (op == 2) make_phrase(c, t);
  else if (op == 3) make_near(c, t);
  else if (n_nodes + n <= NODES) {
    LitMatch *kids;
    *t = (LitMatch){.op = op == 4 ? LIT_MATCH_OR : op == 5 ? LIT_MATCH_AND
                                                  : LIT_MATCH_NOT};
    if (op == 6 && n == 0) n = 1;
    if (n_nodes + n > NODES) { make_word(c, t); return; }
    t->kids = kids = new_nodes(n);
    t->n_kids = n;
    for (int i = 0; i < n; i++) make_tree(c, &kids[i], depth - 1);
  } else {
    make_word(c, t);
  }
  if (rnd(6) == 0) t->fields = 1 + rnd(7);
  if (rnd(10) == 0 && t->op != LIT_MATCH_NEAR) t->initial = 1;
}

static void check_trees(int n_fields, int n_vocab, uint32_t n_rows, int trees) {
  LitErr e = {0};
  Coll *c = coll_new(&e, n_fields, 1, n_vocab, n_rows, 4);
  uint64_t matched = 0;
  for (int i = 0; i < trees && bad < 5; i++) {
    LitBits bits = {0};
    uint32_t wrong = 0;
    n_nodes = 0;
    make_tree(c, new_nodes(1), 3);
    lit_match_bits(&e, nodes, &c->segs[0], &bits, NULL);
    CHECK(e.rc == 0 && bits.n == n_rows);
    for (uint32_t r = 0; r < n_rows && bits.at; r++) {
      int want = matches(c, &c->rows[r], nodes, 15);
      wrong += lit_bits_has(&bits, r) != want;
      matched += (uint64_t)want;
    }
    if (wrong) printf("tree %d (op %d): %u rows\n", i, nodes[0].op, wrong);
    CHECK(wrong == 0);
    lit_bits_drop(&bits);
  }
  CHECK(matched > 100);
  coll_free(c);
}

static void check_refusals(void) {
  static LitMatch deep[LIT_MATCH_DEEPEST + 2];
  LitErr e = {0};
  Coll *c = coll_new(&e, 1, 1, 5, 10, 0);
  LitMatch and = {.op = LIT_MATCH_AND}, odd = {.op = 99};
  LitMatch phrase = {.op = LIT_MATCH_PHRASE, .kids = &and, .n_kids = 1};
  LitMatch near = {.op = LIT_MATCH_NEAR, .kids = &and, .n_kids = 1};
  LitMatch none = {.op = LIT_MATCH_NOT};
  const LitMatch *trees[] = {&odd, &phrase, &near, &none, deep};
  LitBits bits;
  for (int i = 0; i <= LIT_MATCH_DEEPEST; i++)
    deep[i] = (LitMatch){.op = LIT_MATCH_AND, .kids = deep + i + 1,
                         .n_kids = 1};
  for (size_t i = 0; i < sizeof trees / sizeof *trees; i++) {
    e = (LitErr){0};
    CHECK(lit_match_bits(&e, trees[i], &c->segs[0], &bits, NULL) == LIT_ERROR);
    CHECK(bits.at == NULL);
  }
  coll_free(c);
}

int main(void) {
  check_trees(1, 6, 60, 2000);
  check_trees(3, 40, 500, 500);
  check_trees(2, 20, 9000, 20);
  check_refusals();
  return bad != 0;
}
