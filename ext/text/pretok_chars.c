/* pretok_chars.c -- pre-tokenizers that cut at single characters of a class:
** BertPreTokenizer, WhitespaceSplit, Punctuation, Digits. */
#include "text/pretok.h"
#include "text/uniclass.h"
#include "base/poison.h"

int lit_is_punct(uint32_t cp) { return lit_uni_is(LIT_UNI_PUNCT, cp); }
static int is_numeric(uint32_t cp) { return lit_uni_is(LIT_UNI_NUMERIC, cp); }

static int run_bert(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  lit_work_cut_chars(e, w, lit_uni_space, LIT_CUT_REMOVED);
  return lit_work_cut_chars(e, w, lit_is_punct, LIT_CUT_ISOLATED);
}

static int run_whitespace_split(LitErr *e, const void *state, LitWork *w) {
  (void)state;
  return lit_work_cut_chars(e, w, lit_uni_space, LIT_CUT_REMOVED);
}

/* A space is neither punctuation nor a digit: what these do left of the cut
** does not depend on what is right of it. */
static void cuts_elsewhere(const void *state, LitCuts *c) {
  (void)state, (void)c;
}

static void cuts_at_space(const void *state, LitCuts *c) {
  (void)state;
  if (c->space == ' ') c->cut = 1;
}

static int load_mode(LitErr *e, LitArena *arena, const json_t *node,
                     void **out) {
  LitCutMode *mode = lit_arena_new(e, arena, 1, sizeof *mode);
  if (!mode) return e->rc;
  *out = mode;
  return lit_cut_mode(e, node, LIT_CUT_ISOLATED, mode);
}

static int run_punctuation(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut_chars(e, w, lit_is_punct, *(const LitCutMode *)state);
}

static int load_digits(LitErr *e, LitArena *arena, const json_t *node,
                       void **out) {
  LitCutMode *mode = lit_arena_new(e, arena, 1, sizeof *mode);
  if (!mode) return e->rc;
  *mode = lit_tokjson_bool(e, node, "individual_digits", 0)
              ? LIT_CUT_ISOLATED : LIT_CUT_CONTIGUOUS;
  *out = mode;
  return e->rc;
}

static int run_digits(LitErr *e, const void *state, LitWork *w) {
  return lit_work_cut_chars(e, w, is_numeric, *(const LitCutMode *)state);
}

const LitStepKind lit_pretok_bert = {
  .name = "BertPreTokenizer", .doc = "white space removed, punctuation apart",
  .run = run_bert, .cuts = cuts_at_space,
};
const LitStepKind lit_pretok_whitespace_split = {
  .name = "WhitespaceSplit", .doc = "white space removed",
  .run = run_whitespace_split, .cuts = cuts_at_space,
};
const LitStepKind lit_pretok_punctuation = {
  .name = "Punctuation", .doc = "cut at punctuation: behavior",
  .load = load_mode, .run = run_punctuation, .cuts = cuts_elsewhere,
};
const LitStepKind lit_pretok_digits = {
  .name = "Digits", .doc = "cut at digits: individual_digits",
  .load = load_digits, .run = run_digits, .cuts = cuts_elsewhere,
};
