/* spm_run.c -- sentencepiece's normalizer, its Unigram model, its decoder.
**
** The normalizer and the model follow its sources (0.2.3) to the letter: the
** table's longest match, blanks squeezed, U+2581 for a blank; sums of scores
** are rounded to float where it rounds them, for two ways to cut a long text
** may differ by less than that, and begin anew at -100000, as there.
*/
#include <float.h>
#include <math.h>
#include <string.h>
#include "text/charsmap.h"
#include "text/spm.h"
#include "text/tokdec.h"
#include "text/tokmodel.h"
#include "text/utf8.h"
#include "base/poison.h"

#define MARK "\xE2\x96\x81"

/* What the first character (or more) of s[0..n) becomes: *to [*n_to];
** returns the bytes it took. */
static size_t first_of(const LitSpm *m, const char *s, size_t n,
                       const char **to, size_t *n_to) {
  LitCharsHit hit;
  size_t len;
  uint32_t cp;
  if (lit_spm_user(m->model, s, n, &len) >= 0)
    return *to = s, *n_to = len;
  *to = m->map ? lit_charsmap_find(m->map, s, n, 1, &hit) : NULL;
  if (*to) return *n_to = hit.n_text, hit.n;
  *to = s;
  return *n_to = lit_utf8_get(s, n, &cp);
}

static int put_blank(LitErr *e, const LitSpm *m, LitWork *w, LitSpan src) {
  return m->escape ? lit_work_put(e, w, MARK, 3, src)
                   : lit_work_put(e, w, " ", 1, src);
}

static void put_text(LitErr *e, const LitSpm *m, LitWork *w, const char *s,
                     size_t n, LitSpan src) {
  size_t from = 0;
  for (size_t i = 0; i < n; i++)
    if (s[i] == ' ' && m->escape) {
      lit_work_put(e, w, s + from, i - from, src);
      put_blank(e, m, w, src);
      from = i + 1;
    }
  lit_work_put(e, w, s + from, n - from, src);
}

/* Blanks at the end off; where the next byte would have come from. */
static uint32_t drop_blanks(const LitSpm *m, LitWork *w, size_t first,
                            uint32_t past) {
  LitTrack *out = &w->next;
  size_t n = m->escape ? 3 : 1;
  while (out->n - first >= n &&
         memcmp(out->at + out->n - n, m->escape ? MARK : " ", n) == 0) {
    out->n -= n;
    past = out->src[out->n].from;
  }
  return past;
}

static int rewrite(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  const LitSpm *m = state;
  const char *s = w->text.at + p->from, *to;
  size_t n = p->to - p->from, at = 0, n_to, len, first = w->next.n;
  uint32_t zero = w->text.src[p->from].from;
  int squeeze = m->no_extra_blanks && w->at_start;
  LitSpan src = {zero, zero};
  for (; squeeze && at < n; at += len) {
    len = first_of(m, s + at, n - at, &to, &n_to);
    if (n_to != 1 || *to != ' ') break;
  }
  if (at == n) return 1;
  src.from = zero + (uint32_t)at;
  if (w->at_start && m->dummy_prefix && !m->suffix) put_blank(e, m, w, src);
  for (; at < n && !e->rc; at += len) {
    src.from = zero + (uint32_t)at;
    len = first_of(m, s + at, n - at, &to, &n_to);
    while (squeeze && n_to && *to == ' ') to++, n_to--;
    if (n_to) {
      put_text(e, m, w, to, n_to, src);
      squeeze = to[n_to - 1] == ' ';
    }
    squeeze &= m->no_extra_blanks;
  }
  src.from = zero + (uint32_t)n;
  if (m->no_extra_blanks && w->at_end)
    src.from = drop_blanks(m, w, first, src.from);
  if (w->at_end && m->dummy_prefix && m->suffix) put_blank(e, m, w, src);
  for (size_t i = w->next.n; i-- > first;) {
    w->next.src[i].to = src.from;
    src.from = w->next.src[i].from;
  }
  return 1;
}

static int run(LitErr *e, const void *state, LitWork *w) {
  return lit_work_rewrite(e, w, rewrite, state);
}

/* The same conditions as for a Precompiled table, and no user's pieces. */
static void cuts(const void *state, LitCuts *c) {
  const LitSpm *m = state;
  LitCharsHit hit;
  for (char ch = ' '; ch < 0x7F && m->map; ch++)
    if (lit_charsmap_find(m->map, &ch, 1, 1, &hit)) c->spoiled = 1;
  if (m->user_blanks || m->suffix || !m->escape) c->spoiled = 1;
  c->space = 0x2581;
}

