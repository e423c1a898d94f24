/* distill_state.c -- the checkpoint of a training: what is needed to go on.
**
** A file, little-endian, written whole or not at all:
**
**   16 bytes  "lit training 1\n" and a zero byte
**   8         stamp of the options and the texts
**   8 x 6     step, epoch, tokens V, dim, papers, bytes n of the vocabulary
**   8 x 3     loss, cosine, score (float64)
**   n         the vocabulary
**   8 papers  the order of the epoch
**   12 V dim  vectors, Adam's means, Adam's means of squares (float32)
**   with hard negatives, their pool of P papers (options and papers give P):
**   8 P       the papers
**   4 P dim   their vectors when the pool was drawn (float32)
**   8         XXH3 of all before
*/
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#define XXH_STATIC_LINKING_ONLY          /* its state on the stack, aligned */
#include <xxhash.h>
#include "base/file.h"
#include "base/newfile.h"
#include "model/distill_in.h"
#include "base/poison.h"

enum { MAGIC = 16, NUMBERS = 7, HEAD = MAGIC + 8 * (NUMBERS + 3) };
enum { PATH = LIT_NEWFILE_PATH };
static const char magic[MAGIC] = "lit training 1\n";

typedef struct Out {
  LitNewFile *file;
  XXH3_state_t hash;
} Out;

static int path_of(LitErr *e, const LitDistill *t, char *out) {
  if (snprintf(out, PATH, "%s.state", t->opts.out) >= PATH)
    return lit_fail(e, LIT_CANTOPEN, "%s: out: path too long", t->opts.who);
  return e->rc;
}

static void put(LitErr *e, Out *o, const void *at, size_t n) {
  XXH3_64bits_update(&o->hash, at, n);
  lit_newfile_put(e, o->file, at, n);
}

int lit_distill_state_save(LitErr *e, const LitDistill *t) {
  size_t n = t->n_vocab * t->dim * sizeof *t->w;
  uint64_t numbers[NUMBERS] = {t->stamp, (uint64_t)t->step, (uint64_t)t->epoch,
                               t->n_vocab, t->dim, t->papers.n_texts,
                               t->vocabulary.n};
  double scores[3] = {t->loss, t->cosine, t->score};
  char path[PATH];
  Out out = {.file = lit_new0(e, 1, sizeof *out.file)}, *o = &out;
  if (!o->file || path_of(e, t, path) ||
      lit_newfile_begin(e, o->file, t->opts.who, path))
    goto done;
  XXH3_64bits_reset(&o->hash);
  put(e, o, magic, sizeof magic);
  put(e, o, numbers, sizeof numbers);
  put(e, o, scores, sizeof scores);
  put(e, o, t->vocabulary.at, t->vocabulary.n);
  put(e, o, t->order, t->papers.n_texts * sizeof *t->order);
  put(e, o, t->w, n), put(e, o, t->m, n), put(e, o, t->v, n);
  put(e, o, t->pool.papers, t->pool.n * sizeof *t->pool.papers);
  put(e, o, t->pool.vectors, t->pool.n * t->dim * sizeof *t->w);
  numbers[0] = XXH3_64bits_digest(&o->hash);
  lit_newfile_put(e, o->file, numbers, sizeof *numbers);
  lit_newfile_end(e, o->file);
done:
  lit_free(o->file);
  return e->rc;
}

static int read_numbers(LitErr *e, LitDistill *t, LitIn *in, const char *path,
                        uint64_t *numbers) {
  for (size_t i = 0; i < NUMBERS; i++) numbers[i] = lit_in_u64(in);
  if (numbers[0] != t->stamp)
    return lit_fail(e, LIT_MISMATCH, "%s: %s is of a training with other "
                    "options or texts; remove it to begin anew", t->opts.who,
                    path);
  t->step = (int64_t)numbers[1], t->epoch = (int64_t)numbers[2];
  t->n_vocab = (size_t)numbers[3];
  if (numbers[4] != t->dim || numbers[5] != t->papers.n_texts ||
      t->n_vocab > LIT_ALLOC_MAX / t->dim || t->step < 0)
    return lit_fail(e, LIT_CORRUPT, "%s: %s is damaged", t->opts.who, path);
  return e->rc;
}

static void take(LitIn *in, void *to, size_t n) {
  const uint8_t *from = lit_in_take(in, n);
  if (from && n) memcpy(to, from, n);
}

static int read_state(LitErr *e, LitDistill *t, LitIn *in, const char *path) {
  uint64_t numbers[NUMBERS];
  const uint8_t *words;
  size_t n;
  if (read_numbers(e, t, in, path, numbers)) return e->rc;
  take(in, &t->loss, 8), take(in, &t->cosine, 8), take(in, &t->score, 8);
  words = lit_in_take(in, (size_t)numbers[6]);
  t->vocabulary.n = 0;
  if (words) lit_buf_put(e, &t->vocabulary, words, (size_t)numbers[6]);
  if (lit_distill_vectors_room(e, t) || lit_distill_batch_order(e, t) ||
      lit_distill_hard_room(e, t))
    return e->rc;
  t->epoch = (int64_t)numbers[2];
  n = t->n_vocab * t->dim * sizeof *t->w;
  take(in, t->order, t->papers.n_texts * sizeof *t->order);
  take(in, t->w, n), take(in, t->m, n), take(in, t->v, n);
  take(in, t->pool.papers, t->pool.n * sizeof *t->pool.papers);
  take(in, t->pool.vectors, t->pool.n * t->dim * sizeof *t->w);
  for (size_t i = 0; i < t->papers.n_texts; i++)
    in->bad |= t->order[i] >= t->papers.n_texts;
  for (size_t i = 0; i < t->pool.n; i++)
    in->bad |= t->pool.papers[i] >= t->papers.n_texts;
  if (in->bad || in->at != in->end)
    return lit_fail(e, LIT_CORRUPT, "%s: %s is damaged", t->opts.who, path);
  return e->rc;
}

int lit_distill_state_load(LitErr *e, LitDistill *t, int *found) {
  LitFile f = {0};
  LitIn in;
  char path[PATH];
  *found = 0;
  if (path_of(e, t, path) || access(path, F_OK) != 0 ||
      lit_file_map(e, t->opts.who, path, &f))
    return e->rc;
  if (f.n < HEAD + 8 || memcmp(f.at, magic, sizeof magic) ||
      lit_get_u64(f.at + f.n - 8) != XXH3_64bits(f.at, f.n - 8)) {
    lit_fail(e, LIT_CORRUPT, "%s: %s is no checkpoint, or damaged; remove it "
             "to begin anew", t->opts.who, path);
  } else {
    in = lit_in(f.at + MAGIC, f.n - MAGIC - 8);
    *found = !read_state(e, t, &in, path);
  }
  lit_file_drop(&f);
  return e->rc;
}

void lit_distill_state_remove(const LitDistill *t) {
  LitErr e = {0};
  char path[PATH];
  if (!path_of(&e, t, path)) unlink(path);
}
