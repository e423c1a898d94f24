/* train_unigram.c -- a Unigram vocabulary learned from words (Kudo 2018).
**
** From many seeds (train_seeds.c): twice expectation and maximization over
** all ways to write each word, then the pieces whose loss would hurt least are
** dropped, a quarter at a time, until size * 1.1 are left; at last the most
** probable ones.  Maximization is Bayesian (Johnson 2007): exp(digamma(count)).
** What dropping a piece costs: its places written by the best way without it.
** Single characters stay.
**
** Sums of probabilities are not logarithms: a piece's is multiplied by a
** constant for each of its bytes (`lift`), the same for all ways to write a
** chunk, so that a chunk's stays near 1.
**
** Memory: train_seeds.c's, then 100 bytes a seed and 20 a different word.
*/
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "text/train_pieces.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { ROUNDS = 2, SEEDS_MAX = 1000000, SEEDS_EACH = 16 };
enum { EDGES_MAX = LIT_CHUNK_MAX * LIT_CHUNK_MAX };
#define LEAST_EXPECTED 0.5
#define KEEP 0.75

typedef struct Edge {       /* A piece at a place of a chunk */
  uint8_t from, to;
  int32_t piece;
} Edge;

typedef struct Fit {
  LitSeeds s;
  LitTrie trie;
  const LitTrainOpts *o;
  const LitChunks *c;
  double *weight;           /* [s.n] lifted probability */
  double *expected;         /* [s.n] */
  double lift;
  Edge edges[EDGES_MAX];
  size_t n_edges;
} Fit;

/* Derivative of the logarithm of the gamma function, x > 0. */
static double digamma(double x) {
  double sum = 0, y;
  for (; x < 7; x++) sum -= 1 / x;
  x -= 0.5;
  y = 1 / (x * x);
  return sum + log(x) + y * (1. / 24 - y * (7. / 960 - y * (31. / 8064 -
                                                            y * 127. / 30720)));
}

/* All pieces of s[0..n) into f->edges, by where they begin. */
static void find_edges(Fit *f, const char *s, size_t n) {
  f->n_edges = 0;
  for (size_t at = 0; at < n; at++) {
    uint32_t node;
    if (((unsigned char)s[at] & 0xC0) == 0x80) continue;
    node = f->trie.root[(uint8_t)s[at]];
    for (size_t to = at + 1; node; to++) {
      if (f->trie.piece[node] >= 0)
        f->edges[f->n_edges++] = (Edge){(uint8_t)at, (uint8_t)to,
                                        f->trie.piece[node]};
      if (to >= n) break;
      node = lit_trie_step(&f->trie, node, (uint8_t)s[to]);
    }
  }
}

/* Adds what is expected of chunk k; returns the logarithm of its lifted
** probability. */
static double expect(Fit *f, const LitChunk *k) {
  double to_here[LIT_CHUNK_MAX + 1] = {0}, from_here[LIT_CHUNK_MAX + 1] = {0};
  double share;
  find_edges(f, f->c->text + k->at, k->len);
  to_here[0] = 1, from_here[k->len] = 1;
  for (size_t i = 0; i < f->n_edges; i++) {
    Edge x = f->edges[i];
    to_here[x.to] += to_here[x.from] * f->weight[x.piece];
  }
  share = to_here[k->len];
  if (!(share > 0) || !isfinite(share)) return 0;
  share = k->times / share;
  for (size_t i = f->n_edges; i-- > 0;) {
    Edge x = f->edges[i];
    double right = f->weight[x.piece] * from_here[x.to];
    from_here[x.from] += right;
    f->expected[x.piece] += share * to_here[x.from] * right;
  }
  return log(to_here[k->len]);
}

static void set_weights(Fit *f) {
  for (size_t i = 0; i < f->s.n; i++)
    f->weight[i] = exp(f->s.at[i].score + f->lift * f->s.at[i].len);
}

