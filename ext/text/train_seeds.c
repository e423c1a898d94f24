/* train_seeds.c -- the substrings that a Unigram vocabulary is pruned from.
**
** Suffixes of the chunks are sorted (eight bytes at a time, by quicksort in
** three parts); substrings that several share are intervals of neighbours,
** found with a stack by their common prefixes (Abouelhoda et al. 2004).
** Memory: 24 bytes for each character, of SUFFIXES at most: where there are
** more, the rarest chunks are left out.
*/
#include <string.h>
#include "base/topk.h"
#include "text/train_pieces.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { SUFFIXES = 8 << 20 };

typedef struct Suffix {
  uint64_t key;             /* Eight bytes, big-endian, 0 from the end on */
  uint32_t at, chunk;
} Suffix;

typedef struct Open {       /* An interval that is not at its end */
  uint32_t from, len, chars;
} Open;

static int is_inside(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

static int put_chunk(LitErr *e, LitChunks *c, const char *s, size_t n,
                     uint64_t times) {
  if (!n) return e->rc;
  if (LIT_GROW(e, &c->at, &c->room, c->n + 1) ||
      LIT_GROW(e, &c->text, &c->room_text, c->n_text + n + 16))
    return e->rc;
  c->at[c->n++] = (LitChunk){(uint32_t)c->n_text, (uint32_t)n, (double)times};
  memcpy(c->text + c->n_text, s, n);
  memset(c->text + c->n_text + n, 0, 16);
  c->n_text += n + 1;
  return LIT_OK;
}

int lit_chunks_of(LitErr *e, const LitCounts *words, const LitAlphabet *a,
                  LitChunks *out) {
  *out = (LitChunks){0};
  for (uint32_t i = 0; i < words->n && !e->rc; i++) {
    const char *s = lit_counts_text(words, i);
    size_t n = words->row[i].len, from = 0, len;
    for (size_t at = 0; at < n; at += len) {
      uint32_t cp;
      int known;
      len = lit_utf8_get(s + at, n - at, &cp);
      known = cp && lit_alphabet_has(a, cp);
      if (known && at + len - from <= LIT_CHUNK_MAX) continue;
      put_chunk(e, out, s + from, at - from, words->row[i].times);
      from = known ? at : at + len;
    }
    put_chunk(e, out, s + from, n - from, words->row[i].times);
  }
  return e->rc;
}

void lit_chunks_drop(LitChunks *c) {
  lit_free(c->text), lit_free(c->at);
  *c = (LitChunks){0};
}

/* Up to the first zero byte; zeroes behind. */
static uint64_t load_key(const char *s) {
  uint64_t v = 0;
  for (int i = 0; i < 8 && s[i]; i++)
    v |= (uint64_t)(unsigned char)s[i] << (56 - 8 * i);
  return v;
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c) {
  if (a > b) return a < c ? a : b > c ? b : c;
  return b < c ? b : a > c ? a : c;
}

static void sort(Suffix *s, size_t n, const char *text, size_t depth);

/* All of s have the same key, which ends at `depth`: by what follows. */
static void sort_on(Suffix *s, size_t n, const char *text, size_t depth) {
  if (n < 2 || !(s->key & 0xFF) || depth >= LIT_CHUNK_MAX) return;
  for (size_t i = 0; i < n; i++) s[i].key = load_key(text + s[i].at + depth);
  sort(s, n, text, depth);
}

/* Sort by key, which begins at `depth`, and then by what is behind it. */
static void sort(Suffix *s, size_t n, const char *text, size_t depth) {
  while (n > 1) {
    uint64_t pivot = middle(s[n / 4].key, s[n / 2].key, s[n / 4 * 3].key);
    size_t lo = 0, hi = n, i = 0;
    while (i < hi) {
      Suffix x = s[i];
      if (x.key < pivot) s[i++] = s[lo], s[lo++] = x;
      else if (x.key > pivot) s[i] = s[--hi], s[hi] = x;
      else i++;
    }
    sort_on(s + lo, hi - lo, text, depth + 8);
    if (lo < n - hi) {
      sort(s, lo, text, depth);
      s += hi, n -= hi;
    } else {
      sort(s + hi, n - hi, text, depth);
      n = lo;
    }
  }
}

/* The least count at which all chunks' characters are SUFFIXES at most. */
static double least_times(const LitChunks *c, size_t *n_suffixes) {
  double least = 0;
  for (;; least = least * 2 + 1) {
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
      const LitChunk *k = &c->at[i];
      if (k->times <= least) continue;
      for (uint32_t at = 0; at < k->len; at++)
        n += !is_inside(c->text[k->at + at]);
    }
    *n_suffixes = n;
    if (n <= SUFFIXES) return least;
  }
}

