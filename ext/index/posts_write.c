/* posts_write.c -- a LitPosts becomes the parts of a segment.
**
** Entries of the log are dealt out to their terms, which are sorted by name:
** to so many terms at a time as have GROUP entries, and for each such group the
** log is read once.  Rows whose ordinals do not ascend are read in the order of
** those, so that what a term gets is sorted already.
*/
#include <stdlib.h>
#include "base/mem.h"
#include "index/posts_log.h"
#include "index/terms.h"
#include "base/poison.h"

enum {
  GROUP = 3 << 20,          /* Entries: 12 MB */
  STOP_EVERY = 1024,        /* Terms between two questions: a few ms */
  STOP_LOG = 1 << 14,       /* Stretches between two */
  AHEAD = 16                /* What lies anywhere is asked for so early */
};

/* A term as names are sorted: KEY bytes of its name, big end first, and how many
** there are, KEY + 1: others after them. */
enum { KEY = 8, MANY = 256 };
typedef struct Named {
  uint64_t key;
  uint32_t left, no;
} Named;

typedef struct Write {
  const LitPosts *p;
  const uint32_t *ord_of;
  const LitStop *stop;
  int sorted;               /* Are ordinals ascending as they are? */
  uint32_t *order;          /* [n]: stretches of living rows as they are read */
  size_t n;
  Named *names;             /* [p->n_terms], ascending */
  uint32_t *counts;         /* [p->n_terms]: entries of each term */
  uint32_t *to;             /* [p->n_terms]: where its next one goes */
  uint32_t *dealt;          /* [room + 1]: stretch << 8 | place */
  uint32_t room, n_dealt;
  uint32_t *pos;            /* Places of one row */
  size_t pos_room;
  LitListOut list;
  LitTermsOut terms;
} Write;

/* ---- the log ---- */

static uint32_t end_of(const LitPosts *p, size_t stretch) {
  return stretch + 1 < p->n_stretches ? p->stretches[stretch + 1].from
                                      : (uint32_t)lit_posts_entries(p);
}

/* The entries from .. to - 1 that lie together: how many. */
static uint32_t together(const LitPosts *p, uint32_t from, uint32_t to,
                         const uint32_t **at) {
  uint32_t i = from % LIT_LOG_BLOCK;
  *at = p->blocks[from / LIT_LOG_BLOCK] + i;
  return to - from < LIT_LOG_BLOCK - i ? to - from : LIT_LOG_BLOCK - i;
}

static uint32_t term_of(uint32_t entry) {
  return entry & (((uint32_t)1 << LIT_ENTRY_TERM) - 1);
}

static void count(Write *w, const uint32_t *at, uint32_t n, uint32_t stretch) {
  (void)stretch;
  for (uint32_t i = 0; i < n; i++) w->counts[term_of(at[i])]++;
}

/* What terms of other groups have goes to the end, one over the other. */
static void deal(Write *w, const uint32_t *at, uint32_t n, uint32_t stretch) {
  uint32_t *const dealt = w->dealt, room = w->room;
  uint32_t high = stretch * LIT_ENTRY_PLACES;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t *to = &w->to[term_of(at[i])], here = *to;
    dealt[here] = high | at[i] >> LIT_ENTRY_TERM;
    *to = here + (here < room);
  }
}

/* All entries of living rows, in the order of their ordinals. */
static int each_entry(LitErr *e, Write *w,
                      void (*take)(Write *w, const uint32_t *at, uint32_t n,
                                   uint32_t stretch)) {
  for (size_t i = 0; i < w->n; i++) {
    uint32_t from = w->p->stretches[w->order[i]].from;
    uint32_t to = end_of(w->p, w->order[i]), n;
    if (i % STOP_LOG == 0 && lit_stopped(e, w->stop)) return e->rc;
    for (; from < to; from += n) {
      const uint32_t *at;
      n = together(w->p, from, to, &at);
      take(w, at, n, w->order[i]);
    }
  }
  return e->rc;
}

static int by_number(const void *a, const void *b) {
  uint64_t x = lit_get_u64(a), y = lit_get_u64(b);
  return (x > y) - (x < y);
}

/* w->order. */
static int order_stretches(LitErr *e, Write *w) {
  const LitPosts *p = w->p;
  uint64_t *by_ord = lit_new(e, p->n_stretches, sizeof *by_ord);
  w->order = lit_new(e, p->n_stretches, sizeof *w->order);
  for (size_t i = 0; i < p->n_stretches && !e->rc; i++) {
    uint32_t ord = w->ord_of[p->stretches[i].row];
    if (ord != LIT_NO_ROW) by_ord[w->n++] = (uint64_t)ord << 32 | i;
  }
  if (!e->rc && !w->sorted) qsort(by_ord, w->n, sizeof *by_ord, by_number);
  for (size_t i = 0; i < w->n && !e->rc; i++) w->order[i] = (uint32_t)by_ord[i];
  lit_free(by_ord);
  return e->rc;
}

