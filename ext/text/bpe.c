/* bpe.c -- byte-pair encoding (Sennrich et al. 2016): a word begins as its
** characters; the two neighbours whose merge ranks first are joined, the
** leftmost of equals, until none can be.
**
** Which merges there are is said in one of two ways: by a list of pairs
** (Hugging Face), or by the pieces themselves: two neighbours may join if
** what they spell is a piece, and pieces have ranks (sentencepiece, tiktoken;
** their ranks are set by whoever loads them).
**
** Short words, nearly all, are searched anew for each merge; in long ones a
** heap holds the candidates, so that a megabyte without a blank takes
** n log n.
*/
#include <string.h>
#include "text/bpe.h"
#include "text/spm.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { SHORT_WORD = 48 };
#define NO_RANK UINT32_MAX
#define FROZEN INT32_MAX                /* A user's piece, never merged */

typedef struct Merge {
  uint32_t left, right, rank, id;       /* rank NO_RANK: an empty slot */
} Merge;

struct LitMerges {
  Merge *slot;              /* [mask + 1] */
  uint32_t mask;
};

typedef struct Symbol {
  uint32_t id, from, to;    /* from == to: merged into another */
  int32_t prev, next;       /* -1 at the ends */
} Symbol;

typedef struct Candidate {
  uint32_t rank, at, id;
} Candidate;

static uint32_t pair_hash(uint32_t left, uint32_t right) {
  return lit_hash_end((left * 0x9E3779B1u) ^ (right * 0x85EBCA77u + 1));
}

static const Merge *find_merge(const struct LitMerges *m, uint32_t left,
                               uint32_t right) {
  uint32_t at = pair_hash(left, right) & m->mask;
  for (; m->slot[at].rank != NO_RANK; at = (at + 1) & m->mask)
    if (m->slot[at].left == left && m->slot[at].right == right)
      return &m->slot[at];
  return NULL;
}

/* Room for n merges, at most 4/5 full. */
int lit_bpe_merges(LitErr *e, LitTokModel *m, size_t n) {
  uint32_t size = 16;
  while (size / 5 * 4 < n && size < 1u << 30) size *= 2;
  m->merges = lit_new0(e, 1, sizeof *m->merges);
  if (!m->merges) return e->rc;
  m->merges->slot = lit_new(e, size, sizeof *m->merges->slot);
  if (!m->merges->slot) return e->rc;
  m->merges->mask = size - 1;
  for (uint32_t i = 0; i < size; i++) m->merges->slot[i].rank = NO_RANK;
  return LIT_OK;
}

void lit_bpe_drop(LitTokModel *m) {
  if (m->merges) lit_free(m->merges->slot);
  lit_free(m->merges);
  m->merges = NULL;
}

size_t lit_bpe_bytes(const LitTokModel *m) {
  return m->merges ? ((size_t)m->merges->mask + 1) * sizeof(Merge) : 0;
}

/* One line of the list.  Of a pair given twice the last counts. */
int lit_bpe_add(LitErr *e, LitTokModel *m, const LitBpePair *p,
                uint32_t rank, LitBuf *spare) {
  int32_t left = lit_vocab_find(&m->vocab, p->left, p->n_left);
  int32_t right = lit_vocab_find(&m->vocab, p->right, p->n_right), id;
  size_t skip = p->n_right < m->n_prefix ? p->n_right : m->n_prefix;
  uint32_t at;
  spare->n = 0;
  lit_buf_put(e, spare, p->left, p->n_left);
  lit_buf_put(e, spare, p->right + skip, p->n_right - skip);
  if (e->rc) return e->rc;
  id = lit_vocab_find(&m->vocab, (char *)spare->at, spare->n);
  if (left < 0 || right < 0 || id < 0)
    return lit_fail(e, LIT_CORRUPT, "merge %u ('%.*s' '%.*s') names a token "
                    "that is not in the vocabulary", rank + 1,
                    p->n_left < 40 ? (int)p->n_left : 40, p->left,
                    p->n_right < 40 ? (int)p->n_right : 40, p->right);
  at = pair_hash((uint32_t)left, (uint32_t)right) & m->merges->mask;
  for (; m->merges->slot[at].rank != NO_RANK; at = (at + 1) & m->merges->mask)
    if (m->merges->slot[at].left == (uint32_t)left &&
        m->merges->slot[at].right == (uint32_t)right)
      break;
  m->merges->slot[at] = (Merge){(uint32_t)left, (uint32_t)right, rank,
                                (uint32_t)id};
  return LIT_OK;
}

