/* posts_set.c -- the rows of a frequent term as a set, see posts_list.h.
**
** To make one reads the whole list, which is worth it if it serves many questions.
** Where the cache is outgrown it would go before: then it is made only for a question
** that is asked again at once.  (Made for words that were asked for within the last ten
** questions, those of a million papers, each asked once, took a fifth longer.)
**
** Kept in the cache of chunks: the bits, then which list they are of, as another
** thing that is kept may have the same hash. */
#include "base/mem.h"
#include "index/posts_list.h"
#include "base/poison.h"

/* A set is at most about eight times as long as its list. */
enum { SHARE = 64 };

static size_t bits_bytes(const LitSeg *s) {
  return ((size_t)s->n_rows + 63) / 64 * sizeof(uint64_t);
}

static const LitChunk *make(LitErr *e, const LitSeg *s, const LitTermAt *at,
                            int64_t id) {
  const LitChunk *kept = NULL;
  size_t n = bits_bytes(s);
  uint8_t *all = lit_new(e, n + sizeof at->posts, 1);
  LitList l = {0};
  LitBits bits = {0};
  if (lit_bits_init(e, &bits, s->n_rows, 0) || lit_list_open(e, &l, s, at) ||
      lit_list_bits(e, &l, &bits))
    goto done;
  memcpy(all, bits.at, n);
  memcpy(all + n, &at->posts, sizeof at->posts);
  kept = lit_cache_keep(e, s->cache, s->stamp, id, all, n + sizeof at->posts);
done:
  lit_list_close(&l);
  lit_bits_drop(&bits);
  lit_free(all);
  return kept;
}

static int64_t id_of(const LitTermAt *at) {
  return lit_kept_hash(lit_hash64(&at->posts, sizeof at->posts));
}

static int is_frequent(const LitSeg *s, const LitTermAt *at) {
  return at->df >= LIT_BLOCK && at->df >= s->n_rows / SHARE;
}

/* What is kept under the list's id, in *is_it whether it is the list's set. */
static const LitChunk *look(const LitSeg *s, const LitTermAt *at, int *is_it) {
  const LitChunk *kept = lit_cache_look(s->cache, s->stamp, id_of(at));
  size_t n = bits_bytes(s);
  *is_it = kept && kept->n == n + sizeof at->posts &&
           memcmp(kept->at + n, &at->posts, sizeof at->posts) == 0;
  if (kept && !*is_it) lit_seg_give(s, kept);
  return kept;
}

const LitChunk *lit_list_set_kept(const LitSeg *s, const LitTermAt *at) {
  const LitChunk *kept;
  int is_it;
  if (!is_frequent(s, at)) return NULL;
  kept = look(s, at, &is_it);
  return is_it ? kept : NULL;
}

const LitChunk *lit_list_set(LitErr *e, const LitSeg *s, const LitTermAt *at,
                             LitSetFor who) {
  const LitChunk *kept;
  uint64_t hash = ~lit_hash64(&at->posts, sizeof at->posts);
  int is_it;
  if (e->rc || !is_frequent(s, at)) return NULL;
  kept = look(s, at, &is_it);
  if (kept) return is_it ? kept : NULL;
  hash ^= (uint64_t)who << 2;           /* over the bits that lit_kept_hash drops */
  if (!lit_cache_just_now(e, s->cache, s->stamp, lit_kept_hash(hash))) return NULL;
  return make(e, s, at, id_of(at));
}
