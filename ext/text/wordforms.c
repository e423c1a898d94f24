/* wordforms.c -- see wordforms.h.  All lists are sorted. */
#include <stdint.h>
#include <string.h>
#include "text/wordforms.h"
#include "text/wordrows.h"
#include "base/poison.h"

enum { LETTERS = 7 };       /* of the longest */

static const char stops[][LETTERS + 1] = {
  "a", "about", "above", "after", "again", "against", "al", "all", "also",
  "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
  "before", "being", "below", "between", "both", "but", "by", "can", "cannot",
  "could", "did", "do", "does", "doing", "dont", "down", "during", "each",
  "eg", "et", "etc", "few", "for", "from", "further", "had", "has", "have",
  "having", "he", "her", "here", "hers", "him", "his", "how", "however", "i",
  "ie", "if", "in", "into", "is", "it", "its", "itself", "may", "me", "might",
  "more", "most", "must", "my", "no", "nor", "not", "of", "off", "on", "once",
  "only", "or", "other", "our", "ours", "out", "over", "own", "same", "shall",
  "she", "should", "so", "some", "such", "than", "that", "the", "their",
  "theirs", "them", "then", "there", "these", "they", "this", "those",
  "through", "thus", "to", "too", "under", "until", "up", "upon", "us", "very",
  "via", "was", "we", "were", "what", "when", "where", "whether", "which",
  "while", "who", "whom", "whose", "why", "will", "with", "within", "without",
  "would", "you", "your", "yours",
};

/* `second` lists beginnings of the second word, each ended by a blank; "*" is
** any word.  First halves that are words of their own name what they join. */
typedef struct Form {
  char first[LETTERS + 1];
  const char *second;
} Form;
static const Form forms[] = {
  {"anti", "*"}, {"auto", "*"}, {"back", "bone door prop ward "},
  {"base", "line "}, {"bench", "mark "}, {"bi", "*"}, {"block", "chain "},
  {"chat", "bot "}, {"check", "point "}, {"co", "*"}, {"code", "base "},
  {"counter", "fact example part "}, {"cross", "*"}, {"data", "base set "},
  {"de", "*"}, {"down", "sampl scal stream "}, {"drop", "out "},
  {"feed", "back forward "}, {"few", "shot "}, {"fine", "grain tun "},
  {"frame", "work "}, {"hyper", "*"}, {"inter", "*"}, {"intra", "*"},
  {"key", "frame phrase point word "}, {"life", "long "}, {"macro", "*"},
  {"mask", "out "}, {"meta", "*"}, {"micro", "*"}, {"mini", "*"},
  {"mono", "*"}, {"multi", "*"}, {"non", "*"}, {"off", "line load policy "},
  {"on", "line "}, {"one", "shot "}, {"open", "source "},
  {"out", "lier perform put "},
  {"over", "fit lap smooth sampl paramet confid "}, {"para", "phras "},
  {"pipe", "line "}, {"poly", "*"}, {"post", "*"}, {"pre", "*"},
  {"pseudo", "*"}, {"quasi", "*"}, {"re", "*"}, {"self", "*"}, {"semi", "*"},
  {"sub", "*"}, {"super", "*"}, {"test", "bed "}, {"time", "line step "},
  {"token", "iz is "}, {"trade", "off "}, {"trans", "*"}, {"tri", "*"},
  {"ultra", "*"}, {"un", "*"}, {"under", "fit sampl specif "}, {"uni", "*"},
  {"up", "sampl scal stream "}, {"white", "box "}, {"work", "flow load "},
  {"zero", "shot "},
};

/* What all these lists have; none begins with another. */
static const char latters[][LETTERS + 1] = {
  "back", "base", "bed", "bone", "bot", "box", "chain", "confid", "door",
  "example", "fact", "fit", "flow", "forward", "frame", "grain", "is", "iz",
  "lap", "lier", "line", "load", "long", "mark", "off", "out", "paramet",
  "part", "perform", "phras", "point", "policy", "prop", "put", "sampl",
  "scal", "set", "shot", "smooth", "source", "specif", "step", "stream", "tun",
  "ward", "word", "work",
};

/* The row of s[0..n) among `rows` of `size` bytes, which begin with a word. */
static const void *find(const void *rows, size_t n_rows, size_t size,
                        const char *s, size_t n) {
  const uint64_t number = lit_wordrow_number(s, n);
  const void *at;
  if (n == 0 || n > LETTERS) return NULL;
  at = lit_wordrow_last(rows, n_rows, size, number);
  return lit_wordrow_of(at) == number ? at : NULL;
}

static const Form *form_of(const char *s, size_t n) {
  return find(forms, sizeof forms / sizeof *forms, sizeof *forms, s, n);
}

int lit_wordforms_is_stop(const char *s, size_t n) {
  return find(stops, sizeof stops / sizeof *stops, sizeof *stops, s, n) != NULL;
}

int lit_wordforms_is_first(const char *s, size_t n) {
  return form_of(s, n) != NULL;
}

static int is_open(const Form *f) { return f->second[0] == '*'; }

int lit_wordforms_is_open(const char *s, size_t n) {
  const Form *f = form_of(s, n);
  return f && is_open(f);
}

int lit_wordforms_is_second(const char *s, size_t n) {
  return n == 4 && memcmp(s, "wise", 4) == 0;
}

/* Does s[0..n) begin with one of `list`, each ended by a blank? */
static int begins(const char *list, const char *s, size_t n) {
  while (*list) {
    size_t k = 0;
    while (k < n && list[k] == s[k]) k++;
    if (list[k] == ' ') return 1;
    list = strchr(list, ' ') + 1;
  }
  return 0;
}

int lit_wordforms_is_latter(const char *s, size_t n) {
  const char *row = lit_wordrow_last(latters, sizeof latters / sizeof *latters,
                                     sizeof *latters, lit_wordrow_number(s, n));
  const size_t len = strlen(row);
  return len <= n && memcmp(row, s, len) == 0;
}

int lit_wordforms_join(const char *a, size_t na, const char *b, size_t nb) {
  const Form *f;
  if (lit_wordforms_is_second(b, nb)) return na > 2;
  f = form_of(a, na);
  if (!f || nb < 3) return 0;
  if (is_open(f)) return !lit_wordforms_is_stop(b, nb);
  return begins(f->second, b, nb);
}
