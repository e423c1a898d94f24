/* clean_tex.c -- TeX in a text, whole or with its backslashes lost.
**
** A command is a row: a sign to put for it, a wrapper whose braces go and
** whose content stays, something to drop, or something to drop with its
** argument.  Of an unknown command only the backslash goes (\log, \methodname).
*/
#include <string.h>
#include <utf8proc.h>
#include "text/clean_in.h"
#include "text/utf8.h"
#include "text/wordrows.h"
#include "base/poison.h"

/* Bytes looked ahead for an end, and how deep braces may be nested there. */
enum { BRACES = 300, NESTED = 16, MATH = 600, NAME = 24 };

enum { SIGN, WRAP, DROP, ARG, FRACTION, ACCENT };
typedef struct Command {
  char name[16];
  int kind;
  const char *text;         /* SIGN: what to put; WRAP: put before, or NULL */
} Command;

/* Sorted: capitals first. */
static const Command commands[] = {
  {"AA", SIGN, "\xc3\x85"}, {"AE", SIGN, "\xc3\x86"}, {"Big", DROP, 0},
  {"Bigg", DROP, 0}, {"Bigl", DROP, 0}, {"Bigr", DROP, 0},
  {"Delta", SIGN, "\xce\x94"}, {"Gamma", SIGN, "\xce\x93"},
  {"H", ACCENT, "\xcc\x8b"}, {"L", SIGN, "\xc5\x81"},
  {"Lambda", SIGN, "\xce\x9b"}, {"Leftarrow", SIGN, "\xe2\x87\x90"},
  {"Leftrightarrow", SIGN, "\xe2\x87\x94"}, {"O", SIGN, "\xc3\x98"},
  {"OE", SIGN, "\xc5\x92"}, {"Omega", SIGN, "\xce\xa9"},
  {"Phi", SIGN, "\xce\xa6"}, {"Pi", SIGN, "\xce\xa0"},
  {"Psi", SIGN, "\xce\xa8"}, {"Rightarrow", SIGN, "\xe2\x87\x92"},
  {"S", SIGN, "\xc2\xa7"}, {"Sigma", SIGN, "\xce\xa3"},
  {"Theta", SIGN, "\xce\x98"}, {"Vert", SIGN, "|"}, {"Xi", SIGN, "\xce\x9e"},
  {"aa", SIGN, "\xc3\xa5"}, {"ae", SIGN, "\xc3\xa6"},
  {"alpha", SIGN, "\xce\xb1"}, {"approx", SIGN, "\xe2\x89\x88"},
  {"ast", SIGN, "*"}, {"b", ACCENT, "\xcc\xb1"}, {"bar", WRAP, 0},
  {"begin", ARG, 0}, {"beta", SIGN, "\xce\xb2"}, {"bf", DROP, 0},
  {"big", DROP, 0}, {"bigg", DROP, 0}, {"bigl", DROP, 0}, {"bigr", DROP, 0},
  {"bm", WRAP, 0}, {"boldsymbol", WRAP, 0}, {"c", ACCENT, "\xcc\xa7"},
  {"cal", DROP, 0}, {"cap", SIGN, "\xe2\x88\xa9"}, {"cdot", SIGN, "\xc2\xb7"},
  {"cdots", SIGN, "..."}, {"chi", SIGN, "\xcf\x87"},
  {"circ", SIGN, "\xe2\x88\x98"}, {"cite", ARG, 0}, {"citep", ARG, 0},
  {"citet", ARG, 0}, {"color", ARG, 0}, {"cup", SIGN, "\xe2\x88\xaa"},
  {"d", ACCENT, "\xcc\xa3"}, {"dagger", SIGN, "\xe2\x80\xa0"},
  {"degree", SIGN, "\xc2\xb0"}, {"delta", SIGN, "\xce\xb4"},
  {"dfrac", FRACTION, 0}, {"displaystyle", DROP, 0}, {"dots", SIGN, "..."},
  {"eg", SIGN, "e.g."}, {"ell", SIGN, "\xe2\x84\x93"}, {"em", DROP, 0},
  {"emph", WRAP, 0}, {"emptyset", SIGN, "\xe2\x88\x85"}, {"end", ARG, 0},
  {"ensuremath", WRAP, 0}, {"epsilon", SIGN, "\xce\xb5"}, {"eqref", ARG, 0},
  {"equiv", SIGN, "\xe2\x89\xa1"}, {"eta", SIGN, "\xce\xb7"},
  {"etal", SIGN, "et al."}, {"exists", SIGN, "\xe2\x88\x83"},
  {"footnote", WRAP, " "}, {"footnotemark", DROP, 0},
  {"forall", SIGN, "\xe2\x88\x80"}, {"frac", FRACTION, 0},
  {"gamma", SIGN, "\xce\xb3"}, {"ge", SIGN, "\xe2\x89\xa5"},
  {"geq", SIGN, "\xe2\x89\xa5"}, {"gg", SIGN, "\xe2\x89\xab"},
  {"hat", WRAP, 0}, {"hbox", WRAP, 0}, {"hspace", ARG, 0},
  {"i", SIGN, "\xc4\xb1"}, {"ie", SIGN, "i.e."}, {"in", SIGN, "\xe2\x88\x88"},
  {"infty", SIGN, "\xe2\x88\x9e"}, {"int", SIGN, "\xe2\x88\xab"},
  {"iota", SIGN, "\xce\xb9"}, {"it", DROP, 0}, {"k", ACCENT, "\xcc\xa8"},
  {"kappa", SIGN, "\xce\xba"}, {"l", SIGN, "\xc5\x82"}, {"label", ARG, 0},
  {"lambda", SIGN, "\xce\xbb"}, {"langle", SIGN, "\xe2\x9f\xa8"},
  {"ldots", SIGN, "..."}, {"le", SIGN, "\xe2\x89\xa4"}, {"left", DROP, 0},
  {"leftarrow", SIGN, "\xe2\x86\x90"},
  {"leftrightarrow", SIGN, "\xe2\x86\x94"}, {"leq", SIGN, "\xe2\x89\xa4"},
  {"limits", DROP, 0}, {"ll", SIGN, "\xe2\x89\xaa"},
  {"longrightarrow", SIGN, "\xe2\x86\x92"}, {"mapsto", SIGN, "\xe2\x86\xa6"},
  {"mathbb", WRAP, 0}, {"mathbf", WRAP, 0}, {"mathcal", WRAP, 0},
  {"mathfrak", WRAP, 0}, {"mathit", WRAP, 0}, {"mathop", WRAP, 0},
  {"mathrm", WRAP, 0}, {"mathscr", WRAP, 0}, {"mathsf", WRAP, 0},
  {"mathtt", WRAP, 0}, {"mbox", WRAP, 0}, {"mp", SIGN, "\xe2\x88\x93"},
  {"mu", SIGN, "\xce\xbc"}, {"nabla", SIGN, "\xe2\x88\x87"},
  {"ne", SIGN, "\xe2\x89\xa0"}, {"neq", SIGN, "\xe2\x89\xa0"},
  {"noindent", DROP, 0}, {"nu", SIGN, "\xce\xbd"}, {"o", SIGN, "\xc3\xb8"},
  {"oe", SIGN, "\xc5\x93"}, {"omega", SIGN, "\xcf\x89"},
  {"operatorname", WRAP, 0}, {"overline", WRAP, 0},
  {"partial", SIGN, "\xe2\x88\x82"}, {"phi", SIGN, "\xcf\x86"},
  {"pi", SIGN, "\xcf\x80"}, {"pm", SIGN, "\xc2\xb1"},
  {"prime", SIGN, "\xe2\x80\xb2"}, {"prod", SIGN, "\xe2\x88\x8f"},
  {"propto", SIGN, "\xe2\x88\x9d"}, {"psi", SIGN, "\xcf\x88"},
  {"qquad", SIGN, " "}, {"quad", SIGN, " "}, {"r", ACCENT, "\xcc\x8a"},
  {"rangle", SIGN, "\xe2\x9f\xa9"}, {"ref", ARG, 0}, {"rho", SIGN, "\xcf\x81"},
  {"right", DROP, 0}, {"rightarrow", SIGN, "\xe2\x86\x92"}, {"rm", DROP, 0},
  {"sc", DROP, 0}, {"setminus", SIGN, "\xe2\x88\x96"},
  {"sigma", SIGN, "\xcf\x83"}, {"sim", SIGN, "~"}, {"sqrt", WRAP, "sqrt "},
  {"ss", SIGN, "\xc3\x9f"}, {"star", SIGN, "*"},
  {"subset", SIGN, "\xe2\x8a\x82"}, {"subseteq", SIGN, "\xe2\x8a\x86"},
  {"sum", SIGN, "\xe2\x88\x91"}, {"tag", ARG, 0}, {"tau", SIGN, "\xcf\x84"},
  {"text", WRAP, 0}, {"textasciitilde", SIGN, "~"}, {"textbf", WRAP, 0},
  {"textemdash", SIGN, "\xe2\x80\x94"}, {"textendash", SIGN, "\xe2\x80\x93"},
  {"textgreater", SIGN, ">"}, {"textit", WRAP, 0}, {"textless", SIGN, "<"},
  {"textrm", WRAP, 0}, {"textsc", WRAP, 0}, {"textsf", WRAP, 0},
  {"textsl", WRAP, 0}, {"textsubscript", WRAP, 0},
  {"textsuperscript", WRAP, 0}, {"texttt", WRAP, 0}, {"textup", WRAP, 0},
  {"tfrac", FRACTION, 0}, {"theta", SIGN, "\xce\xb8"}, {"tilde", WRAP, 0},
  {"times", SIGN, "\xc3\x97"}, {"to", SIGN, "\xe2\x86\x92"}, {"tt", DROP, 0},
  {"u", ACCENT, "\xcc\x86"}, {"uline", WRAP, 0}, {"underline", WRAP, 0},
  {"url", WRAP, 0}, {"v", ACCENT, "\xcc\x8c"},
  {"varepsilon", SIGN, "\xce\xb5"}, {"varphi", SIGN, "\xcf\x86"},
  {"vec", WRAP, 0}, {"vert", SIGN, "|"}, {"widehat", WRAP, 0},
  {"widetilde", WRAP, 0}, {"xi", SIGN, "\xce\xbe"}, {"xspace", DROP, 0},
  {"zeta", SIGN, "\xce\xb6"},
};

