/* check.h -- what unit tests share: CHECK says which line is not so, and goes on;
** in the end main returns bad != 0. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H
#include <stdio.h>

static int bad;
static char what[200];      /* Of what the lines are checked, if it changes */
#define CHECK(x) do { if (!(x)) { bad++; \
  printf("%s:%d: %s%s%s\n", __FILE__, __LINE__, #x, *what ? ": " : "", what); \
} } while (0)
#endif