const LitStepKind lit_normal_spm = {
  .name = "sentencepiece", .doc = "the normalizer of a .model file",
  .run = run, .cuts = cuts,
};

typedef struct Node {
  float score;
  uint32_t from;
  int32_t id;
} Node;
#define NOWHERE UINT32_MAX
enum { ASK_EVERY = 1 << 16 };
#define SUM_MOST 100000.0f

/* *gap: the least difference between two ways to the same byte so far. */
static void improve(Node *to, float score, size_t from, int32_t id,
                    float *gap) {
  if (to->from != NOWHERE) {
    float apart = fabsf(score - to->score);
    if (apart < *gap) *gap = apart;
    if (!(score > to->score)) return;
  }
  *to = (Node){score, (uint32_t)from, id};
}

/* What piece id, of n bytes, adds to a sum. */
static inline float score_of(const LitTokModel *m, uint32_t id, size_t n) {
  return m->type[id] == LIT_SPM_USER ? 0.1f * (float)(n - 1)
                                     : (float)m->score[id];
}

static void extend(const LitTokModel *m, LitWork *w, const char *s, size_t n,
                   size_t at) {
  Node *node = w->model_room;
  uint32_t h = LIT_HASH_BEGIN, cp;
  size_t len = lit_utf8_get(s + at, n - at, &cp), far = n - at;
  size_t max = lit_unigram_far(m, s + at, n - at);
  float so_far = node[at].score;
  int single = 0;
  if (far > max) far = max;
  for (size_t k = 1; k <= far; k++) {
    int32_t id;
    unsigned type;
    h = lit_hash_step(h, (unsigned char)s[at + k - 1]);
    if (at + k < n && ((unsigned char)s[at + k] & 0xC0) == 0x80) continue;
    id = lit_vocab_find_hashed(&m->vocab, s + at, k, h);
    type = id < 0 ? 0 : m->type[id];
    if (type != LIT_SPM_NORMAL && type != LIT_SPM_USER) continue;
    improve(&node[at + k], score_of(m, (uint32_t)id, k) + so_far, at, id,
            &w->gap);
    single |= k == len;
  }
  if (!single)
    improve(&node[at + len], (float)m->unk_score + so_far, at, m->unk,
            &w->gap);
}

/* By how much rounding can shift two ways through n bytes against each other,
** between sums a and b. */
static float blur(size_t n, float a, float b) {
  float most = fabsf(a) > fabsf(b) ? fabsf(a) : fabsf(b);
  return 2 * (float)n * most * FLT_EPSILON;
}

static int again(const LitTokModel *m, const uint8_t *ids, size_t n_ids,
                 size_t n, float gap, float *sum) {
  float now = *sum;
  for (size_t i = 0; i < n_ids; i++) {
    uint32_t id = lit_get_u32(ids + 4 * i);
    size_t len = 1;
    if (m->type[id] == LIT_SPM_USER) lit_vocab_text(&m->vocab, id, &len);
    now = score_of(m, id, len) + now;
  }
  if (!(gap > blur(n, *sum, now)) || now < 0.99f * -SUM_MOST) return 0;
  *sum = now;
  return 1;
}

/* No piece has a blank inside: every way through the text goes through each
** cut. */
static int model_cuts(const LitTokModel *m, uint32_t space) {
  char s[4];
  size_t n = lit_utf8_put(space, s);
  return lit_vocab_find(&m->vocab, s, n) >= 0 &&
         lit_vocab_leads(&m->vocab, s, n);
}

/* node[i].from: where the piece that begins at i ends. */
static void turn(Node *node, size_t n) {
  size_t end = n, next = 0;
  int32_t id = 0;
  while (end > 0) {
    size_t from = node[end].from;
    int32_t own = node[end].id;
    node[end].from = (uint32_t)next, node[end].id = id;
    next = end, id = own, end = from;
  }
  node[0].from = (uint32_t)next, node[0].id = id;
}

/* An unknown character as bytes: all but the last stand for nothing. */
int lit_spm_put_bytes(LitErr *e, const LitTokModel *m, LitWork *w,
                      const char *s, LitSpan at) {
  for (uint32_t i = at.from; i < at.to; i++) {
    int32_t id = m->byte_id[(unsigned char)s[i]];
    lit_work_tok(e, w, (uint32_t)(id < 0 ? m->unk : id), at.from,
                 i + 1 < at.to ? at.from : at.to);
  }
  return e->rc;
}

