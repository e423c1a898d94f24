/* tokdec_simple.c -- the decoders of few words: ByteLevel, BPEDecoder,
** Metaspace, Fuse, Strip, Replace, ByteFallback, CTC. */
#include <stdlib.h>
#include <string.h>
#include "text/normal.h"
#include "text/tokdec.h"
#include "text/tokregex.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct String {
  const char *at;
  size_t n;
} String;

static String string(const LitStrings *in, size_t i) {
  size_t from = i ? in->end[i - 1] : 0;
  return (String){(const char *)in->bytes.at + from, in->end[i] - from};
}

static void put(LitErr *e, LitStrings *out, const char *s, size_t n) {
  lit_buf_put(e, &out->bytes, s, n);
  lit_strings_end(e, out);
}

/* Bytes at s[0..n) that begin a character without completing it, or 1. */
static size_t torn(const unsigned char *s, size_t n) {
  unsigned char lo = 0x80, hi = 0xBF;
  size_t want = s[0] < 0xC2 || s[0] > 0xF4 ? 0 : s[0] < 0xE0 ? 1
                : s[0] < 0xF0 ? 2 : 3, k = 1;
  if (s[0] == 0xE0) lo = 0xA0;
  if (s[0] == 0xED) hi = 0x9F;
  if (s[0] == 0xF0) lo = 0x90;
  if (s[0] == 0xF4) hi = 0x8F;
  for (; k <= want && k < n && s[k] >= lo && s[k] <= hi; k++)
    lo = 0x80, hi = 0xBF;
  return k;
}

void lit_utf8_lossy(LitErr *e, LitBuf *out, const char *s, size_t n) {
  for (size_t at = 0, good; at < n && !e->rc;) {
    good = lit_utf8_bad(s + at, n - at);
    lit_buf_put(e, out, s + at, good);
    at += good;
    if (at >= n) break;
    if (!s[at]) {
      lit_buf_u8(e, out, 0);
      at++;
      continue;
    }
    lit_buf_text(e, out, "\xEF\xBF\xBD");
    at += torn((const unsigned char *)s + at, n - at);
  }
}

/* The bytes that token s stands for, or, if a character is none of theirs, s
** itself. */
static void to_bytes(LitErr *e, LitBuf *out, String s) {
  size_t before = out->n;
  for (size_t i = 0; i < s.n;) {
    uint32_t cp;
    int byte;
    i += lit_utf8_get(s.at + i, s.n - i, &cp);
    byte = lit_char_byte(cp);
    if (byte < 0) {
      out->n = before;
      lit_buf_put(e, out, s.at, s.n);
      return;
    }
    lit_buf_u8(e, out, (unsigned)byte);
  }
}

static int run_bytes(LitErr *e, const void *state, const LitStrings *in,
                     LitStrings *out) {
  LitBuf bytes = {0};
  (void)state;
  for (size_t i = 0; i < in->n && !e->rc; i++) to_bytes(e, &bytes,
                                                        string(in, i));
  lit_utf8_lossy(e, &out->bytes, (char *)bytes.at, bytes.n);
  lit_buf_drop(&bytes);
  return lit_strings_end(e, out);
}

static int run_raw(LitErr *e, const void *state, const LitStrings *in,
                   LitStrings *out) {
  (void)state;
  lit_utf8_lossy(e, &out->bytes, (char *)in->bytes.at, in->bytes.n);
  return lit_strings_end(e, out);
}

typedef struct State {
  const char *text;         /* Suffix, replacement, content, pad token */
  size_t n;
  const char *delimiter;
  int never, cleanup;
  int64_t start, stop;
  LitRegex *re;
} State;

