/* translit.c -- see translit.h.
**
**   Latin        accents off; ß ss, æ ae, ø o, þ th, ł l, ...; compatibility
**                forms (ﬁ, full width) as what they stand for
**   Cyrillic     as BGN/PCGN, in ASCII: щ shch, я ya, ъ and ь dropped; the
**                letters of Ukrainian, Belarusian, Serbian, Macedonian
**   Greek        ISO 843, transcription: ου ou, γγ ng, αυ av or af
**   Armenian, Georgian, Hebrew, Arabic, Persian: letter by letter; the short
**                vowels of Hebrew and Arabic only where they are written
**   Indic        Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu,
**                Kannada, Malayalam: ISO 15919 without its marks
**   kana         Hepburn, long vowels written twice; small tsu doubles
**   Hangul       Revised Romanization by syllable; a final consonant moves to
**                a vowel that follows, nothing else is assimilated
**
** Chinese, Thai and all that needs a dictionary stay as they are.  A capital
** gives one capital, or all where the letter after it is one too.
*/
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "text/translit.h"
#include "text/utf8.h"
#include "base/poison.h"

typedef struct Row { uint16_t cp; const char *to; } Row;

static const Row rows[] = {          /* ascending */
  {0xDF, "ss"}, {0xE6, "ae"}, {0xF0, "d"}, {0xF8, "o"}, {0xFE, "th"},
  {0x111, "d"}, {0x127, "h"}, {0x131, "i"}, {0x142, "l"}, {0x14B, "ng"},
  {0x153, "oe"}, {0x167, "t"}, {0x180, "b"}, {0x192, "f"}, {0x1DD, "e"},
  {0x253, "b"}, {0x254, "o"}, {0x257, "d"}, {0x259, "e"}, {0x25B, "e"},
  {0x268, "i"}, {0x26B, "l"}, {0x272, "n"}, {0x289, "u"},
  /* Greek */
  {0x3B1, "a"}, {0x3B2, "v"}, {0x3B3, "g"}, {0x3B4, "d"}, {0x3B5, "e"},
  {0x3B6, "z"}, {0x3B7, "i"}, {0x3B8, "th"}, {0x3B9, "i"}, {0x3BA, "k"},
  {0x3BB, "l"}, {0x3BC, "m"}, {0x3BD, "n"}, {0x3BE, "x"}, {0x3BF, "o"},
  {0x3C0, "p"}, {0x3C1, "r"}, {0x3C2, "s"}, {0x3C3, "s"}, {0x3C4, "t"},
  {0x3C5, "y"}, {0x3C6, "f"}, {0x3C7, "ch"}, {0x3C8, "ps"}, {0x3C9, "o"},
  /* Cyrillic */
  {0x430, "a"}, {0x431, "b"}, {0x432, "v"}, {0x433, "g"}, {0x434, "d"},
  {0x435, "e"}, {0x436, "zh"}, {0x437, "z"}, {0x438, "i"}, {0x439, "y"},
  {0x43A, "k"}, {0x43B, "l"}, {0x43C, "m"}, {0x43D, "n"}, {0x43E, "o"},
  {0x43F, "p"}, {0x440, "r"}, {0x441, "s"}, {0x442, "t"}, {0x443, "u"},
  {0x444, "f"}, {0x445, "kh"}, {0x446, "ts"}, {0x447, "ch"}, {0x448, "sh"},
  {0x449, "shch"}, {0x44A, ""}, {0x44B, "y"}, {0x44C, ""}, {0x44D, "e"},
  {0x44E, "yu"}, {0x44F, "ya"}, {0x451, "yo"}, {0x452, "dj"}, {0x453, "gj"},
  {0x454, "ye"}, {0x455, "dz"}, {0x456, "i"}, {0x457, "yi"}, {0x458, "j"},
  {0x459, "lj"}, {0x45A, "nj"}, {0x45B, "c"}, {0x45C, "kj"}, {0x45E, "u"},
  {0x45F, "dz"}, {0x463, "e"}, {0x491, "g"}, {0x493, "gh"}, {0x49B, "q"},
  {0x4A3, "ng"}, {0x4AF, "u"}, {0x4B1, "u"}, {0x4B3, "h"}, {0x4BB, "h"},
  {0x4D9, "a"}, {0x4E9, "o"},
  /* Armenian */
  {0x561, "a"}, {0x562, "b"}, {0x563, "g"}, {0x564, "d"}, {0x565, "e"},
  {0x566, "z"}, {0x567, "e"}, {0x568, "y"}, {0x569, "t"}, {0x56A, "zh"},
  {0x56B, "i"}, {0x56C, "l"}, {0x56D, "kh"}, {0x56E, "ts"}, {0x56F, "k"},
  {0x570, "h"}, {0x571, "dz"}, {0x572, "gh"}, {0x573, "ch"}, {0x574, "m"},
  {0x575, "y"}, {0x576, "n"}, {0x577, "sh"}, {0x578, "o"}, {0x579, "ch"},
  {0x57A, "p"}, {0x57B, "j"}, {0x57C, "r"}, {0x57D, "s"}, {0x57E, "v"},
  {0x57F, "t"}, {0x580, "r"}, {0x581, "ts"}, {0x582, "w"}, {0x583, "p"},
  {0x584, "k"}, {0x585, "o"}, {0x586, "f"}, {0x587, "ev"},
  /* Hebrew */
  {0x5B0, "e"}, {0x5B1, "e"}, {0x5B2, "a"}, {0x5B3, "o"}, {0x5B4, "i"},
  {0x5B5, "e"}, {0x5B6, "e"}, {0x5B7, "a"}, {0x5B8, "a"}, {0x5B9, "o"},
  {0x5BA, "o"}, {0x5BB, "u"}, {0x5BC, ""}, {0x5BF, ""}, {0x5C1, ""},
  {0x5C2, ""}, {0x5D0, "a"}, {0x5D1, "b"}, {0x5D2, "g"}, {0x5D3, "d"},
  {0x5D4, "h"}, {0x5D5, "v"}, {0x5D6, "z"}, {0x5D7, "ch"}, {0x5D8, "t"},
  {0x5D9, "y"}, {0x5DA, "kh"}, {0x5DB, "k"}, {0x5DC, "l"}, {0x5DD, "m"},
  {0x5DE, "m"}, {0x5DF, "n"}, {0x5E0, "n"}, {0x5E1, "s"}, {0x5E2, "a"},
  {0x5E3, "f"}, {0x5E4, "p"}, {0x5E5, "ts"}, {0x5E6, "ts"}, {0x5E7, "k"},
  {0x5E8, "r"}, {0x5E9, "sh"}, {0x5EA, "t"},
  /* Arabic and Persian */
  {0x621, "'"}, {0x622, "a"}, {0x623, "a"}, {0x624, "'"}, {0x625, "i"},
  {0x626, "'"}, {0x627, "a"}, {0x628, "b"}, {0x629, "a"}, {0x62A, "t"},
  {0x62B, "th"}, {0x62C, "j"}, {0x62D, "h"}, {0x62E, "kh"}, {0x62F, "d"},
  {0x630, "dh"}, {0x631, "r"}, {0x632, "z"}, {0x633, "s"}, {0x634, "sh"},
  {0x635, "s"}, {0x636, "d"}, {0x637, "t"}, {0x638, "z"}, {0x639, "'"},
  {0x63A, "gh"}, {0x640, ""}, {0x641, "f"}, {0x642, "q"}, {0x643, "k"},
  {0x644, "l"}, {0x645, "m"}, {0x646, "n"}, {0x647, "h"}, {0x648, "w"},
  {0x649, "a"}, {0x64A, "y"}, {0x64B, "an"}, {0x64C, "un"}, {0x64D, "in"},
  {0x64E, "a"}, {0x64F, "u"}, {0x650, "i"}, {0x651, ""}, {0x652, ""},
  {0x660, "0"}, {0x661, "1"}, {0x662, "2"}, {0x663, "3"}, {0x664, "4"},
  {0x665, "5"}, {0x666, "6"}, {0x667, "7"}, {0x668, "8"}, {0x669, "9"},
  {0x679, "t"}, {0x67E, "p"}, {0x686, "ch"}, {0x688, "d"}, {0x691, "r"},
  {0x698, "zh"}, {0x6A9, "k"}, {0x6AF, "g"}, {0x6BA, "n"}, {0x6BE, "h"},
  {0x6C1, "h"}, {0x6CC, "y"}, {0x6D2, "e"}, {0x6D5, "e"},
  /* Georgian */
  {0x10D0, "a"}, {0x10D1, "b"}, {0x10D2, "g"}, {0x10D3, "d"}, {0x10D4, "e"},
  {0x10D5, "v"}, {0x10D6, "z"}, {0x10D7, "t"}, {0x10D8, "i"}, {0x10D9, "k"},
  {0x10DA, "l"}, {0x10DB, "m"}, {0x10DC, "n"}, {0x10DD, "o"}, {0x10DE, "p"},
  {0x10DF, "zh"}, {0x10E0, "r"}, {0x10E1, "s"}, {0x10E2, "t"},
  {0x10E3, "u"}, {0x10E4, "p"}, {0x10E5, "k"}, {0x10E6, "gh"},
  {0x10E7, "q"}, {0x10E8, "sh"}, {0x10E9, "ch"}, {0x10EA, "ts"},
  {0x10EB, "dz"}, {0x10EC, "ts"}, {0x10ED, "ch"}, {0x10EE, "kh"},
  {0x10EF, "j"}, {0x10F0, "h"},
};

