/* pack_check.c -- packed numbers with patches: what was put is what is read, all
** at once and one by one; a patch is taken only where it saves; bytes that are no
** patch are refused */
#include <stdlib.h>
#include "check.h"
#include "index/posts_pack.h"

static uint32_t rnd(uint32_t n) {
  static uint64_t x = 88172645463325252u;
  x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  return (uint32_t)(x >> 32) % n;
}

/* n numbers of `low` bits, and `large` of them of up to `high` bits more. */
static void check_numbers(uint32_t n, unsigned low, uint32_t large,
                          unsigned high) {
  uint32_t v[128], got[128];
  LitErr e = {0};
  LitBuf b = {0};
  LitPacking how;
  LitPatch patch = {0};
  uint64_t sum = 0;
  LitIn in;
  const uint8_t *at;
  for (uint32_t i = 0; i < n; i++)
    v[i] = rnd(UINT32_MAX) & (uint32_t)(((uint64_t)1 << low) - 1);
  for (uint32_t i = 0; i < large; i++)
    v[rnd(n)] |= (uint32_t)((uint64_t)1 << (low + rnd(high)));
  how = lit_packing(v, n);
  CHECK(how.n <= LIT_PATCH && how.w + how.h <= 32);
  lit_packing_put(&e, &b, v, n, how);
  lit_buf_u64(&e, &b, UINT64_MAX);               /* slack, not zero */
  in = lit_in(b.at, b.n - LIT_PACK_SLACK);
  if (how.n) patch = lit_patch_take(&in, n, how.w);
  at = lit_in_take(&in, lit_pack_bytes(n, how.w));
  CHECK(e.rc == 0 && !in.bad && at && in.at == in.end);
  lit_pack_all(at, n, how.w, got);
  lit_patch_all(&patch, n, how.w, got);
  CHECK(memcmp(got, v, n * sizeof *v) == 0);
  for (uint32_t i = 0; i < n; i++)
    CHECK(lit_pack_get(at, i, how.w) +
          (patch.n ? lit_patch_get(&patch, i, how.w) : 0) == v[i]);
  for (uint32_t i = 0; i < n; i++) sum += v[i];  /* all but the last */
  CHECK(lit_pack_sum(at, n - 1, how.w) + lit_patch_sum(&patch, n - 1, how.w) ==
        sum - v[n - 1]);
  memset(got, 0, sizeof got);                    /* those of the first half */
  lit_patch_all(&patch, n / 2, how.w, got);
  for (uint32_t i = n / 2; i < n; i++) CHECK(got[i] == 0);
  lit_buf_drop(&b);
}

/* Of how many bytes a packing is. */
static void check_choice(void) {
  uint32_t v[128] = {0};
  CHECK(lit_packing(v, 0).n == 0 && lit_packing(v, 0).w == 0);
  CHECK(lit_packing(v, 128).w == 0);
  v[5] = UINT32_MAX;
  CHECK(lit_packing(v, 128).n == 1 && lit_packing(v, 128).h == 32);
  CHECK(lit_packing(v + 5, 1).n == 0 && lit_packing(v + 5, 1).w == 32);
  for (int i = 0; i < 9; i++) v[i] = 1000;
  v[5] = 1000;
  CHECK(lit_packing(v, 128).n == 0 && lit_packing(v, 128).w == 10);
  v[0] = 0;
  CHECK(lit_packing(v, 128).n == 8 && lit_packing(v, 128).w == 0);
}

/* Any change of a patch's bytes is refused, or is another patch of numbers that
** exist. */
static void check_hostile(void) {
  enum { N = 100, W = 3 };
  for (int k = 0; k < 20000; k++) {
    uint8_t bytes[48 + LIT_PACK_SLACK];
    uint32_t out[N] = {0}, n = rnd(48);
    LitIn in = lit_in(bytes, n);
    LitPatch p;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)rnd(256);
    if (k % 2)
      for (uint32_t i = 0; i < 8; i++) bytes[1 + i] = (uint8_t)(i * 12 + rnd(12));
    p = lit_patch_take(&in, N, W);
    CHECK(in.bad ? p.n == 0 && p.h == 0 : p.n && p.h + W <= 32);
    lit_patch_all(&p, N, W, out);
    for (uint32_t i = 0; !in.bad && i < N; i++)
      CHECK(lit_patch_get(&p, i, W) == out[i]);
  }
}

int main(void) {
  for (int k = 0; k < 20000; k++) {
    unsigned low = rnd(33), high = low < 32 ? 1 + rnd(32 - low) : 0;
    check_numbers(1 + rnd(128), low, high ? rnd(12) : 0, high);
  }
  check_choice();
  check_hostile();
  return bad != 0;
}