/* Settings of all of them; each uses its own. */
static int load(LitErr *e, LitArena *arena, const json_t *node, void **out) {
  static const char *const keys[] = {"suffix", "replacement", "content",
                                     "pad_token"};
  State *s = lit_arena_new(e, arena, 1, sizeof *s);
  const char *scheme;
  size_t n;
  if (!s) return e->rc;
  *s = (State){.text = ""};
  for (int i = 0; i < 4 && !s->n; i++) {
    const char *text = lit_tokjson_text(e, arena, node, keys[i], &n);
    if (text) s->text = text, s->n = n;
  }
  s->delimiter = lit_tokjson_text(e, arena, node, "word_delimiter_token", &n);
  s->cleanup = lit_tokjson_bool(e, node, "cleanup", 1);
  s->start = lit_tokjson_int(e, node, "start", 0, INT32_MAX, 0);
  s->stop = lit_tokjson_int(e, node, "stop", 0, INT32_MAX, 0);
  scheme = json_string_value(json_object_get(node, "prepend_scheme"));
  s->never = (scheme && strcmp(scheme, "never") == 0) ||
             !lit_tokjson_bool(e, node, "add_prefix_space", 1);
  *out = s;
  return e->rc;
}

static int load_replace(LitErr *e, LitArena *arena, const json_t *node,
                        void **out) {
  const char *text;
  int literal;
  if (load(e, arena, node, out)) return e->rc;
  return lit_regex_load(e, node, &((State *)*out)->re, &text, &literal);
}

static void drop_replace(void *state) { lit_regex_free(((State *)state)->re); }

static int run_bpe(LitErr *e, const void *state, const LitStrings *in,
                   LitStrings *out) {
  const State *st = state;
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i);
    lit_replace_all(e, &out->bytes, s.at, s.n, st->n ? st->text : "</w>",
                    i + 1 < in->n ? " " : "");
    lit_strings_end(e, out);
  }
  return e->rc;
}

static int run_metaspace(LitErr *e, const void *state, const LitStrings *in,
                         LitStrings *out) {
  const State *st = state;
  const char *mark = st->n ? st->text : "\xE2\x96\x81";
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i);
    lit_replace_all(e, &out->bytes, s.at, s.n, mark,
                    i == 0 && !st->never ? "" : " ");
    lit_strings_end(e, out);
  }
  return e->rc;
}

static int run_fuse(LitErr *e, const void *state, const LitStrings *in,
                    LitStrings *out) {
  (void)state;
  put(e, out, (char *)in->bytes.at, in->bytes.n);
  return e->rc;
}

/* Up to `start` and `stop` characters off the ends, if they are `content`. */
static int run_strip(LitErr *e, const void *state, const LitStrings *in,
                     LitStrings *out) {
  const State *st = state;
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i);
    for (int64_t k = 0; k < st->start && st->n && s.n >= st->n &&
         memcmp(s.at, st->text, st->n) == 0; k++)
      s.at += st->n, s.n -= st->n;
    for (int64_t k = 0; k < st->stop && st->n && s.n >= st->n &&
         memcmp(s.at + s.n - st->n, st->text, st->n) == 0; k++)
      s.n -= st->n;
    put(e, out, s.at, s.n);
  }
  return e->rc;
}

static int run_replace(LitErr *e, const void *state, const LitStrings *in,
                       LitStrings *out) {
  const State *st = state;
  LitWork w = {0};
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i);
    w.n_cuts = 0;
    if (lit_work_begin(e, &w, s.at, s.n, 0) ||
        lit_regex_cut(e, st->re, &w, 0, s.n))
      break;
    for (size_t k = 0; k < w.n_cuts; k++) {
      LitStretch c = w.cuts[k];
      if (c.hit) lit_buf_put(e, &out->bytes, st->text, st->n);
      else lit_buf_put(e, &out->bytes, s.at + c.from, c.to - c.from);
    }
    lit_strings_end(e, out);
  }
  lit_work_drop(&w);
  return e->rc;
}