/* Consonant pairs of Greek that are written as one sound. */
static const struct { uint16_t a, b; const char *to; } greek_pairs[] = {
  {0x3BF, 0x3C5, "ou"}, {0x3B3, 0x3B3, "ng"}, {0x3B3, 0x3BE, "nx"},
  {0x3B3, 0x3C7, "nch"},
};

/* Places in the blocks of Indic scripts, which are laid out alike. */
static const char *const indic[0x80] = {
  [0x01] = "m", [0x02] = "m", [0x03] = "h", [0x05] = "a", [0x06] = "a",
  [0x07] = "i", [0x08] = "i", [0x09] = "u", [0x0A] = "u", [0x0B] = "r",
  [0x0E] = "e", [0x0F] = "e", [0x10] = "ai", [0x11] = "o", [0x12] = "o",
  [0x13] = "o", [0x14] = "au", [0x15] = "k", [0x16] = "kh", [0x17] = "g",
  [0x18] = "gh", [0x19] = "n", [0x1A] = "c", [0x1B] = "ch", [0x1C] = "j",
  [0x1D] = "jh", [0x1E] = "n", [0x1F] = "t", [0x20] = "th", [0x21] = "d",
  [0x22] = "dh", [0x23] = "n", [0x24] = "t", [0x25] = "th", [0x26] = "d",
  [0x27] = "dh", [0x28] = "n", [0x29] = "n", [0x2A] = "p", [0x2B] = "ph",
  [0x2C] = "b", [0x2D] = "bh", [0x2E] = "m", [0x2F] = "y", [0x30] = "r",
  [0x31] = "r", [0x32] = "l", [0x33] = "l", [0x34] = "l", [0x35] = "v",
  [0x36] = "sh", [0x37] = "sh", [0x38] = "s", [0x39] = "h", [0x3C] = "",
  [0x3D] = "'", [0x3E] = "a", [0x3F] = "i", [0x40] = "i", [0x41] = "u",
  [0x42] = "u", [0x43] = "r", [0x46] = "e", [0x47] = "e", [0x48] = "ai",
  [0x49] = "o", [0x4A] = "o", [0x4B] = "o", [0x4C] = "au", [0x4D] = "",
  [0x58] = "q", [0x59] = "kh", [0x5A] = "gh", [0x5B] = "z", [0x5C] = "r",
  [0x5D] = "rh", [0x5E] = "f", [0x5F] = "y", [0x64] = ".", [0x65] = ".",
  [0x66] = "0", [0x67] = "1", [0x68] = "2", [0x69] = "3", [0x6A] = "4",
  [0x6B] = "5", [0x6C] = "6", [0x6D] = "7", [0x6E] = "8", [0x6F] = "9",
};

