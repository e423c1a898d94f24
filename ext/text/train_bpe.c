/* train_bpe.c -- byte-pair encoding learned from words (Sennrich et al. 2016):
** as long as the vocabulary has room, the most frequent pair of neighbours
** becomes a token.  WordPiece's vocabulary is learned in the same way, with
** "##" before what does not begin a word, as Hugging Face's library does it.
**
** Ties go to the pair of lower ids, as there; so do its ways with a pair that
** comes up a second time (one token may be made of different pairs), for the
** merges are to be the same.  Its order of the tokens "##x" is by chance;
** here it is that of the words.
**
** Each pair knows how often it occurs; a heap holds the pairs, each with the
** words that it was new in, and a count that may be out of date: then it goes
** back with the right one.  Memory: 4 bytes a character of the different
** words, up to 12 more for where the pairs are, 40 a different pair.
*/
#include <string.h>
#include "text/charsmap.h"
#include "text/normal.h"
#include "text/train_merge.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Pair {
  int64_t times;
  uint64_t key;             /* left << 32 | right */
  uint32_t stamp;           /* The word that it was last found in */
  uint32_t step, fresh;     /* In this step it is at fresh[fresh] */
  uint32_t merge;           /* Its last merge + 1 */
} Pair;

typedef struct Fresh {      /* A pair with new places */
  uint32_t pair, n;
  uint32_t *words;
} Fresh;

typedef struct Place {
  uint32_t fresh, word;
} Place;

typedef struct Job {        /* A pair in the heap */
  int64_t times;
  uint64_t key;
  uint32_t *words;          /* [n] */
  uint32_t n, pair;
} Job;

typedef struct Word {
  uint32_t at, n;           /* Its symbols */
  int64_t times;
} Word;

typedef struct Bpe {
  LitMergeList *out;
  Word *words;
  size_t n_words;
  uint32_t *symbols;
  size_t n_symbols, room_symbols;
  Pair *pairs;
  uint32_t *slots;          /* [mask + 1] pair + 1 */
  size_t n_pairs, room_pairs, mask;
  Fresh *fresh;
  Place *places;
  size_t n_fresh, room_fresh, n_places, room_places;
  Job *heap;
  size_t n_heap, room_heap;
  uint32_t stamp, step;
  LitArena arena;           /* The jobs' words */
} Bpe;

static size_t slot_of(const Bpe *b, uint64_t key) {
  uint64_t h = key * 0x9E3779B97F4A7C15u;
  size_t at = (h ^ h >> 32) & b->mask;
  while (b->slots[at] && b->pairs[b->slots[at] - 1].key != key)
    at = (at + 1) & b->mask;
  return at;
}

static int more_slots(LitErr *e, Bpe *b) {
  size_t size = b->slots ? 2 * (b->mask + 1) : 1 << 16;
  uint32_t *slots = lit_new0(e, size, sizeof *slots);
  if (!slots) return e->rc;
  lit_free(b->slots);
  b->slots = slots, b->mask = size - 1;
  for (uint32_t i = 0; i < b->n_pairs; i++)
    slots[slot_of(b, b->pairs[i].key)] = i + 1;
  return LIT_OK;
}

/* The pair of two symbols, made if it is new; UINT32_MAX after an error. */
static uint32_t pair_of(LitErr *e, Bpe *b, uint32_t left, uint32_t right) {
  uint64_t key = (uint64_t)left << 32 | right;
  size_t at;
  if (2 * (b->n_pairs + 1) > b->mask && more_slots(e, b)) return UINT32_MAX;
  at = slot_of(b, key);
  if (b->slots[at]) return b->slots[at] - 1;
  if (LIT_GROW(e, &b->pairs, &b->room_pairs, b->n_pairs + 1))
    return UINT32_MAX;
  b->pairs[b->n_pairs] = (Pair){.key = key};
  b->slots[at] = (uint32_t)++b->n_pairs;
  return (uint32_t)b->n_pairs - 1;
}

/* Word w has one such pair more, or less. */
static int change(LitErr *e, Bpe *b, uint32_t left, uint32_t right,
                  uint32_t w, int more) {
  uint32_t i = pair_of(e, b, left, right);
  Pair *p;
  if (e->rc) return e->rc;
  p = &b->pairs[i];
  p->times += more ? b->words[w].times : -b->words[w].times;
  if (!more || p->stamp == b->stamp) return LIT_OK;
  p->stamp = b->stamp;
  if (p->step != b->step) {
    if (LIT_GROW(e, &b->fresh, &b->room_fresh, b->n_fresh + 1)) return e->rc;
    p->step = b->step, p->fresh = (uint32_t)b->n_fresh;
    b->fresh[b->n_fresh++] = (Fresh){.pair = i};
  }
  if (LIT_GROW(e, &b->places, &b->room_places, b->n_places + 1)) return e->rc;
  b->places[b->n_places++] = (Place){p->fresh, w};
  b->fresh[p->fresh].n++;
  return LIT_OK;
}

