/* subword.c -- a text to ids: added tokens, normalizers, pre-tokenizers, the
** model, truncation, special tokens, padding.
**
** Most texts are words between single spaces, and most words were seen
** before.  Where the parts of a tokenizer allow it (see LitCuts), a text is
** cut before each single space that stands between two printable ASCII
** characters; what lies between the cuts goes through the parts once and is
** found in a cache from then on.  What is not cached takes the general way,
** so the result is the same with and without.
*/
#include <string.h>
#include "text/subword_cache.h"
#include "text/tokparts.h"
#include "text/utf8.h"
#include "base/poison.h"

struct LitSubwordScratch {
  LitWork work;
  LitTokCache cache;
  LitIds part[2];           /* The texts' own tokens */
};

enum { TEXT_MAX = 1 << 30, STOP_EVERY = 1 << 16 };
enum { AT_START = 1, AT_END = 2, AT_ZERO = 4 };

typedef struct Run {        /* One text on its way */
  const LitSubword *t;
  LitSubwordScratch *scratch;
  const char *s;
  size_t limit;             /* Enough tokens; more are not wanted */
  size_t asked;             /* Where lit_stopped was asked last */
  LitIds *out;
  int spans;
} Run;

int lit_subword_scratch(LitErr *e, LitSubwordScratch **out) {
  *out = lit_new0(e, 1, sizeof **out);
  return e->rc;
}

void lit_subword_scratch_free(LitSubwordScratch *scratch) {
  if (!scratch) return;
  lit_work_drop(&scratch->work);
  lit_cache_drop(&scratch->cache);
  lit_ids_drop(&scratch->part[0]), lit_ids_drop(&scratch->part[1]);
  lit_free(scratch);
}

size_t lit_ids_bytes(const LitIds *ids) {
  return ids->room * sizeof *ids->at + ids->room_span * sizeof *ids->span +
         ids->room_type;
}

static void give_back(LitSubwordScratch *s) {
  if (lit_work_bytes(&s->work) + lit_ids_bytes(&s->part[0]) +
          lit_ids_bytes(&s->part[1]) <= LIT_SCRATCH_KEPT)
    return;
  lit_work_drop(&s->work);
  lit_ids_drop(&s->part[0]), lit_ids_drop(&s->part[1]);
}

void lit_ids_drop(LitIds *ids) {
  lit_free(ids->at), lit_free(ids->span), lit_free(ids->type);
  *ids = (LitIds){0};
}

static int more_ids(LitErr *e, LitIds *ids, size_t n, int spans) {
  if (LIT_GROW(e, &ids->at, &ids->room, ids->n + n)) return e->rc;
  return spans ? LIT_GROW(e, &ids->span, &ids->room_span, ids->n + n) : LIT_OK;
}

/* The model's tokens of piece p as spans of the original.  nowhere: one that
** stands for nothing (a byte of sentencepiece's) still has its place. */
static void to_original(LitWork *w, const LitPiece *p, size_t first,
                        int nowhere) {
  for (size_t i = first; i < w->n_toks; i++) {
    LitSpan *at = &w->toks[i].span, in = *at;
    size_t n = p->to - p->from;
    if (in.from < in.to && in.to <= n)
      *at = (LitSpan){w->text.src[p->from + in.from].from,
                      w->text.src[p->from + in.to - 1].to};
    else if (in.from < n && nowhere)
      at->from = at->to = w->text.src[p->from + in.from].from;
    else
      *at = (LitSpan){p->shift + in.from, p->shift + in.to};
  }
}

/* Everything from the normalizers to the model, for s[from .. to-1]. */
static int through(LitErr *e, Run *r, size_t from, size_t to, unsigned at) {
  LitWork *w = &r->scratch->work;
  const LitSubword *t = r->t;
  w->gap = 0;
  w->at_start = (at & AT_START) != 0, w->at_end = (at & AT_END) != 0;
  if (lit_work_begin(e, w, r->s + from, to - from, (uint32_t)from) ||
      lit_steps_run(e, &t->normal, w) || lit_tokadd_cut(e, t, w) ||
      lit_steps_run(e, &t->pretok, w))
    return e->rc;
  for (size_t i = 0; i < w->n_pieces && !e->rc; i++) {
    const LitPiece *p = &w->pieces[i];
    size_t first = w->n_toks, n = p->to - p->from;
    if (p->id >= 0) lit_work_tok(e, w, (uint32_t)p->id, 0, n);
    else if (n) t->model.kind->encode(e, &t->model, w, w->text.at + p->from, n);
    if (!e->rc) to_original(w, p, first, t->model.spm != NULL);
    if ((i & 0xFFFF) == 0xFFFF) lit_stopped(e, w->stop);
  }
  return e->rc;
}