/* The byte that a token <0x41> stands for, or -1. */
static int byte_of(String s) {
  char hex[3] = {0}, *end;
  long v;
  if (s.n != 6 || memcmp(s.at, "<0x", 3) != 0 || s.at[5] != '>') return -1;
  memcpy(hex, s.at + 3, 2);
  if (hex[0] == '-' || hex[0] == '+' || hex[0] == ' ') return -1;
  v = strtol(hex, &end, 16);
  return *end ? -1 : (int)v;
}

/* A run of bytes becomes the text that it spells, or one U+FFFD a byte. */
static void flush(LitErr *e, LitBuf *bytes, LitStrings *out) {
  size_t good = 0;
  if (!bytes->n) return;
  while (good < bytes->n) {
    good += lit_utf8_bad((char *)bytes->at + good, bytes->n - good);
    if (good < bytes->n && bytes->at[good]) break;
    if (good < bytes->n) good++;
  }
  if (good >= bytes->n) put(e, out, (char *)bytes->at, bytes->n);
  else
    for (size_t i = 0; i < bytes->n; i++) put(e, out, "\xEF\xBF\xBD", 3);
  bytes->n = 0;
}

static int run_fallback(LitErr *e, const void *state, const LitStrings *in,
                        LitStrings *out) {
  LitBuf bytes = {0};
  (void)state;
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i);
    int byte = byte_of(s);
    if (byte >= 0) {
      lit_buf_u8(e, &bytes, (unsigned)byte);
      continue;
    }
    flush(e, &bytes, out);
    put(e, out, s.at, s.n);
  }
  flush(e, &bytes, out);
  lit_buf_drop(&bytes);
  return e->rc;
}

static int run_ctc(LitErr *e, const void *state, const LitStrings *in,
                   LitStrings *out) {
  const State *st = state;
  LitBuf one = {0}, spare = {0};
  for (size_t i = 0; i < in->n && !e->rc; i++) {
    String s = string(in, i), last = i ? string(in, i - 1) : s;
    size_t before = out->bytes.n;
    if (i && last.n == s.n && memcmp(last.at, s.at, s.n) == 0) continue;
    one.n = 0;
    lit_replace_all(e, &one, s.at, s.n, st->text, "");
    if (st->cleanup) {
      lit_english_cleanup(e, &one, &spare);
      lit_replace_all(e, &out->bytes, (char *)one.at, one.n,
                      st->delimiter ? st->delimiter : "|", " ");
    } else {
      lit_buf_put(e, &out->bytes, one.at, one.n);
    }
    if (out->bytes.n > before) lit_strings_end(e, out);
  }
  lit_buf_drop(&one), lit_buf_drop(&spare);
  return e->rc;
}

const LitDecodeKind lit_decode_bytes = {
  .name = "ByteLevel", .doc = "characters back to bytes", .run = run_bytes,
};
const LitDecodeKind lit_decode_bpe = {
  .name = "BPEDecoder", .doc = "suffix becomes a blank",
  .load = load, .run = run_bpe,
};
const LitDecodeKind lit_decode_metaspace = {
  .name = "Metaspace", .doc = "visible spaces become spaces",
  .load = load, .run = run_metaspace,
};
const LitDecodeKind lit_decode_fuse = {
  .name = "Fuse", .doc = "all tokens as one", .run = run_fuse,
};
const LitDecodeKind lit_decode_strip = {
  .name = "Strip", .doc = "content off the ends: start, stop",
  .load = load, .run = run_strip,
};
const LitDecodeKind lit_decode_replace = {
  .name = "Replace", .doc = "pattern becomes content",
  .load = load_replace, .run = run_replace, .drop = drop_replace,
};
const LitDecodeKind lit_decode_fallback = {
  .name = "ByteFallback", .doc = "<0x41> becomes its byte",
  .run = run_fallback,
};
const LitDecodeKind lit_decode_ctc = {
  .name = "CTC", .doc = "repeats dropped: pad_token, word_delimiter_token",
  .load = load, .run = run_ctc,
};
const LitDecodeKind lit_decode_raw = {
  .name = "Raw", .doc = "tokens are bytes", .run = run_raw,
};