/* "a b", or ["a", "b"]. */
static int read_pair(LitErr *e, const json_t *item, size_t i, LitBpePair *p) {
  const char *s = json_string_value(item), *blank;
  size_t n = json_string_length(item);
  const json_t *a = json_array_get(item, 0), *b = json_array_get(item, 1);
  if (json_is_string(a) && json_is_string(b) && json_array_size(item) == 2) {
    *p = (LitBpePair){json_string_value(a), json_string_value(b),
                      json_string_length(a), json_string_length(b)};
    return LIT_OK;
  }
  blank = s ? memchr(s, ' ', n) : NULL;
  if (!blank || memchr(blank + 1, ' ', n - (size_t)(blank + 1 - s)))
    return lit_fail(e, LIT_CORRUPT, "model: merge %zu is no pair", i + 1);
  *p = (LitBpePair){s, blank + 1, (size_t)(blank - s),
                    n - (size_t)(blank + 1 - s)};
  return LIT_OK;
}

static int load(LitErr *e, LitTokModel *m, const json_t *node) {
  const json_t *list = json_object_get(node, "merges"), *item;
  LitBuf spare = {0};
  LitBpePair p;
  uint32_t rank = 0;
  size_t i;
  lit_tokmodel_vocab(e, m, node);
  if (e->rc || lit_tokmodel_seal(e, m)) return e->rc;
  if (!json_is_array(list))
    return lit_fail(e, LIT_CORRUPT, "model: no merges");
  lit_bpe_merges(e, m, json_array_size(list));
  json_array_foreach(list, i, item) {
    const char *s = json_string_value(item);
    if (s && strncmp(s, "#version", 8) == 0) continue;
    if (e->rc || read_pair(e, item, i, &p) ||
        lit_bpe_add(e, m, &p, rank++, &spare))
      break;
  }
  lit_buf_drop(&spare);
  return e->rc;
}

/* The merge of two neighbours: its rank, *id; or NO_RANK. */
static uint32_t rank_of(const LitTokModel *m, const char *s, const Symbol *a,
                        const Symbol *b, uint32_t *id) {
  if (m->merges) {
    const Merge *hit = find_merge(m->merges, a->id, b->id);
    if (!hit) return NO_RANK;
    *id = hit->id;
    return hit->rank;
  } else {
    int32_t piece = a->id == FROZEN || b->id == FROZEN ? -1 : lit_vocab_find(&m->vocab, s + a->from, b->to - a->from);
    if (piece < 0) return NO_RANK;
    *id = (uint32_t)piece;
    return m->rank ? m->rank[piece] : (uint32_t)piece;
  }
}

/* Merge in place by searching; how many symbols are left. */
static size_t merge_short(const LitTokModel *m, const char *s, Symbol *sym,
                          size_t n) {
  uint32_t rank[SHORT_WORD], id[SHORT_WORD] = {0};
  for (size_t i = 0; i + 1 < n; i++)
    rank[i] = rank_of(m, s, &sym[i], &sym[i + 1], &id[i]);
  while (n > 1) {
    size_t best = 0;
    for (size_t i = 1; i + 1 < n; i++)
      if (rank[i] < rank[best]) best = i;
    if (rank[best] == NO_RANK) break;
    sym[best].id = id[best], sym[best].to = sym[best + 1].to;
    n--;
    for (size_t i = best + 1; i < n; i++) {
      sym[i] = sym[i + 1];
      if (i + 1 < n) rank[i] = rank[i + 1], id[i] = id[i + 1];
    }
    if (best + 1 < n)
      rank[best] = rank_of(m, s, &sym[best], &sym[best + 1], &id[best]);
    if (best > 0)
      rank[best - 1] = rank_of(m, s, &sym[best - 1], &sym[best],
                               &id[best - 1]);
  }
  return n;
}

