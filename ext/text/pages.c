/* pages.c -- see pages.h.
**
** Which line is a title and which an abstract is decided for all lines of a
** page at once, by the cheapest way to label them (Viterbi): a line that does
** not look like its label costs up to LOOKS, a card without its title or its
** abstract costs LOST.  So a short abstract stays one where the order around
** it is right, and after a lost line the order is found again.
*/
#include <string.h>
#include "base/mem.h"
#include "text/pages.h"
#include "base/poison.h"

typedef enum Label { TITLE, ABSTRACT, MORE /* of the abstract */, N_LABELS }
    Label;
static const double LOOKS = 3, LOST = 6, NO_BLANK = 1, GOES_ON = 0.5;

typedef struct Line {
  uint32_t at, n;
  uint8_t blank_before, label;
  uint8_t from[N_LABELS];         /* the best label of the line before */
} Line;

typedef struct Reader {
  const char *s;
  Line *lines;
  size_t n_lines, room;
  LitCard card;                   /* rank, date and feed go on */
  int said_header;                /* the page's own problem has been told */
  int (*each)(LitErr *e, void *to, const LitCard *card);
  void *to;
} Reader;

static int begins(const char *s, size_t n, const char *with) {
  size_t len = strlen(with);
  return n >= len && memcmp(s, with, len) == 0;
}

static int is(const char *s, size_t n, const char *what) {
  return n == strlen(what) && memcmp(s, what, n) == 0;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* Up to `most` digits at s[*i..n); -1 if there are none. */
static int number(const char *s, size_t n, size_t *i, int most) {
  int v = -1;
  for (; *i < n && most > 0 && is_digit(s[*i]); ++*i, most--)
    v = (v < 0 ? 0 : v) * 10 + (s[*i] - '0');
  return v;
}

/* Mar 18, or March 18, 2025. */
static int is_date(const char *s, size_t n, char out[11]) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const char *found = NULL;
  size_t i = 3;
  int day, year = -1, month;
  for (month = 1; n > 4 && n < 24 && month <= 12 && !found; month++)
    if (memcmp(s, months + 3 * (month - 1), 3) == 0) found = s;
  if (!found) return 0;
  while (i < n && s[i] >= 'a' && s[i] <= 'z') i++;
  if (i == n || s[i++] != ' ') return 0;
  day = number(s, n, &i, 2);
  if (day < 1 || day > 31) return 0;
  if (i + 6 == n && s[i] == ',' && s[i + 1] == ' ')
    i += 2, year = number(s, n, &i, 4);
  if (i != n) return 0;
  month--;
  memcpy(out, "0000-00-00", 11);
  for (int k = 3; k >= 0 && year > 0; k--, year /= 10)
    out[k] = (char)('0' + year % 10);
  out[5] = (char)('0' + month / 10), out[6] = (char)('0' + month % 10);
  out[8] = (char)('0' + day / 10), out[9] = (char)('0' + day % 10);
  if (out[0] == '0') memmove(out, out + 5, 6);
  return 1;
}

static int is_header(const char *s, size_t n) {
  return is(s, n, "new") || is(s, n, "Subscribe") ||
         is(s, n, "Daily Papers") ||
         (begins(s, n, "Get trending papers") && n < 60) ||
         (begins(s, n, "by") && n < 60 &&
          begins(s + n - (n < 9 ? n : 9), n < 9 ? n : 9, "community"));
}

/* How much a line looks like an abstract (to +LOOKS) or a title (-LOOKS). */
static double looks(const Reader *r, const Line *line) {
  double x = ((double)line->n - 220) / 50;
  char last = r->s[line->at + line->n - 1];
  x += last == '.' || last == '!' || last == '?' ? 0.5 : -0.5;
  return x > LOOKS ? LOOKS : x < -LOOKS ? -LOOKS : x;
}

/* What it costs that `now` follows `before` (N_LABELS: nothing). */
static double follows(int before, int now, const Line *line) {
  double cost = line->blank_before ? 0 : NO_BLANK;
  if (now == TITLE) return cost + (before == TITLE ? LOST : 0);
  if (now == ABSTRACT) return before == TITLE ? 0 : LOST + cost;
  if (line->blank_before || before == TITLE || before == N_LABELS) return 1e9;
  return GOES_ON;
}

