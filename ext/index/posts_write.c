/* posts_write.c -- a LitPosts becomes the parts of a segment: its terms are
** sorted, each stream read once.
**
** Rows mostly come in the order of their rowids; then postings go from the
** stream straight to the writer.  Else those of a term are first sorted.
*/
#include <stdlib.h>
#include "index/posts_stream.h"
#include "index/terms.h"
#include "base/poison.h"

/* ---- reading a stream ---- */

typedef struct Stream {
  const uint8_t *at, *end;  /* Of the open slice, or the tail */
  const LitPool *pool;
  LitGathered *term;
  uint32_t slice;           /* The open one; 0: the tail */
  unsigned level;
} Stream;

static void open_slice(Stream *s, uint32_t no, unsigned level) {
  s->slice = no, s->level = level;
  if (no) {
    s->at = lit_pool_at(s->pool, no);
    s->end = s->at + lit_slice_size(level) -
             (no == s->term->last ? s->term->left : 0);
  } else {
    s->at = lit_gathered_tail(s->term);
    s->end = s->at + s->term->used;
  }
}

static Stream open_stream(const LitPool *pool, LitGathered *t) {
  Stream s = {.pool = pool, .term = t};
  open_slice(&s, t->first, 0);
  return s;
}

/* The tail is never empty but in a term of which no row was added. */
static int at_end(const Stream *s) { return s->at == s->end && !s->slice; }

static unsigned next_byte(Stream *s) {
  if (s->at == s->end) {
    uint32_t next = 0;
    if (s->slice != s->term->last) memcpy(&next, s->end, sizeof next);
    open_slice(s, next, s->level + (s->level < LIT_SLICE_TOP));
  }
  return *s->at++;
}

static uint64_t long_number(Stream *s) {
  uint64_t v = 0;
  for (unsigned shift = 0;; shift += 7) {
    unsigned byte = next_byte(s);
    v |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return v;
  }
}

/* Mostly of one byte or two. */
static inline uint64_t next_number(Stream *s) {
  const uint8_t *at = s->at;
  if (s->end - at >= 2) {
    if (at[0] < 0x80) return s->at = at + 1, at[0];
    if (at[1] < 0x80)
      return s->at = at + 2, (uint64_t)at[1] << 7 | (at[0] & 0x7F);
  }
  return long_number(s);
}

/* ---- one row of it ---- */

typedef struct Row {
  uint32_t row, tf[LIT_FIELDS_MAX];
  uint32_t *pos;
  size_t n_pos, room;
  int more;                 /* Another row follows; it begins with `next` */
  uint64_t next;
} Row;

static void first_row(Stream *s, Row *r) {
  r->row = 0;
  r->more = 1;
  r->next = next_number(s);
}

static int add_place(LitErr *e, Row *r, unsigned field, uint32_t pos) {
  if (r->n_pos == r->room && LIT_GROW(e, &r->pos, &r->room, r->n_pos + 1))
    return e->rc;
  r->pos[r->n_pos++] = pos;
  r->tf[field]++;
  return LIT_OK;
}

/* The row that begins with r->next. */
static int next_row(LitErr *e, Stream *s, Row *r) {
  uint64_t v = r->next, place;
  unsigned field = 0;
  uint32_t pos = 0;
  r->row += (uint32_t)(v >> 1);
  r->n_pos = 0;
  memset(r->tf, 0, sizeof r->tf);
  for (;;) {
    if (v & 1) {
      place = next_number(s);
      field = (unsigned)(place & 15);
      pos = (uint32_t)(place >> 4);
    } else {
      pos += (uint32_t)(v >> 1);
    }
    if (add_place(e, r, field, pos)) return e->rc;
    r->more = !at_end(s);
    if (!r->more) return LIT_OK;
    r->next = v = next_number(s);
    if (v & 1 && v > 1) return LIT_OK;
  }
}

/* ---- one term ---- */

/* What is the same for all terms, and room for rows to be sorted. */
typedef struct Write {
  const LitPosts *p;
  const uint32_t *ord_of;
  int sorted;               /* Are ordinals ascending as they are? */
  Row row;
  LitBuf rows;              /* Ordinal, counts, places of each row */
  LitBuf index;             /* u64: ordinal << 32 | where in rows, in u32s */
  LitListOut list;
  LitTermsOut terms;
} Write;

static void keep_row(LitErr *e, Write *w, uint32_t ord) {
  uint64_t at = (uint64_t)ord << 32 | w->rows.n / 4;
  if (w->rows.n / 4 > UINT32_MAX) {
    lit_fail(e, LIT_TOOBIG, "a term with too many occurrences");
    return;
  }
  lit_buf_u64(e, &w->index, at);
  lit_buf_put(e, &w->rows, w->row.tf,
              (size_t)w->p->n_fields * sizeof *w->row.tf);
  lit_buf_put(e, &w->rows, w->row.pos, w->row.n_pos * sizeof *w->row.pos);
}

static int by_number(const void *a, const void *b) {
  uint64_t x = lit_get_u64(a), y = lit_get_u64(b);
  return (x > y) - (x < y);
}

static int put_kept(LitErr *e, Write *w) {
  const uint32_t *rows = (const uint32_t *)(const void *)w->rows.at;
  if (e->rc) return e->rc;
  if (w->index.n) qsort(w->index.at, w->index.n / 8, 8, by_number);
  for (size_t i = 0; i < w->index.n && !e->rc; i += 8) {
    uint64_t at = lit_get_u64(w->index.at + i);
    const uint32_t *tf = rows + (uint32_t)at;
    lit_listout_add(e, &w->list, (uint32_t)(at >> 32), tf,
                    tf + w->p->n_fields);
  }
  w->index.n = w->rows.n = 0;
  return e->rc;
}

