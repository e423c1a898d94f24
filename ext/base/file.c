/* file.c -- see file.h */
#include <errno.h>
#include <fcntl.h>
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
