.load build/lit
.print -- equal to trec_eval
CREATE TABLE run AS SELECT * FROM lit_trec_run('tests/golden/trec_eval.run');
CREATE TABLE qrels AS SELECT * FROM lit_trec_qrels('tests/golden/trec_eval.qrels');
CREATE TABLE golden(query, metric, value REAL);
.mode tabs
.import tests/golden/trec_eval.tsv golden
.mode list
SELECT count(*), sum(abs(g.value - v.value) < 1e-6)
FROM golden g JOIN lit_eval('run', 'main.qrels', 'ndcg ndcg@5 map map@5 mrr
  recall@5, precision@5, precision, bpref, rprec, success@1') v USING (query, metric);
.print -- the aggregates equal lit_eval
CREATE VIEW rows AS SELECT query, doc, score, grade
FROM run FULL JOIN qrels USING (query, doc);
CREATE TABLE agg AS
SELECT query, 'ndcg' AS metric, lit_ndcg(doc, score, grade) AS value FROM rows GROUP BY query
UNION ALL SELECT query, 'ndcg@5', lit_ndcg(doc, score, grade, 5) FROM rows GROUP BY query
UNION ALL SELECT query, 'map', lit_map(doc, score, grade) FROM rows GROUP BY query
UNION ALL SELECT query, 'mrr', lit_mrr(doc, score, grade) FROM rows GROUP BY query
UNION ALL SELECT query, 'recall@5', lit_recall(doc, score, grade, 5) FROM rows GROUP BY query
UNION ALL SELECT query, 'precision@5', lit_precision(doc, score, grade, 5) FROM rows GROUP BY query
UNION ALL SELECT query, 'bpref', lit_bpref(doc, score, grade) FROM rows GROUP BY query
UNION ALL SELECT query, 'rprec', lit_rprec(doc, score, grade) FROM rows GROUP BY query
UNION ALL SELECT query, 'success@1', lit_success(doc, score, grade, 1) FROM rows GROUP BY query;
SELECT count(*), sum(abs(g.value - a.value) < 1e-6) FROM golden g JOIN agg a USING (query, metric);
SELECT query, metric, value FROM agg WHERE value IS NULL LIMIT 2;
.print -- worked by hand: judged, wss, grades below zero, Kendall, RBO
CREATE TABLE r(query, doc, score); CREATE TABLE j(query, doc, grade);
INSERT INTO r VALUES (1, 'a', 9), (1, 'b', 8), (1, 'c', 7), (1, 'd', 6), (1, 'e', 5);
INSERT INTO j VALUES (1, 'a', 1), (1, 'b', -2), (1, 'c', 0), (1, 'd', 3), (1, 'z', -1);
SELECT metric, round(value, 4)
FROM lit_eval('r', 'j', 'judged@2, judged, wss@50, wss@100, recall, bpref');
SELECT round(lit_kendall(x, y), 6) FROM (SELECT 1 AS x, 1 AS y UNION ALL VALUES (2, 3), (3, 2), (4, 4), (NULL, 1));
SELECT round(lit_kendall(x, y), 6) FROM (SELECT 1 AS x, 1 AS y UNION ALL VALUES (1, 2), (2, 2), (3, 3));
SELECT lit_kendall(1, value), lit_kendall(value, value), lit_kendall(value, -value) FROM json_each('[1,2,3]');
SELECT round(lit_rbo(a, b, 0.5), 6), round(lit_rbo(a, a), 6), lit_rbo(a, NULL), lit_rbo(NULL, NULL)
FROM (SELECT 1 AS a, 2 AS b UNION ALL VALUES (2, 1), (3, NULL));
.print -- no rows, no judgments
SELECT lit_ndcg('a', 1, 1) FROM r WHERE 0;
SELECT lit_ndcg(doc, score, NULL), lit_map(doc, score, NULL) FROM r;
SELECT count(*) FROM lit_eval(NULL, 'j', 'map');
.print -- a comparison, the same for the same seed
CREATE VIEW by_length AS SELECT query, doc, length(doc) AS score FROM run;
.mode line
SELECT metric, queries, round(a, 4) a, round(b, 4) b, round(diff, 4) diff,
  round(low, 4) low, round(high, 4) high, wins, ties, losses, round(p, 4) p
FROM lit_compare('run', 'by_length', 'qrels', 'ndcg');
.mode list
SELECT x.p = y.p, x.low = y.low, x.p = z.p OR x.low = z.low, x.diff = z.diff
FROM lit_compare('run', 'by_length', 'qrels', 'map', 1000, 5) x,
  lit_compare('run', 'by_length', 'qrels', 'map', 1000, 5) y,
  lit_compare('run', 'by_length', 'qrels', 'map', 1000, 6) z;
SELECT a - b, wins, ties, losses, p FROM lit_compare('run', 'run', 'qrels', 'map');
.print -- what is refused
SELECT * FROM lit_eval('run', 'nothing', 'map');
SELECT * FROM lit_eval('j', 'j', 'map');
SELECT * FROM lit_eval('run', 'qrels', 'mop');
SELECT * FROM lit_eval('run', 'qrels', 'ndcg@0');
SELECT * FROM lit_eval('run', 'qrels', 'ndcg@ten');
SELECT * FROM lit_eval('run', 'qrels', 'wss@101');
SELECT * FROM lit_eval('run', 'qrels', ' , ');
SELECT * FROM lit_eval('run', 'j', 'map');
SELECT * FROM lit_eval('run');
CREATE VIEW twice AS SELECT * FROM r UNION ALL SELECT 1, 'a', 1.5;
CREATE VIEW nan AS SELECT query, doc, 9e999 - 9e999 AS score FROM r;
CREATE VIEW words AS SELECT query, doc, 'high' AS score FROM r;
CREATE VIEW halves AS SELECT query, doc, grade + 0.5 AS grade FROM j;
SELECT * FROM lit_eval('twice', 'j', 'map');
SELECT * FROM lit_eval('nan', 'j', 'map');
SELECT * FROM lit_eval('words', 'j', 'map');
SELECT * FROM lit_eval('r', 'halves', 'map');
SELECT lit_ndcg(doc, score, 0.5) FROM r;
SELECT lit_ndcg(doc, 'x', 1) FROM r;
SELECT lit_ndcg('same', score, 1) FROM r;
SELECT lit_ndcg(NULL, score, 1) FROM r;
SELECT lit_ndcg(doc, score, 1, 0) FROM r;
SELECT lit_wss(doc, score, 1, 101) FROM r;
SELECT lit_rbo(1, score) FROM r;
SELECT lit_rbo(score, score, 1) FROM r;
SELECT * FROM lit_compare('run', 'run', 'qrels', 'map', 0);
SELECT * FROM lit_compare('run', 'run', 'qrels', 'map', 10, -1);