static int append(LitErr *e, Run *r, const LitTok *toks, size_t n) {
  LitIds *out = r->out;
  if (more_ids(e, out, n, r->spans)) return e->rc;
  for (size_t i = 0; i < n; i++) out->at[out->n + i] = toks[i].id;
  if (r->spans)
    for (size_t i = 0; i < n; i++) out->span[out->n + i] = toks[i].span;
  out->n += n;
  return LIT_OK;
}

static int append_cached(LitErr *e, Run *r, const LitCached *c, size_t from) {
  LitIds *out = r->out;
  if (!c->n_toks || more_ids(e, out, c->n_toks, r->spans)) return e->rc;
  memcpy(out->at + out->n, c->ids, 4u * c->n_toks);
  if (r->spans)
    for (unsigned i = 0; i < c->n_toks; i++)
      out->span[out->n + i] = (LitSpan){(uint32_t)from + c->spans[2 * i],
                                        (uint32_t)from + c->spans[2 * i + 1]};
  out->n += c->n_toks;
  return LIT_OK;
}

/* Put what `through` found into the cache, if its shape allows. */
static int remember(LitErr *e, Run *r, uint64_t hash, size_t from, size_t to,
                    unsigned at) {
  LitWork *w = &r->scratch->work;
  LitTok toks[LIT_CACHED_MAX];
  LitCached shape = {.n_key = (uint8_t)(to - from), .flags = (uint8_t)at,
                     .gap = w->gap};
  if (w->n_toks > LIT_CACHED_MAX || w->gap < 0) return LIT_OK;
  for (size_t i = 0; i < w->n_toks; i++) {
    LitSpan span = w->toks[i].span;
    if (span.from < from || span.to < span.from || span.to > to) return LIT_OK;
    toks[i].id = w->toks[i].id;
    toks[i].span.from = span.from - (uint32_t)from;
    toks[i].span.to = span.to - (uint32_t)from;
  }
  shape.n_toks = (uint8_t)w->n_toks;
  return lit_cache_put(e, &r->scratch->cache, hash, r->s + from, &shape, toks);
}

/* A stretch of the text, s[from .. to-1]. */
typedef struct Stretch {
  size_t from, to;
  uint64_t hash;
  unsigned at;              /* AT_... */
  int small;                /* May be in the cache */
} Stretch;

static int stretch(LitErr *e, Run *r, const Stretch *x) {
  const size_t n = x->to - x->from;
  int small = x->small;
  int (*again)(const LitTokModel *, const uint8_t *, size_t, size_t, float,
               float *) = r->t->model.kind->again;
  LitCached hit;
  if (small && lit_cache_find(&r->scratch->cache, x->hash, r->s + x->from, n,
                              x->at, &hit)) {
    if (!again || again(&r->t->model, hit.ids, hit.n_toks, n, hit.gap,
                        &r->scratch->work.sum))
      return append_cached(e, r, &hit, x->from);
    small = 0;
  }
  if (through(e, r, x->from, x->to, x->at)) return e->rc;
  append(e, r, r->scratch->work.toks, r->scratch->work.n_toks);
  return small ? remember(e, r, x->hash, x->from, x->to, x->at) : e->rc;
}

static int printable(char c) { return c > 0x20 && c < 0x7F; }

size_t lit_subword_next_cut(const char *s, size_t at, size_t end) {
  while (++at < end) {
    const char *blank = memchr(s + at, ' ', end - at);
    if (!blank) return end;
    at = (size_t)(blank - s);
    if (at + 1 < end && printable(s[at - 1]) && printable(s[at + 1]))
      return at;
  }
  return end;
}

enum { STRETCHES = 16 };

