/* ivf_part.c -- see ivf_part.h: opening, chunks, queries. */
#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "index/ivf_part.h"
#include "base/poison.h"

const double lit_ivf_levels[IVF_LEVELS] = {.9, .95, .98, .99, .995, .999};
const int lit_ivf_depths[IVF_DEPTHS] = {10, 100, IVF_DEEPEST};

/* ---- the table of kinds ---- */

static double gap_l2(double distance, double q_length) {
  (void)q_length;
  return distance * fabs(distance);
}
static double distance_l2(double gap, double q_length) {
  (void)q_length;
  return gap > 0 ? sqrt(gap) : 0;
}
static double gap_cosine(double distance, double q_length) {
  (void)q_length;
  return 2 * distance;
}
static double distance_cosine(double gap, double q_length) {
  (void)q_length;
  return gap / 2;
}
static double gap_dot(double distance, double q_length) {
  return 2 * distance / q_length;
}
static double distance_dot(double gap, double q_length) {
  return gap / 2 * q_length;
}

static const LitIvfKind kinds[] = {
  {"l2", 0, 0, 0, gap_l2, distance_l2},
  {"cosine", 1, 1, 0, gap_cosine, distance_cosine},
  {"dot", 0, 1, 1, gap_dot, distance_dot},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

const LitIvfKind *lit_ivf_kind(const LitVecCol *col) {
  if (col->elem != LIT_F32 && col->elem != LIT_F16 && col->elem != LIT_BF16)
    return NULL;
  for (int i = 0; i < N_KINDS; i++)
    if (strcmp(kinds[i].dist, col->dist->name) == 0) return &kinds[i];
  return NULL;
}

int lit_ivf_kind_no(const LitIvfKind *kind) { return (int)(kind - kinds); }

/* ---- opening ---- */

static int corrupt(LitErr *e, const LitIvf *ivf, int part, const char *what) {
  return lit_seg_corrupt(e, ivf->of->seg, ivf->of->part + part, what);
}

static float in_float(LitIn *in) {
  uint32_t u = lit_in_u32(in);
  float f;
  memcpy(&f, &u, sizeof f);
  return f;
}

/* Chunks of sketches, the centre among them. */
static uint64_t n_sketches(const LitIvf *ivf) {
  uint32_t rows = lit_ivf_sketch_rows(ivf->words);
  return ivf->has_sketches ? 2 + (uint64_t)(ivf->of->n_rows - 1) / rows : 0;
}

int lit_ivf_open(LitErr *e, const LitVecCol *col, const LitVecsPart *of,
                 LitIvf *out) {
  const LitPartInfo *info, *lists;
  LitIvf ivf = {.of = of, .kind = lit_ivf_kind(col)};
  unsigned version;
  LitIn in;
  *out = ivf;
  if (e->rc || of->n_there == 0) return e->rc;
  info = lit_seg_part(of->seg, of->part + 2);
  if (!info) return LIT_OK;
  lists = lit_seg_part(of->seg, of->part + 3);
  in = lit_in(info->info, info->n_info);
  version = lit_in_u8(&in);
  if (version == IVF_VERSION_ONCE) return LIT_OK;
  ivf.blind = version == IVF_VERSION_BLIND;
  if (version > IVF_VERSION || version < IVF_VERSION_BLIND)
    return corrupt(e, out, 2, "unknown format");
  if (!ivf.kind || (int)lit_in_u8(&in) != lit_ivf_kind_no(ivf.kind))
    return corrupt(e, out, 2, "lists for another distance");
  ivf.words = lit_in_u32(&in);
  ivf.n_lists = lit_in_u32(&in);
  ivf.n_rows = lit_in_u32(&in);
  ivf.times = lit_in_u32(&in);
  for (int i = 0; i < IVF_LEVELS; i++)
    for (int k = 0; k < IVF_DEPTHS; k++) {
      float reach = in_float(&in), margin = in_float(&in);
      ivf.reaches[i][k] = (LitIvfReach){reach, margin, in_float(&in)};
    }
  ivf.lean = version > IVF_VERSION_UPRIGHT ? in_float(&in) : 1;
  ivf.has_sketches = version > IVF_VERSION_LISTS;
  if (!(ivf.lean >= 0 && ivf.lean <= 1))
    return corrupt(e, out, 2, "an order of lists that is none");
  if (in.bad || ivf.words != lit_onebit_words(of->dim) || !ivf.n_lists ||
      ivf.n_rows > of->n_there || ivf.times < 1 || ivf.times > 2 || !lists ||
      lists->n_chunks < ivf.n_lists + n_sketches(&ivf) ||
      info->n_chunks != (ivf.n_lists - 1) / IVF_GROUP + 1)
    return corrupt(e, out, 2, "bad number of lists");
  *out = ivf;
  return LIT_OK;
}

int lit_ivf_group(LitErr *e, const LitIvf *ivf, uint32_t no,
                  LitIvfGroup *out) {
  const LitSeg *seg = ivf->of->seg;
  const LitChunk *c = lit_seg_chunk(e, seg, ivf->of->part + 2, no);
  uint32_t first = no * IVF_GROUP, n;
  const float *f;
  *out = (LitIvfGroup){0};
  if (!c) return e->rc;
  n = ivf->n_lists - first < IVF_GROUP ? ivf->n_lists - first : IVF_GROUP;
  if (c->n != n * (12 + 64 * (size_t)ivf->words)) {
    lit_seg_give(seg, c);
    return corrupt(e, ivf, 2, "a chunk of another length");
  }
  f = (const float *)(const void *)c->at;
  *out = (LitIvfGroup){c, first, n, f, f + n,
                       (const uint32_t *)(const void *)(f + 2 * n),
                       (const int8_t *)(f + 3 * n)};
  return LIT_OK;
}

int lit_ivf_list(LitErr *e, const LitIvf *ivf, uint32_t no, uint32_t n_rows,
                 LitIvfList *out) {
  const LitSeg *seg = ivf->of->seg;
  const LitChunk *c = lit_seg_chunk(e, seg, ivf->of->part + 3, no);
  size_t head = 64 * (size_t)ivf->words * sizeof(float);
  size_t n_blocks = ((size_t)n_rows + IVF_BLOCK - 1) / IVF_BLOCK;
  *out = (LitIvfList){0};
  if (!c) return e->rc;
  if (c->n != head + n_blocks * lit_ivf_block_bytes(ivf->words)) {
    lit_seg_give(seg, c);
    return corrupt(e, ivf, 3, "a chunk of another length");
  }
  *out = (LitIvfList){c, (const float *)(const void *)c->at, c->at + head,
                      n_rows};
  return LIT_OK;
}

int lit_ivf_sketches(LitErr *e, const LitIvf *ivf, uint32_t no,
                     LitIvfSketches *out) {
  const LitSeg *seg = ivf->of->seg;
  const LitChunk *c = lit_seg_chunk(e, seg, ivf->of->part + 3,
                                    ivf->n_lists + 1 + no);
  uint32_t rows = lit_ivf_sketch_rows(ivf->words), first = no * rows;
  uint32_t n = ivf->of->n_rows - first < rows ? ivf->of->n_rows - first : rows;
  *out = (LitIvfSketches){0};
  if (!c) return e->rc;
  if (c->n != n * lit_ivf_sketch_bytes(ivf->words)) {
    lit_seg_give(seg, c);
    return corrupt(e, ivf, 3, "a chunk of another length");
  }
  *out = (LitIvfSketches){c, first, n, c->at};
  return LIT_OK;
}

const LitChunk *lit_ivf_centre(LitErr *e, const LitIvf *ivf) {
  const LitSeg *seg = ivf->of->seg;
  const LitChunk *c = lit_seg_chunk(e, seg, ivf->of->part + 3, ivf->n_lists);
  if (!c || c->n == 64 * (size_t)ivf->words * sizeof(float)) return c;
  lit_seg_give(seg, c);
  corrupt(e, ivf, 3, "a chunk of another length");
  return NULL;
}

/* ---- queries ---- */

double lit_ivf_turn(const LitIvfKind *kind, int is_query, const float *v,
                    uint32_t dim, float *out) {
  size_t words = lit_onebit_words(dim);
  int unit = is_query ? kind->unit_query : kind->unit_rows;
  double length = 0;
  for (uint32_t i = 0; i < dim; i++) length += (double)v[i] * v[i];
  length = sqrt(length);
  if (!(length < 1e15) || (length < 1e-15 && (unit || length > 0))) return -1;
  for (uint32_t i = 0; i < dim; i++)
    out[i] = unit ? (float)(v[i] / length) : v[i];
  memset(out + dim, 0, (64 * words - dim) * sizeof *out);
  lit_onebit_turn(out, words);
  return length;
}

int lit_ivf_query(LitErr *e, LitIvfQuery *q, const LitIvfKind *kind,
                  const float *v, uint32_t dim) {
  size_t words = lit_onebit_words(dim), n = 64 * words;
  float square;
  *q = (LitIvfQuery){.kind = kind};
  q->q = lit_new(e, n, sizeof *q->q);
  q->gap = lit_new(e, n, sizeof *q->gap);
  q->planes = lit_new(e, 4 * words, sizeof *q->planes);
  q->codes = lit_new(e, n, 1);
  q->zeros = lit_new0(e, n, sizeof *q->zeros);
  if (e->rc) return e->rc;
  q->length = lit_ivf_turn(kind, 1, v, dim, q->q);
  if (q->length < 0) return LIT_OK;
  lit_kern()->rows[LIT_F32][LIT_SQ](q->q, q->q, 0, 1, n, &square);
  q->square = (double)square;
  q->code = lit_int8_encode(q->q, n, q->codes);
  q->words = words;
  return LIT_OK;
}

void lit_ivf_query_drop(LitIvfQuery *q) {
  lit_free(q->q);
  lit_free(q->gap);
  lit_free(q->planes);
  lit_free(q->codes);
  lit_free(q->zeros);
  *q = (LitIvfQuery){0};
}

void lit_ivf_rank(const LitIvfQuery *q, const LitIvfGroup *g, float lean,
                  int32_t *sums, float *gap) {
  size_t n = 64 * q->words;
  float per = -2 * q->code.scale, square = (float)q->square;
  lit_kern()->rows[LIT_I8][LIT_DOT](q->codes, g->codes, n, g->n, n, sums);
  for (uint32_t i = 0; i < g->n; i++)
    gap[i] = per * g->scale[i] * (float)sums[i];
  if (q->kind->is_product) return;
  for (uint32_t i = 0; i < g->n; i++) gap[i] += lean * g->square[i] + square;
}

/* For products q itself is compared with what rows differ from the centroid
** by; else what q differs from it by, which is shorter. */
LitIvfProbe lit_ivf_probe(LitIvfQuery *q, const float *centroid) {
  int product = q->kind->is_product;
  LitOneBitQuery bits = lit_onebit_query(q->q, product ? q->zeros : centroid,
                                         q->words, q->gap, q->planes);
  return (LitIvfProbe){
    .product = lit_onebit_product(&bits), .length = bits.length,
    .base = product ? -2 * lit_dot_f32(q->q, centroid, 64 * q->words)
                    : bits.length * bits.length};
}
