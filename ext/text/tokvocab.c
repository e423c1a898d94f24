/* tokvocab.c -- see tokvocab.h.
**
** Tokens lie end to end, ordered by id, under an open hash table of 4-byte
** slots at most 2/3 full; the bits of a slot that a token's number leaves free
** are those of its hash, so that another token is seldom looked at.  Where ids are 0 .. n-1, each once (as in nearly
** every file), the maps between token and id are not stored.
*/
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "text/tokvocab.h"
#include "base/poison.h"

int lit_vocab_add(LitErr *e, LitVocab *v, const char *s, size_t n,
                  uint32_t id) {
  if (n > UINT32_MAX - v->n_text || v->n >= 2 * LIT_VOCAB_MAX ||
      id >= LIT_VOCAB_MAX)
    return lit_fail(e, LIT_TOOBIG, "vocabulary too large");
  if (LIT_GROW(e, &v->text, &v->room_text, v->n_text + n + 1)) return e->rc;
  if (LIT_GROW(e, &v->off, &v->room_off, (size_t)v->n + 2)) return e->rc;
  if (LIT_GROW(e, &v->id, &v->room_id, (size_t)v->n + 1)) return e->rc;
  if (n) memcpy(v->text + v->n_text, s, n);
  v->off[v->n] = (uint32_t)v->n_text;
  v->n_text += n;
  v->id[v->n++] = id;
  v->off[v->n] = (uint32_t)v->n_text;
  if (n > v->max_len) v->max_len = (uint32_t)n;
  if (id >= v->n_ids) v->n_ids = id + 1;
  return LIT_OK;
}

static int same(const LitVocab *v, uint32_t i, const char *s, size_t n) {
  return v->off[i + 1] - v->off[i] == n &&
         memcmp(v->text + v->off[i], s, n) == 0;
}

/* The slot that holds s[0..n), or the empty one where it belongs; `hash` through
** lit_hash_end. */
static uint32_t probe(const LitVocab *v, const char *s, size_t n,
                      uint32_t hash) {
  uint32_t at = hash & v->mask, slot;
  while ((slot = v->slot[at]) != 0 &&
         (((slot ^ hash) & ~v->number) != 0 ||
          !same(v, (slot & v->number) - 1, s, n)))
    at = (at + 1) & v->mask;
  return at;
}

typedef struct Entry {
  uint32_t id, at, n, order;
} Entry;

