/* posts_fuzz.c -- postings out of any bytes, with right hashes: reading,
** searching, matching, checking and merging them never does more than fail.
** The first byte says what is damaged: bits 0 and 6 which of three segments
** (lists of one block, of runs, of several runs; rows of the last are short, as
** there must be many), bits 1-2 the part, bits 4-5 the chunk, bit 7 the info instead; then changes: u8 any,
** u8 254 to cut bytes off, u16 where, u8 what to put there. */
#include "index/bm25.h"
#include "index/phrase.h"
#include "index/terms.h"
#include "../unit/collection.h"
#include "../unit/damage.h"

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

typedef struct Changes { const uint8_t *at; size_t n; } Changes;

static void change(void *ctx, uint8_t *at, size_t *n) {
  const Changes *c = ctx;
  for (size_t i = 0; i + 5 <= c->n; i += 5) {
    size_t where = c->at[i + 2] | (size_t)c->at[i + 3] << 8;
    if (!*n) return;
    if (c->at[i + 1] == 254) *n -= where % *n;
    else at[where % *n] = c->at[i + 4];
  }
}

static void search(LitSeg *s) {
  static const float weights[] = {2, 1};
  static LitTerm terms[] = {{"a0", 2, 1}, {"h1", 2, 1}, {"o2", 2, -1},
                            {"v3", 2, 1}, {"c4", 2, 1}, {"j5", 2, 2}};
  LitBm25 how = {1.2f, 0.75f, 2, weights};
  LitErr e = {0};
  LitTopk top;
  int64_t ids[] = {-100, -99, 3, 50, 1000};
  double scores[5];
  lit_topk_init(&top, 3);
  lit_bm25_search(&e, &how, &s, NULL, 1, terms, 6, &top, NULL, NULL);
  lit_topk_drop(&top);
  e = (LitErr){0};
  lit_bm25_score(&e, &how, &s, 1, terms, 6, ids, 5, scores);
}

static void match(LitSeg *s) {
  LitMatch words[] = {{.op = LIT_MATCH_TERM, .at = "a0", .n = 2},
                      {.op = LIT_MATCH_PREFIX, .at = "", .offset = 1}};
  LitMatch near[] = {{.op = LIT_MATCH_PHRASE, .kids = words, .n_kids = 2},
                     {.op = LIT_MATCH_TERM, .at = "h1", .n = 2}};
  LitMatch tree = {.op = LIT_MATCH_NEAR, .kids = near, .n_kids = 2, .near = 3};
  LitErr e = {0};
  LitBits bits;
  if (!lit_match_bits(&e, &tree, s, &bits, NULL)) lit_bits_drop(&bits);
}

static void merge(Coll *c, LitSeg *s) {
  LitErr e = {0};
  uint32_t *ord_of = malloc((s->n_rows + 1) * sizeof *ord_of);
  const uint32_t *at[] = {ord_of};
  LitSegOut out;
  for (uint32_t i = 0; i < s->n_rows; i++) ord_of[i] = i;
  lit_segout_begin(&out, &c->store.store, 100, s->n_rows);
  lit_posts_merge(&e, &s, at, 1, &out, NULL);
  lit_segout_drop(&out);
  free(ord_of);
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n) {
  static Coll *colls[3];
  Changes changes = {at + 1, n ? n - 1 : 0};
  LitErr e = {0};
  LitSeg s;
  Coll *from;
  uint64_t stamp;
  if (!colls[0]) colls[0] = coll_new(&e, 2, 1, 30, 60, 0);
  if (!colls[1]) colls[1] = coll_new(&e, 2, 1, 5, 400, 0);
  coll_words = 3;
  if (!colls[2]) colls[2] = coll_new(&e, 2, 1, 2, 9000, 0);
  if (n < 6) return 0;
  from = colls[!(at[0] & 1) ? 0 : at[0] & 64 ? 2 : 1];
  stamp = damage_copy(&e, &from->store, &from->segs[0],
                      LIT_PART_TERMS + (at[0] >> 1 & 3), at[0] >> 4 & 3,
                      at[0] >> 7, change, &changes);
  if (!e.rc && !lit_seg_open(&e, &s, &from->store.store, from->cache, 99,
                             stamp)) {
    lit_posts_check(&e, &s, 2, NULL);
    search(&s);
    match(&s);
    merge(from, &s);
    lit_seg_close(&s);
  }
  return 0;
}
