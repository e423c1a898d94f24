.load build/lit
SELECT count(*) FROM (SELECT writefile('$TMP/corpus.jsonl',
  '{"_id": "a", "title": "Apples", "text": "apples grow on trees"}' || char(10) ||
  '{"_id": "b", "title": "Bears", "text": "bears eat fish, and apples"}' || char(10) ||
  '{"_id": "c", "title": "Cars", "text": "cars drive on roads"}' || char(10)) UNION ALL
SELECT writefile('$TMP/queries.jsonl',
  '{"_id": "1", "text": "apples"}' || char(10) ||
  '{"_id": "2", "text": "roads"}' || char(10) ||
  '{"_id": "3", "text": "not judged"}' || char(10)) UNION ALL
SELECT writefile('$TMP/qrels.tsv', 'query-id	corpus-id	score
1	b	1
2	c	2
2	a	0
'));
CREATE TABLE results(name, mode, queries, ndcg, recall);
CREATE TABLE modes(mode);
INSERT INTO modes VALUES ('bm25');
CREATE VIRTUAL TABLE docs USING lit(title TEXT, text TEXT, id STORED, model = 'none');
.parameter set :folder $TMP
.parameter set :name tiny
.read sql/evaluate_set.sql
-- query 1 finds b at place 2, query 2 finds c at place 1
SELECT name, mode, queries, round(ndcg, 4), recall FROM results;
SELECT round((1 / log2(3) + 1) / 2, 4);
