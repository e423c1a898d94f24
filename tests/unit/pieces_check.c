/* pieces_check.c -- the fast WordPiece of text/pieces.c against the general
** tokenizer: random texts of words, signs, blanks, accents, Han, controls,
** special tokens, long words; and the table of words met before when it is
** full.  And the longest tokens that fit, of every length, against trying all;
** and texts of any characters, with a vocabulary that tells all of them apart. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text/pieces.h"
#include "text/utf8.h"

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

/* Parts, and words and chunks that fill the table. */
static size_t draw(char *s, size_t room) {
  size_t n = 0;
  for (uint32_t k = rnd(12); k > 0 && n + 160 < room; k--) {
    const char *part = parts[rnd(N_PARTS)];
    if (seed & 0x100) n += (size_t)snprintf(s + n, room - n, "%s", part);
    else if (seed & 0x200)
      n += (size_t)snprintf(s + n, room - n, "%s%x ", part, rnd(9000));
    else n += (size_t)snprintf(s + n, room - n, "b%xe ", rnd(60000));
  }
  if (n && rnd(50) == 0) s[rnd((uint32_t)n)] = '\0';
  return n;
}

/* ---- the two tokenizers of a vocabulary ---- */

typedef struct Both {
  LitErr e;
  LitSubword *subword;
  LitSubwordScratch *scratch;
  LitPiecesCtx *ctx;
  LitPieces p;
  LitIds want;
  int bad;
} Both;

static int both_open(Both *b, const char *list, size_t n) {
  static const char config[] = "{\"do_lower_case\": true}";
  LitSubwordFiles files = {.who = "check", .main = list, .n_main = n,
                           .config = config, .n_config = sizeof config - 1};
  *b = (Both){0};
  if (!lit_subword_parse(&b->e, &files, &b->subword) &&
      !lit_pieces_ctx(&b->e, &b->ctx) &&
      !lit_subword_scratch(&b->e, &b->scratch))
    lit_pieces_init(&b->p, b->subword);
  if (b->e.rc) printf("%s\n", b->e.msg), b->bad++;
  return b->e.rc;
}

/* What differed, and all is given back. */
static int both_close(Both *b) {
  lit_ids_drop(&b->want);
  lit_pieces_ctx_free(b->ctx);
  lit_subword_scratch_free(b->scratch);
  lit_subword_free(b->subword);
  return b->bad;
}

/* The same ids of a text, or an error from both. */
static void both_split(Both *b, const char *text, size_t n) {
  LitErr e = {0};
  b->e = (LitErr){0};
  if (lit_subword_encode(&b->e, b->subword, b->scratch, text, n, NULL,
                         &b->want)) {
    if (lit_pieces_split(&e, &b->p, b->ctx, text, n, NULL) != b->e.rc)
      printf("%.*s: not an error: %s\n", (int)n, text, b->e.msg), b->bad++;
  } else if (lit_pieces_split(&e, &b->p, b->ctx, text, n, NULL) ||
             b->ctx->ids.n != b->want.n ||
             (b->want.n &&
              memcmp(b->ctx->ids.at, b->want.at, 4 * b->want.n))) {
    printf("'%.*s': %zu ids, want %zu; %s\n", (int)n, text, b->ctx->ids.n,
           b->want.n, e.msg);
    b->bad++;
  }
}

/* ---- the longest token first ---- */

enum { LONG_TOKENS = 400, LONG_WORDS = 4000, LONG_MOST = 96 };

/* A word of a's and b's, mostly a's, so that many begin alike. */
static size_t draw_word(char *s, size_t n) {
  for (size_t i = 0; i < n; i++) s[i] = rnd(40) ? 'a' : 'b';
  s[n] = '\0';
  return n;
}

