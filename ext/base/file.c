/* file.c -- see file.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "base/poison.h"

int lit_file_map(LitErr *e, const char *who, const char *path, LitFile *out) {
  struct stat st;
  void *p;
  int fd;
  *out = (LitFile){.at = (const uint8_t *)"", .n = 0};
  do fd = open(path, O_RDONLY | O_CLOEXEC); while (fd < 0 && errno == EINTR);
  if (fd < 0)
    return lit_fail(e, LIT_CANTOPEN, "%s: %s: %s", who, path, strerror(errno));
  if (fstat(fd, &st) != 0)
    lit_fail(e, LIT_IOERR, "%s: %s: %s", who, path, strerror(errno));
  else if (!S_ISREG(st.st_mode))
    lit_fail(e, LIT_CANTOPEN, "%s: %s: not a regular file", who, path);
  else if (st.st_size > 0) {
    p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED)
      lit_fail(e, LIT_IOERR, "%s: %s: %s", who, path, strerror(errno));
    else
      *out = (LitFile){.at = p, .n = (size_t)st.st_size};
  }
  close(fd);
  return e->rc;
}

void lit_file_drop(LitFile *f) {
  if (f->n && !f->lent) munmap((void *)(uintptr_t)f->at, f->n);
  *f = (LitFile){0};
}

/* at[0..n) into a new file beside `path`, which then takes its name. */
int lit_file_write(LitErr *e, const char *who, const char *path,
                   const void *at, size_t n) {
  const char *p = at;
  char spare[4096];
  int fd;
  if (snprintf(spare, sizeof spare, "%s.part", path) >= (int)sizeof spare)
    return lit_fail(e, LIT_CANTOPEN, "%s: path too long", who);
  fd = open(spare, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0)
    return lit_fail(e, LIT_CANTOPEN, "%s: %s: %s", who, spare,
                    strerror(errno));
  while (n > 0 && !e->rc) {
    ssize_t k = write(fd, p, n);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) lit_fail(e, LIT_IOERR, "%s: %s: %s", who, spare,
                         strerror(errno));
    else p += k, n -= (size_t)k;
  }
  if (close(fd) || (!e->rc && rename(spare, path)))
    lit_fail(e, LIT_IOERR, "%s: %s: %s", who, path, strerror(errno));
  if (e->rc) unlink(spare);
  return e->rc;
}
