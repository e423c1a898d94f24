/* kern.h -- the arithmetic on vectors that must be fast: one table of kernels
** for each instruction set, and the same bits from all of them.
**
** A kernel takes one query and many rows, and gives a sum for each row:
**
**   LIT_DOT    sum of q[i] y[i]
**   LIT_L2SQ   sum of (q[i] - y[i])^2
**   LIT_L1     sum of |q[i] - y[i]|
**   LIT_SQ     sum of y[i]^2; q is not read and may be NULL
**   LIT_DOTSQ  two sums a row: LIT_DOT and LIT_SQ
**
** of rows whose elements are of one of these types:
**
**   LIT_F32, LIT_F16, LIT_BF16   the query is float32; sums are float
**   LIT_I8     the query is int8; sums are int32, L2SQ uint32; exact
**   LIT_BIT    the query is bits; sums are uint32; exact.  Element i is bit
**              i % 8 of byte i / 8, 0 or 1, so that L1 = L2SQ is the Hamming
**              distance and DOT counts the bits that both have.  dim is a
**              multiple of 8
**
** Any alignment, any stride, 0 <= dim <= 65,536.  kern_c.c is the definition:
** float sums run in 64 lanes, lane j taking the elements j, j + 64, j + 128 ...
** in that order, each by one fused multiply-add (L1: by one addition); a row
** is read as if zeros followed up to a multiple of 64; then the lanes are
** folded in halves: lane j takes lane j + 32, then j + 16, 8, 4, 2, 1.  The
** instructions that multiply bfloat16 or float16 themselves (VDPBF16PS, AVX512
** FP16) round in other ways, so such rows are widened, which is exact.
*/
#ifndef LIT_KERN_H
#define LIT_KERN_H
#include <stddef.h>
#include <stdint.h>

typedef enum LitElem {
  LIT_F32, LIT_F16, LIT_BF16, LIT_I8, LIT_BIT, LIT_N_ELEMS
} LitElem;

typedef enum LitKernOp {
  LIT_DOT, LIT_L2SQ, LIT_L1, LIT_SQ, LIT_DOTSQ, LIT_N_OPS
} LitKernOp;

/* Weighted sums of rows of int8 [dim], end to end: of the columns from..dim-1,
** out[k] = sum over i < n of by[i] * rows[ids[i] * dim + k], in int32; by[i]
** times 128 must stay below 2^31 also when summed. */
typedef struct LitKernSum {
  const int8_t *rows;
  size_t dim;
  const uint32_t *ids;                    /* [n] */
  const int32_t *by;                      /* [n], 0 or more */
  size_t n;
} LitKernSum;

/* Ask for a row some way behind the i-th: they lie anywhere in a large table. */
static inline void lit_kern_sum_ahead(const LitKernSum *s, size_t i) {
  enum { AHEAD = 12, LINE = 64 };
  if (i + AHEAD >= s->n) return;
  for (size_t k = 0; k < s->dim; k += LINE)
    __builtin_prefetch(s->rows + s->ids[i + AHEAD] * s->dim + k);
}

/* q: [dim]; rows: n_rows rows of [dim], `stride` bytes from one to the next;
** out: [n_rows], for LIT_DOTSQ [n_rows, 2], of 4 bytes each. */
typedef void LitKernRows(const void *q, const void *rows, size_t stride,
                         size_t n_rows, size_t dim, void *out);

/* 1-bit codes against a query of four bits an element.  codes: [words,
** LIT_BITS_ROWS], the j-th 64 bits of all rows together; q: [words, 4], its bits
** of value 1, 2, 4, 8; out: [LIT_BITS_ROWS], the sum over p of 2^p times the
** number of bits that the row has in common with q's p-th. */
enum { LIT_BITS_ROWS = 32 };
typedef void LitKernBits(const uint64_t *q, const uint64_t *codes,
                         size_t words, uint32_t *out);

/* The same of one row, its words `step` words from one to the next. */
typedef uint32_t LitKernWeigh(const uint64_t *q, const uint64_t *codes, size_t words,
                              size_t step);

/* Which of LIT_BITS_ROWS numbers are below n and in a set, bits [n]; n is not 0. */
typedef uint32_t LitKernMembers(const uint64_t *set, uint32_t n,
                                const uint32_t *numbers);

/* Such a query of floats: gap = q - c [64 words]; its sums; and planes [words,
** 4], the bits of u = (gap - low) / step, rounded: 0 .. 15. */
typedef struct LitKernCut { float low, step, sum, square; } LitKernCut;
typedef LitKernCut LitKernCutter(const float *q, const float *c, size_t words,
                                 float *gap, uint64_t *planes);

/* What such sums say of how far the rows of a block are: block has four numbers of
** each of LIT_BITS_ROWS rows, add, scale, ones and spread, one after the other.
**
**   gap[i] = base + add[i] + ((per_sum sums[i] + per_scale) scale[i] +
**                             per_ones ones[i])
**   low[i] = gap[i] - off spread[i]
**
** Bit i of what comes back: low[i] is not over most_low, or gap[i] not over
** most_gap.  Sums are below 2^31; every product and sum is rounded. */
typedef struct LitKernNear {
  float base, per_sum, per_scale, per_ones, off, most_low, most_gap;
} LitKernNear;
typedef uint32_t LitKernNearer(const LitKernNear *n, const float *block,
                               const uint32_t *sums, float *gap, float *low);

