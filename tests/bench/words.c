/* words.c -- cleaning and splitting the abstracts of 50,000 arXiv papers, one
** thread: megabytes a second of processor time.
** Reads $SHARED/data/corpus/arxiv.jsonl.gz (../shared).  Five times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "text/clean.h"
#include "text/words.h"

enum { PAPERS = 50000, RUNS = 5, LINE = 1 << 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The abstracts, one a line, \" and \\ and \n undone. */
static int load(LitErr *e, LitBuf *out) {
  static char line[LINE];
  char path[1000];
  const char *shared = getenv("SHARED"), *p;
  gzFile f;
  snprintf(path, sizeof path, "%s/data/corpus/arxiv.jsonl.gz",
           shared ? shared : "../shared");
  f = gzopen(path, "rb");
  if (!f) return printf("no %s\n", path), 0;
  for (int i = 0; i < PAPERS && gzgets(f, line, LINE); i++) {
    p = strstr(line, "\"abstract\": \"");
    if (!p) continue;
    for (p += 13; *p && *p != '"'; p++) {
      if (*p == '\\') p++;
      lit_buf_u8(e, out, *p == 'n' && p[-1] == '\\' ? ' ' : (uint8_t)*p);
    }
    lit_buf_u8(e, out, '\n');
  }
  gzclose(f);
  return 1;
}

static int count(LitErr *e, void *to, const LitWord *w) {
  (void)e;
  *(size_t *)to += !(w->flags & LIT_WORD_ALTERNATIVE);
  return 0;
}

/* The texts, an ending '\n' each, cleaned. */
static size_t clean(LitErr *e, const LitBuf *in, LitBuf *out) {
  const char *end = (const char *)in->at + in->n, *s = (const char *)in->at;
  size_t mended = 0;
  out->n = 0;
  for (const char *next; s < end && !e->rc; s = next + 1) {
    size_t n;
    next = memchr(s, '\n', (size_t)(end - s)), n = (size_t)(next - s);
    const char *given = s;
    lit_clean_text(e, &given, &n, NULL, out, NULL);
    if (given == s) lit_buf_put(e, out, s, n);
    else mended++;
    lit_buf_u8(e, out, '\n');
  }
  return mended;
}

static size_t split(LitErr *e, LitWordsCtx *words, const LitBuf *in) {
  const char *end = (const char *)in->at + in->n, *s = (const char *)in->at;
  size_t n_words = 0;
  LitWordSink sink = {.each = count, .to = &n_words};
  for (const char *next; s < end && !e->rc; s = next + 1) {
    next = memchr(s, '\n', (size_t)(end - s));
    lit_words_split(e, words, s, (size_t)(next - s), LIT_WORDS_INDEX, &sink);
  }
  return n_words;
}

static void run(LitErr *e, LitWordsCtx *words, const LitBuf *in) {
  LitBuf out = {0};
  double start = now(), middle, end, mb = (double)in->n / 1e6;
  size_t mended = clean(e, in, &out), n_words;
  middle = now();
  n_words = split(e, words, &out);
  end = now();
  printf("%s: clean %.0f MB/s (%zu mended), split %.0f MB/s, both %.0f MB/s, "
         "%.1f million words/s\n", lit_words_row(0)->name,
         mb / (middle - start), mended, mb / (end - middle),
         mb / (end - start), (double)n_words / (end - start) / 1e6);
  lit_buf_drop(&out);
}

int main(void) {
  LitErr e = {0};
  LitBuf in = {0};
  LitWordsCtx *words;
  if (!load(&e, &in)) return 0;
  lit_words_open(&e, lit_words_row(0), &words);
  for (int i = 0; i < RUNS && !e.rc; i++) run(&e, words, &in);
  lit_words_close(words);
  lit_buf_drop(&in);
  return e.rc;
}