/* The next stretches of s[from .. to-1] from `at` on, into out [STRETCHES]; how
** many.  What the cache has of them is asked for. */
static size_t stretches(Run *r, size_t from, size_t at, size_t to,
                        Stretch *out) {
  const LitTokCache *cache = &r->scratch->cache;
  size_t n = 0;
  for (; n < STRETCHES && at < to; at = out[n++].to) {
    Stretch *x = &out[n];
    x->from = at, x->hash = 0;
    x->to = r->t->cuttable ? lit_subword_next_cut(r->s, at, to) : to;
    x->at = (at == from ? AT_START : 0) | (at == 0 ? AT_ZERO : 0) |
            (x->to == to ? AT_END : 0);
    x->small = r->t->cuttable && x->to - at < LIT_CACHED_MAX;
    if (!x->small) continue;
    x->hash = lit_cache_hash(r->s + at, x->to - at, x->at);
    lit_cached_ahead(cache, x->hash);
  }
  for (size_t i = 0; i < n; i++)
    if (out[i].small) lit_cached_nearer(cache, out[i].hash);
  return n;
}

/* s[from .. to-1], which holds no added token that is looked for raw. */
static int plain(LitErr *e, Run *r, size_t from, size_t to) {
  Stretch some[STRETCHES];
  size_t n;
  for (size_t at = from; at < to && r->out->n <= r->limit && !e->rc;
       at = some[n - 1].to) {
    n = stretches(r, from, at, to, some);
    for (size_t i = 0; i < n && r->out->n <= r->limit && !e->rc; i++)
      stretch(e, r, &some[i]);
    if (!e->rc && some[n - 1].to - r->asked >= STOP_EVERY) {
      r->asked = some[n - 1].to;
      lit_stopped(e, r->scratch->work.stop);
    }
  }
  return e->rc;
}

static int one_text(LitErr *e, Run *r, size_t n) {
  const LitAdded *added = &r->t->added;
  LitAddedScan scan = {0};
  LitSpan at;
  size_t last = 0;
  int32_t i;
  r->out->n = 0;
  r->scratch->work.sum = 0;
  while (r->out->n <= r->limit &&
         (i = lit_tokadd_next(added, &added->raw, r->s, n, &scan, &at)) >= 0) {
    LitTok tok = {added->at[i].id, at};
    if (last < at.from && plain(e, r, last, at.from)) return e->rc;
    if (append(e, r, &tok, 1)) return e->rc;
    last = at.to;
  }
  return last < n && r->out->n <= r->limit ? plain(e, r, last, n) : e->rc;
}

/* `at` moved by `chars` characters, forward to `end` or back to it. */
static uint32_t forward(const char *s, uint32_t at, size_t chars,
                        uint32_t end) {
  for (; chars && at < end; chars--)
    do at++; while (at < end && ((unsigned char)s[at] & 0xC0) == 0x80);
  return at;
}
static uint32_t backward(const char *s, uint32_t at, size_t chars,
                         uint32_t end) {
  for (; chars && at > end; chars--)
    do at--; while (at > end && ((unsigned char)s[at] & 0xC0) == 0x80);
  return at;
}

/* Leave blanks out of the spans, by the tokens' own blanks, as post-processing
** of byte-level BPE does: a blank of the token is a character of the text. */
static void trim_spans(const LitSubword *t, const char *text, LitIds *ids) {
  for (size_t i = 0; i < ids->n; i++) {
    LitSpan *at = &ids->span[i];
    size_t n, lead, trail;
    const char *s = lit_subword_token(t, ids->at[i], &n);
    if (!s) continue;
    if (lit_tokadd_by_id(&t->added, ids->at[i]))    /* With what it took along */
      s = text + at->from, n = at->to - at->from;
    lit_subword_blanks(s, n, &lead, &trail);
    if (lead == 1 && t->trim_prefix && (i == 0 || at->from == 0)) lead = 0;
    at->from = forward(text, at->from, lead, at->to);
    at->to = backward(text, at->to, trail, at->from);
  }
}

static int write_item(LitErr *e, const LitIds *part, size_t n, int type,
                      const LitEncodeOpts *o, LitIds *out) {
  if (!n || more_ids(e, out, n, o->want_offsets)) return e->rc;
  if (o->want_types) {
    if (LIT_GROW(e, &out->type, &out->room_type, out->n + n)) return e->rc;
    memset(out->type + out->n, type, n);
  }
  memcpy(out->at + out->n, part->at, n * sizeof *out->at);
  if (o->want_offsets)
    memcpy(out->span + out->n, part->span, n * sizeof *out->span);
  out->n += n;
  return LIT_OK;
}

