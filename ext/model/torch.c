/* torch.c -- weight files of the PyTorch kind (torch.save since 1.6).
**
** On disk a zip archive whose entries are stored, not compressed:
**
**   NAME/data.pkl    a pickle: dictionary of tensors (pickle.h)
**   NAME/data/KEY    the bytes of storage KEY, little-endian
**
** The archive is read in place: of each entry only its place in the file is
** taken from the central directory (PKWARE's APPNOTE 6.3.9, sections 4.3 to
** 4.5, with zip64), so a storage is used where it is mapped, and there is
** nothing that could be inflated.
*/
#include <stdlib.h>
#include <string.h>
#include "base/buf.h"
#include "model/pickle.h"
#include "model/weights.h"
#include "base/poison.h"

enum {
  END_SIG = 0x06054b50, END_SIZE = 22, END_COMMENT = 65535,
  END64_SIG = 0x06064b50, LOCATOR_SIG = 0x07064b50, LOCATOR_SIZE = 20,
  ENTRY_SIG = 0x02014b50, LOCAL_SIG = 0x04034b50, LOCAL_SIZE = 30,
  ZIP64_EXTRA = 1
};

/* An entry of the archive: its name and its bytes in the mapped file. */
typedef struct Entry {
  const char *name;
  size_t n_name;
  const uint8_t *at;
  uint64_t n;
} Entry;

typedef struct Zip {
  const LitFile *f;
  Entry *entries;
  size_t n, room;
} Zip;

static unsigned u16(LitIn *in) {
  unsigned low = lit_in_u8(in);
  return low | lit_in_u8(in) << 8;
}

/* The bytes of f from offset `at` on; bad if it is beyond the end. */
static LitIn from(const LitFile *f, uint64_t at) {
  LitIn in = lit_in(f->at, f->n);
  if (at > f->n) in.bad = 1;
  else lit_in_take(&in, (size_t)at);
  return in;
}

/* Where the end record lies: the last place that looks like one. */
static uint64_t find_end(const LitFile *f) {
  size_t low = f->n > END_SIZE + END_COMMENT ? f->n - END_SIZE - END_COMMENT : 0;
  if (f->n < END_SIZE) return UINT64_MAX;
  for (size_t i = f->n - END_SIZE + 1; i-- > low;)
    if (lit_get_u32(f->at + i) == END_SIG) return i;
  return UINT64_MAX;
}

/* The central directory's first entry and how many there are. */
static LitIn directory(const LitFile *f, uint64_t *n) {
  uint64_t end = find_end(f), at;
  LitIn in = from(f, end);
  lit_in_take(&in, 10);
  *n = u16(&in);
  lit_in_u32(&in);
  at = lit_in_u32(&in);
  if (!in.bad && (*n == 0xFFFF || at == 0xFFFFFFFF) && end >= LOCATOR_SIZE &&
      lit_get_u32(f->at + end - LOCATOR_SIZE) == LOCATOR_SIG) {
    in = from(f, lit_get_u64(f->at + end - LOCATOR_SIZE + 8));
    if (lit_in_u32(&in) != END64_SIG) in.bad = 1;
    lit_in_take(&in, 28);
    *n = lit_in_u64(&in);
    lit_in_u64(&in);
    at = lit_in_u64(&in);
  }
  return in.bad ? in : from(f, at);
}

/* zip64: sizes that did not fit stand in an extra field, in this order. */
static void wide(LitIn extra, uint64_t *n, uint64_t *packed, uint64_t *at) {
  while (!extra.bad && extra.at < extra.end) {
    unsigned id = u16(&extra), size = u16(&extra);
    const uint8_t *p = lit_in_take(&extra, size);
    LitIn in = lit_in(p, p ? size : 0);
    if (id != ZIP64_EXTRA) continue;
    if (*n == 0xFFFFFFFF) *n = lit_in_u64(&in);
    if (*packed == 0xFFFFFFFF) *packed = lit_in_u64(&in);
    if (*at == 0xFFFFFFFF) *at = lit_in_u64(&in);
  }
}

/* Read one entry of the central directory; false if it does not hold. */
static int entry(const LitFile *f, LitIn *in, Entry *out) {
  uint64_t n, packed, at;
  unsigned method, n_extra, n_comment;
  LitIn local;
  if (lit_in_u32(in) != ENTRY_SIG) return 0;
  lit_in_take(in, 6);
  method = u16(in);
  lit_in_take(in, 8);
  packed = lit_in_u32(in);
  n = lit_in_u32(in);
  out->n_name = u16(in);
  n_extra = u16(in);
  n_comment = u16(in);
  lit_in_take(in, 8);
  at = lit_in_u32(in);
  out->name = (const char *)lit_in_take(in, out->n_name);
  wide(lit_in(in->at, in->bad || n_extra > (size_t)(in->end - in->at)
                          ? 0 : n_extra), &n, &packed, &at);
  lit_in_take(in, n_extra);
  lit_in_take(in, n_comment);
  local = from(f, at);
  if (lit_in_u32(&local) != LOCAL_SIG) return 0;
  lit_in_take(&local, LOCAL_SIZE - 8);
  n_extra = u16(&local);
  n_extra += u16(&local);
  lit_in_take(&local, n_extra);
  out->at = local.at;
  out->n = n;
  return !in->bad && !local.bad && method == 0 && packed == n &&
         n <= (uint64_t)(local.end - local.at);
}

