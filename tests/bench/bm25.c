/* bm25.c -- how fast postings are gathered, written, merged and searched, and
** how large they are, on real papers: words are runs of letters and digits, in
** lower case; two fields, title (weight 2) and abstract.  Times are those of
** the processor, queries the best of five.
**
**   build/bench/bm25 [papers] [queries] [segments]
**   SHARED: where data/corpus lies (../shared)
*/
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#include "index/bm25.h"
#include "index/posts.h"
#include "../unit/memstore.h"

typedef struct Paper { char *field[2]; } Paper;
static Paper *papers;
static uint32_t n_papers, most;
static size_t text_bytes;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void read_file(const char *name) {
  char path[1000], *line = malloc(1 << 20);
  const char *shared = getenv("SHARED");
  gzFile f;
  snprintf(path, sizeof path, "%s/data/corpus/%s",
           shared ? shared : "../shared", name);
  f = gzopen(path, "rb");
  while (f && n_papers < most && gzgets(f, line, 1 << 20)) {
    json_t *j = json_loads(line, 0, NULL);
    Paper *p = &papers[n_papers];
    const char *title = json_string_value(json_object_get(j, "title"));
    const char *abstract = json_string_value(json_object_get(j, "abstract"));
    if (title && abstract) {
      p->field[0] = strdup(title), p->field[1] = strdup(abstract);
      text_bytes += strlen(title) + strlen(abstract);
      n_papers++;
    }
    json_decref(j);
  }
  if (f) gzclose(f);
  free(line);
}

/* The next word of s into word [64]; NULL at the end. */
static const char *next_word(const char *s, char word[64], uint32_t *n) {
  *n = 0;
  while (*s && !isalnum((unsigned char)*s) && !(*s & 0x80)) s++;
  for (; isalnum((unsigned char)*s) || *s & 0x80; s++)
    if (*n < 64) word[(*n)++] = (char)tolower((unsigned char)*s);
  return *n ? s : NULL;
}

static void add_paper(LitErr *e, LitPosts *p, uint32_t row,
                      const Paper *paper) {
  uint32_t lens[2];
  for (int f = 0; f < 2; f++) {
    const char *s = paper->field[f];
    char word[64];
    uint32_t n, pos = 0;
    while ((s = next_word(s, word, &n)))
      lit_posts_add(e, p, row, f, word, n, pos++);
    lens[f] = pos;
  }
  lit_posts_end_row(e, p, row, lens);
}

static void words_time(void) {
  double t = now(), took;
  uint64_t sum = 0;
  for (uint32_t i = 0; i < n_papers; i++)
    for (int f = 0; f < 2; f++) {
      const char *s = papers[i].field[f];
      char word[64];
      uint32_t n;
      while ((s = next_word(s, word, &n))) sum += n;
    }
  took = now() - t;
  printf("words alone %.2f s (%llu bytes)\n", took, (unsigned long long)sum);
}

static void build(LitErr *e, MemStore *m, LitCache *c, LitSeg *s, int64_t id,
                  uint32_t first, uint32_t n) {
  LitPosts *p = lit_posts_new(e, 2);
  LitSegOut out;
  uint32_t *ord_of = malloc(n * sizeof *ord_of);
  int64_t *ids = malloc(n * sizeof *ids);
  uint64_t stamp = 0;
  double t = now(), added;
  for (uint32_t i = 0; i < n; i++) {
    add_paper(e, p, i, &papers[first + i]);
    ord_of[i] = i, ids[i] = first + i + 1;
  }
  added = now();
  lit_segout_begin(&out, &m->store, id, n);
  lit_segout_ids(e, &out, ids);
  lit_posts_write(e, p, ord_of, &out);
  lit_segout_end(e, &out, &stamp);
  printf("segment %d: %u papers, add %.2f s, write %.2f s, memory %.1f MB\n",
         (int)id, n, added - t, now() - added,
         (double)lit_posts_bytes(p) / 1e6);
  lit_segout_drop(&out);
  lit_seg_open(e, s, &m->store, c, id, stamp);
  lit_posts_free(p);
  free(ord_of), free(ids);
}