/* From U+3041 on; small letters as their large ones. */
static const char *const kana[] = {
  "a", "a", "i", "i", "u", "u", "e", "e", "o", "o", "ka", "ga", "ki", "gi",
  "ku", "gu", "ke", "ge", "ko", "go", "sa", "za", "shi", "ji", "su", "zu",
  "se", "ze", "so", "zo", "ta", "da", "chi", "ji", "", "tsu", "zu", "te",
  "de", "to", "do", "na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi",
  "bi", "pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma",
  "mi", "mu", "me", "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra", "ri",
  "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "vu", "ka", "ke",
};
enum { N_KANA = sizeof kana / sizeof *kana, SMALL_TSU = 0x3063 };

/* Hangul: U+AC00 + (initial * 21 + vowel) * 28 + final. */
static const char *const initials[] = {
  "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj",
  "ch", "k", "t", "p", "h",
};
static const char *const vowels[] = {
  "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe",
  "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i",
};
static const char *const finals[] = {
  "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p",
  "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
};
/* The same before a vowel. */
static const char *const moved[] = {
  "", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls",
  "lt", "lp", "r", "m", "b", "ps", "s", "ss", "ng", "j", "ch", "k", "t", "p",
  "",
};
enum { INITIAL_R = 5, NO_INITIAL = 11 };