static const Command *command_of(const char *s, size_t n) {
  const Command *row;
  if (n == 0 || n >= sizeof row->name) return NULL;
  row = lit_wordrow_last(commands, sizeof commands / sizeof *commands,
                         sizeof *commands, lit_wordrow_number(s, n));
  while (memcmp(row->name, s, n) != 0 || row->name[n]) {
    if (row == commands || lit_wordrow_of(row[-1].name) !=
                           lit_wordrow_of(row->name))
      return NULL;
    row--;
  }
  return row;
}

static size_t letters(const LitClean *c, size_t i) {
  size_t n = 0;
  while (n < NAME && lit_clean_is_letter(lit_clean_at(c, i + n))) n++;
  return n;
}

static void push(LitClean *c, int brace) {
  if (c->depth < LIT_CLEAN_DEPTH) c->braces[c->depth] = (char)brace;
  c->depth++;
}

/* The } for the { at i, within BRACES bytes; 0 if there is none. */
static size_t brace_end(const LitClean *c, size_t i) {
  int depth = 0;
  for (size_t j = i; j < c->n && j - i < BRACES; j++) {
    if (c->s[j] == '{' && ++depth > NESTED) return 0;
    if (c->s[j] == '}' && --depth == 0) return j;
  }
  return 0;
}

