/* attend.h -- attention of one text, within panels that hold others too. */
#ifndef LIT_ATTEND_H
#define LIT_ATTEND_H
#include "kern/net.h"
#include "model/encoder.h"

/* Where a batch's queries, keys, values and what comes of them lie, in panels
** of [n_heads head], [n_kv head] twice and [n_heads head] rows; room for two
** panels of one head: scores [lit_attend_keys][16], mix [head][16], with 16 floats
** before and behind that may be read; and, in 16 bits, for one head of a text:
** [lit_attend_words] words each. */
typedef struct LitAttend {
  const float *q, *k, *v;
  float *context;
  float *scores[LIT_TILE_PANELS], *mix[LIT_TILE_PANELS];
  int32_t *queries, *keys, *values;
} LitAttend;

/* Rows of scores for texts of at most so many tokens. */
size_t lit_attend_keys(size_t longest);
size_t lit_attend_words(const LitEncoder *net, size_t longest);

/* The tokens from .. to-1: context = softmax(q k' / sqrt(head)) v, for each
** head, over the keys that the layer lets a query see. */
void lit_attend(const LitEncoder *net, const LitLayer *layer,
                const LitAttend *a, size_t from, size_t to);

/* The same with what is multiplied in 16 bits. */
void lit_attend16(const LitEncoder *net, const LitLayer *layer,
                  const LitAttend *a, size_t from, size_t to);
#endif
