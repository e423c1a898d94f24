/* wordscan.h -- the plain words of a text, many at a time.
**
** A plain word is a short run of ASCII letters and digits that stands by
** itself, or with another and a hyphen: what follows makes neither a compound,
** nor a number, nor initials of it, see words.h.  In English text 49 of 50
** words are plain.
*/
#ifndef LIT_WORDSCAN_H
#define LIT_WORDSCAN_H
#include "kern/bytes.h"
#include "text/wordstem.h"

/* Of a pair with a hyphen: its SECOND, after a word, and both as one JOINED. */
enum { LIT_PLAIN, LIT_PLAIN_SECOND, LIT_PLAIN_JOINED };

typedef struct LitPlain {
  LitStemKey key;           /* of a JOINED its beginning */
  uint32_t from;            /* bytes from .. from + n of the text, + 1 with
                            ** a hyphen */
  uint16_t n, kind;         /* 1 .. LIT_STEM_WORD, JOINED: twice that */
  LitStemSet *set;          /* where its stem may be, asked for */
} LitPlain;

/* So many are enough for once; a block of bytes has at most 32 words and 16
** pairs of them. */
enum { LIT_PLAINS = 64, LIT_PLAINS_BLOCK = LIT_BYTES / 2 + LIT_BYTES / 4 };

enum {
  LIT_SCAN_BLOCKS = 16,                 /* looked at in one go */
  LIT_SCAN_ROOM = LIT_BYTES + LIT_STEM_WORD     /* read of a block and its last
                                        ** word */
};

typedef struct LitWordScan {
  const LitBytesKern *kern;
  const uint8_t *s;
  size_t n;
  const LitStems *stems;
  size_t at, to;            /* `bits` are known of these bytes */
  LitBytes bits[LIT_SCAN_BLOCKS + 2];
  uint8_t end[2 * LIT_SCAN_ROOM];       /* the last bytes of the text, zeros */
  size_t n_plain;
  LitPlain plain[LIT_PLAINS + LIT_PLAINS_BLOCK];
} LitWordScan;

/* To scan s[0..n) for the table `stems`. */
void lit_wordscan_begin(LitWordScan *scan, const char *s, size_t n,
                        const LitStems *stems);

/* The plain words from byte i on, up to the first word (or run of other bytes
** over 127) that is not plain, or some more than LIT_PLAINS.  Returns where that
** begins, or n, or where to go on. */
size_t lit_wordscan(LitWordScan *scan, size_t i);
#endif
