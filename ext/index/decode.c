/* decode.c -- see decode.h; vectors and columns are in decode_vecs.c.  The
** formats are described where they are written:
** dir.h, seg.h, ids.c, terms.c, posts_list.h, posts_lens.h */
#include "base/mem.h"
#include "index/decode_json.h"
#include "index/posts_list.h"
#include "base/poison.h"

/* ---- JSON ---- */

void lit_json_number(LitErr *e, LitBuf *out, const char *name, uint64_t v) {
  lit_buf_printf(e, out, "\"%s\":%llu", name, (unsigned long long)v);
}

/* n numbers of `width` bytes, or as many as there are. */
void lit_json_numbers(LitErr *e, LitIn *in, uint64_t n, unsigned width,
                      LitBuf *out) {
  lit_buf_text(e, out, "[");
  for (uint64_t i = 0; i < n && !in->bad && !e->rc; i++) {
    const uint8_t *at = lit_in_take(in, width);
    uint64_t v = 0;
    for (unsigned k = 0; at && k < width; k++) v |= (uint64_t)at[k] << 8 * k;
    lit_buf_printf(e, out, i ? ",%llu" : "%llu", (unsigned long long)v);
  }
  lit_buf_text(e, out, "]");
}

static void hex(LitErr *e, LitBuf *out, const uint8_t *at, size_t n) {
  lit_buf_text(e, out, "\"");
  for (size_t i = 0; at && i < n && !e->rc; i++)
    lit_buf_printf(e, out, "%02x", at[i]);
  lit_buf_text(e, out, "\"");
}

/* ---- the directory and a segment's meta ---- */

static void put_head(LitErr *e, LitIn *in, LitBuf *out) {
  const uint8_t *from = in->at;
  uint32_t n;
  lit_json_number(e, out, "version", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "next", lit_in_u64(in));
  n = lit_in_u32(in);
  lit_buf_text(e, out, ",\"segments\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    lit_buf_text(e, out, i ? ",{" : "{");
    lit_json_number(e, out, "id", lit_in_u64(in));
    lit_buf_printf(e, out, ",\"stamp\":\"%016llx\",",
                   (unsigned long long)lit_in_u64(in));
    lit_json_number(e, out, "dead", lit_in_u32(in));
    lit_buf_printf(e, out, ",\"live_hash\":\"%016llx\"}",
                   (unsigned long long)lit_in_u64(in));
  }
  if (in->bad) return;
  n = (uint32_t)(in->at - from);
  lit_buf_printf(e, out, "],\"hash_is_right\":%s",
                 lit_hash64(from, n) == lit_in_u64(in) ? "true" : "false");
}

static void put_meta(LitErr *e, LitIn *in, LitBuf *out) {
  uint32_t n;
  lit_json_number(e, out, "version", lit_in_u8(in));
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "rows", lit_in_u32(in));
  n = lit_in_u32(in);
  lit_buf_text(e, out, ",\"parts\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    int part = (int)lit_in_u8(in);
    LitIn info;
    size_t n_info;
    lit_buf_text(e, out, i ? ",{" : "{");
    lit_json_number(e, out, "part", (uint64_t)part);
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, "chunks", lit_in_u32(in));
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, "bytes", lit_in_u64(in));
    lit_buf_printf(e, out, ",\"hash\":\"%016llx\",\"info\":",
                   (unsigned long long)lit_in_u64(in));
    n_info = (size_t)lit_in_varint(in);
    info = lit_in(in->at, 0);
    if (lit_in_take(in, n_info)) info.end = in->at;
    if (in->bad) return;
    hex(e, out, info.at, n_info);
    lit_buf_text(e, out, ",\"says\":");
    lit_json_info(e, &info, part, out);
    in->bad |= info.bad || info.at != info.end;
    lit_buf_text(e, out, "}");
  }
  lit_buf_text(e, out, "]");
}

static void put_dead(LitErr *e, LitIn *in, LitBuf *out) {
  size_t n = (size_t)(in->end - in->at), live = 0;
  const uint8_t *at = lit_in_take(in, n);
  for (size_t i = 0; i < n; i++) live += (size_t)__builtin_popcount(at[i]);
  lit_json_number(e, out, "bits", 8 * n);
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "live", live);
}

static void put_ids(LitErr *e, LitIn *in, LitBuf *out) {
  lit_buf_text(e, out, "\"rowids\":[");
  for (int i = 0; in->at < in->end && !in->bad && !e->rc; i++)
    lit_buf_printf(e, out, i ? ",%lld" : "%lld", (long long)lit_in_u64(in));
  lit_buf_text(e, out, "]");
}

/* ---- the dictionary ---- */

