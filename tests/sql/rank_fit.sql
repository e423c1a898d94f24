-- rank_fit.sql -- lit_rank_fit and lit_rank_score
.load build/lit
-- 40 queries of 12 documents: x says all, y is noise, z the same in a query.
-- Chance by a small generator, the same everywhere.
CREATE TABLE chance AS
  WITH RECURSIVE r(i, s) AS (
    VALUES (0, 12345)
    UNION ALL SELECT i + 1, (s * 1103515245 + 12345) % 2147483648 FROM r
    WHERE i < 1439)
  SELECT i, s / 2147483648.0 AS u FROM r;
CREATE TABLE judged AS
  SELECT 'q' || (a.i / 12) AS query, a.i AS doc, a.u AS x, b.u AS y,
    (a.i / 12) % 7 / 7.0 AS z
  FROM chance a JOIN chance b ON b.i = a.i + 480 WHERE a.i < 480;
ALTER TABLE judged ADD COLUMN grade;
UPDATE judged SET grade = CASE WHEN abs(x - 0.5) < 0.1 THEN 2
                               WHEN abs(x - 0.5) < 0.3 THEN 1 ELSE 0 END;
ALTER TABLE judged ADD COLUMN straight;
UPDATE judged SET straight = CASE WHEN x > 0.8 THEN 2 WHEN x > 0.5 THEN 1
                                  ELSE 0 END;

SELECT 'a straight line is learned by every loss';
CREATE TABLE models(name PRIMARY KEY, model);
INSERT INTO models
  SELECT loss, (SELECT lit_rank_fit(query, json_array(x, y, z), straight, loss)
                FROM judged)
  FROM (SELECT 'ranknet' AS loss UNION ALL SELECT 'lambdarank'
        UNION ALL SELECT 'softmax');
CREATE VIEW fitted AS
  SELECT name, query, doc, straight, grade,
    lit_rank_score(model, json_array(x, y, z)) AS score
  FROM judged CROSS JOIN models;
SELECT name, round(avg(ndcg), 2) FROM (
  SELECT name, lit_ndcg(doc, score, straight, 10) AS ndcg FROM fitted
  GROUP BY name, query) GROUP BY name;
SELECT 'not by the noise';
SELECT round(avg(ndcg), 1) < 0.8 FROM (
  SELECT lit_ndcg(doc, y, straight, 10) AS ndcg FROM judged GROUP BY query);
SELECT 'what peaks in the middle takes trees';
DELETE FROM models;
INSERT INTO models
  SELECT kind || ' ' || loss,
    (SELECT lit_rank_fit(query, json_array(x, y, z), grade, loss, kind)
     FROM judged)
  FROM (SELECT 'ranknet' AS loss UNION ALL SELECT 'lambdarank'
        UNION ALL SELECT 'softmax'),
       (SELECT 'linear' AS kind UNION ALL SELECT 'trees(50, 2, 0.3)');
SELECT name, CASE WHEN avg(ndcg) > 0.99 THEN 'right'
                  WHEN avg(ndcg) < 0.85 THEN 'not' ELSE avg(ndcg) END
FROM (SELECT name, lit_ndcg(doc, score, grade, 10) AS ndcg FROM fitted
      GROUP BY name, query) GROUP BY name;
SELECT 'and holds for queries that it did not see';
SELECT CASE WHEN avg(ndcg) > 0.95 THEN 'it does' ELSE avg(ndcg) END FROM (
  WITH half(m) AS MATERIALIZED (
    SELECT lit_rank_fit(query, json_array(x, y, z), grade, 'lambdarank',
                        'trees(50,2,0.3)') FROM judged WHERE doc < 240)
  SELECT lit_ndcg(doc, lit_rank_score(m, json_array(x, y, z)), grade, 10) ndcg
  FROM judged, half WHERE doc >= 240 GROUP BY query);
SELECT 'the order of rows among queries does not matter';
SELECT (SELECT lit_rank_fit(query, json_array(x, y), grade, 'softmax', 'trees')
        FROM (SELECT * FROM judged ORDER BY doc % 12, doc)) =
       (SELECT lit_rank_fit(query, json_array(x, y), grade, 'softmax', 'trees')
        FROM (SELECT * FROM judged ORDER BY doc));
SELECT 'features as BLOB, as JSON; a constant one; grades below 0; NULL';
SELECT lit_rank_score(m, '[1, 5]') = lit_rank_score(m, vec_f32('[1, 5]')),
  lit_rank_score(m, '[2, 5]') > lit_rank_score(m, '[1, 9]'),
  lit_rank_score(m, NULL) IS NULL, lit_rank_score(NULL, '[1, 2]') IS NULL
FROM (SELECT lit_rank_fit(q, f, g, 'ranknet') AS m FROM (
  SELECT 1 AS q, '[1, 5]' AS f, -1 AS g UNION ALL SELECT 1, '[2, 5]', 0
  UNION ALL SELECT 1, '[3, 5]', 1 UNION ALL SELECT 1, NULL, 1
  UNION ALL SELECT 1, '[9, 5]', NULL UNION ALL SELECT NULL, '[9, 5]', 1));
SELECT lit_rank_fit(1, '[1]', 1) IS NULL FROM judged WHERE 0;
SELECT 'errors';
SELECT hex(lit_rank_fit(query, '[1]', grade)) FROM judged;
SELECT hex(lit_rank_fit(query, '[1]', 1)) FROM judged;
SELECT hex(lit_rank_fit(query, '[1]', grade, 'softmax', 'trees')) FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'hinge') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'forest') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'trees(0)') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'trees(5, x)') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'trees(5,2,0.1,4)') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'trees(5') FROM judged;
SELECT lit_rank_fit(query, json_array(x), grade, 'ranknet', 'linear(5)') FROM judged;
SELECT lit_rank_fit(query, CASE doc WHEN 9 THEN '[1,2]' ELSE '[1]' END, grade) FROM judged;
SELECT lit_rank_fit(query, '[1, 1e999]', grade) FROM judged;
SELECT lit_rank_fit(1, json_array(a.x), a.grade) FROM judged a, judged b;
SELECT lit_rank_score('x', '[1]');
SELECT lit_rank_score(x'00', '[1]');
SELECT lit_rank_score(x'4c545202010100000000000000', '[1]');
SELECT lit_rank_score(x'4c5452010101000000000000', '[1]');
SELECT lit_rank_score(x'4c545201010100000000000000', '[1, 2]');
SELECT lit_rank_score(x'4c54520102010000000100000001050000000000000000000000000000', '[1]');
SELECT name, what FROM lit_kinds WHERE what IN ('loss', 'ranker');