typedef struct Text {
  LitErr *e;
  const char *s;
  size_t n, at;             /* at: behind the character being written */
  LitBuf *out;
} Text;

/* The character after the present one, 0 if there is none. */
static uint32_t peek(const Text *t, size_t *len) {
  uint32_t cp = 0;
  *len = t->at < t->n ? lit_utf8_get(t->s + t->at, t->n - t->at, &cp) : 0;
  return cp;
}

static int row_cmp(const void *key, const void *row) {
  uint32_t cp = *(const uint32_t *)key, at = ((const Row *)row)->cp;
  return cp < at ? -1 : cp > at;
}

static const char *row_of(uint32_t cp) {
  const Row *r = bsearch(&cp, rows, sizeof rows / sizeof *rows, sizeof *rows,
                         row_cmp);
  return r ? r->to : NULL;
}

/* Put small letters in the case of the character that they stand for. */
static void put_like(Text *t, uint32_t cp, const char *to) {
  size_t len, from = t->out->n;
  uint32_t next = peek(t, &len);
  int is_capital = utf8proc_toupper((int32_t)cp) == (int32_t)cp &&
                   utf8proc_tolower((int32_t)cp) != (int32_t)cp;
  int all = len && utf8proc_tolower((int32_t)next) != (int32_t)next;
  lit_buf_text(t->e, t->out, to);
  for (size_t i = from; is_capital && i < t->out->n; i++) {
    if (t->out->at[i] >= 'a' && t->out->at[i] <= 'z') t->out->at[i] -= 32;
    if (!all) break;
  }
}

static uint32_t base_of(uint32_t cp) {
  int32_t to[8];
  int last;
  utf8proc_ssize_t n = utf8proc_decompose_char(
      (int32_t)cp, to, 8, UTF8PROC_DECOMPOSE | UTF8PROC_STABLE, &last);
  return n > 0 ? (uint32_t)utf8proc_tolower(to[0]) : cp;
}