/* The accent `mark` (a combining character) on the letter that begins at i,
** {i}, \i, or with a blank before it if that is allowed; the command began
** `len` bytes before i.  Returns 0 if there is no letter. */
static size_t accent(LitClean *c, size_t i, size_t len, const char *mark) {
  size_t j = i, open = 0;
  char pair[8];
  int32_t cp[2];
  uint32_t combining;
  size_t n, len_pair = 0;
  if (lit_clean_at(c, j) == ' ' && lit_clean_is_letter(c->s[i - 1])) j++;
  if (lit_clean_at(c, j) == '{') open = 1, j++;
  if (lit_clean_at(c, j) == '\\') j++;
  if (!lit_clean_is_letter(lit_clean_at(c, j))) return 0;
  if (c->s[j - 1] == '\\' && (c->s[j] | 0x20) != 'i' && (c->s[j] | 0x20) != 'j')
    return 0;
  cp[0] = c->s[j++];
  if (open && lit_clean_at(c, j) != '}') return 0;
  lit_utf8_get(mark, strlen(mark), &combining);
  cp[1] = (int32_t)combining;
  n = utf8proc_normalize_utf32(cp, 2, UTF8PROC_STABLE | UTF8PROC_COMPOSE) == 1
          ? 1 : 2;
  for (size_t k = 0; k < n; k++)
    len_pair += lit_utf8_put((uint32_t)cp[k], pair + len_pair);
  return lit_clean_edit(c, i - len, j + open - (i - len), pair, len_pair);
}