static int assemble(LitErr *e, const LitSubword *t, LitIds part[2],
                    const LitEncodeOpts *o, LitIds *out) {
  const LitTemplate *tpl = o->pair ? &t->pair : &t->single;
  LitSpan none = {0, 0};
  for (size_t i = 0; i < tpl->n && !e->rc; i++) {
    LitTemplateItem item = tpl->at[i];
    LitIds special = {.at = &item.id, .span = &none, .n = 1};
    if (item.seq) {
      const LitIds *p = &part[item.seq - 1];
      if (item.seq == 1 || o->pair) write_item(e, p, p->n, item.type, o, out);
    } else if (o->add_special) {
      write_item(e, &special, 1, item.type, o, out);
    }
  }
  return e->rc;
}

static size_t n_special(const LitSubword *t, const LitEncodeOpts *o) {
  const LitTemplate *tpl = o->pair ? &t->pair : &t->single;
  size_t n = 0;
  for (size_t i = 0; i < tpl->n; i++) n += tpl->at[i].seq == 0;
  return o->add_special ? n : 0;
}

int lit_subword_check(LitErr *e, const char *s, size_t n) {
  size_t at = 0;
  if (n > TEXT_MAX)
    return lit_fail(e, LIT_TOOBIG, "text of %zu bytes; the limit is %d", n,
                    TEXT_MAX);
  while ((at += lit_utf8_bad(s + at, n - at)) < n) {
    if (s[at])
      return lit_fail(e, LIT_MISMATCH, "byte %zu of the text is not valid "
                      "UTF-8", at + 1);
    at++;
  }
  return LIT_OK;
}

/* What the caller asks for, or the file. */
static LitLimit limit_of(const LitSubword *t, const LitEncodeOpts *o) {
  LitLimit l = {.cut = o->max_len > 0, .max_len = o->max_len,
                .pad = o->pad_to > 0, .pad_to = o->pad_to,
                .pad_id = t->info.pad < 0 ? 0 : (uint32_t)t->info.pad};
  return o->as_file ? t->limit : l;
}

static int encode(LitErr *e, const LitSubword *t, LitSubwordScratch *scratch,
                  const char *s, size_t n, const LitEncodeOpts *o,
                  LitIds *out) {
  LitLimit limit = limit_of(t, o);
  size_t special = n_special(t, o), most;
  Run r = {.t = t, .scratch = scratch, .spans = o->want_offsets};
  out->n = 0, out->cut = 0;
  if (o->as_file && limit.max_len < special) limit.cut = 0;   /* As theirs */
  most = !limit.cut ? SIZE_MAX - 1
                    : limit.max_len > special ? limit.max_len - special : 0;
  if (lit_subword_check(e, s, n)) return e->rc;
  if (o->pair && lit_subword_check(e, o->pair, o->n_pair)) return e->rc;
  lit_cache_for(&scratch->cache, t->info.fingerprint);
  scratch->work.stop = o->stop;
  scratch->part[1].n = 0;
  r.limit = limit.cut_left || limit.cut_which ? SIZE_MAX - 1 : most;
  for (;; r.limit *= 4) {               /* Which of a pair is longer? */
    r.s = s, r.asked = 0, r.out = &scratch->part[0];
    if (one_text(e, &r, n)) return e->rc;
    r.s = o->pair, r.asked = 0, r.out = &scratch->part[1];
    if (o->pair && one_text(e, &r, o->n_pair)) return e->rc;
    if (r.limit == 0 || r.limit > n || scratch->part[0].n <= r.limit ||
        scratch->part[1].n <= r.limit)
      break;
  }
  out->cut = lit_toklimit_cut(e, &limit, scratch->part, o->pair != NULL, most);
  if (e->rc) return e->rc;
  if (o->want_offsets && t->trim_offsets) {
    trim_spans(t, s, &scratch->part[0]);
    trim_spans(t, o->pair, &scratch->part[1]);
  }
  if (assemble(e, t, scratch->part, o, out) || !limit.pad) return e->rc;
  return lit_toklimit_pad(e, &limit, o->want_offsets, o->want_types, out);
}

int lit_subword_encode(LitErr *e, const LitSubword *t,
                       LitSubwordScratch *scratch, const char *s, size_t n,
                       const LitEncodeOpts *opts, LitIds *out) {
  static const LitEncodeOpts plain_opts = {0};
  encode(e, t, scratch, s, n, opts ? opts : &plain_opts, out);
  give_back(scratch);
  return e->rc;
}
