/* latent.h -- latent attention pooling (NV-Embed: Lee et al. 2024).
**
** Each token's state asks a list of vectors that the model has learned, the
** latents: with h a state, and n, c, f norms of their own,
**
**   h += out(attention of q(n(h)) over k(c(latents)), v(c(latents)))
**   h += down(up(f(h)) gelu(gate(f(h))))
**
** and the text's vector is the mean of what comes of its tokens.
*/
#ifndef LIT_LATENT_H
#define LIT_LATENT_H
#include "model/parts.h"

/* Does the model bring the tensors for it? */
int lit_latent_is_there(const LitModel *m);

/* m->latent.  CORRUPT, MISMATCH: tensors that do not fit. */
int lit_latent_open(LitErr *e, LitModel *m);

/* states [n, m->width] -> out [m->width]; spare: lit_latent_room floats. */
void lit_latent_run(const LitModel *m, const float *states, size_t n,
                    float *out, float *spare);
size_t lit_latent_room(const LitModel *m);
#endif
