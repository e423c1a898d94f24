/* spm.c -- sentencepiece's .model files: reading them.
**
** A ModelProto (protocol buffers): 1 pieces {1 text, 2 score, 3 type},
** 2 trainer {3 model type, 24 whitespace as suffix, 35 byte fallback, 44 what
** unknown is shown as}, 3 normalizer {2 table of characters, 3 dummy prefix,
** 4 remove extra whitespace, 5 escape whitespace}.  A piece's id is its place.
** Other fields are passed over.
*/
#include <float.h>
#include <stdlib.h>
#include <string.h>
#include "text/bpe.h"
#include "text/charsmap.h"
#include "text/spm.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Field {
  uint32_t number, wire;
  uint64_t value;           /* Of wire types 0, 1, 5 */
  LitIn bytes;              /* Of wire type 2 */
} Field;

/* The next field; false at the end, or where the bytes make no sense
** (in->bad). */
static int next_field(LitIn *in, Field *f) {
  uint64_t key;
  const uint8_t *p;
  if (in->bad || in->at >= in->end) return 0;
  key = lit_in_varint(in);
  *f = (Field){.number = (uint32_t)(key >> 3), .wire = (uint32_t)key & 7};
  if (f->wire == 0) f->value = lit_in_varint(in);
  else if (f->wire == 1) f->value = lit_in_u64(in);
  else if (f->wire == 5) f->value = lit_in_u32(in);
  else if (f->wire == 2) {
    uint64_t n = lit_in_varint(in);
    p = in->bad ? NULL : lit_in_take(in, n > SIZE_MAX ? SIZE_MAX : (size_t)n);
    if (p) f->bytes = lit_in(p, (size_t)n);
  } else {
    in->bad = 1;
  }
  return !in->bad;
}

typedef struct Piece {
  const char *text;
  size_t n;
  float score;
  unsigned type;
} Piece;

static int read_piece(LitIn in, Piece *out) {
  Field f;
  uint32_t bits;
  *out = (Piece){.text = "", .type = LIT_SPM_NORMAL};
  while (next_field(&in, &f)) {
    if (f.number == 1 && f.wire == 2) {
      out->text = (const char *)f.bytes.at;
      out->n = (size_t)(f.bytes.end - f.bytes.at);
    } else if (f.number == 2 && f.wire == 5) {
      bits = (uint32_t)f.value;
      memcpy(&out->score, &bits, sizeof bits);
    } else if (f.number == 3 && f.wire == 0) {
      out->type = (unsigned)f.value;
    }
  }
  return !in.bad && out->type >= LIT_SPM_NORMAL && out->type <= LIT_SPM_BYTE &&
         out->n > 0 && out->score - out->score == 0;
}

static int add_piece(LitErr *e, LitTokModel *m, const Piece *p, uint32_t id) {
  if (id >= LIT_VOCAB_MAX) return lit_fail(e, LIT_TOOBIG, "too many pieces");
  if (LIT_GROW(e, &m->score, &m->room_score, id + 1u)) return e->rc;
  if (LIT_GROW(e, &m->type, &m->room_type, id + 1u)) return e->rc;
  m->score[id] = p->score;
  m->type[id] = (uint8_t)p->type;
  if (p->type == LIT_SPM_UNKNOWN) m->unk = (int32_t)id;
  return lit_vocab_add(e, &m->vocab, p->text, p->n, id);
}

static void read_trainer(LitErr *e, LitSubword *t, LitIn in, LitSpm *s) {
  Field f;
  while (next_field(&in, &f)) {
    if (f.number == 3) s->bpe = f.value == 2;
    if (f.number == 3 && f.value > 2)
      lit_fail(e, LIT_CORRUPT, "sentencepiece: model type %d is neither "
               "unigram nor bpe", (int)f.value);
    if (f.number == 24) s->suffix = f.value != 0;
    if (f.number == 35) s->bytes = f.value != 0;
    if (f.number == 44 && f.wire == 2)
      s->unk_surface = lit_arena_copy(e, &t->arena, f.bytes.at,
                                      (size_t)(f.bytes.end - f.bytes.at));
  }
  if (in.bad) lit_fail(e, LIT_CORRUPT, "sentencepiece: broken trainer_spec");
}

static void read_normalizer(LitErr *e, LitSubword *t, LitIn in, LitSpm *s) {
  Field f;
  while (next_field(&in, &f)) {
    if (f.number == 2 && f.wire == 2) {
      size_t n = (size_t)(f.bytes.end - f.bytes.at);
      char *own = lit_arena_copy(e, &t->arena, f.bytes.at, n);
      s->map = lit_arena_new(e, &t->arena, 1, sizeof *s->map);
      if (!e->rc) lit_charsmap_open(e, (uint8_t *)own, n, s->map);
    }
    if (f.number == 3) s->dummy_prefix = f.value != 0;
    if (f.number == 4) s->no_extra_blanks = f.value != 0;
    if (f.number == 5) s->escape = f.value != 0;
  }
  if (in.bad) lit_fail(e, LIT_CORRUPT, "sentencepiece: broken normalizer_spec");
}