static int expect_all(LitErr *e, Fit *f) {
  double sum = 0, bytes = 0;
  set_weights(f);
  for (size_t i = 0; i < f->s.n; i++) f->expected[i] = 0;
  for (size_t i = 0; i < f->c->n && !e->rc; i++) {
    sum += expect(f, &f->c->at[i]) * f->c->at[i].times;
    bytes += f->c->at[i].len * f->c->at[i].times;
    if (!(i & 0xFFFF)) lit_stopped(e, f->o->stop);
  }
  if (bytes > 0) f->lift -= sum / bytes;
  return e->rc;
}

static int new_trie(LitErr *e, Fit *f) {
  lit_trie_drop(&f->trie);
  return lit_trie_make(e, &f->s, &f->trie);
}

static int maximize(LitErr *e, Fit *f) {
  double sum = 0;
  size_t n = 0;
  for (size_t i = 0; i < f->s.n; i++) {
    double times = f->expected[i];
    if (f->s.at[i].is_char && times < LEAST_EXPECTED) times = LEAST_EXPECTED;
    if (times < LEAST_EXPECTED) continue;
    f->s.at[n] = f->s.at[i];
    f->s.at[n++].score = times;
    sum += times;
  }
  f->s.n = n;
  for (size_t i = 0; i < n; i++)
    f->s.at[i].score = digamma(f->s.at[i].score) - digamma(sum);
  return new_trie(e, f);
}

/* The best way to write s[0..n), not with the piece `but`: its pieces from the
** last to the first to out[LIT_CHUNK_MAX]; how many, 0: there is none. */
static size_t best_way(Fit *f, const char *s, size_t n, int32_t but,
                       int32_t *out) {
  double score[LIT_CHUNK_MAX + 1];
  Edge last[LIT_CHUNK_MAX + 1];
  size_t k = 0;
  for (size_t i = 0; i <= n; i++) score[i] = -INFINITY;
  score[0] = 0;
  find_edges(f, s, n);
  for (size_t i = 0; i < f->n_edges; i++) {
    Edge x = f->edges[i];
    double to = score[x.from] + f->s.at[x.piece].score;
    if (x.piece == but || !(to > score[x.to])) continue;
    score[x.to] = to, last[x.to] = x;
  }
  if (score[n] == -INFINITY) return 0;
  for (size_t at = n; at; at = last[at].from) out[k++] = last[at].piece;
  return k;
}

/* How often each piece is in the best ways of all chunks: f->expected. */
static int count_best(LitErr *e, Fit *f) {
  int32_t way[LIT_CHUNK_MAX];
  for (size_t i = 0; i < f->s.n; i++) f->expected[i] = 0;
  for (size_t i = 0; i < f->c->n && !e->rc; i++) {
    const LitChunk *k = &f->c->at[i];
    size_t n = best_way(f, f->c->text + k->at, k->len, -1, way);
    while (n) f->expected[way[--n]] += k->times;
    if (!(i & 0xFFFF)) lit_stopped(e, f->o->stop);
  }
  return e->rc;
}

/* What is lost without piece i, by the likelihood of all chunks. */
static double loss_of(Fit *f, size_t i, double sum) {
  const LitSeed *s = &f->s.at[i];
  int32_t way[LIT_CHUNK_MAX];
  double times = f->expected[i], instead = 0;
  size_t n = s->is_char ? 0 : best_way(f, s->at, s->len, (int32_t)i, way);
  if (!n) return INFINITY;
  if (!(times > 0)) return -INFINITY;
  for (size_t k = 0; k < n; k++)
    instead += log(f->expected[way[k]] + times);
  instead -= (double)n * log(sum + times * (double)(n - 1));
  return times / sum * (log(times) - log(sum) - instead);
}

typedef struct Loss {
  double loss;
  uint32_t i;
} Loss;

static int by_loss(const void *x, const void *y) {
  const Loss *a = x, *b = y;
  if (a->loss != b->loss) return a->loss > b->loss ? -1 : 1;
  return a->i < b->i ? -1 : a->i > b->i;
}

