/* toktext.h -- a text on its way through a tokenizer: its bytes as changed so
** far, where in the original each byte comes from, and the pieces it is cut
** into.
**
** Normalizers rewrite the bytes, pre-tokenizers cut pieces; both keep, for
** each byte, the span of the original that it stands for, by the rules of
** Hugging Face's NormalizedString, so that offsets come out equal to theirs:
** a byte of a changed character has the span of the character it replaced, an
** inserted one that of the character before it.
*/
#ifndef LIT_TOKTEXT_H
#define LIT_TOKTEXT_H
#include <stddef.h>
#include <stdint.h>
#include "base/stop.h"
#include "text/subword.h"

typedef struct LitTrack {
  char *at;                 /* [n] */
  LitSpan *src;             /* [n] span of the original */
  size_t n, room, room_src;
} LitTrack;

enum { LIT_PIECE_TEXT = -1 };

typedef struct LitPiece {
  uint32_t from, to;        /* Bytes of the track */
  uint32_t shift;           /* Where in the original the piece begins */
  int32_t id;               /* An added token's, or LIT_PIECE_TEXT */
} LitPiece;

/* One character of a rewritten piece.  change 0: replaces the next character
** of the old text; > 0: is inserted; -k: replaces one and drops k more. */
typedef struct LitChange {
  uint32_t cp;
  int32_t change;
} LitChange;

/* A stretch of a piece, and whether a pattern matched it. */
typedef struct LitStretch {
  uint32_t from, to;
  int hit;
} LitStretch;

typedef struct LitTok {
  uint32_t id;
  LitSpan span;
} LitTok;

/* What the parts of a tokenizer work on; lives in the scratch. */
typedef struct LitWork {
  LitTrack text, next;
  LitPiece *pieces, *fresh;
  size_t n_pieces, room_pieces, n_fresh, room_fresh;
  LitChange *changes;
  size_t n_changes, room_changes;
  LitStretch *cuts;
  size_t n_cuts, room_cuts;
  LitTok *toks;             /* Of a model: spans within the piece */
  size_t n_toks, room_toks;
  void *model_room;         /* A model's own, [room_model] bytes */
  size_t room_model;
  LitBuf bytes;             /* For whoever needs some */
  void *match;              /* PCRE2's match data, made by tokregex.c */
  const LitStop *stop;
  /* A model whose sums depend, by rounding, on what came before: the sum so
  ** far, before and after; and how close the closest choice was. */
  float sum, gap;
  int at_start, at_end;     /* Does the text begin, end its span? */
} LitWork;

void lit_work_drop(LitWork *w);

/* What a scratch holds on to for the next text is at most this; more is given
** back. */
enum { LIT_SCRATCH_KEPT = 16 << 20 };
size_t lit_work_bytes(const LitWork *w);

/* Begin with bytes s[0..n), `offset` bytes into the original: one piece. */
int lit_work_begin(LitErr *e, LitWork *w, const char *s, size_t n,
                   uint32_t offset);

/* Rewriting.  fn looks at w->text in p->from .. p->to-1 and either returns 0
** (the piece stays as it is) or appends its new bytes to w->next by the
** functions below and returns 1.  It is not called for empty pieces. */
typedef int (*LitRewrite)(LitErr *e, const void *state, LitWork *w,
                          const LitPiece *p);
int lit_work_rewrite(LitErr *e, LitWork *w, LitRewrite fn, const void *state);

/* Append to w->changes, then lit_work_transform writes the piece anew by
** them, its first `skip` characters dropped. */
int lit_work_change(LitErr *e, LitWork *w, uint32_t cp, int32_t change);
/* Returns 1, so that it can end a rewrite. */
int lit_work_transform(LitErr *e, LitWork *w, const LitPiece *p, size_t skip);
/* Copy bytes from .. to-1 of w->text with their spans to w->next; append
** bytes s[0..n), all of span src. */
int lit_work_keep(LitErr *e, LitWork *w, size_t from, size_t to);
int lit_work_put(LitErr *e, LitWork *w, const char *s, size_t n, LitSpan src);
/* Put text before piece p: the piece as it stands goes to w->next behind it. */
int lit_work_prepend(LitErr *e, LitWork *w, const LitPiece *p, const char *s,
                     size_t n);                              /* Returns 1 */

/* Cutting.  fn appends stretches that cover the piece to w->cuts. */
typedef int (*LitCutter)(LitErr *e, const void *state, LitWork *w,
                         const LitPiece *p);
typedef enum LitCutMode {   /* What becomes of the stretches that matched */
  LIT_CUT_REMOVED, LIT_CUT_ISOLATED, LIT_CUT_WITH_PREVIOUS, LIT_CUT_WITH_NEXT,
  LIT_CUT_CONTIGUOUS,
  LIT_CUT_IDS               /* Added tokens: `hit` is an id + 1 */
} LitCutMode;
int lit_work_cut(LitErr *e, LitWork *w, LitCutter fn, const void *state,
                 LitCutMode mode);
int lit_work_stretch(LitErr *e, LitWork *w, size_t from, size_t to, int hit);
/* Stretches by a test on single characters; by one character. */
int lit_work_cut_chars(LitErr *e, LitWork *w, int (*is)(uint32_t cp),
                       LitCutMode mode);
int lit_work_cut_char(LitErr *e, LitWork *w, uint32_t cp, LitCutMode mode);

int lit_work_tok(LitErr *e, LitWork *w, uint32_t id, size_t from, size_t to);
/* A model's own memory, at least n bytes. */
void *lit_work_room(LitErr *e, LitWork *w, size_t n);
int lit_ascii_only(const char *s, size_t n);
#endif
