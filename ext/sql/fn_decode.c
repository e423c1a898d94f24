/* fn_decode.c -- what the shadow tables of a lit table hold.
**
**   lit_decode(kind, blob)
**       JSON of a chunk of %_data, or of a record cut out of one; the kinds are
**       in lit_kinds ("format").  The id of a chunk is its segment << 32 | part
**       << 24 | number, so the terms of segment 1 are
**
**         SELECT lit_decode('terms', chunk) FROM papers_data
**         WHERE id >> 24 = 1 << 8 | 3;
**
**       and what 'terms' says of a word's postings (kind, chunk, at, bytes) is
**
**         SELECT lit_decode('block', substr(chunk, at + 1, bytes)) ...
**
**       Bytes that do not say how they are cut are told so by numbers behind the
**       kind, which the segment's 'meta' knows: of vectors of 384 float32
**
**         SELECT lit_decode('vectors(384, 0)', chunk) ...
**
**       NULL gives NULL.  Errors: no such kind; a number out of its range; bytes
**       that are not of it: from which on.  The hash behind a chunk is not asked.
*/
#include <string.h>
#include "index/decode.h"
#include "sql/tables.h"
#include "text/utf8.h"
#include "base/poison.h"

static void fn_decode(sqlite3_context *ctx, int argc, sqlite3_value **argv) {
  LitErr e = {0};
  LitBuf out = {0};
  const LitDecoder *d;
  const char *kind;
  uint32_t numbers[LIT_DECODE_NUMBERS];
  size_t n;
  if (lit_any_null(argc, argv))
    return;
  if (lit_arg_text(&e, "lit_decode", argv[0], &kind, &n) ||
      lit_decode_kind(&e, "lit_decode", kind, &d, numbers))
    goto done;
  if (sqlite3_value_type(argv[1]) != SQLITE_BLOB)
    lit_fail(&e, LIT_MISMATCH, "lit_decode: expected a BLOB");
  if (e.rc) goto done;
  n = (size_t)sqlite3_value_bytes(argv[1]);
  if (lit_decode(&e, "lit_decode", d, numbers, sqlite3_value_blob(argv[1]), n,
                 &out))
    goto done;
  if (lit_utf8_bad((const char *)out.at, out.n) < out.n) {
    lit_fail(&e, LIT_CORRUPT, "lit_decode: a term is not valid UTF-8");
    goto done;
  }
  lit_result_text(ctx, (const char *)out.at, out.n);

done:
  lit_buf_drop(&out);
  if (e.rc) lit_result_err(ctx, &e);
}

const LitFunc lit_funcs_decode[] = {
  {"lit_decode", 2, LIT_PURE, fn_decode, "(kind, blob) -> JSON of what a "
   "shadow table holds"},
  {0},
};