static int by_id(const void *a, const void *b) {
  const Entry *x = a, *y = b;
  if (x->id != y->id) return x->id < y->id ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

static int is_sorted(const LitVocab *v) {
  uint32_t i = 1;
  while (i < v->n && v->id[i - 1] < v->id[i]) i++;
  return v->n && i >= v->n;
}

/* Put tokens in the order of their ids, in blocks no larger than needed. */
static int sort(LitErr *e, LitVocab *v) {
  Entry *list = lit_new(e, v->n, sizeof *list);
  char *text = lit_new(e, v->n_text, 1);
  uint32_t *off = lit_new(e, (size_t)v->n + 1, sizeof *off);
  uint32_t *id = lit_new(e, v->n, sizeof *id), n_text = 0;
  if (e->rc) goto done;
  for (uint32_t i = 0; i < v->n; i++)
    list[i] = (Entry){v->id[i], v->off[i], v->off[i + 1] - v->off[i], i};
  qsort(list, v->n, sizeof *list, by_id);
  for (uint32_t i = 0; i < v->n; i++) {
    if (list[i].n) memcpy(text + n_text, v->text + list[i].at, list[i].n);
    off[i] = n_text, id[i] = list[i].id;
    n_text += list[i].n;
  }
  off[v->n] = n_text;
  lit_free(v->text), lit_free(v->off), lit_free(v->id);
  v->text = text, v->off = off, v->id = id;
  text = NULL, off = NULL, id = NULL;
  v->room_text = v->n_text, v->room_off = v->n + 1, v->room_id = v->n;

done:
  lit_free(list), lit_free(text), lit_free(off), lit_free(id);
  return e->rc;
}

static int index_ids(LitErr *e, LitVocab *v) {
  uint32_t i = 0;
  while (i < v->n && v->id[i] == i) i++;
  if (i == v->n && v->n_ids == v->n) {
    lit_free(v->id);
    v->id = NULL, v->room_id = 0;
    return LIT_OK;
  }
  if (v->n_ids > LIT_VOCAB_MAX || v->n_ids / 8 > v->n + 65536u)
    return lit_fail(e, LIT_CORRUPT, "token id %u is out of range",
                    v->n_ids - 1);
  v->row = lit_new(e, v->n_ids, sizeof *v->row);
  if (!v->row) return e->rc;
  for (i = 0; i < v->n_ids; i++) v->row[i] = v->n;
  for (i = 0; i < v->n; i++) v->row[v->id[i]] = i;
  return LIT_OK;
}

int lit_vocab_seal(LitErr *e, LitVocab *v) {
  uint32_t size = 16;
  if (e->rc || (!is_sorted(v) && sort(e, v)) || index_ids(e, v)) return e->rc;
  while (size / 3 < v->n / 2) size *= 2;
  v->slot = lit_new0(e, size, sizeof *v->slot);
  if (!v->slot) return e->rc;
  v->mask = size - 1;
  while (v->number < v->n) v->number = 2 * v->number + 1;
  for (uint32_t i = 0; i < v->n; i++) {
    const char *s = v->text + v->off[i];
    size_t n = v->off[i + 1] - v->off[i];
    uint32_t hash = lit_hash_end(lit_hash_bytes(LIT_HASH_BEGIN, s, n));
    v->slot[probe(v, s, n, hash)] = (hash & ~v->number) | (i + 1);
  }
  return LIT_OK;
}

void lit_vocab_drop(LitVocab *v) {
  lit_free(v->text), lit_free(v->off), lit_free(v->id);
  lit_free(v->row), lit_free(v->slot);
  *v = (LitVocab){0};
}

size_t lit_vocab_bytes(const LitVocab *v) {
  return v->room_text + sizeof(uint32_t) * (v->room_off + v->room_id +
         (v->row ? v->n_ids : 0) + (v->slot ? v->mask + 1u : 0));
}

int32_t lit_vocab_find_hashed(const LitVocab *v, const char *s, size_t n,
                              uint32_t hash) {
  uint32_t i;
  if (n > v->max_len || !v->slot) return -1;
  i = v->slot[probe(v, s, n, lit_hash_end(hash))] & v->number;
  return !i ? -1 : (int32_t)(v->id ? v->id[i - 1] : i - 1);
}

int32_t lit_vocab_find(const LitVocab *v, const char *s, size_t n) {
  if (n > v->max_len) return -1;
  return lit_vocab_find_hashed(v, s, n, lit_hash_bytes(LIT_HASH_BEGIN, s, n));
}

const char *lit_vocab_text(const LitVocab *v, uint32_t id, size_t *n) {
  uint32_t i = id;
  if (id >= v->n_ids) return NULL;
  if (v->row && (i = v->row[id]) >= v->n) return NULL;
  *n = v->off[i + 1] - v->off[i];
  return v->text + v->off[i];
}

static int leads(const char *at, const char *end, const char *s, size_t n) {
  int other = 0;
  while (at < end) {
    int is = (size_t)(end - at) >= n && memcmp(at, s, n) == 0;
    if (is && other) return 0;
    other |= !is;
    at += is ? n : 1;
  }
  return 1;
}

int lit_vocab_leads(const LitVocab *v, const char *s, size_t n) {
  for (uint32_t i = 0; i < v->n; i++)
    if (!leads(v->text + v->off[i], v->text + v->off[i + 1], s, n)) return 0;
  return 1;
}
