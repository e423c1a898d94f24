/* decode_json.h -- what the decoders of decode.c and decode_vecs.c share. */
#ifndef LIT_DECODE_JSON_H
#define LIT_DECODE_JSON_H
#include "index/decode.h"

/* "name":v */
void lit_json_number(LitErr *e, LitBuf *out, const char *name, uint64_t v);
/* n numbers of `width` bytes as an array, or as many as there are. */
void lit_json_numbers(LitErr *e, LitIn *in, uint64_t n, unsigned width,
                      LitBuf *out);

/* What the info of a part says, as an object; of parts that say nothing, {}. */
void lit_json_info(LitErr *e, LitIn *in, int part, LitBuf *out);

/* Rows of lit_decoder_row, see there. */
void lit_json_values(LitErr *e, LitIn *in, LitBuf *out);
void lit_json_cells(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
void lit_json_vectors(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
void lit_json_codes(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
void lit_json_centroids(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
void lit_json_list(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
void lit_json_sketches(LitErr *e, LitIn *in, const uint32_t *p, LitBuf *out);
#endif