static void put_record(LitErr *e, LitIn *in, const char *name, int has_kind,
                       LitBuf *out) {
  static const char *const kinds[] = {"block", "run", "runs", "short"};
  uint64_t v = lit_in_varint(in);
  lit_buf_printf(e, out, ",\"%s\":{", name);
  if (has_kind)
    lit_buf_printf(e, out, "\"kind\":\"%s\",", kinds[v >> 1 & 3]);
  lit_json_number(e, out, "bytes", v >> (has_kind ? 3 : 1));
  if (v & 1) {
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, "chunk", lit_in_varint(in));
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, "at", lit_in_varint(in));
  }
  lit_buf_text(e, out, "}");
}

/* The entries of a block: each shares its beginning with the one before. */
static void put_terms_block(LitErr *e, LitIn *in, LitBuf *out) {
  char term[LIT_TERM_MAX];
  size_t n = 0;
  for (int i = 0; in->at < in->end && !in->bad && !e->rc; i++) {
    uint64_t shared = lit_in_varint(in), more = lit_in_varint(in);
    const uint8_t *at = lit_in_take(in, (size_t)more);
    if (!at || shared > n || more > LIT_TERM_MAX - shared) {
      in->bad = 1;
      return;
    }
    memcpy(term + shared, at, (size_t)more);
    n = (size_t)(shared + more);
    lit_buf_text(e, out, i ? ",{\"term\":" : "{\"term\":");
    lit_buf_json(e, out, term, n);
    lit_buf_text(e, out, ",");
    lit_json_number(e, out, "rows", lit_in_varint(in));
    put_record(e, in, "postings", 1, out);
    put_record(e, in, "positions", 0, out);
    lit_buf_text(e, out, "}");
  }
}

static void put_terms(LitErr *e, LitIn *in, LitBuf *out) {
  uint32_t n = lit_in_u32(in);
  const uint8_t *starts = lit_in_take(in, 4 * (size_t)n), *from = in->at;
  size_t size = (size_t)(in->end - in->at);
  lit_buf_text(e, out, "\"blocks\":[");
  for (uint32_t i = 0; starts && i < n && !in->bad && !e->rc; i++) {
    size_t at = lit_get_u32(starts + 4 * (size_t)i);
    size_t end = i + 1 < n ? lit_get_u32(starts + 4 * (size_t)i + 4) : size;
    if (at > end || end > size || from + at != in->at) {
      in->bad = 1;
      return;
    }
    LitIn block = lit_in(from + at, end - at);
    lit_buf_text(e, out, i ? ",[" : "[");
    put_terms_block(e, &block, out);
    lit_buf_text(e, out, "]");
    *in = (LitIn){from + end, in->end, block.bad};
  }
  lit_buf_text(e, out, "]");
}

/* ---- postings ---- */

static uint32_t put_points(LitErr *e, LitIn *in, LitBuf *out) {
  uint64_t mask = lit_in_varint(in);
  unsigned n = lit_in_u8(in);
  if (mask >= (uint64_t)1 << LIT_FIELDS_MAX) in->bad = 1, mask = 0;
  lit_json_number(e, out, "fields", mask);
  lit_buf_text(e, out, ",\"points\":");
  lit_json_numbers(e, in, 2u * n * (unsigned)__builtin_popcount((unsigned)mask),
                   1, out);
  return (uint32_t)mask;
}

/* n packed numbers of w bits, a patch before them, from bytes that LIT_PACK_SLACK
** more follow. */
static void put_packed(LitErr *e, LitIn *in, uint32_t n, unsigned w,
                       unsigned base, int patched, LitBuf *out) {
  LitPatch patch = {0};
  const uint8_t *at;
  if (patched) patch = lit_patch_take(in, n, w);
  at = lit_in_take(in, lit_pack_bytes(n, w));
  lit_buf_text(e, out, "[");
  for (uint32_t i = 0; at && i < n && !e->rc; i++)
    lit_buf_printf(e, out, i ? ",%u" : "%u", lit_pack_get(at, i, w) + base +
                   (patch.n ? lit_patch_get(&patch, i, w) : 0));
  lit_buf_text(e, out, "]");
}