static int by_place(const void *x, const void *y) {
  const Loss *a = x, *b = y;
  return a->i < b->i ? -1 : a->i > b->i;
}

static int prune(LitErr *e, Fit *f, size_t least) {
  Loss *list = lit_new(e, f->s.n, sizeof *list);
  size_t keep = (size_t)(KEEP * (double)f->s.n), n = 0;
  double sum = 0;
  if (!list || count_best(e, f)) goto done;
  if (keep < least) keep = least;
  for (size_t i = 0; i < f->s.n; i++) sum += f->expected[i];
  for (size_t i = 0; i < f->s.n; i++)
    list[i] = (Loss){loss_of(f, i, sum), (uint32_t)i};
  qsort(list, f->s.n, sizeof *list, by_loss);
  while (n < f->s.n && list[n].loss > -INFINITY &&
         (n < keep || list[n].loss == INFINITY))
    n++;
  qsort(list, n, sizeof *list, by_place);
  for (size_t i = 0; i < n; i++) f->s.at[i] = f->s.at[list[i].i];
  f->s.n = n;
  new_trie(e, f);

done:
  lit_free(list);
  return e->rc;
}

static int by_score(const void *x, const void *y) {
  const LitSeed *a = x, *b = y;
  int d;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  d = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);
  return d ? d : a->len < b->len ? -1 : a->len > b->len;
}

static int is_special(const LitTrainOpts *o, const LitSeed *s) {
  for (size_t i = 0; i < o->n_special; i++)
    if (strlen(o->special[i]) == s->len &&
        memcmp(o->special[i], s->at, s->len) == 0)
      return 1;
  return 0;
}

/* The most probable, all characters among them, with the special ones at most
** o->size. */
static void finish(Fit *f) {
  size_t room = f->o->size > f->o->n_special ? f->o->size - f->o->n_special
                                             : 0, chars = 0, n = 0;
  if (f->s.n) qsort(f->s.at, f->s.n, sizeof *f->s.at, by_score);
  for (size_t i = 0; i < f->s.n; i++) chars += f->s.at[i].is_char != 0;
  room = room > chars ? room - chars : 0;
  for (size_t i = 0; i < f->s.n; i++) {
    if (is_special(f->o, &f->s.at[i])) continue;
    if (!f->s.at[i].is_char && !room) continue;
    room -= !f->s.at[i].is_char;
    f->s.at[n++] = f->s.at[i];
  }
  f->s.n = n;
}

static void to_logs(LitSeeds *s) {
  double sum = 0;
  for (size_t i = 0; i < s->n; i++) sum += s->at[i].score;
  for (size_t i = 0; i < s->n; i++)
    s->at[i].score = log(s->at[i].score) - log(sum);
}

static int fit(LitErr *e, Fit *f, const LitAlphabet *letters) {
  size_t most = (size_t)f->o->size * SEEDS_EACH, least;
  if (most > SEEDS_MAX) most = SEEDS_MAX;
  if (lit_seeds_find(e, f->c, letters, f->o, most, &f->s)) return e->rc;
  to_logs(&f->s);
  f->lift = 2;                          /* Nats a byte, to begin with */
  f->weight = lit_new(e, f->s.n, sizeof *f->weight);
  f->expected = lit_new(e, f->s.n, sizeof *f->expected);
  if (e->rc || new_trie(e, f)) return e->rc;
  least = (size_t)f->o->size + f->o->size / 10;
  for (;;) {
    for (int i = 0; i < ROUNDS && !e->rc; i++)
      if (!expect_all(e, f)) maximize(e, f);
    if (e->rc || f->s.n <= least) break;
    prune(e, f, least);
  }
  if (!e->rc) finish(f);
  return e->rc;
}

/* A score, the same in every locale. */
static void put_score(LitErr *e, double score, LitBuf *json) {
  long long v = llround(score * 1e12), whole = v / 1000000000000;
  lit_buf_printf(e, json, "%s%lld.%012lld", v < 0 ? "-" : "",
                 whole < 0 ? -whole : whole,
                 v < 0 ? -(v % 1000000000000) : v % 1000000000000);
}

