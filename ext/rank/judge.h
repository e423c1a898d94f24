/* judge.h -- one query's ranked documents and its judged ones, put together.
**
**   LitJudge j = {0};
**   lit_judge_rank(e, &j, "doc1", 4, 12.5);      for each document of the run
**   lit_judge_grade(e, &j, "doc1", 4, 2);        for each judgment
**   lit_judge_join(e, &j, "lit_eval", &judged);  judged: see metrics.h
**   lit_judge_clear(&j);                         for the next query
**
** The order is trec_eval's: higher score first, scores compared as float32,
** ties by document id, the greater (in bytes) first.
*/
#ifndef LIT_JUDGE_H
#define LIT_JUDGE_H
#include "base/mem.h"
#include "rank/metrics.h"

typedef struct LitJudgeDoc {
  const char *doc;          /* [n] in the arena */
  size_t n;
  float score;
  int32_t grade;
} LitJudgeDoc;

typedef struct LitJudgeDocs {
  LitJudgeDoc *at;
  size_t n, room;
} LitJudgeDocs;

typedef struct LitJudge {
  LitArena text;
  LitJudgeDocs ranked, graded;
  int32_t *grades, *ideal;
  size_t grades_room, ideal_room;
} LitJudge;

/* Copies the id.  Score: not NaN.  NOMEM. */
int lit_judge_rank(LitErr *e, LitJudge *j, const char *doc, size_t n,
                   double score);
int lit_judge_grade(LitErr *e, LitJudge *j, const char *doc, size_t n,
                    int32_t grade);

/* Joins what was collected; *out is lent until the next call.  CONSTRAINT: a
** document twice in the ranking or in the judgments; NOMEM. */
int lit_judge_join(LitErr *e, LitJudge *j, const char *who, LitJudged *out);

void lit_judge_clear(LitJudge *j);
void lit_judge_drop(LitJudge *j);
#endif
