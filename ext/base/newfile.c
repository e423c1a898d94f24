/* newfile.c -- see newfile.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/newfile.h"
#include "base/poison.h"

static int refuse(LitErr *e, const LitNewFile *f, int rc) {
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) rc = LIT_FULL;
  return lit_fail(e, rc, "%s: %s: %s", f->who, f->path, strerror(errno));
}

int lit_newfile_check(LitErr *e, const char *who, const char *path) {
  struct stat is;
  if (strlen(path) >= LIT_NEWFILE_PATH)
    return lit_fail(e, LIT_CANTOPEN, "%s: a path of over %d bytes", who,
                    LIT_NEWFILE_PATH - 1);
  if (stat(path, &is) == 0 && !S_ISREG(is.st_mode))
    return lit_fail(e, LIT_CANTOPEN, "%s: %s: %s", who, path,
                    S_ISDIR(is.st_mode) ? "Is a directory" : "Is not a file");
  return e->rc;
}

int lit_newfile_begin(LitErr *e, LitNewFile *f, const char *who,
                      const char *path) {
  f->who = who, f->n = 0, f->is_open = 0;
  if (lit_newfile_check(e, who, path)) return e->rc;
  snprintf(f->path, sizeof f->path, "%s", path);
  snprintf(f->temp, sizeof f->temp, "%s.new", path);
  do f->fd = open(f->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  while (f->fd < 0 && errno == EINTR);
  if (f->fd < 0) return refuse(e, f, LIT_CANTOPEN);
  f->is_open = 1;
  return e->rc;
}

static void out(LitErr *e, LitNewFile *f) {
  for (size_t done = 0; done < f->n && !e->rc;) {
    ssize_t n = write(f->fd, f->block + done, f->n - done);
    if (n >= 0) done += (size_t)n;
    else if (errno != EINTR) refuse(e, f, LIT_IOERR);
  }
  f->n = 0;
}

void lit_newfile_put(LitErr *e, LitNewFile *f, const void *at, size_t n) {
  while (n > 0 && !e->rc) {
    size_t more = sizeof f->block - f->n;
    if (more > n) more = n;
    memcpy(f->block + f->n, at, more);
    f->n += more, at = (const char *)at + more, n -= more;
    if (f->n == sizeof f->block) out(e, f);
  }
}

/* The name itself is safe once the folder is on the disk. */
static void sync_folder(LitNewFile *f) {
  char *slash = strrchr(f->path, '/');
  int fd;
  if (slash) slash[slash == f->path] = '\0';
  fd = open(slash ? f->path : ".", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

int lit_newfile_end(LitErr *e, LitNewFile *f) {
  if (!f->is_open) return e->rc;
  f->is_open = 0;
  out(e, f);
  if (!e->rc && fsync(f->fd) != 0) refuse(e, f, LIT_IOERR);
  if (close(f->fd) != 0 && !e->rc) refuse(e, f, LIT_IOERR);
  if (!e->rc && rename(f->temp, f->path) != 0) refuse(e, f, LIT_IOERR);
  if (e->rc) unlink(f->temp);
  else sync_folder(f);
  return e->rc;
}
