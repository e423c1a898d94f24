/* dir.c -- see dir.h */
#include "base/mem.h"
#include "index/dir.h"
#include "base/poison.h"

enum { HEAD_VERSION = 1, HEAD_ID = 0, HEAD_COPY = -1, SEGS_MAX = 10000, DEAD_CHUNK = 4096 };

void lit_dir_init(LitDir *d, const LitStore *store, LitCache *cache) {
  *d = (LitDir){.store = store, .cache = cache, .next_id = 1};
}

static void close_all(LitSeg **segs, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (!segs[i]) continue;
    lit_seg_close(segs[i]);
    lit_free(segs[i]);
  }
  lit_free(segs);
}

void lit_dir_forget(LitDir *d) {
  close_all(d->segs, d->n);
  lit_buf_drop(&d->head);
  lit_dir_init(d, d->store, d->cache);
}

static int corrupt(LitErr *e, const LitDir *d, const char *what) {
  return lit_fail(e, LIT_CORRUPT, "%s: row 0 (the head): %s", d->store->name,
                  what);
}

/* ---- live bitmaps ---- */

static size_t live_bytes(const LitSeg *s) {
  return ((size_t)s->n_rows + 63) / 64 * 8;
}

static uint64_t live_hash(const LitSeg *s) {
  return s->live.at ? lit_hash64(s->live.at, live_bytes(s)) : 0;
}

static int read_live(LitErr *e, LitSeg *s) {
  const LitStore *st = s->store;
  LitBuf b = {0};
  size_t at = 0, n = live_bytes(s);
  if (lit_bits_init(e, &s->live, s->n_rows, 0)) return e->rc;
  for (uint32_t no = 0; at < n && !e->rc; no++, at += DEAD_CHUNK) {
    size_t want = n - at < DEAD_CHUNK ? n - at : DEAD_CHUNK;
    b.n = 0;
    if (st->get(e, st->ctx, lit_chunk_id(s->id, LIT_PART_DEAD, no), &b)) break;
    if (b.n != want) lit_seg_corrupt(e, s, LIT_PART_DEAD, "cut short");
    else memcpy((uint8_t *)s->live.at + at, b.at, want);
  }
  lit_buf_drop(&b);
  if (!e->rc && (live_hash(s) != s->live_hash ||
                 lit_bits_count(&s->live) != s->n_rows - s->n_dead))
    lit_seg_corrupt(e, s, LIT_PART_DEAD, "damaged");
  return e->rc;
}

/* Write what differs from the store; most commits kill a few rows. */
static int write_live(LitErr *e, LitSeg *s) {
  const LitStore *st = s->store;
  size_t n = live_bytes(s);
  int is_new = s->live_hash == 0;
  LitBuf b = {0};
  for (size_t at = 0; at < n && !e->rc; at += DEAD_CHUNK) {
    int64_t id = lit_chunk_id(s->id, LIT_PART_DEAD, (uint32_t)(at / DEAD_CHUNK));
    size_t want = n - at < DEAD_CHUNK ? n - at : DEAD_CHUNK;
    b.n = 0;
    if (!is_new && st->get(e, st->ctx, id, &b)) break;
    if (b.n == want && memcmp(b.at, (uint8_t *)s->live.at + at, want) == 0)
      continue;
    st->put(e, st->ctx, id, (uint8_t *)s->live.at + at, want);
  }
  lit_buf_drop(&b);
  if (!e->rc) s->live_hash = live_hash(s);
  return e->rc;
}

int lit_dir_may_kill(LitErr *e, LitSeg *s) {
  return s->live.at ? LIT_OK : lit_bits_init(e, &s->live, s->n_rows, 1);
}

void lit_dir_kill(LitDir *d, LitSeg *s, uint32_t ord) {
  if (!lit_bits_has(&s->live, ord)) return;
  lit_bits_unset(&s->live, ord);
  s->n_dead++;
  d->n_new++;
  d->is_dirty = 1;
}

/* ---- the head ---- */

static LitSeg *take_known(LitSeg **old, size_t n_old, uint64_t stamp,
                          int64_t id, uint64_t hash) {
  for (size_t i = 0; i < n_old; i++) {
    LitSeg *s = old[i];
    if (s && s->id == id && s->stamp == stamp && s->live_hash == hash)
      return old[i] = NULL, s;
  }
  return NULL;
}

