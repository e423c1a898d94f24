/* pieces_char.c -- see pieces_char.h.
**
** The character is asked for between two letters, which shows what it is, and
** then at the begin and the end of a word and alone, where it must be the same.
*/
#include <string.h>
#include "text/pieces_char.h"
#include "text/tokparts.h"
#include "text/utf8.h"
#include "base/poison.h"

/* The pieces of cp with a letter before it, after it, or none. */
static int ask(LitErr *e, const LitSubword *t, LitWork *w, uint32_t cp,
               int before, int after) {
  char s[6] = "a";
  size_t n = (size_t)before;
  n += lit_utf8_put(cp, s + n);
  if (after) s[n++] = 'a';
  if (lit_work_begin(e, w, s, n, 0) || lit_steps_run(e, &t->normal, w) ||
      lit_tokadd_cut(e, t, w))
    return e->rc;
  return lit_steps_run(e, &t->pretok, w);
}

/* Is piece i the bytes s[0..n)? */
static int is_piece(const LitWork *w, size_t i, const char *s, size_t n) {
  const LitPiece *p = &w->pieces[i];
  return p->id == LIT_PIECE_TEXT && p->to - p->from == n &&
         memcmp(w->text.at + p->from, s, n) == 0;
}

/* What the pieces say of a character between two letters. */
static LitPiecesChar kind_of(const LitWork *w) {
  LitPiecesChar c = {.kind = LIT_CHAR_OTHER};
  const LitPiece *middle = &w->pieces[w->n_pieces / 2];
  size_t ends = w->n_pieces == 1, n;
  if (w->n_pieces == 2) c.kind = LIT_CHAR_BLANK;
  if (w->n_pieces != 1 && w->n_pieces != 3) return c;
  n = middle->to - middle->from - 2 * ends;
  if (n > sizeof c.text) return c;
  memcpy(c.text, w->text.at + middle->from + ends, n);
  c.n = (uint8_t)n;
  c.kind = ends ? LIT_CHAR_PART : LIT_CHAR_SIGN;
  return c;
}

/* Are the pieces those of such a character? */
static int is_so(const LitWork *w, const LitPiecesChar *c, int before,
                 int after) {
  char word[sizeof c->text + 2] = "a";
  size_t n = (size_t)before, i = 0;
  if (c->kind == LIT_CHAR_PART) {
    memcpy(word + n, c->text, c->n);
    n += c->n;
    if (after) word[n++] = 'a';
    return n ? w->n_pieces == 1 && is_piece(w, 0, word, n) : w->n_pieces == 0;
  }
  if (w->n_pieces != (size_t)(before + after + (c->kind == LIT_CHAR_SIGN)))
    return 0;
  if (before && !is_piece(w, i++, "a", 1)) return 0;
  if (c->kind == LIT_CHAR_SIGN && !is_piece(w, i++, c->text, c->n)) return 0;
  return !after || is_piece(w, i, "a", 1);
}

int lit_pieces_char(LitErr *e, const LitSubword *t, LitWork *w, uint32_t cp,
                    LitPiecesChar *out) {
  *out = (LitPiecesChar){0};
  if (ask(e, t, w, cp, 1, 1)) return e->rc;
  *out = kind_of(w);
  for (int i = 3; i >= 0 && out->kind != LIT_CHAR_OTHER; i--) {
    if (ask(e, t, w, cp, i & 1, i >> 1)) return e->rc;
    if (!is_so(w, out, i & 1, i >> 1)) out->kind = LIT_CHAR_OTHER;
  }
  return LIT_OK;
}