static int before(Candidate a, Candidate b) {
  return a.rank < b.rank || (a.rank == b.rank && a.at < b.at);
}

static void heap_push(Candidate *heap, size_t *n, Candidate c) {
  size_t i = (*n)++;
  for (; i > 0 && before(c, heap[(i - 1) / 2]); i = (i - 1) / 2)
    heap[i] = heap[(i - 1) / 2];
  heap[i] = c;
}

static Candidate heap_pop(Candidate *heap, size_t *n) {
  Candidate top = heap[0], last = heap[--*n];
  size_t i = 0;
  for (size_t k; (k = 2 * i + 1) < *n; i = k) {
    if (k + 1 < *n && before(heap[k + 1], heap[k])) k++;
    if (!before(heap[k], last)) break;
    heap[i] = heap[k];
  }
  heap[i] = last;
  return top;
}

typedef struct Long {
  const LitTokModel *m;
  const char *s;
  Symbol *sym;
  Candidate *heap;
  size_t n_heap;
} Long;

static void offer(Long *l, int32_t left) {
  Candidate c = {.at = (uint32_t)left};
  const Symbol *a = &l->sym[left];
  if (left < 0 || a->next < 0) return;
  c.rank = rank_of(l->m, l->s, a, &l->sym[a->next], &c.id);
  if (c.rank != NO_RANK) heap_push(l->heap, &l->n_heap, c);
}

/* The same with a heap.  A candidate whose symbols have changed meanwhile is
** known by its merge no longer giving the same token. */
static int merge_long(LitErr *e, Long *l, size_t n, const LitStop *stop) {
  uint32_t id = 0;
  for (size_t i = 0; i + 1 < n; i++) offer(l, (int32_t)i);
  for (size_t turn = 1; l->n_heap; turn++) {
    Candidate c = heap_pop(l->heap, &l->n_heap);
    Symbol *a = &l->sym[c.at], *b;
    if (!(turn & 0xFFFF) && lit_stopped(e, stop)) break;
    if (a->from == a->to || a->next < 0) continue;
    b = &l->sym[a->next];
    if (rank_of(l->m, l->s, a, b, &id) == NO_RANK || id != c.id) continue;
    a->id = c.id, a->to = b->to, a->next = b->next;
    b->to = b->from;
    if (a->next >= 0) l->sym[a->next].prev = (int32_t)c.at;
    offer(l, a->prev);
    offer(l, (int32_t)c.at);
  }
  return e->rc;
}

static void add_symbol(Symbol *sym, size_t *n, int32_t id, size_t from,
                       size_t to) {
  int32_t i = (int32_t)(*n)++;
  sym[i] = (Symbol){(uint32_t)id, (uint32_t)from, (uint32_t)to, i - 1, i + 1};
}

/* The id of the character s[from .. to-1] with what the file puts before and
** behind it. */
static int32_t char_id(LitErr *e, const LitTokModel *m, LitWork *w,
                       const char *s, LitSpan at, size_t n) {
  int pre = at.from > 0 && m->n_prefix, suf = at.to == n && m->n_suffix;
  LitBuf *b = &w->bytes;
  if (!pre && !suf)
    return lit_vocab_find(&m->vocab, s + at.from, at.to - at.from);
  b->n = 0;
  if (pre) lit_buf_put(e, b, m->prefix, m->n_prefix);
  lit_buf_put(e, b, s + at.from, at.to - at.from);
  if (suf) lit_buf_put(e, b, m->suffix, m->n_suffix);
  return e->rc ? -1 : lit_vocab_find(&m->vocab, (char *)b->at, b->n);
}

static int has_bytes(const LitTokModel *m, const char *s, LitSpan at) {
  for (uint32_t i = at.from; i < at.to; i++)
    if (m->byte_id[(unsigned char)s[i]] < 0) return 0;
  return m->byte_fallback;
}