static int read_zip(LitErr *e, const char *where, Zip *zip) {
  uint64_t n;
  LitIn in = directory(zip->f, &n);
  if (in.bad)
    return lit_fail(e, LIT_CORRUPT, "%s: no zip archive of torch.save (or "
                    "one older than PyTorch 1.6)", where);
  for (uint64_t i = 0; i < n; i++) {
    Entry x;
    if (!entry(zip->f, &in, &x))
      return lit_fail(e, LIT_CORRUPT, "%s: zip entry %llu is damaged or "
                      "compressed", where, (unsigned long long)i + 1);
    if (LIT_GROW(e, &zip->entries, &zip->room, zip->n + 1)) return e->rc;
    zip->entries[zip->n++] = x;
  }
  return LIT_OK;
}

/* The entry FOLDER/data.pkl, whose FOLDER/ [*stem] bytes begin all others;
** NULL if there is none. */
static const Entry *find_pickle(const Zip *zip, size_t *stem) {
  static const char tail[] = "/data.pkl";
  size_t n = sizeof tail - 1;
  for (size_t i = 0; i < zip->n; i++) {
    const Entry *x = &zip->entries[i];
    if (x->n_name <= n || memcmp(x->name + x->n_name - n, tail, n)) continue;
    *stem = x->n_name - n + 1;
    return x;
  }
  return NULL;
}

/* Order for qsort and bsearch: by length, then by bytes. */
static int cmp_entry(const void *a, const void *b) {
  const Entry *x = a, *y = b;
  if (x->n_name != y->n_name) return x->n_name < y->n_name ? -1 : 1;
  return memcmp(x->name, y->name, x->n_name);
}

/* The entry of storage `key`: FOLDER/data/KEY; NULL if there is none.  `name`
** is lent for building it. */
static const Entry *find_storage(LitErr *e, const Zip *zip, const Entry *pickle,
                                 size_t stem, const char *key, LitBuf *name) {
  Entry want;
  name->n = 0;
  lit_buf_put(e, name, pickle->name, stem);
  lit_buf_text(e, name, "data/");
  lit_buf_text(e, name, key);
  if (e->rc) return NULL;
  want = (Entry){.name = (char *)name->at, .n_name = name->n};
  return bsearch(&want, zip->entries, zip->n, sizeof want, cmp_entry);
}

/* Row-major without gaps? */
static int contiguous(const LitPickled *p) {
  uint64_t want = 1;
  for (int i = p->n_dims - 1; i >= 0; i--) {
    if (p->dims[i] != 1 && p->strides[i] != want) return 0;
    if (p->dims[i] && want > UINT64_MAX / 16 / p->dims[i]) return 0;
    want *= p->dims[i];
  }
  return 1;
}

/* One tensor of the pickle, found in its storage. */
static int add(LitErr *e, LitWeights *w, const char *file, const Entry *at,
               const LitPickled *p) {
  LitTensor t = {.name = p->name, .file = file, .dtype = p->dtype,
                 .n_dims = p->n_dims};
  uint64_t size = lit_dtype_size(p->dtype), n = 1;
  memcpy(t.dims, p->dims, sizeof t.dims);
  for (int i = 0; i < p->n_dims; i++)
    n = p->dims[i] && n > at->n / p->dims[i] ? UINT64_MAX : n * p->dims[i];
  if (n > at->n / size || p->offset > at->n / size - n)
    return lit_fail(e, LIT_CORRUPT, "%s/%s: tensor %.80s goes beyond its "
                    "storage of %llu bytes", w->folder, file, p->name,
                    (unsigned long long)at->n);
  if (!contiguous(p)) t.dtype = LIT_DT_OTHER;
  t.at = at->at + p->offset * size;
  t.n_bytes = n * size;
  return lit_weights_add(e, w, &t);
}

int lit_torch_list(LitErr *e, LitWeights *w, const LitFile *f,
                   const char *file) {
  Zip zip = {.f = f};
  LitPickle tensors = {0};
  LitBuf where = {0}, name = {0};
  const Entry *pickle;
  size_t stem = 0;
  lit_buf_printf(e, &where, "%s/%s%c", w->folder, file, 0);
  if (e->rc || read_zip(e, (char *)where.at, &zip)) goto done;
  if (zip.n) qsort(zip.entries, zip.n, sizeof *zip.entries, cmp_entry);
  pickle = find_pickle(&zip, &stem);
  if (!pickle) {
    lit_fail(e, LIT_CORRUPT, "%s: no data.pkl in it", (char *)where.at);
    goto done;
  }
  if (lit_pickle_read(e, &w->arena, (char *)where.at, pickle->at,
                      (size_t)pickle->n, &tensors))
    goto done;
  for (size_t i = 0; i < tensors.n && !e->rc; i++) {
    const LitPickled *p = &tensors.at[i];
    const Entry *storage = find_storage(e, &zip, pickle, stem, p->storage,
                                        &name);
    if (storage) add(e, w, file, storage, p);
    else lit_fail(e, LIT_CORRUPT, "%s: tensor %.80s: no storage %.40s",
                  (char *)where.at, p->name, p->storage);
  }
done:
  lit_free(zip.entries);
  lit_free(tensors.at);
  lit_buf_drop(&name);
  lit_buf_drop(&where);
  return e->rc;
}