static int above(const Job *x, const Job *y) {
  if (x->times != y->times) return x->times > y->times;
  return x->key < y->key;
}

static int push(LitErr *e, Bpe *b, Job job) {
  size_t i = b->n_heap;
  if (LIT_GROW(e, &b->heap, &b->room_heap, i + 1)) return e->rc;
  b->n_heap++;
  for (; i && above(&job, &b->heap[(i - 1) / 2]); i = (i - 1) / 2)
    b->heap[i] = b->heap[(i - 1) / 2];
  b->heap[i] = job;
  return LIT_OK;
}

/* Put `job` where the top was. */
static void sift(Bpe *b, Job job) {
  size_t i = 0;
  for (size_t k; (k = 2 * i + 1) < b->n_heap; i = k) {
    if (k + 1 < b->n_heap && above(&b->heap[k + 1], &b->heap[k])) k++;
    if (!above(&b->heap[k], &job)) break;
    b->heap[i] = b->heap[k];
  }
  b->heap[i] = job;
}

/* What became new in this step goes to the heap. */
static int end_step(LitErr *e, Bpe *b) {
  for (size_t i = 0; i < b->n_fresh; i++) {
    Fresh *f = &b->fresh[i];
    if (b->pairs[f->pair].times > 0) {
      f->words = lit_arena_new(e, &b->arena, f->n, sizeof *f->words);
      if (!f->words) return e->rc;
    }
    f->n = 0;
  }
  for (size_t i = 0; i < b->n_places; i++) {
    Fresh *f = &b->fresh[b->places[i].fresh];
    if (f->words) f->words[f->n++] = b->places[i].word;
  }
  for (size_t i = 0; i < b->n_fresh && !e->rc; i++) {
    const Fresh *f = &b->fresh[i];
    const Pair *p = &b->pairs[f->pair];
    if (f->words) push(e, b, (Job){p->times, p->key, f->words, f->n, f->pair});
  }
  b->n_fresh = b->n_places = 0;
  b->step++;
  return e->rc;
}

/* In word w, left and right become `id`. */
static int merge_word(LitErr *e, Bpe *b, uint64_t key, uint32_t id,
                      uint32_t w) {
  uint32_t left = (uint32_t)(key >> 32), right = (uint32_t)key, n = 0;
  Word *word = &b->words[w];
  uint32_t *s = b->symbols + word->at;
  b->stamp++;
  for (uint32_t i = 0; i < word->n; i++) {
    if (s[i] != left || i + 1 >= word->n || s[i + 1] != right) {
      s[n++] = s[i];
      continue;
    }
    if (n) {
      change(e, b, s[n - 1], left, w, 0);
      change(e, b, s[n - 1], id, w, 1);
    }
    if (i + 2 < word->n) {
      change(e, b, right, s[i + 2], w, 0);
      change(e, b, id, s[i + 2], w, 1);
    }
    s[n++] = id;
    i++;
  }
  word->n = n;
  return e->rc;
}

/* The id of the token that a pair makes. */
static uint32_t token_of(LitErr *e, Bpe *b, uint64_t key) {
  LitCounts *v = &b->out->vocab;
  const LitCount *x = &v->row[key >> 32], *y = &v->row[(uint32_t)key];
  const char *prefix = b->out->prefix;
  size_t skip = strlen(prefix);
  LitBuf text = {0};
  uint32_t id;
  if (y->len < skip || memcmp(v->text + y->at, prefix, skip) != 0) skip = 0;
  lit_buf_put(e, &text, v->text + x->at, x->len);
  lit_buf_put(e, &text, v->text + y->at + skip, y->len - skip);
  id = e->rc ? UINT32_MAX
             : lit_counts_add(e, v, (char *)text.at, text.n, 0);
  lit_buf_drop(&text);
  return id;
}

