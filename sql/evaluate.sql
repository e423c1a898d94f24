-- evaluate.sql -- a folder of judged retrieval sets, each searched in every
-- mode; prints nDCG@10 and recall@100, a row for each set and mode.
--
--   BENCH=../shared/data/bench MODEL=minilm \
--     sqlite3 :memory: '.load build/lit' '.read sql/evaluate.sql'
--
-- BENCH: the folder; below it NAME/corpus.jsonl (_id, title, text),
-- NAME/queries.jsonl (_id, text) and NAME/qrels.tsv (query-id, corpus-id,
-- score).  MODEL: what embeds the texts, or none; left out: lit's default.
-- SETS, MODES: names, apart by blanks, to take only these; MODES left out: bm25
-- and, unless MODEL is none, dense and hybrid.  (keyword wants all words of a query in a
-- paper, which is not for queries of a sentence.)  evaluate_set.sql is what runs
-- for each set.

CREATE TABLE results(name, mode, queries, ndcg, recall);
.parameter init
CREATE TABLE modes(mode);
.read '|for mode in ${MODES:-bm25 $([ "${MODEL:-builtin}" = none ] || echo dense hybrid)}; do echo ".parameter set :mode $mode"; echo "INSERT INTO modes VALUES (:mode);"; done'
.read '|cd "${BENCH:-../shared/data/bench}" && for set in ${SETS:-*/}; do echo ".parameter set :folder $PWD/${set%/}"; echo ".parameter set :name ${set%/}"; echo "CREATE VIRTUAL TABLE docs USING lit(title TEXT, text TEXT, id STORED${MODEL:+, model = $MODEL});"; echo ".read sql/evaluate_set.sql"; done'

.mode markdown
.headers on
SELECT name AS "set", mode, queries, printf('%.3f', ndcg) AS "nDCG@10",
  printf('%.3f', recall) AS "recall@100"
FROM (
  SELECT 0 AS last, * FROM results
  UNION ALL
  SELECT 1, 'mean', mode, sum(queries), avg(ndcg), avg(recall)
  FROM results GROUP BY mode
) ORDER BY last, name, mode;
