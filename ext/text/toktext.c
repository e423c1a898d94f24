/* toktext.c -- see toktext.h */
#include <string.h>
#include "base/mem.h"
#include "text/tokregex.h"
#include "text/toktext.h"
#include "text/utf8.h"
#include "base/poison.h"

static void drop_track(LitTrack *t) { lit_free(t->at), lit_free(t->src); }

void lit_work_drop(LitWork *w) {
  drop_track(&w->text), drop_track(&w->next);
  lit_free(w->pieces), lit_free(w->fresh), lit_free(w->changes);
  lit_free(w->cuts), lit_free(w->toks), lit_free(w->model_room);
  lit_buf_drop(&w->bytes);
  lit_regex_drop_match(w->match);
  *w = (LitWork){0};
}

static size_t track_bytes(const LitTrack *t) {
  return t->room + t->room_src * sizeof *t->src;
}

size_t lit_work_bytes(const LitWork *w) {
  return track_bytes(&w->text) + track_bytes(&w->next) +
         (w->room_pieces + w->room_fresh) * sizeof *w->pieces +
         w->room_changes * sizeof *w->changes + w->room_cuts * sizeof *w->cuts +
         w->room_toks * sizeof *w->toks + w->room_model + w->bytes.room;
}

static int room(LitErr *e, LitTrack *t, size_t more) {
  if (e->rc) return e->rc;
  if (t->n + more > UINT32_MAX - 16)
    return lit_fail(e, LIT_TOOBIG, "text too long to tokenize");
  if (LIT_GROW(e, &t->at, &t->room, t->n + more)) return e->rc;
  return LIT_GROW(e, &t->src, &t->room_src, t->n + more);
}

/* Spans of bytes s[0..n) as they came: a character's own bytes each. */
static void own_spans(LitSpan *src, const char *s, size_t n, uint32_t offset) {
  for (size_t i = 0, len; i < n; i += len) {
    unsigned char c = (unsigned char)s[i];
    LitSpan span;
    len = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (len > n - i) len = n - i;
    span = (LitSpan){offset + (uint32_t)i, offset + (uint32_t)(i + len)};
    for (size_t k = 0; k < len; k++) src[i + k] = span;
  }
}

int lit_work_begin(LitErr *e, LitWork *w, const char *s, size_t n,
                   uint32_t offset) {
  w->text.n = w->n_pieces = w->n_toks = 0;
  if (room(e, &w->text, n)) return e->rc;
  if (LIT_GROW(e, &w->pieces, &w->room_pieces, 1)) return e->rc;
  if (n) memcpy(w->text.at, s, n);
  own_spans(w->text.src, s, n, offset);
  w->text.n = n;
  w->pieces[w->n_pieces++] =
      (LitPiece){0, (uint32_t)n, offset, LIT_PIECE_TEXT};
  return LIT_OK;
}

int lit_work_keep(LitErr *e, LitWork *w, size_t from, size_t to) {
  LitTrack *out = &w->next;
  if (to <= from) return e->rc;
  if (room(e, out, to - from)) return e->rc;
  memcpy(out->at + out->n, w->text.at + from, to - from);
  memcpy(out->src + out->n, w->text.src + from,
         (to - from) * sizeof *out->src);
  out->n += to - from;
  return LIT_OK;
}

int lit_work_put(LitErr *e, LitWork *w, const char *s, size_t n, LitSpan src) {
  LitTrack *out = &w->next;
  if (room(e, out, n)) return e->rc;
  if (n) memcpy(out->at + out->n, s, n);
  for (size_t i = 0; i < n; i++) out->src[out->n + i] = src;
  out->n += n;
  return LIT_OK;
}

#define LATER UINT32_MAX                /* From: a piece not copied yet */