/* \" \' \` \^ \~ \= \. before a letter. */
static size_t sign_accent(LitClean *c, size_t i) {
  static const char signs[] = "\"'`^~=.";
  static const char *const marks[] = {
    "\xcc\x88", "\xcc\x81", "\xcc\x80", "\xcc\x82", "\xcc\x83", "\xcc\x84",
    "\xcc\x87",
  };
  int sign = lit_clean_at(c, i + 1);
  const char *found = sign ? strchr(signs, sign) : NULL;
  return found ? accent(c, i + 2, 2, marks[found - signs]) : 0;
}

/* \% and the like stay without the backslash; spacing commands are blanks. */
static size_t sign_command(LitClean *c, size_t i) {
  int sign = lit_clean_at(c, i + 1);
  if (sign && strchr("!/-()[]", sign)) return lit_clean_edit(c, i, 2, "", 0);
  if (sign && strchr(",;:\\", sign)) return lit_clean_edit(c, i, 2, " ", 1);
  return lit_clean_edit(c, i, 1, "", 0);
}

/* A command's own argument begins at i: its { goes, and so will its }. */
static size_t open_argument(LitClean *c, size_t i, size_t len,
                            const Command *row) {
  size_t end = i + len;
  int brace = row->kind == FRACTION ? LIT_BRACE_FRAC : LIT_BRACE_DROP;
  const char *text = row->text ? row->text : "";
  if (strcmp(row->name, "url") == 0 &&
      lit_clean_is_alnum(lit_clean_before(c, i)))
    text = " ";
  if (lit_clean_at(c, end) == '{') end++, push(c, brace);
  return lit_clean_edit_str(c, i, end - i, text);
}

static size_t drop_argument(LitClean *c, size_t i, size_t len) {
  size_t end = i + len, close;
  if (lit_clean_at(c, end) == '{' && (close = brace_end(c, end)) > 0)
    end = close + 1;
  return lit_clean_edit(c, i, end - i, "", 0);
}

size_t lit_clean_backslash(LitClean *c, size_t i) {
  size_t n = letters(c, i + 1), end;
  const Command *row = command_of(c->s + i + 1, n);
  if (n == 0)
    return (end = sign_accent(c, i)) > 0 ? end : sign_command(c, i);
  if (!row) return lit_clean_edit(c, i, 1, "", 0);
  if (row->kind == SIGN) {
    end = i + 1 + n;
    if (row->text[0] && lit_clean_at(c, end) == '.' &&
        row->text[strlen(row->text) - 1] == '.' && row->text[0] != '.')
      end++;                                    /* \eg. has one dot */
    return lit_clean_edit_str(c, i, end - i, row->text);
  }
  if (row->kind == ACCENT)
    return (end = accent(c, i + 1 + n, 1 + n, row->text)) > 0
               ? end : lit_clean_edit(c, i, 1, "", 0);
  if (row->kind == ARG) return drop_argument(c, i, 1 + n);
  if (row->kind == DROP) return lit_clean_edit(c, i, 1 + n, "", 0);
  return open_argument(c, i, 1 + n, row);
}

/* Do the braces from i to end hold one thing, as TeX's do, or are they a set's?
** {ViT-B}, {\it so}, but not { x in A }, {n,k}. */
static int is_group(const LitClean *c, size_t i, size_t end) {
  if (lit_clean_at(c, i + 1) == '\\') return 1;
  for (size_t j = i + 1; j < end; j++)
    if (lit_clean_is_space(lit_clean_at(c, j)) || c->s[j] == ',') return 0;
  return 1;
}

