/* tokadd.c -- added tokens: strings that are tokens wherever they stand,
** found before the text is normalized, or after.
**
** The leftmost match wins, and of those that begin there the longest; a match
** that is not a single word, where the token asks for one, is passed over
** whole.
*/
#include <stdlib.h>
#include <string.h>
#include "text/tokparts.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

enum { PATTERN_MAX = 4096 };            /* Bytes of an added token */

int lit_tokadd_put(LitErr *e, LitSubword *t, LitAddedToken token) {
  LitAdded *a = &t->added;
  if (e->rc || !token.n_text) return e->rc;
  if (token.n_text > PATTERN_MAX)
    return lit_fail(e, LIT_TOOBIG, "added token of %zu bytes; the limit is %d",
                    token.n_text, PATTERN_MAX);
  token.text = lit_arena_copy(e, &t->arena, token.text, token.n_text);
  if (!token.text || LIT_GROW(e, &a->at, &a->room, a->n + 1)) return e->rc;
  a->at[a->n++] = token;
  return LIT_OK;
}

static int put_json(LitErr *e, LitSubword *t, const json_t *node, size_t i) {
  LitAddedToken token = {0};
  LitErr why = {0};
  const json_t *text = json_object_get(node, "content");
  if (!json_is_string(text))
    return lit_fail(e, LIT_CORRUPT, "added token %zu: no content", i + 1);
  token.text = json_string_value(text);
  token.n_text = json_string_length(text);
  if (!json_is_integer(json_object_get(node, "id")))
    lit_fail(&why, LIT_CORRUPT, "no id");
  token.id = (uint32_t)lit_tokjson_int(&why, node, "id", 0, LIT_VOCAB_MAX - 1,
                                       0);
  token.single_word = (uint8_t)lit_tokjson_bool(&why, node, "single_word", 0);
  token.lstrip = (uint8_t)lit_tokjson_bool(&why, node, "lstrip", 0);
  token.rstrip = (uint8_t)lit_tokjson_bool(&why, node, "rstrip", 0);
  token.special = (uint8_t)lit_tokjson_bool(&why, node, "special", 0);
  token.normalized =
      (uint8_t)lit_tokjson_bool(&why, node, "normalized", !token.special);
  if (why.rc)
    return lit_fail(e, why.rc, "added token %zu: %s", i + 1, why.msg);
  return lit_tokadd_put(e, t, token);
}

int lit_tokadd_load(LitErr *e, LitSubword *t, const json_t *list) {
  const json_t *node;
  size_t i;
  json_array_foreach(list, i, node)
    if (put_json(e, t, node, i)) break;
  return lit_tokadd_seal(e, t);
}

/* The ids that Hugging Face's library would give: the model's own id of that
** text; else, where the file says nothing else, the file's. */
static void settle_id(const LitSubword *t, LitAddedToken *token) {
  int32_t own = lit_vocab_find(&t->model.vocab, token->text, token->n_text);
  if (own >= 0) token->id = (uint32_t)own;
}

static int normalize(LitErr *e, LitSubword *t, LitWork *w,
                     LitAddedToken *token) {
  token->pattern = token->text, token->n_pattern = token->n_text;
  if (!token->normalized || !t->normal.n) return e->rc;
  w->at_start = w->at_end = 1;
  if (lit_work_begin(e, w, token->text, token->n_text, 0) ||
      lit_steps_run(e, &t->normal, w))
    return e->rc;
  token->n_pattern = w->text.n;
  token->pattern = lit_arena_copy(e, &t->arena, w->text.at, w->text.n);
  return e->rc;
}

static int seal_matcher(LitErr *e, LitAdded *a, LitMatcher *m,
                        int normalized) {
  for (uint32_t i = 0; i < a->n && !e->rc; i++) {
    const LitAddedToken *t = &a->at[i];
    if (t->normalized != normalized || !t->n_pattern) continue;
    lit_vocab_add(e, &m->pattern, t->pattern, t->n_pattern, i);
    m->first[(unsigned char)*t->pattern] = 1;
  }
  if (!m->pattern.n) return e->rc;
  m->has_len = lit_new0(e, (size_t)m->pattern.max_len + 1, 1);
  if (!m->has_len || lit_vocab_seal(e, &m->pattern)) return e->rc;
  for (uint32_t i = 0; i < m->pattern.n; i++)
    m->has_len[m->pattern.off[i + 1] - m->pattern.off[i]] = 1;
  return e->rc;
}

typedef struct Order {
  uint32_t id, at;
} Order;

static int by_id(const void *x, const void *y) {
  const Order *a = x, *b = y;
  if (a->id != b->id) return a->id < b->id ? -1 : 1;
  return a->at < b->at ? -1 : a->at > b->at;
}

static int sort_ids(LitErr *e, LitAdded *a) {
  Order *list = lit_new(e, a->n, sizeof *list);
  a->order = lit_new(e, a->n, sizeof *a->order);
  if (list && a->order) {
    for (uint32_t i = 0; i < a->n; i++) list[i] = (Order){a->at[i].id, i};
    qsort(list, a->n, sizeof *list, by_id);
    for (uint32_t i = 0; i < a->n; i++) a->order[i] = list[i].at;
  }
  lit_free(list);
  return e->rc;
}

