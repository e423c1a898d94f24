/* judge.c -- see judge.h.  Both lists are sorted by id and merged, then the
** ranking is put into its order. */
#include <stdlib.h>
#include <string.h>
#include "rank/judge.h"
#include "base/poison.h"

static int add(LitErr *e, LitJudge *j, LitJudgeDocs *to, LitJudgeDoc d) {
  if (LIT_GROW(e, &to->at, &to->room, to->n + 1)) return e->rc;
  d.doc = lit_arena_copy(e, &j->text, d.doc, d.n);
  if (!d.doc) return e->rc;
  to->at[to->n++] = d;
  return LIT_OK;
}

int lit_judge_rank(LitErr *e, LitJudge *j, const char *doc, size_t n,
                   double score) {
  return add(e, j, &j->ranked,
             (LitJudgeDoc){doc, n, (float)score, LIT_UNJUDGED});
}

int lit_judge_grade(LitErr *e, LitJudge *j, const char *doc, size_t n,
                    int32_t grade) {
  return add(e, j, &j->graded, (LitJudgeDoc){doc, n, 0, grade});
}

static int compare(const LitJudgeDoc *a, const LitJudgeDoc *b) {
  size_t n = a->n < b->n ? a->n : b->n;
  int c = memcmp(a->doc, b->doc, n);
  return c ? c : (a->n > b->n) - (a->n < b->n);
}

static int by_doc(const void *a, const void *b) { return compare(a, b); }

static int by_rank(const void *a, const void *b) {
  const LitJudgeDoc *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return compare(y, x);
}

static int by_grade(const void *a, const void *b) {
  const int32_t *x = a, *y = b;
  return (*x < *y) - (*x > *y);
}

static int sort_by_doc(LitErr *e, LitJudgeDocs *l, const char *who,
                       const char *where) {
  if (l->n) qsort(l->at, l->n, sizeof *l->at, by_doc);
  for (size_t i = 1; i < l->n; i++)
    if (compare(&l->at[i - 1], &l->at[i]) == 0)
      return lit_fail(e, LIT_CONSTRAINT, "%s: document '%.60s' is twice in %s",
                      who, l->at[i].doc, where);
  return LIT_OK;
}

static void merge(LitJudgeDocs *ranked, const LitJudgeDocs *graded) {
  size_t g = 0;
  for (size_t i = 0; i < ranked->n; i++) {
    int c = 1;
    while (g < graded->n &&
           (c = compare(&graded->at[g], &ranked->at[i])) < 0) g++;
    if (c == 0) ranked->at[i].grade = graded->at[g].grade;
  }
}

int lit_judge_join(LitErr *e, LitJudge *j, const char *who, LitJudged *out) {
  *out = (LitJudged){0};
  if (sort_by_doc(e, &j->ranked, who, "the ranking of a query") ||
      sort_by_doc(e, &j->graded, who, "the judgments of a query"))
    return e->rc;
  merge(&j->ranked, &j->graded);
  if (j->ranked.n)
    qsort(j->ranked.at, j->ranked.n, sizeof *j->ranked.at, by_rank);
  if (LIT_GROW(e, &j->grades, &j->grades_room, j->ranked.n) ||
      LIT_GROW(e, &j->ideal, &j->ideal_room, j->graded.n))
    return e->rc;
  for (size_t i = 0; i < j->ranked.n; i++) j->grades[i] = j->ranked.at[i].grade;
  for (size_t i = 0; i < j->graded.n; i++) {
    int32_t grade = j->graded.at[i].grade;
    if (grade > 0) j->ideal[out->n_rel++] = grade;
    out->n_nonrel += grade == 0;
  }
  if (out->n_rel) qsort(j->ideal, out->n_rel, sizeof *j->ideal, by_grade);
  out->grades = j->grades, out->n = j->ranked.n;
  out->ideal = j->ideal;
  return LIT_OK;
}

void lit_judge_clear(LitJudge *j) {
  lit_arena_drop(&j->text);
  j->ranked.n = j->graded.n = 0;
}

void lit_judge_drop(LitJudge *j) {
  lit_arena_drop(&j->text);
  lit_free(j->ranked.at);
  lit_free(j->graded.at);
  lit_free(j->grades);
  lit_free(j->ideal);
  *j = (LitJudge){0};
}