/* A sum that has grown too far is taken off all that there are up to n. */
static void begin_anew(Node *node, size_t at, size_t n) {
  float off = node[at].score;
  node[at].score -= off;
  for (size_t i = at + 1; i <= n; i++)
    if (node[i].from != NOWHERE) node[i].score -= off;
}

static int encode(LitErr *e, const LitTokModel *m, LitWork *w, const char *s,
                  size_t n) {
  size_t asked = 0, far = (size_t)m->vocab.max_len + 4;
  uint32_t cp;
  Node *node = lit_tokmodel_long(e, n)
                   ? NULL : lit_work_room(e, w, (n + 1) * sizeof *node);
  if (!node) return e->rc;
  node[0] = (Node){w->sum, 0, 0};
  for (size_t i = 1; i <= n; i++) node[i] = (Node){0, NOWHERE, 0};
  w->gap = INFINITY;
  for (size_t at = 0; at < n; at += lit_utf8_get(s + at, n - at, &cp)) {
    if (fabsf(node[at].score) > SUM_MOST)
      begin_anew(node, at, n - at < far ? n : at + far);
    extend(m, w, s, n, at);
    if (at - asked >= ASK_EVERY) {
      asked = at;
      if (lit_stopped(e, w->stop)) return e->rc;
    }
  }
  w->gap -= blur(n, w->sum, node[n].score);
  w->sum = node[n].score;
  turn(node, n);
  for (size_t at = 0, end; at < n && !e->rc; at = end) {
    int32_t id = node[at].id;
    end = node[at].from;
    if (id == m->unk) w->gap = -1;
    if (id == m->unk && m->byte_fallback) {
      lit_spm_put_bytes(e, m, w, s, (LitSpan){(uint32_t)at, (uint32_t)end});
      continue;
    }
    while (id == m->unk && end < n && node[end].id == m->unk)
      end = node[end].from;
    lit_work_tok(e, w, (uint32_t)id, at, end);
  }
  return e->rc;
}

const LitTokModelKind lit_tokmodel_spm_unigram = {
  .name = "Unigram", .doc = "of sentencepiece: sums in float",
  .encode = encode, .cuts = model_cuts, .again = again,
};

static int byte_of(const LitTokModel *m, int32_t id) {
  if (id < 0 || m->type[id] != LIT_SPM_BYTE) return -1;
  for (int b = 0; b < 256; b++)
    if (m->byte_id[b] == id) return b;
  return -1;
}

/* Pieces to text: the first blank is not shown, control pieces are nothing,
** bytes are what they spell. */
static int decode(LitErr *e, const void *state, const LitStrings *in,
                  LitStrings *out) {
  const LitSpm *m = state;
  LitBuf bytes = {0};
  int at_start = 1, seen = 0;
  for (size_t i = 0, at = 0; i < in->n && !e->rc; at = in->end[i++]) {
    const char *s = (const char *)in->bytes.at + at;
    size_t n = in->end[i] - at;
    int32_t id = lit_vocab_find(&m->model->vocab, s, n);
    int byte = byte_of(m->model, id);
    if (byte >= 0) {
      lit_buf_u8(e, &bytes, (unsigned)byte);
      continue;
    }
    lit_utf8_lossy(e, &out->bytes, (char *)bytes.at, bytes.n);
    bytes.n = 0;
    if (seen || out->bytes.n) at_start = 0;
    if (id >= 0 && m->model->type[id] == LIT_SPM_CONTROL) continue;
    if (id >= 0 && id == m->model->unk) {
      lit_buf_text(e, &out->bytes, m->unk_surface);
      continue;
    }
    if (at_start && (m->dummy_prefix || m->no_extra_blanks) && n >= 3 &&
        memcmp(s, MARK, 3) == 0) {
      s += 3, n -= 3;
      seen = !m->no_extra_blanks;
    }
    lit_replace_all(e, &out->bytes, s, n, MARK, " ");
  }
  lit_utf8_lossy(e, &out->bytes, (char *)bytes.at, bytes.n);
  lit_buf_drop(&bytes);
  return lit_strings_end(e, out);
}

const LitDecodeKind lit_decode_spm = {
  .name = "sentencepiece", .doc = "pieces of a .model file", .run = decode,
};