/* ---- one term ---- */

/* The bytes of a name, which begins there in p->names. */
static uint32_t name_of(const LitPosts *p, uint32_t no, uint32_t *begin) {
  *begin = no ? p->ends[no - 1] : 0;
  return p->ends[no] - *begin;
}

/* The stretches of a rare term lie anywhere.  end: of the group's entries. */
static inline void ask_ahead(const Write *w, const uint32_t *dealt,
                             const uint32_t *end) {
  if (end - dealt > AHEAD)
    __builtin_prefetch(&w->p->stretches[dealt[AHEAD] / LIT_ENTRY_PLACES]);
}

/* The entries [n] of one term, row by row. */
static int write_rows(LitErr *e, Write *w, const uint32_t *dealt, uint32_t n,
                      const uint32_t *end) {
  const LitStretch *all = w->p->stretches;
  if (LIT_GROW(e, &w->pos, &w->pos_room, n)) return e->rc;
  for (uint32_t i = 0; i < n && !e->rc;) {
    uint32_t row = all[dealt[i] / LIT_ENTRY_PLACES].row, n_pos = 0;
    uint32_t tf[LIT_FIELDS_MAX] = {0};
    for (; i < n; i++) {
      const LitStretch *s = &all[dealt[i] / LIT_ENTRY_PLACES];
      uint32_t pos = s->pos + dealt[i] % LIT_ENTRY_PLACES;
      if (s->row != row) break;
      ask_ahead(w, dealt + i, end);
      if (tf[s->field]++ && pos < w->pos[n_pos - 1])
        return lit_fail(e, LIT_ERROR, "row %u, field %d: place %u of a term "
                        "after %u", (unsigned)row, s->field, (unsigned)pos,
                        (unsigned)w->pos[n_pos - 1]);
      w->pos[n_pos++] = pos;
    }
    lit_listout_add(e, &w->list, w->ord_of[row], tf, w->pos);
  }
  return e->rc;
}

static void ask_for(const Write *w, size_t i) {
  uint32_t no = i < w->p->n_terms ? w->names[i].no : 0;
  __builtin_prefetch(&w->counts[no]);
  __builtin_prefetch(&w->p->ends[no]);
}

/* The list of a term whose entries these are [n]: two of three have one. */
static int write_list(LitErr *e, Write *w, const uint32_t *dealt, uint32_t n,
                      const uint32_t *end, LitTermAt *at) {
  const LitStretch *s = &w->p->stretches[*dealt / LIT_ENTRY_PLACES];
  ask_ahead(w, dealt, end);
  if (n == 1)
    return lit_listout_single(e, &w->list, w->ord_of[s->row], s->field,
                              s->pos + *dealt % LIT_ENTRY_PLACES, at);
  if (write_rows(e, w, dealt, n, end)) return e->rc;
  return lit_listout_end(e, &w->list, at);
}

/* The terms from .. to - 1, whose entries are dealt. */
static int write_group(LitErr *e, Write *w, size_t from, size_t to) {
  const uint32_t *dealt = w->dealt, *end = dealt + w->n_dealt;
  for (size_t i = from; i < to && !e->rc; i++) {
    uint32_t no = w->names[i].no, n = w->counts[no], begin, n_name;
    LitTermAt at;
    ask_for(w, i + AHEAD);
    n_name = name_of(w->p, no, &begin);
    __builtin_prefetch(w->p->names.at + begin);
    if (n && !write_list(e, w, dealt, n, end, &at))
      lit_termsout_add(e, &w->terms, (const char *)w->p->names.at + begin,
                       n_name, &at);
    dealt += n;
    if (i % STOP_EVERY == 0) lit_stopped(e, w->stop);
  }
  return e->rc;
}

/* ---- all terms ---- */

static int by_key(const void *a, const void *b) {
  const Named *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return (x->left > y->left) - (x->left < y->left);
}

/* The first KEY of n bytes, of `room` that can be read. */
static uint64_t key_of(const uint8_t *at, uint32_t n, size_t room) {
  uint64_t key = 0;
  if (n && room >= KEY) {
    key = __builtin_bswap64(lit_get_u64(at));
    return n < KEY ? key >> 8 * (KEY - n) << 8 * (KEY - n) : key;
  }
  for (uint32_t k = 0; k < KEY; k++) key = key << 8 | (k < n ? at[k] : 0u);
  return key;
}

/* Digit d of a name, the last one first: what is left, then the key's bytes. */
static uint32_t digit_of(const Named *x, int d) {
  return d == 0 ? x->left : x->key >> 8 * (d - 1) & 0xFF;
}

