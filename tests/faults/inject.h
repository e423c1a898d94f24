/* inject.h -- make the n-th allocation, read, write or sync fail.
**
** inject_install() once, before anything else of SQLite.  Then, for a while:
**   inject_arm(kind, n, stays);  ...  fired = inject_disarm();
** The n-th act of that kind fails, and if `stays` all that follow.
**   memory  an allocation gives NULL
**   read    SQLITE_IOERR_READ
**   write   SQLITE_IOERR_WRITE
**   full    a write stores half of its bytes, then SQLITE_FULL
**   sync    a sync, a truncation or a deletion of a file: SQLITE_IOERR
*/
#ifndef FAULTS_INJECT_H
#define FAULTS_INJECT_H
#include <sqlite3.h>

typedef enum {
  INJECT_MEMORY, INJECT_READ, INJECT_WRITE, INJECT_FULL, INJECT_SYNC, INJECT_N
} InjectKind;
static const char *const inject_names[] = {
  "memory", "read", "write", "full", "sync"
};

static struct {
  int armed, stays, fired;
  InjectKind kind;
  long n, seen;
} inject;

static inline void inject_arm(InjectKind kind, long n, int stays) {
  inject.kind = kind, inject.n = n, inject.stays = stays;
  inject.seen = 0, inject.fired = 0, inject.armed = 1;
}

static int inject_disarm(void) {
  inject.armed = 0;
  return inject.fired;
}

static int inject_now(InjectKind kind) {
  if (!inject.armed || kind != inject.kind) return 0;
  inject.seen++;
  if (inject.seen == inject.n) inject.fired = 1;
  else if (!inject.stays) return 0;
  return inject.fired;
}

/* ---- memory ---- */

static sqlite3_mem_methods real_mem;

static void *inject_malloc(int n) {
  return inject_now(INJECT_MEMORY) ? NULL : real_mem.xMalloc(n);
}
static void *inject_realloc(void *p, int n) {
  return inject_now(INJECT_MEMORY) ? NULL : real_mem.xRealloc(p, n);
}

/* ---- files ---- */

typedef struct InjectFile {
  sqlite3_file base;
  sqlite3_file *real;       /* Behind this struct */
} InjectFile;

static sqlite3_vfs *real_vfs;

static sqlite3_file *real_of(sqlite3_file *f) { return ((InjectFile *)f)->real; }
#define REAL(f) real_of(f)->pMethods

static int inject_read(sqlite3_file *f, void *at, int n, sqlite3_int64 from) {
  if (inject_now(INJECT_READ)) return SQLITE_IOERR_READ;
  return REAL(f)->xRead(real_of(f), at, n, from);
}
static int inject_write(sqlite3_file *f, const void *at, int n,
                        sqlite3_int64 from) {
  if (inject_now(INJECT_WRITE)) return SQLITE_IOERR_WRITE;
  if (inject_now(INJECT_FULL)) {
    REAL(f)->xWrite(real_of(f), at, n / 2, from);
    return SQLITE_FULL;
  }
  return REAL(f)->xWrite(real_of(f), at, n, from);
}
static int inject_truncate(sqlite3_file *f, sqlite3_int64 n) {
  if (inject_now(INJECT_SYNC)) return SQLITE_IOERR_TRUNCATE;
  return REAL(f)->xTruncate(real_of(f), n);
}
static int inject_sync(sqlite3_file *f, int flags) {
  (void)f, (void)flags;     /* the machine will not lose its power meanwhile */
  return inject_now(INJECT_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}
static int inject_close(sqlite3_file *f) { return REAL(f)->xClose(real_of(f)); }
static int inject_size(sqlite3_file *f, sqlite3_int64 *n) {
  return REAL(f)->xFileSize(real_of(f), n);
}
static int inject_lock(sqlite3_file *f, int level) {
  return REAL(f)->xLock(real_of(f), level);
}
static int inject_unlock(sqlite3_file *f, int level) {
  return REAL(f)->xUnlock(real_of(f), level);
}
static int inject_reserved(sqlite3_file *f, int *out) {
  return REAL(f)->xCheckReservedLock(real_of(f), out);
}
static int inject_control(sqlite3_file *f, int op, void *arg) {
  return REAL(f)->xFileControl(real_of(f), op, arg);
}
static int inject_sector(sqlite3_file *f) {
  return REAL(f)->xSectorSize(real_of(f));
}
static int inject_device(sqlite3_file *f) {
  return REAL(f)->xDeviceCharacteristics(real_of(f));
}
static int inject_shm_map(sqlite3_file *f, int page, int size, int extend,
                          void volatile **out) {
  return REAL(f)->xShmMap(real_of(f), page, size, extend, out);
}
static int inject_shm_lock(sqlite3_file *f, int from, int n, int flags) {
  return REAL(f)->xShmLock(real_of(f), from, n, flags);
}
static void inject_shm_barrier(sqlite3_file *f) {
  REAL(f)->xShmBarrier(real_of(f));
}
static int inject_shm_unmap(sqlite3_file *f, int drop) {
  return REAL(f)->xShmUnmap(real_of(f), drop);
}

static int inject_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                       int flags, int *out) {
  static const sqlite3_io_methods methods = {
    2, inject_close, inject_read, inject_write, inject_truncate, inject_sync,
    inject_size, inject_lock, inject_unlock, inject_reserved, inject_control,
    inject_sector, inject_device, inject_shm_map, inject_shm_lock,
    inject_shm_barrier, inject_shm_unmap, NULL, NULL };
  InjectFile *f = (InjectFile *)file;
  int rc;
  (void)vfs;
  f->real = (sqlite3_file *)(f + 1);
  rc = real_vfs->xOpen(real_vfs, name, f->real, flags, out);
  f->base.pMethods = f->real->pMethods ? &methods : NULL;
  return rc;
}

static int inject_delete(sqlite3_vfs *vfs, const char *name, int sync) {
  (void)vfs;
  if (inject_now(INJECT_SYNC)) return SQLITE_IOERR_DELETE;
  return real_vfs->xDelete(real_vfs, name, sync);
}

/* Both become the default of the process. */
static void inject_install(void) {
  static sqlite3_mem_methods mem;
  static sqlite3_vfs vfs;
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_mem);
  mem = real_mem, mem.xMalloc = inject_malloc, mem.xRealloc = inject_realloc;
  sqlite3_config(SQLITE_CONFIG_MALLOC, &mem);
  sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
  sqlite3_initialize();
  real_vfs = sqlite3_vfs_find(NULL);
  vfs = *real_vfs;
  vfs.zName = "inject";
  vfs.szOsFile += (int)sizeof(InjectFile);
  vfs.xOpen = inject_open, vfs.xDelete = inject_delete;
  sqlite3_vfs_register(&vfs, 1);
}
#endif