/* The character at t->at, composed with the marks after it. */
static uint32_t take(Text *t) {
  int32_t pair[2];
  uint32_t cp, mark;
  size_t len;
  t->at += lit_utf8_get(t->s + t->at, t->n - t->at, &cp);
  while ((mark = peek(t, &len)) >= 0x300 && cp >= 0x41 &&
         (mark < 0x370 || (mark >= 0x653 && mark <= 0x655) ||
          mark == 0x3099 || mark == 0x309A)) {
    pair[0] = (int32_t)cp, pair[1] = (int32_t)mark;
    if (utf8proc_normalize_utf32(pair, 2, UTF8PROC_STABLE |
                                 UTF8PROC_COMPOSE) == 1)
      cp = (uint32_t)pair[0];
    t->at += len;                              /* or drop the mark */
  }
  return cp;
}

/* Two letters of Greek at once: 1 if they were. */
static int greek_pair(Text *t, uint32_t cp) {
  static const char voiceless[] = "\xce\xb8\xce\xba\xce\xbe\xcf\x80\xcf\x83"
                                  "\xcf\x82\xcf\x84\xcf\x86\xcf\x87\xcf\x88";
  char one[5] = {0};
  size_t len;
  Text ahead = *t;
  uint32_t next = t->at < t->n ? take(&ahead) : 0, after;
  uint32_t a = base_of(cp), b = base_of(next);
  const char *to = NULL;
  for (size_t i = 0; i < sizeof greek_pairs / sizeof *greek_pairs; i++)
    if (a == greek_pairs[i].a && b == greek_pairs[i].b) to = greek_pairs[i].to;
  if (to) {
    t->at = ahead.at;
    put_like(t, cp, to);
    return 1;
  }
  if (b != 0x3C5 || next == 0x3CB || next == 0x3B0) return 0;
  if (a != 0x3B1 && a != 0x3B5 && a != 0x3B7) return 0;
  t->at = ahead.at;                            /* αυ, ευ, ηυ */
  after = peek(t, &len);
  if (len) lit_utf8_put(base_of(after), one);
  put_like(t, cp, row_of(a));
  lit_buf_u8(t->e, t->out, after >= 0x370 && after < 0x2000 &&
             !strstr(voiceless, one) ? 'v' : 'f');
  return 1;
}

static void put_hangul(Text *t, uint32_t cp) {
  uint32_t s = cp - 0xAC00, end = s % 28, next;
  size_t len;
  next = peek(t, &len) - 0xAC00;
  lit_buf_text(t->e, t->out, s / 588 == INITIAL_R && t->out->n &&
               t->out->at[t->out->n - 1] == 'l' ? "l" : initials[s / 588]);
  lit_buf_text(t->e, t->out, vowels[s / 28 % 21]);
  lit_buf_text(t->e, t->out, next < 11172 && next / 588 == NO_INITIAL
               ? moved[end] : finals[end]);
}

static uint32_t kana_of(uint32_t cp) {
  if (cp >= 0x30A1 && cp <= 0x30F6) cp -= 0x60;
  return cp >= 0x3041 && cp < 0x3041 + N_KANA ? cp : 0;
}

static int is_vowel(int c) { return c && strchr("aeiou", c) != NULL; }

/* kya out of ki and small ya; foreign fa, ti, ... out of fu and small a. */
static void put_small(Text *t, uint32_t cp) {
  LitBuf *out = t->out;
  const char *to = kana[cp - 0x3041];
  if (out->n && is_vowel(out->at[out->n - 1])) {
    int is_y = to[0] == 'y', soft;
    out->n--;
    soft = out->n && (out->at[out->n - 1] == 'j' ||
                      (out->n > 1 && out->at[out->n - 1] == 'h' &&
                       strchr("sc", out->at[out->n - 2])));
    lit_buf_text(t->e, out, is_y && soft ? to + 1 : to);
  } else {
    lit_buf_text(t->e, out, to);
  }
}