int lit_tokadd_seal(LitErr *e, LitSubword *t) {
  LitAdded *a = &t->added;
  LitWork w = {0};
  for (size_t i = 0; i < a->n && !e->rc; i++) {
    settle_id(t, &a->at[i]);
    normalize(e, t, &w, &a->at[i]);
  }
  lit_work_drop(&w);
  if (e->rc || sort_ids(e, a) || seal_matcher(e, a, &a->raw, 0)) return e->rc;
  return seal_matcher(e, a, &a->normal, 1);
}

static void drop_matcher(LitMatcher *m) {
  lit_vocab_drop(&m->pattern);
  lit_free(m->has_len);
}

void lit_tokadd_drop(LitAdded *a) {
  drop_matcher(&a->raw), drop_matcher(&a->normal);
  lit_free(a->at), lit_free(a->order);
  *a = (LitAdded){0};
}

const LitAddedToken *lit_tokadd_by_id(const LitAdded *a, uint32_t id) {
  size_t lo = 0, hi = a->n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (a->at[a->order[mid]].id < id) lo = mid + 1;
    else hi = mid;
  }
  while (lo + 1 < a->n && a->at[a->order[lo + 1]].id == id) lo++;
  return lo < a->n && a->at[a->order[lo]].id == id ? &a->at[a->order[lo]]
                                                   : NULL;
}

/* The longest pattern at s[0..n): its place, *len bytes; or -1. */
static int32_t longest(const LitMatcher *m, const char *s, size_t n,
                       size_t *len) {
  uint32_t h = LIT_HASH_BEGIN;
  int32_t best = -1;
  if (n > m->pattern.max_len) n = m->pattern.max_len;
  for (size_t i = 1; i <= n; i++) {
    int32_t id;
    h = lit_hash_step(h, (unsigned char)s[i - 1]);
    if (!m->has_len[i]) continue;
    id = lit_vocab_find_hashed(&m->pattern, s, i, h);
    if (id >= 0) best = id, *len = i;
  }
  return best;
}

static uint32_t char_before(const char *s, size_t at) {
  uint32_t cp;
  size_t from = at - 1;
  while (from > 0 && ((unsigned char)s[from] & 0xC0) == 0x80) from--;
  lit_utf8_get(s + from, at - from, &cp);
  return cp;
}

static int is_word_at(const char *s, size_t n, size_t at) {
  uint32_t cp;
  if (at >= n) return 0;
  lit_utf8_get(s + at, n - at, &cp);
  return lit_uni_is(LIT_UNI_WORD, cp);
}

static size_t blanks_before(const char *s, size_t at, size_t floor) {
  while (at > floor && lit_uni_space(char_before(s, at)))
    do at--; while (at > floor && ((unsigned char)s[at] & 0xC0) == 0x80);
  return at;
}

static size_t blanks_after(const char *s, size_t n, size_t at) {
  uint32_t cp;
  while (at < n) {
    size_t len = lit_utf8_get(s + at, n - at, &cp);
    if (!lit_uni_space(cp)) break;
    at += len;
  }
  return at;
}

int32_t lit_tokadd_next(const LitAdded *a, const LitMatcher *m, const char *s,
                        size_t n, LitAddedScan *scan, LitSpan *at) {
  if (!m->pattern.n) return -1;
  while (scan->at < n) {
    size_t from = scan->at, len = 0;
    const LitAddedToken *t;
    int32_t i = m->first[(unsigned char)s[from]]
                    ? longest(m, s + from, n - from, &len) : -1;
    scan->at += i < 0 ? 1 : len;
    if (i < 0) continue;
    t = &a->at[i];
    at->from = (uint32_t)from, at->to = (uint32_t)(from + len);
    if (t->single_word &&
        ((from > 0 && lit_uni_is(LIT_UNI_WORD, char_before(s, from))) ||
         is_word_at(s, n, from + len)))
      continue;
    if (t->lstrip) at->from = (uint32_t)blanks_before(s, from, scan->begin);
    if (t->rstrip) at->to = (uint32_t)blanks_after(s, n, at->to);
    scan->begin = at->to;
    return i;
  }
  return -1;
}

static int cut(LitErr *e, const void *state, LitWork *w, const LitPiece *p) {
  const LitSubword *t = state;
  LitAddedScan scan = {0};
  LitSpan at;
  size_t last = 0, n = p->to - p->from;
  int32_t i;
  while ((i = lit_tokadd_next(&t->added, &t->added.normal,
                              w->text.at + p->from, n, &scan, &at)) >= 0) {
    if (last < at.from) lit_work_stretch(e, w, p->from + last,
                                         p->from + at.from, 0);
    lit_work_stretch(e, w, p->from + at.from, p->from + at.to,
                     (int)t->added.at[i].id + 1);
    last = at.to;
  }
  return last < n ? lit_work_stretch(e, w, p->from + last, p->to, 0) : e->rc;
}

int lit_tokadd_cut(LitErr *e, const LitSubword *t, LitWork *w) {
  if (!t->added.normal.pattern.n) return e->rc;
  return lit_work_cut(e, w, cut, t, LIT_CUT_IDS);
}