/* Pieces that fn left alone are copied behind the others, and only if there
** are others: a step that changes nothing costs no copy.  The order of the
** pieces is that of the list, not that of their bytes. */
int lit_work_rewrite(LitErr *e, LitWork *w, LitRewrite fn, const void *state) {
  LitTrack swap;
  int changed = 0;
  w->next.n = 0;
  if (LIT_GROW(e, &w->fresh, &w->room_fresh, w->n_pieces)) return e->rc;
  for (size_t i = 0; i < w->n_pieces && !e->rc; i++) {
    LitPiece p = w->pieces[i];
    uint32_t from = (uint32_t)w->next.n;
    int done;
    w->n_changes = 0;
    done = p.id == LIT_PIECE_TEXT && p.to > p.from && fn(e, state, w, &p);
    p.from = done ? from : LATER, p.to = (uint32_t)w->next.n;
    w->fresh[i] = p;
    changed |= done;
  }
  if (e->rc || !changed) return e->rc;
  for (size_t i = 0; i < w->n_pieces && !e->rc; i++) {
    LitPiece *p = &w->pieces[i];
    uint32_t from = (uint32_t)w->next.n;
    if (w->fresh[i].from != LATER) {
      *p = w->fresh[i];
      continue;
    }
    lit_work_keep(e, w, p->from, p->to);
    p->from = from, p->to = (uint32_t)w->next.n;
  }
  swap = w->text, w->text = w->next, w->next = swap;
  return e->rc;
}

int lit_work_change(LitErr *e, LitWork *w, uint32_t cp, int32_t change) {
  if (e->rc || LIT_GROW(e, &w->changes, &w->room_changes, w->n_changes + 1))
    return e->rc;
  w->changes[w->n_changes++] = (LitChange){cp, change};
  return LIT_OK;
}

/* The place behind `chars` characters from `at` on, not beyond `end`. */
static size_t skip_chars(const LitWork *w, size_t at, size_t end,
                         size_t chars) {
  uint32_t cp;
  for (; chars && at < end; chars--)
    at += lit_utf8_get(w->text.at + at, end - at, &cp);
  return at;
}

/* `at` is the next byte of the old text; a character put in its place takes
** the span of that byte, an inserted one that of the byte before. */
int lit_work_transform(LitErr *e, LitWork *w, const LitPiece *p, size_t skip) {
  size_t at = skip_chars(w, p->from, p->to, skip);
  if (room(e, &w->next, w->n_changes)) return 1;
  for (size_t i = 0; i < w->n_changes && !e->rc; i++) {
    LitChange c = w->changes[i];
    LitSpan src = {p->shift, p->shift};
    char bytes[4];
    if (c.change > 0 && at > p->from) src = w->text.src[at - 1];
    if (c.change <= 0 && at < p->to) src = w->text.src[at];
    lit_work_put(e, w, bytes, lit_utf8_put(c.cp, bytes), src);
    if (c.change <= 0) at = skip_chars(w, at, p->to, 1 + (size_t)-c.change);
  }
  return 1;
}

int lit_work_prepend(LitErr *e, LitWork *w, const LitPiece *p, const char *s,
                     size_t n) {
  lit_work_put(e, w, s, n, w->text.src[p->from]);
  lit_work_keep(e, w, p->from, p->to);
  return 1;
}

int lit_work_stretch(LitErr *e, LitWork *w, size_t from, size_t to, int hit) {
  if (e->rc || LIT_GROW(e, &w->cuts, &w->room_cuts, w->n_cuts + 1))
    return e->rc;
  w->cuts[w->n_cuts++] = (LitStretch){(uint32_t)from, (uint32_t)to, hit};
  return LIT_OK;
}

/* Join stretches as the mode says; what is left is the pieces, `hit` marking
** those to drop. */
static void join(LitWork *w, LitCutMode mode) {
  size_t n = 0;
  int previous = 0;
  if (mode == LIT_CUT_REMOVED || mode == LIT_CUT_IDS) return;
  for (size_t i = 0; i < w->n_cuts; i++) {
    LitStretch c = w->cuts[i];
    int hit = c.hit, glue = 0;
    if (mode == LIT_CUT_CONTIGUOUS) glue = hit == previous;
    if (mode == LIT_CUT_WITH_PREVIOUS) glue = hit && !previous;
    if (glue && n) w->cuts[n - 1].to = c.to;
    else w->cuts[n++] = (LitStretch){c.from, c.to, 0};
    previous = hit;
  }
  w->n_cuts = n;
}