/* Sort names [n] as by_key has them, digit by digit; room [n].  Comparing takes
** ten times as long where they are many. */
static void sort_by_digits(Named *names, Named *room, size_t n) {
  enum { DIGITS = KEY + 1, VALUES = 256 };
  uint32_t ends[DIGITS][VALUES] = {{0}};
  Named *from = names, *to = room, *was;
  for (size_t i = 0; i < n; i++)
    for (int d = 0; d < DIGITS; d++) ends[d][digit_of(&names[i], d)]++;
  for (int d = 0; d < DIGITS; d++) {
    if (ends[d][digit_of(from, d)] == n) continue;      /* All have the same */
    for (uint32_t v = 1; v < VALUES; v++) ends[d][v] += ends[d][v - 1];
    for (size_t i = n; i-- > 0;)
      to[--ends[d][digit_of(&from[i], d)]] = from[i];
    was = from, from = to, to = was;
  }
  if (from != names) memcpy(names, from, n * sizeof *names);
}

/* Sort names [n] that are equal up to byte `from`: by the next KEY bytes, and
** what is equal by those after them.  room: [n]. */
static void sort_names(const LitPosts *p, Named *names, Named *room, size_t n,
                       uint32_t from) {
  size_t same = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t begin, left = name_of(p, names[i].no, &begin) - from;
    const uint8_t *at = p->names.at + begin + from;
    names[i].left = left <= KEY ? left : KEY + 1;
    names[i].key = key_of(at, left, p->names.n - begin - from);
  }
  if (n < MANY) qsort(names, n, sizeof *names, by_key);
  else sort_by_digits(names, room, n);
  for (size_t i = 1; i <= n; i++) {
    if (i < n && by_key(&names[i - 1], &names[i]) == 0) continue;
    if (i - same > 1) sort_names(p, names + same, room, i - same, from + KEY);
    same = i;
  }
}

/* The first term behind the group that begins with `from`; its terms get their
** places, all others none. */
static size_t begin_group(Write *w, size_t from) {
  uint32_t sum = 0;
  size_t i = from;
  for (size_t no = 0; no < w->p->n_terms; no++) w->to[no] = w->room;
  for (; i < w->p->n_terms; i++) {
    uint32_t no = w->names[i].no;
    ask_for(w, i + AHEAD);
    if (w->counts[no] > w->room - sum) break;
    w->to[no] = sum;
    sum += w->counts[no];
  }
  w->n_dealt = sum;
  return i;
}

/* Room for a group: for all that there is, if that is less; for any one term. */
static int make_room(LitErr *e, Write *w) {
  uint32_t sum = 0, most = 0;
  for (size_t no = 0; no < w->p->n_terms; no++) {
    sum += w->counts[no];
    if (w->counts[no] > most) most = w->counts[no];
  }
  w->room = sum < GROUP ? sum : most > GROUP ? most : GROUP;
  w->dealt = lit_new(e, (size_t)w->room + 1, sizeof *w->dealt);
  return e->rc;
}

static int write_terms(LitErr *e, Write *w) {
  size_t n = w->p->n_terms, to;
  Named *room;
  w->names = lit_new(e, n, sizeof *w->names);
  w->counts = lit_new0(e, n, sizeof *w->counts);
  w->to = lit_new(e, n, sizeof *w->to);
  if (e->rc || order_stretches(e, w) || each_entry(e, w, count) ||
      make_room(e, w))
    return e->rc;
  for (uint32_t no = 0; no < n; no++) w->names[no].no = no;
  room = lit_new(e, n, sizeof *room);
  if (!room) return e->rc;
  sort_names(w->p, w->names, room, n, 0);
  lit_free(room);
  for (size_t from = 0; from < n && !e->rc; from = to) {
    to = begin_group(w, from);
    if (!each_entry(e, w, deal)) write_group(e, w, from, to);
  }
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
  w->p = p, w->ord_of = ord_of, w->stop = out->stop;
  if (lit_lensout_begin(e, &lens, out->n_rows, p->n_fields) ||
      map_rows(e, w, &lens))
    goto done;
  lit_listout_begin(&w->list, out, &lens);
  lit_termsout_begin(&w->terms, out);
  if (write_terms(e, w)) goto done;
  lit_termsout_end(e, &w->terms, out);
  lit_listout_finish(e, &w->list, out);
  lit_lensout_end(e, &lens, out);

done:
  lit_listout_drop(&w->list);
  lit_termsout_drop(&w->terms);
  lit_lensout_drop(&lens);
  lit_free(w->order);
  lit_free(w->names);
  lit_free(w->counts);
  lit_free(w->to);
  lit_free(w->dealt);
  lit_free(w->pos);
  lit_free(w);
  return e->rc;
}