/* Gaps and the counts of n rows; `word` stands for the gaps' width. */
static void put_numbers(LitErr *e, LitIn *in, uint32_t n, uint32_t n_gaps,
                        unsigned word, uint32_t mask, LitBuf *out) {
  const uint8_t *widths = lit_in_take(in, (size_t)__builtin_popcount(mask));
  uint64_t patched = word & LIT_COUNTS_PATCHED ? lit_in_varint(in) : 0;
  unsigned w = word & 63;
  if (w > 32 || !widths) in->bad = 1;
  if (in->bad) return;
  lit_buf_text(e, out, ",\"gaps\":");
  put_packed(e, in, n_gaps, w, 0, word & LIT_GAPS_PATCHED, out);
  lit_buf_text(e, out, ",\"counts\":[");
  for (int i = 0; mask && !in->bad && !e->rc; mask &= mask - 1, i++) {
    if (i) lit_buf_text(e, out, ",");
    put_packed(e, in, n, widths[i] % 33, widths[i] / 33,
               (int)(patched >> __builtin_ctz(mask) & 1), out);
  }
  lit_buf_text(e, out, "]");
}

static void put_block(LitErr *e, LitIn *in, LitBuf *out) {
  uint32_t n = lit_in_u8(in) + 1, mask;
  lit_json_number(e, out, "rows", n);
  lit_buf_text(e, out, ",");
  mask = put_points(e, in, out);
  put_numbers(e, in, n, n, lit_in_u8(in), mask, out);
}

static void put_short(LitErr *e, LitIn *in, LitBuf *out) {
  uint64_t head = lit_in_varint(in), first, mask = head >> 1;
  uint32_t n = head & 1 ? 1 : lit_in_u8(in) + 1;
  unsigned word = head & 1 ? 0 : lit_in_u8(in);
  first = lit_in_varint(in);
  if (mask >= (uint64_t)1 << LIT_FIELDS_MAX) in->bad = 1;
  if (in->bad) return;
  lit_json_number(e, out, "rows", n);
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "fields", mask);
  lit_buf_text(e, out, ",");
  lit_json_number(e, out, "first", first);
  put_numbers(e, in, n, n - 1, word, (uint32_t)mask, out);
}

static void put_run(LitErr *e, LitIn *in, LitBuf *out) {
  uint32_t n = lit_in_u32(in), from = 0;
  const uint8_t *ends, *base;
  if (n > LIT_RUN) in->bad = 1;
  lit_buf_text(e, out, "\"last_rows\":");
  lit_json_numbers(e, in, n, 4, out);
  ends = lit_in_take(in, 4 * (size_t)n);
  lit_buf_text(e, out, ",");
  put_points(e, in, out);
  base = in->at;
  lit_buf_text(e, out, ",\"blocks\":[");
  for (uint32_t i = 0; ends && i < n && !in->bad && !e->rc; i++) {
    uint32_t end = lit_get_u32(ends + 4 * (size_t)i);
    if (end < from || end > (size_t)(in->end - base)) {
      in->bad = 1;
      return;
    }
    LitIn block = lit_in(base + from, end - from);
    lit_buf_text(e, out, i ? ",{" : "{");
    put_block(e, &block, out);
    lit_buf_text(e, out, "}");
    *in = (LitIn){base + end, in->end, block.bad || block.at != block.end};
    from = end;
  }
  lit_buf_text(e, out, "]");
}

static void put_runs(LitErr *e, LitIn *in, LitBuf *out) {
  static const char *const names[] = {
    "last_row", "postings_chunk", "postings_at", "postings_bytes",
    "positions_chunk", "positions_at", "positions_bytes", "points_end" };
  uint32_t n = lit_in_u32(in);
  lit_buf_text(e, out, "\"runs\":[");
  for (uint32_t i = 0; i < n && !in->bad && !e->rc; i++) {
    for (int k = 0; k < 8; k++) {
      lit_buf_text(e, out, k ? "," : i ? ",{" : "{");
      lit_json_number(e, out, names[k], lit_in_u32(in));
    }
    lit_buf_text(e, out, "}");
  }
  lit_buf_text(e, out, "],\"points\":");
  n = in->bad ? 0 : (uint32_t)(in->end - in->at);
  lit_json_numbers(e, in, n, 1, out);
}

static void put_lens(LitErr *e, LitIn *in, LitBuf *out) {
  const uint8_t *widths = lit_in_take(in, LIT_FIELDS_MAX);
  size_t sum = 0, n;
  for (int f = 0; widths && f < LIT_FIELDS_MAX; f++) {
    if (widths[f] > 4 || widths[f] == 3) in->bad = 1;
    sum += widths[f];
  }
  if (in->bad || sum == 0 || (size_t)(in->end - in->at) % sum) {
    in->bad = 1;
    return;
  }
  n = (size_t)(in->end - in->at) / sum;
  lit_json_number(e, out, "rows", n);
  lit_buf_text(e, out, ",\"lengths\":[");
  for (int f = 0, i = 0; f < LIT_FIELDS_MAX; f++) {
    if (!widths[f]) continue;
    if (i++) lit_buf_text(e, out, ",");
    lit_json_numbers(e, in, n, widths[f], out);
  }
  lit_buf_text(e, out, "]");
}