static void merge(LitErr *e, MemStore *m, LitCache *c, LitSeg *const *in,
                  int n_in, LitSeg *s, int64_t id) {
  const uint32_t *ord_of[64];
  uint32_t *ords = malloc(n_papers * sizeof *ords), first = 0;
  int64_t *ids = malloc(n_papers * sizeof *ids);
  uint64_t stamp = 0;
  LitSegOut out;
  double t = now();
  for (uint32_t i = 0; i < n_papers; i++) ords[i] = i, ids[i] = i + 1;
  for (int i = 0; i < n_in; first += in[i++]->n_rows)
    ord_of[i] = ords + first;
  lit_segout_begin(&out, &m->store, id, n_papers);
  lit_segout_ids(e, &out, ids);
  lit_posts_merge(e, in, ord_of, n_in, &out, NULL);
  lit_segout_end(e, &out, &stamp);
  lit_segout_drop(&out);
  lit_seg_open(e, s, &m->store, c, id, stamp);
  printf("merge of %d: %.2f s\n", n_in, now() - t);
  free(ords), free(ids);
}

static void sizes(const LitSeg *s) {
  static const char *names[] = {"terms", "posts", "places", "lens"};
  uint64_t all = 0;
  for (int i = 0; i < 4; i++) {
    const LitPartInfo *p = lit_seg_part(s, LIT_PART_TERMS + i);
    printf("%s %.1f MB, ", names[i], (double)p->bytes / 1e6);
    all += p->bytes;
  }
  printf("together %.3f of %.1f MB text\n", (double)all / (double)text_bytes,
         (double)text_bytes / 1e6);
}

/* ---- queries ---- */

enum { WORDS = 100 };
typedef struct Query {
  LitTerm terms[WORDS];
  char words[WORDS][64];
  int n;
} Query;

static void make_query(Query *q, const char *text, int sentence) {
  uint32_t n;
  const char *s = text;
  q->n = 0;
  while (q->n < WORDS && (s = next_word(s, q->words[q->n], &n))) {
    int had = 0;
    for (int i = 0; i < q->n && !had; i++)
      had = q->terms[i].n == n && !memcmp(q->words[i], q->words[q->n], n);
    if (!had) q->terms[q->n] = (LitTerm){q->words[q->n], n, 1}, q->n++;
    if (sentence && s[0] == '.' && s[1] == ' ') break;
  }
}

