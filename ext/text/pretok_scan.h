/* pretok_scan.h -- the split patterns of well-known models, by hand. */
#ifndef LIT_PRETOK_SCAN_H
#define LIT_PRETOK_SCAN_H
#include <stddef.h>

/* Where the match that begins at s[at] ends; every pattern here matches at
** every place. */
typedef size_t (*LitScan)(const char *s, size_t n, size_t at);

typedef struct LitScanner {
  const char *name;         /* "gpt2", "cl100k", ... */
  const char *pattern;      /* The regular expression that it stands for */
  LitScan scan;
} LitScanner;

extern const LitScanner lit_scanners[];               /* name NULL: the end */
const LitScanner *lit_scanner_find(const char *pattern);
const LitScanner *lit_scanner_named(const char *name);
#endif