static int read_model(LitErr *e, LitSubword *t, const LitSubwordFiles *f,
                      LitSpm *s) {
  LitIn in = lit_in(f->main, f->n_main);
  Field field;
  Piece p;
  uint32_t id = 0;
  while (!e->rc && next_field(&in, &field)) {
    if (field.number == 1 && field.wire == 2) {
      if (!read_piece(field.bytes, &p))
        return lit_fail(e, LIT_CORRUPT, "sentencepiece: piece %u is broken",
                        id);
      add_piece(e, &t->model, &p, id++);
    }
    if (field.number == 2 && field.wire == 2)
      read_trainer(e, t, field.bytes, s);
    if (field.number == 3 && field.wire == 2)
      read_normalizer(e, t, field.bytes, s);
  }
  if (in.bad) return lit_fail(e, LIT_CORRUPT, "sentencepiece: broken file");
  if (t->model.unk < 0)
    return lit_fail(e, LIT_CORRUPT, "sentencepiece: no unknown piece");
  return e->rc;
}

static int is_piece(unsigned type) {
  return type == LIT_SPM_NORMAL || type == LIT_SPM_USER ||
         type == LIT_SPM_UNUSED;
}

typedef struct Scored {
  double score;
  uint32_t id;
} Scored;

static int by_score(const void *a, const void *b) {
  const Scored *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* Of bpe: the higher the score, the lower the rank; equals share theirs. */
static int rank_pieces(LitErr *e, LitTokModel *m) {
  uint32_t n = m->vocab.n_ids, rank = 0;
  Scored *list = lit_new(e, n, sizeof *list);
  m->rank = lit_new(e, n, sizeof *m->rank);
  if (e->rc) goto done;
  for (uint32_t i = 0; i < n; i++) list[i] = (Scored){m->score[i], i};
  qsort(list, n, sizeof *list, by_score);
  for (uint32_t i = 0; i < n; i++) {
    if (i && list[i].score != list[i - 1].score) rank = i;
    m->rank[list[i].id] = is_piece(m->type[list[i].id]) ? rank : UINT32_MAX;
  }

done:
  lit_free(list);
  return e->rc;
}

static void note_user(const LitTokModel *m, LitSpm *s, uint32_t id) {
  size_t n;
  const char *at = lit_vocab_text(&m->vocab, id, &n);
  if (!at || !n) return;
  s->n_user++;
  s->user_first[(unsigned char)*at] = 1;
  for (size_t i = 0; i < n; i++)
    s->user_blanks |= at[i] == ' ' || (n - i >= 3 &&
                      memcmp(at + i, "\xE2\x96\x81", 3) == 0);
}

static void score_pieces(LitTokModel *m, LitSpm *s) {
  float least = FLT_MAX;
  for (uint32_t i = 0; i < m->vocab.n_ids; i++) {
    if (m->type[i] == LIT_SPM_USER) note_user(m, s, i);
    if (m->type[i] != LIT_SPM_NORMAL) continue;
    if (m->score[i] < least) least = (float)m->score[i];
  }
  m->unk_score = least - 10.0f;
}

int lit_spm_is(const LitSubwordFiles *f) {
  LitIn in = lit_in(f->main, f->n_main);
  Field field;
  Piece p;
  return f->n_main > 8 && f->main[0] == 0x0A && next_field(&in, &field) &&
         field.wire == 2 && read_piece(field.bytes, &p);
}

int lit_spm_finish(LitErr *e, LitSubword *t, LitSpm *s) {
  LitTokModel *m = &t->model;
  s->model = m;
  score_pieces(m, s);
  m->byte_fallback = s->bytes;
  m->spm = s;
  m->kind = s->bpe ? &lit_tokmodel_bpe : &lit_tokmodel_spm_unigram;
  m->fuse_unk = 1;
  if (s->bpe ? rank_pieces(e, m) : lit_unigram_reach(e, m)) return e->rc;
  if (lit_steps_add(e, &t->normal, &lit_normal_spm, s)) return e->rc;
  return lit_tokdec_add(e, t, &lit_decode_spm, s);
}

int lit_spm_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f) {
  LitTokModel *m = &t->model;
  LitSpm *s = lit_arena_new(e, &t->arena, 1, sizeof *s);
  if (!s) return e->rc;
  *s = (LitSpm){.dummy_prefix = 1, .no_extra_blanks = 1, .escape = 1,
                .unk_surface = " \xE2\x81\x87 "};
  m->unk = -1;
  if (read_model(e, t, f, s) || lit_tokmodel_seal(e, m) ||
      lit_spm_finish(e, t, s) || lit_tokadd_seal(e, t))
    return e->rc;
  return lit_tokpost_load(e, t, NULL);
}

int32_t lit_spm_user(const LitTokModel *m, const char *s, size_t n,
                     size_t *len) {
  uint32_t h = LIT_HASH_BEGIN;
  int32_t best = -1;
  if (!m->spm || !n || !m->spm->user_first[(unsigned char)*s]) return -1;
  if (n > m->vocab.max_len) n = m->vocab.max_len;
  for (size_t k = 1; k <= n; k++) {
    int32_t id;
    h = lit_hash_step(h, (unsigned char)s[k - 1]);
    id = lit_vocab_find_hashed(&m->vocab, s, k, h);
    if (id >= 0 && m->type[id] == LIT_SPM_USER) best = id, *len = k;
  }
  return best;
}