/* The symbols that a word begins with: characters, unknown ones as bytes or
** as the unknown token (runs of it fused if the file says so), or left out. */
static size_t first_symbols(LitErr *e, const LitTokModel *m, LitWork *w,
                            const char *s, size_t n) {
  Symbol *sym = w->model_room;
  size_t k = 0, len;
  int open = 0;                         /* The last symbol is unknown */
  for (size_t at = 0; at < n && !e->rc; at += len) {
    LitSpan here;
    uint32_t cp;
    int32_t id, user;
    user = lit_spm_user(m, s + at, n - at, &len);
    if (user < 0) len = m->raw_bytes ? 1 : lit_utf8_get(s + at, n - at, &cp);
    here = (LitSpan){(uint32_t)at, (uint32_t)(at + len)};
    id = char_id(e, m, w, s, here, n);
    if (m->spm || id >= 0) {            /* sentencepiece sees to it later */
      add_symbol(sym, &k, user >= 0 ? FROZEN : id, at, at + len);
      open = 0;
    } else if (has_bytes(m, s, here)) {
      for (size_t i = at; i < at + len; i++)
        add_symbol(sym, &k, m->byte_id[(unsigned char)s[i]], i, i + 1);
      open = 0;
    } else if (open && m->fuse_unk) {
      sym[k - 1].to = (uint32_t)(at + len);
    } else if (m->unk >= 0) {
      add_symbol(sym, &k, m->unk, at, at + len);
      open = 1;
    } else if (m->unk_text) {
      lit_fail(e, LIT_ERROR, "the tokenizer has no unknown token '%s'",
               m->unk_text);
    }
  }
  if (k) sym[k - 1].next = -1;
  return k;
}

/* What is left of sentencepiece's symbols: a piece, or unknown: as bytes, or
** runs of it as one. */
static int put_pieces(LitErr *e, const LitTokModel *m, LitWork *w,
                      const char *s, size_t k) {
  const Symbol *sym = w->model_room;
  int open = 0;
  for (size_t i = 0; i < k && !e->rc; i++) {
    LitSpan at = {sym[i].from, sym[i].to};
    int32_t id;
    if (at.from == at.to) continue;
    id = lit_vocab_find(&m->vocab, s + at.from, at.to - at.from);
    if (id < 0) id = m->unk;
    if (id == m->unk && m->byte_fallback)
      lit_spm_put_bytes(e, m, w, s, at);
    else if (id == m->unk && open)
      w->toks[w->n_toks - 1].span.to = at.to;
    else
      lit_work_tok(e, w, (uint32_t)id, at.from, at.to);
    open = id == m->unk && !m->byte_fallback;
  }
  return e->rc;
}

static int encode(LitErr *e, const LitTokModel *m, LitWork *w, const char *s,
                  size_t n) {
  size_t k, room = (n + 1) * sizeof(Symbol);
  int32_t whole = m->ignore_merges ? lit_vocab_find(&m->vocab, s, n) : -1;
  Symbol *sym;
  if (whole >= 0) return lit_work_tok(e, w, (uint32_t)whole, 0, n);
  if (lit_tokmodel_long(e, n)) return e->rc;
  if (n > SHORT_WORD) room += 2 * (n + 1) * sizeof(Candidate);
  sym = lit_work_room(e, w, room);
  if (!sym) return e->rc;
  k = first_symbols(e, m, w, s, n);
  if (e->rc) return e->rc;
  if (k <= SHORT_WORD) {
    k = merge_short(m, s, sym, k);
  } else {
    Long l = {m, s, sym, (Candidate *)(void *)(sym + n + 1), 0};
    merge_long(e, &l, k, w->stop);
  }
  if (m->spm) return put_pieces(e, m, w, s, k);
  for (size_t i = 0; i < k && !e->rc; i++)
    if (sym[i].from < sym[i].to)
      lit_work_tok(e, w, sym[i].id, sym[i].from, sym[i].to);
  return e->rc;
}

/* No token has a space inside, so no merge reaches over one; and the space is
** a token, so no run of unknown characters does. */
static int cuts(const LitTokModel *m, uint32_t space) {
  char s[4];
  size_t n = lit_utf8_put(space, s);
  if (m->n_prefix || m->n_suffix || m->ignore_merges) return 0;
  return lit_vocab_find(&m->vocab, s, n) >= 0 &&
         lit_vocab_leads(&m->vocab, s, n);
}

const LitTokModelKind lit_tokmodel_bpe = {
  .name = "BPE", .doc = "byte-pair encoding: merges by rank",
  .load = load, .encode = encode, .cuts = cuts,
};