/* The ids of s[0..n), by trying every length; how many, 0: it is unknown. */
static size_t try_all(const LitSubword *subword, const char *s, size_t n,
                      uint32_t *ids) {
  char token[LONG_MOST + 3] = "##";
  size_t n_ids = 0;
  for (size_t at = 0, len; at < n; at += len) {
    int32_t id = -1;
    for (len = n - at; len > 0; len--) {
      memcpy(token + 2, s + at, len);
      id = at ? lit_subword_id(subword, token, len + 2)
              : lit_subword_id(subword, s, len);
      if (id >= 0) break;
    }
    if (id < 0) return 0;
    ids[n_ids++] = (uint32_t)id;
  }
  return n_ids;
}

static int check_longest(void) {
  static char list[LONG_TOKENS * (LONG_MOST + 4)] =
      "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##a\n##b\n";
  char word[LONG_MOST + 1];
  Both b;
  int n_long = 0;
  size_t n = strlen(list);
  for (int i = 0; i < LONG_TOKENS; i++) {
    draw_word(word, 1 + rnd(i % 4 ? 8 : LONG_MOST - 2));
    n += (size_t)sprintf(list + n, "%s%s\n", rnd(2) ? "##" : "", word);
  }
  if (both_open(&b, list, n)) return both_close(&b);
  for (int i = 0; i < LONG_WORDS && b.bad < 5; i++) {
    uint32_t want[LONG_MOST];
    size_t all = draw_word(word, 1 + rnd(LONG_MOST));
    size_t n_want = try_all(b.subword, word, all, want);
    if (!n_want) want[n_want++] = 1;                  /* [UNK] */
    both_split(&b, word, all);
    if (b.e.rc || b.want.n != n_want ||
        memcmp(b.want.at, want, 4 * n_want))
      printf("%s: %zu ids, want %zu\n", word, b.want.n, n_want), b.bad++;
    n_long += n_want > 1 && all / n_want > 8;
  }
  if (n_long < LONG_WORDS / 10) printf("%d long ones\n", n_long), b.bad++;
  return both_close(&b);
}

/* ---- any characters ---- */

enum { CHARS = 0x3100, CHAR_TEXTS = 40000 };

/* A vocabulary of each character, and of each behind "##". */
static size_t all_chars(char *list) {
  size_t n = (size_t)sprintf(list, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n");
  for (uint32_t cp = 0x21; cp < CHARS; cp++)
    for (int inner = 0; inner < 2; inner++) {
      if (inner) n += (size_t)sprintf(list + n, "##");
      n += lit_utf8_put(cp, list + n);
      list[n++] = '\n';
    }
  return n;
}

/* Up to twelve characters, some of them neighbours in Unicode. */
static size_t draw_chars(char *s) {
  size_t n = 0;
  uint32_t near = 0x80 + rnd(CHARS - 0x80);
  for (uint32_t k = rnd(12) + 1; k > 0; k--) {
    uint32_t of = rnd(8), cp = near / 16 * 16 + rnd(16);
    if (of < 2) cp = 0x80 + rnd(CHARS - 0x80);
    else if (of < 4) cp = 0x20 + rnd(0x5F);
    else if (of < 5) cp = 0x300 + rnd(0x70);
    n += lit_utf8_put(cp, s + n);
  }
  return n;
}

static int check_chars(void) {
  static char list[CHARS * 12];
  Both b;
  both_open(&b, list, all_chars(list));
  for (int i = 0; i < CHAR_TEXTS && !b.e.rc && b.bad < 5; i++) {
    char text[64];
    size_t n = draw_chars(text);
    both_split(&b, text, n);
  }
  if (b.e.rc) b.bad++;
  return both_close(&b);
}

static int check_texts(void) {
  Both b;
  size_t n_ids = 0;
  if (both_open(&b, vocab, sizeof vocab - 1)) return both_close(&b);
  for (int i = 0; i < N_TEXTS && b.bad < 5; i++) {
    char text[2048];
    size_t n = draw(text, sizeof text);
    char *exact = malloc(n + 1);            /* the sanitizer sees its end */
    memcpy(exact, text, n);
    both_split(&b, exact, n);
    n_ids += b.want.n;
    free(exact);
  }
  if (n_ids < N_TEXTS) printf("only %zu ids\n", n_ids), b.bad++;
  return both_close(&b);
}

int main(void) {
  return check_texts() + check_longest() + check_chars() != 0;
}