static size_t list_suffixes(const LitChunks *c, double least, Suffix *out) {
  size_t n = 0;
  for (uint32_t i = 0; i < c->n; i++) {
    const LitChunk *k = &c->at[i];
    if (k->times <= least) continue;
    for (uint32_t at = k->at; at < k->at + k->len; at++)
      if (!is_inside(c->text[at]))
        out[n++] = (Suffix){load_key(c->text + at), at, i};
  }
  return n;
}

/* Whole characters that a and b have in common, at most `most`. */
static Open common(const char *a, const char *b, uint32_t most) {
  Open o = {0};
  uint32_t n = 0;
  for (; a[n] && a[n] == b[n]; n++)
    if (!is_inside(a[n]) && n) {
      o.len = n;
      if (++o.chars == most) return o;
    }
  if (n && !is_inside(a[n]) && !is_inside(b[n])) o.len = n, o.chars++;
  return o;
}

typedef struct Finder {
  const LitChunks *c;
  const Suffix *s;
  const double *sum;        /* [n + 1] of the suffixes' counts */
  LitTopk best;             /* ids: at << 8 | len */
} Finder;

static int offer(LitErr *e, Finder *f, Open o, size_t to) {
  double times = f->sum[to] - f->sum[o.from], score = times * o.chars;
  if (o.chars < 2 || times < 2 || !lit_topk_wants(&f->best, score))
    return e->rc;
  return lit_topk_push(e, &f->best, score,
                       (int64_t)f->s[o.from].at << 8 | o.len);
}

/* A whole chunk that is nobody else's beginning. */
static int offer_whole(LitErr *e, Finder *f, size_t i, uint32_t len,
                       uint32_t most) {
  const LitChunk *k = &f->c->at[f->s[i].chunk];
  Open o = {.from = (uint32_t)i, .len = k->len};
  if (f->s[i].at != k->at || k->len <= len) return e->rc;
  for (uint32_t at = 0; at < k->len; at++)
    o.chars += !is_inside(f->c->text[k->at + at]);
  return o.chars <= most ? offer(e, f, o, i + 1) : e->rc;
}

static int find_shared(LitErr *e, Finder *f, size_t n, uint32_t most,
                       const LitStop *stop) {
  Open stack[LIT_CHUNK_MAX + 2] = {{0}};
  uint32_t before = 0;
  int top = 0;
  for (size_t i = 0; i < n && !e->rc; i++) {
    Open o = {0};
    if (i + 1 < n)
      o = common(f->c->text + f->s[i].at, f->c->text + f->s[i + 1].at, most);
    offer_whole(e, f, i, before > o.len ? before : o.len, most);
    before = o.len;
    o.from = (uint32_t)i;
    while (top && stack[top].len > o.len) {
      o.from = stack[top].from;
      offer(e, f, stack[top--], i + 1);
    }
    if (o.len && (!top || stack[top].len < o.len)) stack[++top] = o;
    if (!(i & 0xFFFF)) lit_stopped(e, stop);
  }
  return e->rc;
}

static int put_seeds(LitErr *e, const Finder *f, const LitAlphabet *a,
                     LitSeeds *out) {
  out->chars = lit_new(e, a->n, 4);
  if (e->rc || LIT_GROW(e, &out->at, &out->room, a->n + f->best.n))
    return e->rc;
  for (size_t i = 0; i < a->n; i++) {
    LitSeed s = {.at = out->chars + 4 * i, .is_char = 1};
    s.len = (uint32_t)lit_utf8_put(a->cp[i], out->chars + 4 * i);
    s.score = (double)a->times[i];
    if (a->cp[i]) out->at[out->n++] = s;
  }
  for (size_t i = 0; i < f->best.n; i++) {
    int64_t id = f->best.at[i].id;
    out->at[out->n++] = (LitSeed){f->c->text + (id >> 8),
                                  (uint32_t)id & 0xFF, f->best.at[i].score, 0};
  }
  return LIT_OK;
}

void lit_seeds_drop(LitSeeds *s) {
  lit_free(s->at), lit_free(s->chars);
  *s = (LitSeeds){0};
}

int lit_seeds_find(LitErr *e, const LitChunks *c, const LitAlphabet *a,
                   const LitTrainOpts *o, size_t most, LitSeeds *out) {
  size_t n;
  double least = least_times(c, &n), *sum = lit_new(e, n + 1, sizeof *sum);
  Suffix *s = lit_new(e, n, sizeof *s);
  Finder f = {.c = c, .s = s, .sum = sum};
  lit_topk_init(&f.best, most);
  if (e->rc) goto done;
  n = list_suffixes(c, least, s);
  sort(s, n, c->text, 0);
  sum[0] = 0;
  for (size_t i = 0; i < n; i++) sum[i + 1] = sum[i] + c->at[s[i].chunk].times;
  if (find_shared(e, &f, n, o->max_piece, o->stop)) goto done;
  lit_topk_sort(&f.best);
  put_seeds(e, &f, a, out);

done:
  lit_topk_drop(&f.best);
  lit_free(s), lit_free(sum);
  return e->rc;
}