static void put_kana(Text *t, uint32_t cp) {
  static const uint32_t small[] = {0x3041, 0x3043, 0x3045, 0x3047, 0x3049,
                                   0x3083, 0x3085, 0x3087};
  const char *to = kana[cp - 0x3041];
  size_t len;
  uint32_t next = kana_of(peek(t, &len));
  for (size_t i = 0; i < sizeof small / sizeof *small; i++)
    if (cp == small[i]) {
      put_small(t, cp);
      return;
    }
  if (cp == SMALL_TSU) {
    to = next && next != SMALL_TSU ? kana[next - 0x3041] : "";
    if (to[0] && !is_vowel(to[0]))
      lit_buf_u8(t->e, t->out, to[0] == 'c' ? 't' : (unsigned char)to[0]);
    return;
  }
  lit_buf_text(t->e, t->out, to);
  if (cp == 0x3093 && next && strchr("aeiouy", kana[next - 0x3041][0]))
    lit_buf_u8(t->e, t->out, '\'');
}

/* A consonant has an a in it unless a vowel sign or the virama follows; the
** dot of a changed consonant comes between. */
enum { NUKTA = 0x3C };
static void put_indic(Text *t, uint32_t cp, const char *to) {
  uint32_t block = cp & ~0x7Fu, at = cp & 0x7F, sign;
  size_t len;
  uint32_t next = peek(t, &len);
  lit_buf_text(t->e, t->out, to);
  if (!((at >= 0x15 && at <= 0x39) || (at >= 0x58 && at <= 0x5F) ||
        at == NUKTA))
    return;
  sign = (next & ~0x7Fu) == block ? next & 0x7F : 0;
  if (sign == NUKTA || (sign >= 0x3E && sign <= 0x4D)) return;
  lit_buf_u8(t->e, t->out, 'a');
}

static const char *indic_of(uint32_t cp) {
  return cp >= 0x900 && cp < 0xD80 ? indic[cp & 0x7F] : NULL;
}

/* Decomposed: what Latin letters it is made of, or it itself. */
static void put_other(Text *t, uint32_t cp, const char *s, size_t len) {
  int32_t to[32];
  int last;
  const size_t from = t->out->n;
  utf8proc_ssize_t n = utf8proc_decompose_char(
      (int32_t)cp, to, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
      UTF8PROC_STABLE, &last);
  for (utf8proc_ssize_t i = 0; i < n; i++) {
    uint32_t c = (uint32_t)to[i];
    const char *known = row_of((uint32_t)utf8proc_tolower(to[i]));
    if (utf8proc_category(to[i]) == UTF8PROC_CATEGORY_MN && i > 0) continue;
    if (known) {
      put_like(t, c, known);
    } else if (c < 0x80) {
      lit_buf_u8(t->e, t->out, c);
    } else {
      n = 0;
      break;
    }
  }
  if (n > 0 && n <= 32) return;
  t->out->n = from;
  lit_buf_put(t->e, t->out, s, len);
}

static void put_next(Text *t) {
  size_t from = t->at;
  uint32_t cp = take(t);
  const char *to = row_of((uint32_t)utf8proc_tolower((int32_t)cp));
  if (cp < 0x80) lit_buf_u8(t->e, t->out, cp);
  else if (cp == 0xFFFD) lit_buf_put(t->e, t->out, t->s + from, t->at - from);
  else if (cp >= 0x370 && cp < 0x400 && greek_pair(t, cp)) return;
  else if (to) put_like(t, cp, to);
  else if (cp >= 0xAC00 && cp <= 0xD7A3) put_hangul(t, cp);
  else if (kana_of(cp)) put_kana(t, kana_of(cp));
  else if (cp == 0x30FC && t->out->n && is_vowel(t->out->at[t->out->n - 1]))
    lit_buf_u8(t->e, t->out, t->out->at[t->out->n - 1]);
  else if (indic_of(cp)) put_indic(t, cp, indic_of(cp));
  else put_other(t, cp, t->s + from, t->at - from);
}

enum { STRIDE = 1 << 16 };

int lit_translit(LitErr *e, const char *s, size_t n, const LitStop *stop,
                 LitBuf *out) {
  Text t = {.e = e, .s = s, .n = n, .out = out};
  size_t ask = STRIDE;
  while (t.at < n && !e->rc) {
    if (t.at >= ask && stop) lit_stopped(e, stop), ask = t.at + STRIDE;
    put_next(&t);
  }
  return e->rc;
}
