/* subword_pipe.c -- a tokenizer behind a pipe, for comparing it with others.
**
**   subword_pipe PATH [0 | 1 | 2] <texts >results
**
** 1: with special tokens; 2: cut and filled up as the file says, too.
**
** In: for each text its length (4 bytes) and its bytes.  Out: the number of
** ids, for each its id, from, to; the length of the decoded text, its bytes
** (all numbers 4 bytes, little-endian); or 0xFFFFFFFF, length and words of an
** error.
*/
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/subword.h"

static void put32(uint32_t v) { fwrite(&v, 4, 1, stdout); }

static void answer(const LitSubword *t, LitSubwordScratch *scratch,
                   const char *s, uint32_t n, const LitEncodeOpts *o) {
  static LitIds ids;
  static LitBuf text;
  LitErr e = {0};
  text.n = 0;
  if (lit_subword_encode(&e, t, scratch, s, n, o, &ids) ||
      lit_subword_decode(&e, t, ids.at, ids.n, 0, &text)) {
    put32(UINT32_MAX), put32((uint32_t)strlen(e.msg));
    fwrite(e.msg, 1, strlen(e.msg), stdout);
    return;
  }
  put32((uint32_t)ids.n);
  for (size_t i = 0; i < ids.n; i++)
    put32(ids.at[i]), put32(ids.span[i].from), put32(ids.span[i].to);
  put32((uint32_t)text.n);
  fwrite(text.at, 1, text.n, stdout);
}

int main(int argc, char **argv) {
  LitErr e = {0};
  LitSubword *t = NULL;
  LitSubwordScratch *scratch = NULL;
  int how = argc > 2 ? atoi(argv[2]) : 0;
  LitEncodeOpts o = {.add_special = how > 0, .as_file = how > 1,
                     .want_offsets = 1};
  char *s = NULL;
  uint32_t n;
  if (argc < 2 || lit_subword_load(&e, argv[0], argv[1], &t) ||
      lit_subword_scratch(&e, &scratch)) {
    fprintf(stderr, "%s\n", e.msg);
    return 1;
  }
  while (fread(&n, 4, 1, stdin) == 1) {
    s = realloc(s, n + 1u);
    if (fread(s, 1, n, stdin) != n) return 1;
    answer(t, scratch, s, n, &o);
  }
  fflush(stdout);
  lit_subword_scratch_free(scratch), lit_subword_free(t);
  free(s);
  return 0;
}