static void label(Reader *r) {
  double cost[N_LABELS] = {0}, next[N_LABELS];
  int best = 0;
  for (size_t i = 0; i < r->n_lines; i++) {
    Line *line = &r->lines[i];
    double x = looks(r, line);
    for (int now = 0; now < N_LABELS; now++) {
      next[now] = 1e18;
      for (int b = 0; b < N_LABELS; b++) {
        double c = cost[b] + follows(i ? b : N_LABELS, now, line);
        if (c < next[now]) next[now] = c, line->from[now] = (uint8_t)b;
      }
      if (now == TITLE && x > 0) next[now] += x;
      if (now == ABSTRACT && x < 0) next[now] -= x;
    }
    memcpy(cost, next, sizeof cost);
  }
  cost[TITLE] += LOST;                    /* a last title has no abstract */
  for (int k = 1; k < N_LABELS; k++)
    if (cost[k] < cost[best]) best = k;
  for (size_t i = r->n_lines; i-- > 0; best = r->lines[i].from[best])
    r->lines[i].label = (uint8_t)best;
}

static void problem(LitCard *c, const char *words) {
  size_t n = strlen(c->problem), len = strlen(words);
  if (n + len + 3 > sizeof c->problem) return;
  if (n) memcpy(c->problem + n, "; ", 2), n += 2;
  memcpy(c->problem + n, words, len + 1);
}

static int give(LitErr *e, Reader *r) {
  LitCard *c = &r->card;
  c->problem[0] = '\0';
  c->rank++;
  if (!c->title && !c->abstract) problem(c, "no papers on this page");
  else if (!c->abstract) problem(c, "abstract missing");
  else if (!c->title) problem(c, "title missing");
  else if (c->n_abstract < c->n_title)
    problem(c, "abstract shorter than its title");
  if (!r->said_header && !c->feed) problem(c, "page without a header");
  else if (!r->said_header && !c->date[0]) problem(c, "page without a date");
  r->said_header = 1;
  r->each(e, r->to, c);
  c->title = c->abstract = NULL;
  c->n_title = c->n_abstract = 0;
  return e->rc;
}

/* The lines gathered since the last header, as cards. */
static void give_cards(LitErr *e, Reader *r) {
  LitCard *c = &r->card;
  label(r);
  for (size_t i = 0; i < r->n_lines && !e->rc; i++) {
    const Line *line = &r->lines[i];
    const char *at = r->s + line->at;
    if (line->label == TITLE) {
      if (c->title) give(e, r);
      c->title = at, c->n_title = line->n;
    } else {
      if (line->label == ABSTRACT) c->abstract = at;
      c->n_abstract = (size_t)(at + line->n - c->abstract);
      if (i + 1 == r->n_lines || r->lines[i + 1].label != MORE) give(e, r);
    }
  }
  if (c->title) give(e, r);
  r->n_lines = 0;
}

/* A header's line: cards before it are done, those after it are a new page. */
static void header(LitErr *e, Reader *r, const char *s, size_t n) {
  char date[11] = "";
  int dated = is_date(s, n, date);
  if (r->n_lines > 0) {
    give_cards(e, r);
    r->card.rank = 0, r->card.date[0] = '\0', r->said_header = 0;
  }
  r->card.feed = "Daily Papers";
  if (dated) memcpy(r->card.date, date, sizeof date);
}

static void add_line(LitErr *e, Reader *r, size_t at, size_t n, int blank) {
  char date[11];
  const char *s = r->s + at;
  if (is_header(s, n) || is_date(s, n, date)) {
    header(e, r, s, n);
    return;
  }
  if (LIT_GROW(e, &r->lines, &r->room, r->n_lines + 1)) return;
  r->lines[r->n_lines++] = (Line){.at = (uint32_t)at, .n = (uint32_t)n,
                                  .blank_before = (uint8_t)blank};
}

static int is_blank(char c) { return (unsigned char)c <= ' '; }

int lit_pages_read(LitErr *e, const char *s, size_t n,
                   int (*each)(LitErr *e, void *to, const LitCard *card),
                   void *to) {
  Reader r = {.s = s, .each = each, .to = to};
  size_t start = n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  int blank = 1, any = 0;
  if (n > LIT_PAGE_MAX)
    return lit_fail(e, LIT_TOOBIG, "lit_daily_papers: page of %zu bytes, at "
                    "most %d", n, LIT_PAGE_MAX);
  for (size_t i = start; i < n && !e->rc; ) {
    const char *end = memchr(s + i, '\n', n - i);
    size_t next = end ? (size_t)(end - s) + 1 : n, stop = next;
    while (i < stop && is_blank(s[i])) i++;
    while (stop > i && is_blank(s[stop - 1])) stop--;
    if (stop > i) add_line(e, &r, i, stop - i, blank), any = 1;
    blank = stop == i;
    i = next;
  }
  if (!e->rc) give_cards(e, &r);
  if (!e->rc && any && r.card.rank == 0) give(e, &r);
  lit_free(r.lines);
  return e->rc;
}
