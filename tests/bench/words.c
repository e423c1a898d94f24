/* words.c -- cleaning and splitting the abstracts of 50,000 arXiv papers, one
** thread: megabytes a second of processor time for each, and of both as indexing does them.
** Reads $SHARED/data/corpus/arxiv.jsonl.gz (../shared).  Three times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "text/clean.h"
#include "text/words.h"

enum { PAPERS = 50000, RUNS = 3, LINE = 1 << 20 };

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

static void run(LitErr *e, LitWordsCtx *words, const LitBuf *in) {
  LitBuf clean = {0};
  size_t n_words = 0, mended = 0;
  LitWordSink sink = {count, &n_words, NULL};
  double start = now(), cleaning = 0, a;
  const char *end = (const char *)in->at + in->n, *s = (const char *)in->at;
  for (const char *next; s < end; s = next + 1) {
    const char *text = s;
    size_t n;
    next = memchr(s, '\n', (size_t)(end - s));
    n = (size_t)(next - s);
    a = now();
    if (lit_clean_first(s, n) < n) {
      clean.n = 0, mended++;
      lit_clean(e, s, n, NULL, &clean, NULL);
      text = (const char *)clean.at, n = clean.n;
    }
    cleaning += now() - a;
    lit_words_split(e, words, text, n, LIT_WORDS_INDEX, &sink);
  }
  a = now() - start;
  printf("%s: clean %.0f MB/s (%zu mended), split %.0f MB/s, both %.0f MB/s, "
         "%.1f million words/s\n", lit_words_row(0)->name,
         (double)in->n / cleaning / 1e6, mended,
         (double)in->n / (a - cleaning) / 1e6, (double)in->n / a / 1e6,
         (double)n_words / a / 1e6);
  lit_buf_drop(&clean);
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
