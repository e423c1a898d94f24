/* pieces_check.c -- the fast WordPiece of text/pieces.c against the general
** tokenizer: random texts of words, signs, blanks, accents, Han, controls,
** special tokens, long words; and the table of words met before when it is
** full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/pieces.h"

static const char vocab[] =
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\nd\ne\nthe\nword\nwords\n##s\n"
    "##a\n##b\n##c\n##d\n##e\n##1\n##2\n1\n2\n.\n,\n-\n_\n$\n(\n)\n]\nr\n##sum\n"
    "resume\nnaive\n\xe4\xb8\xad\nx\n##x\n~\nabcdabcdabcdabcdabcdabcdabcd\n";
static const char *const parts[] = {
  "the", "The", "WORDS", "word", "abcde", "zq", "a1b2", " ", "  ", "\n", "\t",
  "\r\n", ".", ",", "-", "_", "$", "(", ")", "[", "]", "[UNK]", "[CLS]", "~",
  "naïve", "re\xcc\x81sume\xcc\x81", "\xe4\xb8\xad", "\xc2\xa0", "\x01",
  "\x7f", "\xe2\x80\x8b", "\xf0\x9f\x98\x80", "é", "ß", "\xc4\xb0", " a ",
  "abcdabcdabcdabcdabcdabcdabcdabcd", "abcdabcdabcdabcdabcdabcdabcdabcde",
  "xxxxxxxxxxxxxxx", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b",
};
enum { N_PARTS = sizeof parts / sizeof *parts, N_TEXTS = 20000 };

static uint32_t seed = 1;
static uint32_t rnd(uint32_t n) {
  return (seed = seed * 1664525u + 1013904223u) / 65536 % n;
}

/* Half of the texts are of parts; the others of words that fill the table. */
static size_t draw(char *s, size_t room) {
  size_t n = 0;
  for (uint32_t k = rnd(12); k > 0 && n + 160 < room; k--) {
    const char *part = parts[rnd(N_PARTS)];
    if (seed & 0x100) n += (size_t)snprintf(s + n, room - n, "%s", part);
    else n += (size_t)snprintf(s + n, room - n, "b%xe ", rnd(60000));
  }
  if (n && rnd(50) == 0) s[rnd((uint32_t)n)] = '\0';
  return n;
}

int main(void) {
  static const char config[] = "{\"do_lower_case\": true}";
  LitErr e = {0};
  LitSubwordFiles files = {.who = "check", .main = vocab,
                           .n_main = sizeof vocab - 1, .config = config,
                           .n_config = sizeof config - 1};
  LitSubword *subword = NULL;
  LitSubwordScratch *scratch = NULL;
  LitPiecesCtx *ctx = NULL;
  LitPieces p;
  LitIds want = {0};
  int bad = 0, n_ids = 0;
  if (lit_subword_parse(&e, &files, &subword) || lit_pieces_ctx(&e, &ctx) ||
      lit_subword_scratch(&e, &scratch))
    return printf("%s\n", e.msg), 1;
  lit_pieces_init(&p, subword);
  for (int i = 0; i < N_TEXTS && bad < 5; i++) {
    char text[2048];
    size_t n = draw(text, sizeof text);
    char *exact = malloc(n + 1);            /* the sanitizer sees its end */
    memcpy(exact, text, n);
    e = (LitErr){0};
    if (lit_subword_encode(&e, subword, scratch, exact, n, NULL, &want)) {
      LitErr other = {0};
      if (lit_pieces_split(&other, &p, ctx, exact, n, NULL) != e.rc)
        printf("%s: not an error: %s\n", text, e.msg), bad++;
    } else if (lit_pieces_split(&e, &p, ctx, exact, n, NULL) ||
               ctx->ids.n != want.n ||
               (want.n && memcmp(ctx->ids.at, want.at, 4 * want.n))) {
      printf("'%s': %zu ids, want %zu; %s\n", text, ctx->ids.n, want.n, e.msg);
      bad++;
    }
    n_ids += (int)want.n;
    free(exact);
  }
  if (n_ids < N_TEXTS) printf("only %d ids\n", n_ids), bad++;
  lit_ids_drop(&want);
  lit_pieces_ctx_free(ctx);
  lit_subword_scratch_free(scratch);
  lit_subword_free(subword);
  return bad != 0;
}