static int by_number(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void ask(LitSeg *const *segs, int n_segs, const char *what,
                int n_queries, int sentence, size_t k,
                const LitBits *const *masks) {
  static const float weights[] = {2, 1};
  LitBm25 how = {1.2f, 0.75f, 2, weights};
  LitBm25Trace trace = {0};
  double *took = malloc((size_t)n_queries * sizeof *took), sum = 0, words = 0;
  Query *q = malloc(sizeof *q);
  int64_t check = 0;
  for (int i = 0; i < n_queries; i++) {
    const Paper *p = &papers[(uint32_t)i * 7919u % n_papers];
    LitErr e = {0};
    LitTopk top;
    make_query(q, p->field[sentence], sentence);
    words += q->n;
    took[i] = 1e9;
    for (int r = 0; r < 5; r++) {
      double t = now();
      lit_topk_init(&top, k);
      lit_bm25_search(&e, &how, segs, masks, n_segs, q->terms, q->n, &top,
                      r ? NULL : &trace, NULL);
      lit_topk_sort(&top);
      t = now() - t;
      if (t < took[i]) took[i] = t;
      if (r == 0 && top.n) check += top.at[0].id;
      lit_topk_drop(&top);
    }
    if (e.rc) printf("%s\n", e.msg);
    sum += took[i];
  }
  qsort(took, (size_t)n_queries, sizeof *took, by_number);
  printf("%-10s k %-4zu %4.1f words  mean %6.3f  p50 %6.3f  p95 %6.3f ms  "
         "postings %.0f  decoded %.0f  skipped %.0f  scored %.0f  (%llx)\n",
         what, k, words / n_queries, sum / n_queries * 1e3,
         took[n_queries / 2] * 1e3, took[n_queries * 95 / 100] * 1e3,
         (double)trace.postings / n_queries,
         (double)trace.blocks_decoded / n_queries,
         (double)trace.blocks_skipped / n_queries,
         (double)trace.rows_scored / n_queries, (unsigned long long)check);
  free(took), free(q);
}

static void ask_all(LitSeg *const *segs, int n_segs, int n) {
  LitErr e = {0};
  LitBits masks[64];
  const LitBits *at[64];
  static const uint32_t one_in[] = {2, 100, 10000};
  ask(segs, n_segs, "title", n, 0, 10, NULL);
  ask(segs, n_segs, "sentence", n, 1, 10, NULL);
  ask(segs, n_segs, "title", n, 0, 100, NULL);
  ask(segs, n_segs, "sentence", n, 1, 100, NULL);
  for (int i = 0; i < 3; i++) {
    char name[40];
    for (int s = 0; s < n_segs; s++) {
      lit_bits_init(&e, &masks[s], segs[s]->n_rows, 0);
      for (uint32_t r = 0; r < segs[s]->n_rows; r++)
        if (r * 2654435761u % one_in[i] == 0) lit_bits_set(&masks[s], r);
      at[s] = &masks[s];
    }
    snprintf(name, sizeof name, "1:%u", one_in[i]);
    ask(segs, n_segs, name, n, 1, 10, at);
    for (int s = 0; s < n_segs; s++) lit_bits_drop(&masks[s]);
  }
}

/* What the first query of a connection reads, of the segment's bytes. */
static void cold(const LitSeg *warm, int n) {
  static const float weights[] = {2, 1};
  LitBm25 how = {1.2f, 0.75f, 2, weights};
  double bytes = 0, took = 0, all = 0;
  Query *q = malloc(sizeof *q);
  for (uint32_t i = 0; i < warm->n_parts; i++)
    all += (double)warm->parts[i].bytes;
  for (int i = 0; i < n; i++) {
    LitErr e = {0};
    LitCache *c = lit_cache_new(&e, (size_t)1 << 26);
    LitSeg s, *at[] = {&s};
    LitTopk top;
    double t = now();
    lit_seg_open(&e, &s, warm->store, c, warm->id, warm->stamp);
    make_query(q, papers[(uint32_t)i * 7919u % n_papers].field[0], 0);
    lit_topk_init(&top, 10);
    lit_bm25_search(&e, &how, at, NULL, 1, q->terms, q->n, &top, NULL, NULL);
    took += now() - t;
    bytes += (double)lit_cache_stats(c).bytes_read;
    lit_topk_drop(&top);
    lit_seg_close(&s);
    lit_cache_free(c);
  }
  printf("cold title: %.2f MB of %.1f MB read, %.2f ms\n", bytes / n / 1e6,
         all / 1e6, took / n * 1e3);
  free(q);
}

int main(int argc, char **argv) {
  int n_queries, n_segs;
  LitErr e = {0};
  MemStore m;
  LitCache *c = lit_cache_new(&e, (size_t)1 << 30);
  LitSeg segs[64], one;
  LitSeg *at[64], *one_at[] = {&one};
  most = argc > 1 ? (uint32_t)atoi(argv[1]) : 156000;
  n_queries = argc > 2 ? atoi(argv[2]) : 500;
  n_segs = argc > 3 ? atoi(argv[3]) : 8;
  papers = malloc(most * sizeof *papers);
  read_file("acl.jsonl.gz");
  read_file("arxiv.jsonl.gz");
  if (n_papers == 0) return puts("no corpus"), 77;
  words_time();
  mem_init(&m);
  m.store.ctx = &m;
  if (n_segs > 1) {
    for (int i = 0; i < n_segs; i++) {
      uint32_t n = n_papers / (uint32_t)n_segs, from = n * (uint32_t)i;
      if (i == n_segs - 1) n = n_papers - from;
      build(&e, &m, c, &segs[i], i + 1, from, n);
      at[i] = &segs[i];
    }
    ask_all(at, n_segs, n_queries);
    merge(&e, &m, c, at, n_segs, &one, n_segs + 1);
  } else {
    build(&e, &m, c, &one, 1, 0, n_papers);
  }
  if (e.rc) return printf("%s\n", e.msg), 1;
  sizes(&one);
  ask_all(one_at, 1, n_queries);
  cold(&one, 20);
  return 0;
}
