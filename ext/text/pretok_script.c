/* pretok_script.c -- UnicodeScripts: cut where another script begins, as
** sentencepiece does: Hiragana and Katakana count as Han, and a space, like a
** character without a script, goes with what is before it.  Those before the
** first script are dropped, as Hugging Face's library drops them. */
#include "text/pretok.h"
#include "text/uniclass.h"
#include "text/utf8.h"
#include "base/poison.h"

static int scripts(LitErr *e, const void *state, LitWork *w,
                   const LitPiece *p) {
  size_t from = p->from, len;
  unsigned last = 0;
  (void)state;
  for (size_t at = p->from; at < p->to; at += len) {
    uint32_t cp;
    unsigned now;
    len = lit_utf8_get(w->text.at + at, p->to - at, &cp);
    now = lit_uni_script(cp);
    if (!now) continue;
    if (now != last && at > from) {
      lit_work_stretch(e, w, from, at, !last);
      from = at;
    }
    last = now;
  }
  return lit_work_stretch(e, w, from, p->to, !last);
}

static int run(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut(e, w, scripts, state, LIT_CUT_REMOVED);
}

const LitStepKind lit_pretok_script = {
  .name = "UnicodeScripts", .doc = "cut where another script begins",
  .run = run,
};