/* The same from the end: a match goes with what follows it. */
static void join_next(LitWork *w) {
  size_t n = w->n_cuts;
  int previous = 0;
  for (size_t i = w->n_cuts; i-- > 0;) {
    LitStretch c = w->cuts[i];
    if (c.hit && !previous && n < w->n_cuts) w->cuts[n].from = c.from;
    else w->cuts[--n] = (LitStretch){c.from, c.to, 0};
    previous = c.hit;
  }
  memmove(w->cuts, w->cuts + n, (w->n_cuts - n) * sizeof *w->cuts);
  w->n_cuts -= n;
}

static int add_piece(LitErr *e, LitWork *w, LitPiece p) {
  if (LIT_GROW(e, &w->fresh, &w->room_fresh, w->n_fresh + 1)) return e->rc;
  w->fresh[w->n_fresh++] = p;
  return LIT_OK;
}

int lit_work_cut(LitErr *e, LitWork *w, LitCutter fn, const void *state,
                 LitCutMode mode) {
  LitPiece *swap;
  size_t swap_room;
  w->n_fresh = 0;
  for (size_t i = 0; i < w->n_pieces && !e->rc; i++) {
    const LitPiece p = w->pieces[i];
    if (p.id != LIT_PIECE_TEXT) {
      add_piece(e, w, p);
      continue;
    }
    w->n_cuts = 0;
    if (p.to == p.from || fn(e, state, w, &p)) continue;
    if (mode == LIT_CUT_WITH_NEXT) join_next(w);
    else if (mode != LIT_CUT_ISOLATED) join(w, mode);
    for (size_t k = 0; k < w->n_cuts && !e->rc; k++) {
      LitStretch c = w->cuts[k];
      if (c.from < c.to && !(c.hit && mode == LIT_CUT_REMOVED))
        add_piece(e, w, (LitPiece){c.from, c.to, w->text.src[c.from].from,
                                   mode == LIT_CUT_IDS ? c.hit - 1
                                                       : LIT_PIECE_TEXT});
    }
  }
  swap = w->pieces, w->pieces = w->fresh, w->fresh = swap;
  swap_room = w->room_pieces, w->room_pieces = w->room_fresh;
  w->room_fresh = swap_room, w->n_pieces = w->n_fresh;
  return e->rc;
}

typedef struct CharTest {
  int (*is)(uint32_t cp);   /* NULL: the character `cp` */
  uint32_t cp;
} CharTest;

static int cut_chars(LitErr *e, const void *state, LitWork *w,
                     const LitPiece *p) {
  const CharTest *test = state;
  size_t last = p->from, len;
  for (size_t at = p->from; at < p->to; at += len) {
    uint32_t cp;
    len = lit_utf8_get(w->text.at + at, p->to - at, &cp);
    if (test->is ? !test->is(cp) : cp != test->cp) continue;
    if (last < at) lit_work_stretch(e, w, last, at, 0);
    lit_work_stretch(e, w, at, at + len, 1);
    last = at + len;
  }
  if (last < p->to) lit_work_stretch(e, w, last, p->to, 0);
  return e->rc;
}

int lit_work_cut_chars(LitErr *e, LitWork *w, int (*is)(uint32_t cp),
                       LitCutMode mode) {
  CharTest test = {is, 0};
  return lit_work_cut(e, w, cut_chars, &test, mode);
}

int lit_work_cut_char(LitErr *e, LitWork *w, uint32_t cp, LitCutMode mode) {
  CharTest test = {NULL, cp};
  return lit_work_cut(e, w, cut_chars, &test, mode);
}

int lit_work_tok(LitErr *e, LitWork *w, uint32_t id, size_t from, size_t to) {
  if (e->rc || LIT_GROW(e, &w->toks, &w->room_toks, w->n_toks + 1))
    return e->rc;
  w->toks[w->n_toks++] = (LitTok){id, {(uint32_t)from, (uint32_t)to}};
  return LIT_OK;
}

void *lit_work_room(LitErr *e, LitWork *w, size_t n) {
  if (lit_grow(e, &w->model_room, &w->room_model, n, 1)) return NULL;
  return w->model_room;
}

int lit_ascii_only(const char *s, size_t n) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    uint64_t w;
    memcpy(&w, s + i, sizeof w);
    if (w & 0x8080808080808080u) return 0;
  }
  for (; i < n; i++)
    if ((unsigned char)s[i] >= 0x80) return 0;
  return 1;
}