static int do_merge(LitErr *e, Bpe *b, const Job *job, const LitStop *stop) {
  LitMergeList *out = b->out;
  uint32_t id = token_of(e, b, job->key);
  if (e->rc || LIT_GROW(e, &out->at, &out->room, out->n + 1)) return e->rc;
  if (b->pairs[job->pair].merge)         /* The later one counts */
    out->at[b->pairs[job->pair].merge - 1].gone = 1;
  out->at[out->n++] = (LitMergePair){(uint32_t)(job->key >> 32),
                                     (uint32_t)job->key, 0};
  b->pairs[job->pair].merge = (uint32_t)out->n;
  for (uint32_t i = 0; i < job->n && !e->rc; i++) {
    merge_word(e, b, job->key, id, job->words[i]);
    if (!(i & 0xFFFF)) lit_stopped(e, stop);
  }
  return e->rc ? e->rc : end_step(e, b);
}

static int do_merges(LitErr *e, Bpe *b, const LitTrainOpts *o) {
  while (b->out->vocab.n < o->size && b->n_heap && !e->rc) {
    Job top = b->heap[0], last = b->heap[b->n_heap - 1];
    int64_t now = b->pairs[top.pair].times;
    if (top.times != now) {
      top.times = now;
      sift(b, top);
      continue;
    }
    if (top.times < 1 || (uint64_t)top.times < o->min_count) break;
    b->n_heap--;
    if (b->n_heap) sift(b, last);
    do_merge(e, b, &top, o->stop);
  }
  return e->rc;
}

/* Word w as symbols: characters of the alphabet, the others are left out. */
static int add_word(LitErr *e, Bpe *b, const LitAlphabet *letters,
                    const LitCounts *words, uint32_t w) {
  const char *s = lit_counts_text(words, w), *prefix = b->out->prefix;
  size_t n = words->row[w].len, skip = strlen(prefix), len;
  char token[16];
  Word *word = &b->words[w];
  *word = (Word){(uint32_t)b->n_symbols, 0, (int64_t)words->row[w].times};
  if (LIT_GROW(e, &b->symbols, &b->room_symbols, b->n_symbols + n))
    return e->rc;
  memcpy(token, prefix, skip);
  for (size_t at = 0; at < n && !e->rc; at += len) {
    uint32_t cp;
    size_t inside = at ? skip : 0;
    len = lit_utf8_get(s + at, n - at, &cp);
    if (!lit_alphabet_has(letters, cp)) continue;
    memcpy(token + inside, s + at, len);
    b->symbols[b->n_symbols++] =
        lit_counts_add(e, &b->out->vocab, token, inside + len, 0);
    memcpy(token, prefix, skip);
    word->n++;
  }
  return e->rc;
}

static int count_pairs(LitErr *e, Bpe *b, const LitStop *stop) {
  for (uint32_t w = 0; w < b->n_words && !e->rc; w++) {
    const uint32_t *s = b->symbols + b->words[w].at;
    b->stamp++;
    for (uint32_t i = 0; i + 1 < b->words[w].n; i++)
      change(e, b, s[i], s[i + 1], w, 1);
    if (!(w & 0xFFFF)) lit_stopped(e, stop);
  }
  return e->rc ? e->rc : end_step(e, b);
}

static int add_tokens(LitErr *e, const LitTrainOpts *o,
                      const LitAlphabet *letters, LitCounts *vocab) {
  char s[4];
  for (size_t i = 0; i < o->n_special; i++)
    lit_counts_add(e, vocab, o->special[i], strlen(o->special[i]), 0);
  for (size_t i = 0; i < letters->n; i++)
    lit_counts_add(e, vocab, s, lit_utf8_put(letters->cp[i], s), 0);
  return e->rc;
}

static void drop(Bpe *b) {
  lit_free(b->words), lit_free(b->symbols), lit_free(b->pairs);
  lit_free(b->slots), lit_free(b->fresh), lit_free(b->places);
  lit_free(b->heap);
  lit_arena_drop(&b->arena);
}

int lit_merge_learn(LitErr *e, const LitTrainOpts *o, const LitCounts *words,
                    const LitAlphabet *letters, LitMergeList *out) {
  Bpe b = {.out = out, .step = 1, .n_words = words->n};
  b.words = lit_new(e, words->n, sizeof *b.words);
  if (e->rc || add_tokens(e, o, letters, &out->vocab)) goto done;
  for (uint32_t w = 0; w < words->n && !e->rc; w++)
    add_word(e, &b, letters, words, w);
  if (e->rc || count_pairs(e, &b, o->stop)) goto done;
  do_merges(e, &b, o);

done:
  drop(&b);
  return e->rc;
}

void lit_merge_drop(LitMergeList *m) {
  lit_counts_drop(&m->vocab);
  lit_free(m->at);
  *m = (LitMergeList){0};
}