static void put_model(LitErr *e, const Fit *f, size_t unk, LitBuf *json) {
  lit_buf_printf(e, json, "{\"type\":\"Unigram\",\"unk_id\":%zu,\"vocab\":[",
                 unk);
  for (size_t i = 0; i < f->o->n_special; i++) {
    lit_buf_text(e, json, i ? ",[" : "[");
    lit_buf_json(e, json, f->o->special[i], strlen(f->o->special[i]));
    lit_buf_text(e, json, ",0.0]");
  }
  for (size_t i = 0; i < f->s.n && !e->rc; i++) {
    const LitSeed *s = &f->s.at[i];
    lit_buf_text(e, json, ",[");
    lit_buf_json(e, json, s->at, s->len);
    lit_buf_u8(e, json, ',');
    put_score(e, s->score, json);
    lit_buf_u8(e, json, ']');
  }
  lit_buf_text(e, json, "],\"byte_fallback\":false}");
}

static int model(LitErr *e, const LitTrainOpts *o, const LitCounts *words,
                 LitBuf *json) {
  LitAlphabet letters = {0};
  LitChunks chunks = {0};
  Fit *f = lit_new0(e, 1, sizeof *f);
  size_t unk = 0;
  while (unk < o->n_special && strcmp(o->special[unk], "<unk>") != 0) unk++;
  if (!f) return e->rc;
  f->o = o, f->c = &chunks;
  if (unk == o->n_special)
    lit_fail(e, LIT_ERROR, "special_tokens of unigram must have <unk>");
  if (e->rc ||
      lit_alphabet_of(e, words, o->alphabet ? o->alphabet : o->size / 4 + 1,
                      NULL, 0, &letters) ||
      lit_chunks_of(e, words, &letters, &chunks) || fit(e, f, &letters))
    goto done;
  put_model(e, f, unk, json);

done:
  lit_seeds_drop(&f->s), lit_trie_drop(&f->trie);
  lit_free(f->weight), lit_free(f->expected), lit_free(f);
  lit_chunks_drop(&chunks), lit_alphabet_drop(&letters);
  return e->rc;
}

static int parts(LitErr *e, const LitTrainOpts *o, LitBuf *json) {
  const char *meta = "{\"type\":\"Metaspace\",\"replacement\":\"\xE2\x96\x81\","
                     "\"prepend_scheme\":\"always\",\"split\":true}";
  size_t bos = 0, eos = 0;
  while (bos < o->n_special && strcmp(o->special[bos], "<s>") != 0) bos++;
  while (eos < o->n_special && strcmp(o->special[eos], "</s>") != 0) eos++;
  lit_buf_printf(e, json, "\"normalizer\":{\"type\":\"Sequence\","
                 "\"normalizers\":[{\"type\":\"Nmt\"},{\"type\":\"NFKC\"},%s"
                 "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\" {2,}\"},"
                 "\"content\":\" \"}]},\"pre_tokenizer\":%s,",
                 o->lowercase ? "{\"type\":\"Lowercase\"}," : "", meta);
  if (bos == o->n_special || eos == o->n_special)
    lit_buf_text(e, json, "\"post_processor\":null,");
  else
    lit_buf_printf(e, json, "\"post_processor\":{\"type\":\"RobertaProcessing"
                   "\",\"sep\":[\"</s>\",%zu],\"cls\":[\"<s>\",%zu],"
                   "\"trim_offsets\":true,\"add_prefix_space\":true},", eos,
                   bos);
  lit_buf_printf(e, json, "\"decoder\":%s", meta);
  return e->rc;
}

static const char *const special[] = {"<s>", "<pad>", "</s>", "<unk>",
                                      "<mask>", NULL};
const LitTrainKind lit_train_unigram = {
  .name = "unigram", .doc = "Unigram, as XLM-R has it",
  .special = special, .parts = parts, .model = model,
};