/* What a byte says of the formula that it is in. */
enum { SPACED = 1, TEX = 2, SKIP = 4, CLOSE = 8, ESCAPE = SKIP | TEX };
static const uint8_t in_formula[256] = {
  [1] = SPACED, [2] = SPACED, [3] = SPACED, [4] = SPACED, [5] = SPACED,
  [6] = SPACED, [7] = SPACED, [8] = SPACED, [9] = SPACED, [10] = SPACED,
  [11] = SPACED, [12] = SPACED, [13] = SPACED, [14] = SPACED, [15] = SPACED,
  [16] = SPACED, [17] = SPACED, [18] = SPACED, [19] = SPACED, [20] = SPACED,
  [21] = SPACED, [22] = SPACED, [23] = SPACED, [24] = SPACED, [25] = SPACED,
  [26] = SPACED, [27] = SPACED, [28] = SPACED, [29] = SPACED, [30] = SPACED,
  [31] = SPACED, [' '] = SPACED, ['\\'] = ESCAPE, ['$'] = CLOSE,
  ['^'] = TEX, ['_'] = TEX, ['{'] = TEX, ['}'] = TEX, ['='] = TEX,
  ['<'] = TEX, ['>'] = TEX, ['|'] = TEX, ['+'] = TEX,
};

/* Where the formula that the $ at i opens ends, 0 if it is a price. */
static size_t math_end(const LitClean *c, size_t i) {
  const size_t end = c->n - i < MATH ? c->n : i + MATH;
  unsigned seen = 0, what;
  size_t j;
  for (j = i + 1; j < end; j++) {
    what = in_formula[(unsigned char)c->s[j]];
    if (what & (CLOSE | SKIP)) {
      if (what == CLOSE) break;
      j++;
    }
    seen |= what;
  }
  if (j >= end || j == i + 1) return 0;
  if (seen & TEX) return j;
  if (lit_clean_is_digit(lit_clean_at(c, i + 1)) &&
      !lit_clean_is_alnum((unsigned char)c->s[j - 1]))
    return 0;
  return seen ? 0 : j;
}

size_t lit_clean_dollar(LitClean *c, size_t i) {
  if (c->math_end == i && i > 0) {
    c->math_end = 0;
  } else if (lit_clean_at(c, i + 1) == '$') {
    return lit_clean_edit(c, i, 2, "", 0);
  } else if (!c->math_end) {
    c->math_end = math_end(c, i);
    if (!c->math_end) return i;
  }
  return lit_clean_edit(c, i, 1, "", 0);
}

/* The word before the blank at i - 1 begins with a digit, or is a little word
** after which a number is expected. */
static int number_before(const LitClean *c, size_t i) {
  static const char *const little[] = {"of", "to", "by", "at", "in", "only",
                                       "with", "for", "from", "about"};
  size_t end = i, start;
  while (end > 0 && c->s[end - 1] == ' ') end--;
  for (start = end; start > 0 && end - start < NAME &&
                    !lit_clean_is_space((unsigned char)c->s[start - 1]); )
    start--;
  if (end == start) return 0;
  if (lit_clean_is_digit(c->s[start])) return 1;
  for (size_t k = 0; k < sizeof little / sizeof *little; k++)
    if (strlen(little[k]) == end - start &&
        memcmp(little[k], c->s + start, end - start) == 0)
      return 1;
  return 0;
}

/* `sim` for about: before a number, where a number is expected; sim50%, but
** not sim2real. */
static int is_about(const LitClean *c, size_t i) {
  size_t j = i + 3, spaced = lit_clean_at(c, j) == ' ';
  j += spaced;
  if (!lit_clean_is_digit(lit_clean_at(c, j))) return 0;
  if (spaced) return number_before(c, i);
  while (lit_clean_is_digit(lit_clean_at(c, j)) || lit_clean_at(c, j) == '.')
    j++;
  if (lit_clean_at(c, j) && strchr("xkKMBT", lit_clean_at(c, j))) j++;
  return !lit_clean_is_alnum(lit_clean_at(c, j));
}

/* 64times 64, 3.5times: the digit before is at i. */
size_t lit_clean_digit(LitClean *c, size_t i) {
  size_t end = i + 6;
  if (c->n - i < 6 || memcmp(c->s + i + 1, "times", 5) ||
      lit_clean_is_alnum(lit_clean_at(c, end)))
    return i;
  if (lit_clean_at(c, end) == ' ' &&
      lit_clean_is_digit(lit_clean_at(c, end + 1)))
    end++;
  return lit_clean_edit_str(c, i + 1, end - i - 1, "\xc3\x97");
}