/* A segment that is known, but for which rows of it are alive, lives on. */
static void live_on(LitSeg *s, LitSeg *const *old, size_t n_old) {
  for (size_t i = 0; i < n_old; i++)
    if (old[i] && old[i]->id == s->id && old[i]->stamp == s->stamp)
      s->life = old[i]->life;
}

/* One entry of the head: a segment we know already, or one to open. */
static LitSeg *enter(LitErr *e, LitDir *d, LitIn *in, LitSeg **old,
                     size_t n_old) {
  int64_t id = (int64_t)lit_in_u64(in);
  uint64_t stamp = lit_in_u64(in);
  uint32_t n_dead = lit_in_u32(in);
  uint64_t hash = lit_in_u64(in);
  LitSeg *s;
  if (in->bad || id < 1 || id > INT32_MAX) {
    corrupt(e, d, "a segment with a wrong number");
    return NULL;
  }
  s = take_known(old, n_old, stamp, id, hash);
  if (s) return s;
  s = lit_new0(e, 1, sizeof *s);
  if (!s) return NULL;
  lit_seg_open(e, s, d->store, d->cache, id, stamp);
  live_on(s, old, n_old);
  s->live_hash = hash, s->n_dead = n_dead;
  if (!e->rc && n_dead > s->n_rows) corrupt(e, d, "more dead rows than rows");
  if (!e->rc && hash) read_live(e, s);
  if (e->rc) {
    lit_seg_close(s);
    lit_free(s);
    return NULL;
  }
  return s;
}

/* tolerant: a segment that cannot be opened is left out. */
static int decode(LitErr *e, LitDir *d, const LitBuf *head, int tolerant) {
  LitIn in = lit_in(head->at, head->n);
  LitSeg **old = d->segs;
  size_t n_old = d->n;
  uint32_t n;
  if (head->n < 21 ||
      lit_hash64(head->at, head->n - 8) != lit_get_u64(head->at + head->n - 8))
    return corrupt(e, d, "damaged");
  if (lit_in_u8(&in) != HEAD_VERSION)
    return corrupt(e, d, "written by another version of lit");
  d->next_id = (int64_t)lit_in_u64(&in);
  n = lit_in_u32(&in);
  if (n > SEGS_MAX || d->next_id < 1) return corrupt(e, d, "damaged");
  d->segs = NULL, d->n = d->room = 0;
  if (!LIT_GROW(e, &d->segs, &d->room, n + 1))
    for (uint32_t i = 0; i < n && !e->rc; i++) {
      LitSeg *s = enter(e, d, &in, old, n_old);
      if (s) d->segs[d->n++] = s;
      if (tolerant && e->rc == LIT_CORRUPT) *e = (LitErr){0};
    }
  close_all(old, n_old);
  return e->rc;
}

int lit_dir_load(LitErr *e, LitDir *d) {
  LitBuf now = {0};
  if (d->is_dirty) return LIT_OK;         /* Our own transaction is ahead */
  if (d->store->get(e, d->store->ctx, HEAD_ID, &now)) goto done;
  if (d->head.n && now.n == d->head.n &&
      memcmp(now.at, d->head.at, now.n) == 0)
    goto done;
  if (decode(e, d, &now, 0)) {
    lit_dir_forget(d);
    goto done;
  }
  lit_buf_drop(&d->head);
  d->head = now;
  return LIT_OK;

done:
  lit_buf_drop(&now);
  return e->rc;
}

/* Read one of the two heads and what it names; nothing if it is damaged. */
static int recover_from(LitErr *e, LitDir *d, int64_t id) {
  LitErr why = {0};
  LitBuf head = {0};
  if (!d->store->get(&why, d->store->ctx, id, &head))
    decode(&why, d, &head, 1);
  lit_buf_drop(&head);
  if (why.rc && why.rc != LIT_CORRUPT) lit_fail(e, why.rc, "%s", why.msg);
  return !why.rc;
}

int lit_dir_recover(LitErr *e, LitDir *d) {
  lit_dir_forget(d);
  if (!recover_from(e, d, HEAD_ID) && !e->rc) recover_from(e, d, HEAD_COPY);
  return e->rc;
}