static int write_term(LitErr *e, Write *w, LitGathered *t) {
  Stream s = open_stream(&w->p->pool, t);
  LitTermAt at;
  if (at_end(&s)) return e->rc;               /* Its only row failed */
  for (first_row(&s, &w->row); w->row.more && !e->rc;) {
    uint32_t ord;
    if (next_row(e, &s, &w->row)) return e->rc;
    ord = w->ord_of[w->row.row];
    if (ord == LIT_NO_ROW) continue;
    if (w->sorted) lit_listout_add(e, &w->list, ord, w->row.tf, w->row.pos);
    else keep_row(e, w, ord);
  }
  if (put_kept(e, w) || lit_listout_end(e, &w->list, &at)) return e->rc;
  if (at.df) lit_termsout_add(e, &w->terms, t->name, t->n, &at);
  return e->rc;
}

/* ---- all terms ---- */

typedef struct Named {
  uint64_t key;             /* The first 8 bytes of the name, big end first */
  LitGathered *term;
} Named;

static int by_name(const void *a, const void *b) {
  const Named *x = a, *y = b;
  const LitGathered *s = x->term, *t = y->term;
  int c;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  c = memcmp(s->name, t->name, s->n < t->n ? s->n : t->n);
  return c ? c : (s->n > t->n) - (s->n < t->n);
}

static uint64_t key_of(const LitGathered *t) {
  uint64_t key = 0;
  for (int i = 0; i < 8; i++)
    key = key << 8 | (i < t->n ? (uint8_t)t->name[i] : 0);
  return key;
}

enum {
  STOP_EVERY = 1024,        /* Terms between two questions: a few ms */
  AHEAD = 8                 /* Terms are asked for so early */
};

/* The term is here: its first slice. */
static void ask_for(const LitPosts *p, const LitGathered *t) {
  const char *slice = t->first ? lit_pool_at(&p->pool, t->first) : NULL;
  if (!slice) return;
  __builtin_prefetch(slice);
  __builtin_prefetch(slice + LIT_POOL_LINE);
}

static int write_terms(LitErr *e, Write *w, const LitStop *stop) {
  const LitPosts *p = w->p;
  Named *names = lit_new(e, p->n_terms, sizeof *names);
  size_t n = 0;
  if (!names) return e->rc;
  for (size_t i = 0; i < p->n_slots; i++) {
    uint32_t soon = p->slots[(i + 2 * AHEAD) & (p->n_slots - 1)].term;
    if (soon) __builtin_prefetch(lit_pool_at(&p->pool, soon));
    if (p->slots[i].term) {
      LitGathered *t = lit_pool_at(&p->pool, p->slots[i].term);
      names[n++] = (Named){key_of(t), t};
    }
  }
  qsort(names, n, sizeof *names, by_name);
  for (size_t i = 0; i < n && !e->rc; i++) {
    if (i + 2 * AHEAD < n) __builtin_prefetch(names[i + 2 * AHEAD].term);
    if (i + AHEAD < n) ask_for(p, names[i + AHEAD].term);
    write_term(e, w, names[i].term);
    if (i % STOP_EVERY == 0) lit_stopped(e, stop);
  }
  lit_free(names);
  return e->rc;
}

/* The lengths by ordinal; finds out whether ordinals ascend. */
static int map_rows(LitErr *e, Write *w, LitLensOut *lens) {
  static const uint32_t none[LIT_FIELDS_MAX];
  size_t f = (size_t)w->p->n_fields, ended = w->p->n_lens / f;
  uint32_t next = 0;
  w->sorted = 1;
  for (uint32_t i = 0; i < w->p->n_rows; i++) {
    uint32_t ord = w->ord_of[i];
    if (ord == LIT_NO_ROW) continue;
    if (ord >= lens->n_rows)
      return lit_fail(e, LIT_ERROR, "ordinal %u of %u rows", (unsigned)ord,
                      (unsigned)lens->n_rows);
    w->sorted &= ord >= next;
    next = ord + 1;
    lit_lensout_set(lens, ord, i < ended ? w->p->lens + i * f : none);
  }
  return LIT_OK;
}

int lit_posts_write(LitErr *e, LitPosts *p, const uint32_t *ord_of,
                    LitSegOut *out) {
  LitLensOut lens = {0};
  Write *w = lit_new0(e, 1, sizeof *w);
  if (!w) return e->rc;
  w->p = p, w->ord_of = ord_of;
  if (lit_lensout_begin(e, &lens, out->n_rows, p->n_fields) ||
      map_rows(e, w, &lens))
    goto done;
  lit_listout_begin(&w->list, out, &lens);
  lit_termsout_begin(&w->terms, out);
  if (write_terms(e, w, out->stop)) goto done;
  lit_termsout_end(e, &w->terms, out);
  lit_listout_finish(e, &w->list, out);
  lit_lensout_end(e, &lens, out);

done:
  lit_listout_drop(&w->list);
  lit_termsout_drop(&w->terms);
  lit_lensout_drop(&lens);
  lit_buf_drop(&w->rows);
  lit_buf_drop(&w->index);
  lit_free(w->row.pos);
  lit_free(w);
  return e->rc;
}
