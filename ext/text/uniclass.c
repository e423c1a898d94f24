/* uniclass.c -- see uniclass.h.  A class is a set of general categories, as
** utf8proc has them, and the code points where the library in question
** disagrees: uniclass_data.c, measured through that library. */
#include "text/uniclass.h"
#include "text/uniclass_data.h"
#include "base/poison.h"

static int odd(const LitUniClass *c, uint32_t cp) {
  size_t lo = 0, hi = c->n_odd;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (cp < c->odd[mid].from) hi = mid;
    else if (cp > c->odd[mid].to) lo = mid + 1;
    else return 1;
  }
  return 0;
}

static int ascii_punct(uint32_t cp) {
  return (cp > 0x20 && cp < 0x30) || (cp > 0x39 && cp < 0x41) ||
         (cp > 0x5A && cp < 0x61) || (cp > 0x7A && cp < 0x7F);
}

int lit_uni_is(LitUni cls, uint32_t cp) {
  const LitUniClass *c = &lit_uni_classes[cls];
  int in = (int)(c->categories >> utf8proc_category((int32_t)cp) & 1);
  if (cp < 0x80) return in || (cls == LIT_UNI_PUNCT && ascii_punct(cp));
  return in ^ odd(c, cp);
}

int lit_uni_space(uint32_t cp) {
  if (cp < 0x80) return cp == ' ' || (cp >= 9 && cp <= 13);
  return cp == 0x85 || cp == 0xA0 || cp == 0x1680 ||
         (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
         cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

int lit_uni_is_han(uint32_t cp) {
  return (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0x3400 && cp <= 0x4DBF) ||
         (cp >= 0x20000 && cp <= 0x2A6DF) || (cp >= 0x2A700 && cp <= 0x2B81F) ||
         (cp >= 0x2B920 && cp <= 0x2CEAF) || (cp >= 0xF900 && cp <= 0xFAFF) ||
         (cp >= 0x2F800 && cp <= 0x2FA1F);
}

unsigned lit_uni_script(uint32_t cp) {
  size_t lo = 0, hi = lit_uni_n_scripts;
  while (hi - lo > 1) {                 /* The last that begins at cp or before */
    size_t mid = (lo + hi) / 2;
    if (lit_uni_scripts[mid] >> 8 <= cp) lo = mid;
    else hi = mid;
  }
  return lit_uni_scripts[lo] & 0xFF;
}

/* Capitals newer than utf8proc's tables, [from, to] + by. */
static const struct { uint32_t from, to; int32_t by; } new_lower[] = {
  {0x1C89, 0x1C89, 1},       {0xA7CB, 0xA7CB, 0x264 - 0xA7CB},
  {0xA7CC, 0xA7CC, 1},       {0xA7CE, 0xA7CE, 1},
  {0xA7D2, 0xA7D2, 1},       {0xA7D4, 0xA7D4, 1},
  {0xA7DA, 0xA7DA, 1},       {0xA7DC, 0xA7DC, 0x19B - 0xA7DC},
  {0x10D50, 0x10D65, 32},    {0x16EA0, 0x16EB8, 27},
};

int lit_uni_lower(uint32_t cp, uint32_t out[2]) {
  int32_t low;
  if (cp < 0x80) {
    out[0] = cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    return 1;
  }
  if (cp == 0x130) {
    out[0] = 'i', out[1] = 0x307;
    return 2;
  }
  low = utf8proc_tolower((int32_t)cp);
  if (low == (int32_t)cp)
    for (size_t i = 0; i < sizeof new_lower / sizeof *new_lower; i++)
      if (cp >= new_lower[i].from && cp <= new_lower[i].to)
        low += new_lower[i].by;
  out[0] = (uint32_t)low;
  return 1;
}