/* v [dim], finite, as codes: the nearest integers to v / scale, where scale =
** max |v[i]| / 127.  rest: the sum of (v[i] - scale codes[i])^2, square: that of
** v[i]^2, both in double. */
typedef struct LitKernCodes { float scale; double rest, square; } LitKernCodes;
typedef LitKernCodes LitKernCoder(const float *v, size_t dim, int8_t *codes);

/* 64 numbers of n bits, n <= 32, that lie as n words, the highest bits of all
** first; number i is bit i.  out: [64], for each number. */
typedef void LitKernUnslice(const uint8_t *words, int n, uint32_t *out);

/* Clear bit i of bits [words] unless x[i] >= least; how many are left.  x: [64
** words]. */
typedef size_t LitKernReach(const float *x, float least, size_t words,
                            uint64_t *bits);

/* Sums of small numbers by half a byte: words [n_words], each bytes whose halves say
** which of its 16 numbers to add, none over 255.  out: [2 n], n a multiple of 64: of
** byte from + i the low half into out[i], the high half into out[n + i]; sums over
** 255 are 255.  Gives the largest. */
typedef struct LitKernTops {
  const uint8_t *const *words;
  const uint8_t (*numbers)[16];           /* [n_words] */
  size_t n_words;
} LitKernTops;
typedef unsigned LitKernTopper(const LitKernTops *t, size_t from, size_t n,
                               uint8_t *out);

/* Set bit i of bits [words] if x[i] >= least, else clear it; how many are set.
** x: [64 words]. */
typedef size_t LitKernAbove(const uint8_t *x, uint8_t least, size_t words,
                            uint64_t *bits);

typedef struct LitKern {
  const char *isa;                        /* "c", "avx2", ... */
  const char *doc;
  int (*runs_here)(void);                 /* CPU and system can run it */
  LitKernRows *rows[LIT_N_ELEMS][LIT_N_OPS];
  void (*sum_i8)(const LitKernSum *s, size_t from, int32_t *out);
  /* float16 <-> float32, [n]; to float16: nearest, ties to even. */
  void (*widen_f16)(const void *from, float *to, size_t n);
  void (*narrow_f16)(const float *from, void *to, size_t n);
  LitKernBits *bits;
  LitKernWeigh *weigh;
  LitKernMembers *members;
  LitKernNearer *near;
  LitKernCutter *cut;
  void (*turn)(float *x, size_t words);   /* See vec/onebit.h */
  LitKernCoder *codes;
  LitKernUnslice *unslice;
  LitKernReach *reach;
  LitKernTopper *tops;
  LitKernAbove *above;
} LitKern;

/* The fastest table that runs here, chosen once in a process.  LIT_ISA in the
** environment (c, avx2, avx512, avx512vnni, neon) lowers the choice. */
const LitKern *lit_kern(void);

/* Row i of the tables compiled in, slowest first; NULL past the end. */
const LitKern *lit_kern_row(size_t i);

extern const LitKern lit_kern_c;

/* bfloat16 <-> float32, [n]; to bfloat16: nearest, ties to even. */
void lit_kern_widen_bf16(const void *from, float *to, size_t n);
void lit_kern_narrow_bf16(const float *from, void *to, size_t n);

/* One pair of float32 vectors [n]. */
static inline float lit_kern_pair(LitKernOp op, const float *a, const float *b,
                                  size_t n) {
  float out[2];
  lit_kern()->rows[LIT_F32][op](a, b, 0, 1, n, out);
  return out[0];
}
static inline float lit_dot_f32(const float *a, const float *b, size_t n) {
  return lit_kern_pair(LIT_DOT, a, b, n);
}
static inline float lit_l2sq_f32(const float *a, const float *b, size_t n) {
  return lit_kern_pair(LIT_L2SQ, a, b, n);
}

/* One pair of int8 vectors [n]: the exact sum of a[i] b[i]. */
static inline int32_t lit_dot_i8(const int8_t *a, const int8_t *b, size_t n) {
  int32_t out;
  lit_kern()->rows[LIT_I8][LIT_DOT](a, b, 0, 1, n, &out);
  return out;
}

/* How many bits of words [n], n < 2^26, are set. */
static inline uint32_t lit_kern_ones(const uint64_t *at, size_t n) {
  uint32_t out;
  lit_kern()->rows[LIT_BIT][LIT_SQ](NULL, at, 0, 1, 64 * n, &out);
  return out;
}

/* For the files of kern/: what their CPU is, and functions that must end up
** inside their caller, so that its instruction set is theirs. */
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
# define LIT_X86 1
# define LIT_TARGET(isa) __attribute__((target(isa)))
#else
# define LIT_X86 0
#endif
#if defined(__aarch64__) && defined(__ARM_NEON)
# define LIT_NEON 1
#else
# define LIT_NEON 0
#endif
#define LIT_INLINE static inline __attribute__((always_inline))

#endif
