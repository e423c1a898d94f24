/* tokdec_wordpiece.c -- WordPiece's decoder: joins what begins with the
** prefix, puts blanks before the rest, and takes them back before English
** punctuation and contractions. */
#include <string.h>
#include "text/tokdec.h"
#include "base/poison.h"

typedef struct State {
  const char *prefix;
  size_t n_prefix;
  int cleanup;
} State;

static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  State *s = lit_arena_new(e, arena, 1, sizeof *s);
  if (!s) return e->rc;
  s->prefix = lit_tokjson_text(e, arena, node, "prefix", &s->n_prefix);
  if (!s->prefix) s->prefix = "##", s->n_prefix = 2;
  s->cleanup = lit_tokjson_bool(e, node, "cleanup", 1);
  *out = s;
  return e->rc;
}

void lit_replace_all(LitErr *e, LitBuf *out, const char *s, size_t n,
                     const char *from, const char *to) {
  size_t len = strlen(from), last = 0;
  for (size_t i = 0; len && i + len <= n;) {
    if (memcmp(s + i, from, len) != 0) {
      i++;
      continue;
    }
    lit_buf_put(e, out, s + last, i - last);
    lit_buf_text(e, out, to);
    last = i += len;
  }
  lit_buf_put(e, out, s + last, n - last);
}

/* One replacement after the other, as the library does it. */
void lit_english_cleanup(LitErr *e, LitBuf *text, LitBuf *spare) {
  static const char *const pairs[][2] = {
    {" .", "."}, {" ?", "?"}, {" !", "!"}, {" ,", ","}, {" ' ", "'"},
    {" n't", "n't"}, {" 'm", "'m"}, {" do not", " don't"}, {" 's", "'s"},
    {" 've", "'ve"}, {" 're", "'re"},
  };
  if (!text->n || !memchr(text->at, ' ', text->n)) return;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    LitBuf swap;
    spare->n = 0;
    lit_replace_all(e, spare, (char *)text->at, text->n, pairs[i][0],
                    pairs[i][1]);
    swap = *text, *text = *spare, *spare = swap;
  }
}

static int run(LitErr *e, const void *state, const LitStrings *in,
               LitStrings *out) {
  const State *st = state;
  LitBuf one = {0}, spare = {0};
  for (size_t i = 0, at = 0; i < in->n && !e->rc; at = in->end[i++]) {
    const char *s = (const char *)in->bytes.at + at;
    size_t n = in->end[i] - at;
    one.n = 0;
    if (i && n >= st->n_prefix && memcmp(s, st->prefix, st->n_prefix) == 0)
      s += st->n_prefix, n -= st->n_prefix;
    else if (i)
      lit_buf_u8(e, &one, ' ');
    lit_buf_put(e, &one, s, n);
    if (st->cleanup) lit_english_cleanup(e, &one, &spare);
    lit_buf_put(e, &out->bytes, one.at, one.n);
    lit_strings_end(e, out);
  }
  lit_buf_drop(&one), lit_buf_drop(&spare);
  return e->rc;
}

const LitDecodeKind lit_decode_wordpiece = {
  .name = "WordPiece", .doc = "prefix joins; cleanup", .load = load, .run = run,
};