/* ---- all of them ---- */

static const LitDecoder decoders[] = {
  {"head", 0, "rows 0 and -1 of %_data: the segments", put_head, NULL, {{0}}},
  {"meta", 8, "part 0 of a segment: its parts", put_meta, NULL, {{0}}},
  {"dead", 0, "part 1: which rows are alive, a bit each", put_dead, NULL,
   {{0}}},
  {"rowids", 8, "part 2: rowids", put_ids, NULL, {{0}}},
  {"terms", 8, "part 3: terms, and where their postings are", put_terms, NULL,
   {{0}}},
  {"lengths", 8, "part 6: words of each row, by field", put_lens, NULL, {{0}}},
  {"block", 0, "cut out of part 4: postings of up to 128 rows", put_block,
   NULL, {{0}}},
  {"short", 0, "cut out of part 4: a list of one block", put_short, NULL,
   {{0}}},
  {"run", 0, "cut out of part 4: up to 64 blocks", put_run, NULL, {{0}}},
  {"runs", 0, "cut out of part 4: where the runs of a term are", put_runs,
   NULL, {{0}}},
  {"values", 0, "cut out of a FILTER column, parts 16 to 63: a page of its "
   "values; reals by their bits", lit_json_values, NULL, {{0}}},
  {"cells", 0, "(least, greatest) cut out of a FILTER column: numbers of the "
   "values of up to 8192 rows", NULL, lit_json_cells,
   {{"least", 0, 0, UINT32_MAX}, {"greatest", 0, 0, UINT32_MAX}}},
  {"vectors", 8, "(dim, type 0 to 4 [, rows]) parts 64, 68, ...: vectors, as "
   "float32, float16, bfloat16, int8 or bit", NULL, lit_json_vectors,
   {{"dim", 1, 1, 65536}, {"type", 0, 0, 4}, {"rows", 0, 0, UINT32_MAX}}},
  {"codes", 8, "(dim) parts 65, 69, ...: vectors as int8", NULL,
   lit_json_codes, {{"dim", 1, 1, 65536}}},
  {"centroids", 8, "(words) parts 66, 70, ...: about the centroids of lists",
   NULL, lit_json_centroids, {{"words", 1, 1, 1024}}},
  {"list", 8, "(words) parts 67, 71, ...: 1-bit codes of a list of vectors",
   NULL, lit_json_list, {{"words", 1, 1, 1024}}},
  {"sketches", 8, "(words) parts 67, 71, ..., the chunks behind those of lists and "
   "a centre: 1-bit codes of rows", NULL, lit_json_sketches, {{"words", 1, 1, 1024}}},
};

const LitDecoder *lit_decoder_row(size_t i) {
  return i < sizeof decoders / sizeof *decoders ? &decoders[i] : NULL;
}

static const LitNames names = LIT_NAMES(decoders);

int lit_decode_kind(LitErr *e, const char *who, const char *kind,
                    const LitDecoder **d, uint32_t *p) {
  double numbers[LIT_DECODE_NUMBERS] = {0};
  size_t n = lit_spec_name(&kind);
  const char *rest = kind + n;
  *d = lit_names_find(e, who, "kind", &names, kind, n);
  if (!*d) return e->rc;
  rest = lit_spec_numbers(e, who, (*d)->name, rest, (*d)->numbers,
                          LIT_DECODE_NUMBERS, numbers, NULL);
  if (!rest || lit_spec_end(e, who, (*d)->name, rest)) return e->rc;
  for (int i = 0; i < LIT_DECODE_NUMBERS; i++) p[i] = (uint32_t)numbers[i];
  return LIT_OK;
}

int lit_decode(LitErr *e, const char *who, const LitDecoder *d,
               const uint32_t *p, const void *at, size_t n, LitBuf *out) {
  LitIn in;
  uint8_t *copy;
  if (n < d->hash)
    return lit_fail(e, LIT_CORRUPT, "%s: %zu bytes, too few for kind '%s'", who,
                    n, d->name);
  copy = lit_new0(e, n + LIT_PACK_SLACK, 1);
  if (!copy) return e->rc;
  if (n) memcpy(copy, at, n);
  in = lit_in(copy, n - d->hash);
  lit_buf_text(e, out, "{");
  if (d->put) d->put(e, &in, out);
  else d->cut(e, &in, p, out);
  lit_buf_text(e, out, "}");
  if (in.bad || in.at != in.end)
    lit_fail(e, LIT_CORRUPT, "%s: %zu bytes, which are not of kind '%s' from "
             "byte %zu on", who, n, d->name, (size_t)(in.at - copy) + 1);
  lit_free(copy);
  return e->rc;
}