/* 3.2 pm 0.1, but not 5 pm. */
static int is_plus_minus(const LitClean *c, size_t i) {
  size_t j = i;
  int point = 0;
  if (lit_clean_at(c, i + 2) != ' ' || i < 2 || c->s[i - 1] != ' ') return 0;
  if (!lit_clean_is_digit(lit_clean_at(c, i + 3))) return 0;
  for (j = i - 1; j > 0 && i - j < NAME; j--) {
    if (c->s[j - 1] == '.' || c->s[j - 1] == '%') point = 1;
    else if (!lit_clean_is_digit(c->s[j - 1])) break;
  }
  return point;
}

/* Where the run of letters that ends before i begins: at most NAME letters,
** none of them copied yet. */
static size_t letters_before(const LitClean *c, size_t i) {
  size_t start = i;
  while (start > c->copied && i - start < NAME &&
         lit_clean_is_letter(c->s[start - 1]))
    start--;
  return start;
}

size_t lit_clean_bare_word(LitClean *c, size_t i) {
  static const char *const always[] = {
    "rightarrow", "leftarrow", "leftrightarrow", "longrightarrow",
    "Rightarrow", "infty", "leq", "geq",
  };
  size_t start, n;
  int next = lit_clean_at(c, i + 1);
  if (i == 0 || !strchr("otire", c->s[i - 1])) {      /* arrow infty sim leq */
    if (i == 0 || c->s[i] != 'm' || c->s[i - 1] != 'p') return i;
  }
  if (next == '_' || next == '{' || lit_clean_is_letter(next) || next >= 0x80)
    return i;
  start = letters_before(c, i + 1);
  n = i + 1 - start;
  if (n == 3 && memcmp(c->s + start, "sim", 3) == 0)
    return is_about(c, start) ? lit_clean_edit_str(c, start, 3, "~") : i;
  if (n == 2 && memcmp(c->s + start, "pm", 2) == 0)
    return is_plus_minus(c, start)
               ? lit_clean_edit_str(c, start, 2, "\xc2\xb1") : i;
  for (size_t k = 0; k < sizeof always / sizeof *always; k++)
    if (strlen(always[k]) == n && memcmp(always[k], c->s + start, n) == 0)
      return lit_clean_edit_str(c, start, n,
                                command_of(c->s + start, n)->text);
  return i;
}

/* textit{O}bstacles: a wrapper that lost its backslash, before the { at i. */
static size_t bare_wrapper(LitClean *c, size_t i) {
  size_t start = letters_before(c, i);
  const Command *row = i - start > 2 ? command_of(c->s + start, i - start)
                                     : NULL;
  return row && row->kind == WRAP ? open_argument(c, start, i - start, row)
                                  : i;
}

static size_t open_brace(LitClean *c, size_t i) {
  int before = lit_clean_before(c, i);
  size_t end = brace_end(c, i), done;
  if (before == '^' || before == '_') {
    if (!end) return push(c, LIT_BRACE_KEEP), i;
    push(c, LIT_BRACE_DROP);
    return lit_clean_edit(c, i, 1, "", 0);
  }
  if (end && (done = bare_wrapper(c, i)) > i) return done;
  if (!end || !is_group(c, i, end)) return push(c, LIT_BRACE_KEEP), i;
  push(c, LIT_BRACE_DROP);
  if (end > i + 2 && (lit_clean_is_alnum(before) || before == '/') &&
      !c->math_end)
    return lit_clean_edit(c, i, 1, " ", 1);     /* Wukong{ViT-B} */
  return lit_clean_edit(c, i, 1, "", 0);
}

size_t lit_clean_brace(LitClean *c, size_t i) {
  int kind = LIT_BRACE_DROP;
  if (c->s[i] == '{') return open_brace(c, i);
  if (c->depth > 0) {
    c->depth--;
    kind = c->depth < LIT_CLEAN_DEPTH ? c->braces[c->depth] : LIT_BRACE_KEEP;
  }
  if (kind == LIT_BRACE_KEEP) return i;
  if (kind == LIT_BRACE_FRAC && lit_clean_at(c, i + 1) == '{') {
    push(c, LIT_BRACE_DROP);
    return lit_clean_edit(c, i, 2, "/", 1);
  }
  return lit_clean_edit(c, i, 1, "", 0);
}