int lit_dir_save(LitErr *e, LitDir *d) {
  LitBuf b = {0};
  lit_buf_u8(e, &b, HEAD_VERSION);
  lit_buf_u64(e, &b, (uint64_t)d->next_id);
  lit_buf_u32(e, &b, (uint32_t)d->n);
  for (size_t i = 0; i < d->n && !e->rc; i++) {
    LitSeg *s = d->segs[i];
    if (s->live.at && live_hash(s) != s->live_hash) write_live(e, s);
    lit_buf_u64(e, &b, (uint64_t)s->id);
    lit_buf_u64(e, &b, s->stamp);
    lit_buf_u32(e, &b, s->n_dead);
    lit_buf_u64(e, &b, s->live_hash);
  }
  if (!e->rc) lit_buf_u64(e, &b, lit_hash64(b.at, b.n));
  if (!e->rc) d->store->put(e, d->store->ctx, HEAD_COPY, b.at, b.n);
  if (!e->rc) d->store->put(e, d->store->ctx, HEAD_ID, b.at, b.n);
  if (e->rc) {
    lit_buf_drop(&b);
    return e->rc;
  }
  lit_buf_drop(&d->head);
  d->head = b;
  d->is_dirty = 0;
  return LIT_OK;
}

int lit_dir_check_copy(LitErr *e, const LitDir *d) {
  LitBuf copy = {0};
  d->store->get(e, d->store->ctx, HEAD_COPY, &copy);
  if (!e->rc &&
      (copy.n != d->head.n || memcmp(copy.at, d->head.at, copy.n) != 0))
    lit_fail(e, LIT_CORRUPT, "%s: row -1 is not a copy of row 0, the head",
             d->store->name);
  lit_buf_drop(&copy);
  return e->rc;
}

int lit_dir_create(LitErr *e, LitDir *d) { return lit_dir_save(e, d); }

/* ---- segments ---- */

int lit_dir_find(LitErr *e, const LitDir *d, int64_t rowid, LitSeg **seg,
                 uint32_t *ord) {
  int is_it = 0;
  *seg = NULL;
  for (size_t i = d->n; i-- > 0;) {       /* newest first: the likeliest */
    if (lit_ids_find(e, d->segs[i], rowid, ord, &is_it)) return e->rc;
    if (is_it && lit_seg_alive(d->segs[i], *ord))
      return *seg = d->segs[i], LIT_OK;
  }
  return LIT_OK;
}

static int remove_seg(LitErr *e, LitDir *d, LitSeg *s) {
  int64_t lo = lit_chunk_id(s->id, 0, 0), hi = lit_chunk_id(s->id + 1, 0, 0);
  size_t i = 0;
  if (d->store->drop(e, d->store->ctx, lo, hi - 1)) return e->rc;
  while (d->segs[i] != s) i++;
  memmove(d->segs + i, d->segs + i + 1, (d->n - i - 1) * sizeof *d->segs);
  d->n--;
  lit_seg_close(s);
  lit_free(s);
  return LIT_OK;
}

int lit_dir_swap(LitErr *e, LitDir *d, int64_t id, uint64_t stamp,
                 LitSeg *const *old, size_t n_old) {
  LitSeg *s;
  if (LIT_GROW(e, &d->segs, &d->room, d->n + 1)) return e->rc;
  s = lit_new0(e, 1, sizeof *s);
  if (!s) return e->rc;
  if (lit_seg_open(e, s, d->store, d->cache, id, stamp)) {
    lit_seg_close(s);
    lit_free(s);
    return e->rc;
  }
  if (d->n >= SEGS_MAX)
    lit_fail(e, LIT_TOOBIG, "%s: over %d segments", d->store->name, SEGS_MAX);
  d->segs[d->n++] = s;
  d->is_dirty = 1;
  if (n_old == 0) d->n_new += s->n_rows;
  if (!e->rc && s->n_rows == 0) remove_seg(e, d, s);
  for (size_t i = 0; i < n_old && !e->rc; i++) remove_seg(e, d, old[i]);
  return e->rc;
}

uint64_t lit_dir_rows(const LitDir *d) {
  uint64_t sum = 0;
  for (size_t i = 0; i < d->n; i++)
    sum += d->segs[i]->n_rows - d->segs[i]->n_dead;
  return sum;
}
