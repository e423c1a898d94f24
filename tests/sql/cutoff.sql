-- cutoff: an answer ends where scores fall below a part of the best
.load build/lit
CREATE VIRTUAL TABLE t USING lit(a TEXT, y INTEGER FILTER, v VECTOR(2) COSINE, w VECTOR(2) L2, model = 'none');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000)
INSERT INTO t(rowid, a, y, v, w)
  SELECT i, CASE WHEN i % 5 = 0 THEN 'apple ' END || replace(hex(zeroblob(i % 40)), '00', 'pear '), i % 10,
         json_array(cos(i / 1500.0), sin(i / 1500.0)), json_array(1 + i, 0) FROM n;
-- What the cut should leave: of all that is found without, those not below.
CREATE TEMP TABLE found AS SELECT 'bm25' AS what, rank, rowid AS id, score FROM t('apple');
INSERT INTO found SELECT 'cosine', rank, rowid, score FROM t WHERE v MATCH '[1, 0]';
INSERT INTO found SELECT 'l2', rank, rowid, score FROM t WHERE w MATCH '[0, 0]';
INSERT INTO found SELECT 'hybrid', rank, rowid, score FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 0]';
INSERT INTO found SELECT 'keyword', rank, rowid, score FROM t WHERE t MATCH 'apple' AND mode = 'keyword';
INSERT INTO found SELECT 'filter', rank, rowid, score FROM t WHERE v MATCH '[1, 0]' AND y = 3;
CREATE TEMP VIEW kept AS SELECT what, x, group_concat(row) AS ids, count(*) AS n FROM (
  SELECT what, x.value AS x, f.id AS row FROM found AS f, json_each('[0.05, 0.6, 0.9, 1]') AS x
  WHERE score >= (SELECT CASE WHEN score < 0 THEN score / x.value ELSE score * x.value END FROM found AS b WHERE b.what = f.what AND b.rank = 1)
  ORDER BY what, x, rank) GROUP BY what, x;
CREATE TEMP TABLE cut(what, x, ids);
INSERT INTO cut SELECT 'bm25', value, (SELECT group_concat(rowid) FROM t WHERE t MATCH 'apple' AND cutoff = value) FROM json_each('[0.05, 0.6, 0.9, 1]');
INSERT INTO cut SELECT 'cosine', value, (SELECT group_concat(rowid) FROM t WHERE v MATCH '[1, 0]' AND cutoff = value) FROM json_each('[0.05, 0.6, 0.9, 1]');
INSERT INTO cut SELECT 'l2', value, (SELECT group_concat(rowid) FROM t WHERE w MATCH '[0, 0]' AND cutoff = value) FROM json_each('[0.05, 0.6, 0.9, 1]');
INSERT INTO cut SELECT 'hybrid', value, (SELECT group_concat(rowid) FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 0]' AND cutoff = value) FROM json_each('[0.6, 0.9, 1]');
INSERT INTO cut SELECT 'keyword', value, (SELECT group_concat(rowid) FROM t WHERE t MATCH 'apple' AND mode = 'keyword' AND cutoff = value) FROM json_each('[0.05, 0.6, 0.9, 1]');
INSERT INTO cut SELECT 'filter', value, (SELECT group_concat(rowid) FROM t WHERE v MATCH '[1, 0]' AND y = 3 AND cutoff = value) FROM json_each('[0.05, 0.6, 0.9, 1]');
.print -- kept, and whether that is what it should be
SELECT what, x, n, cut.ids = kept.ids FROM cut JOIN kept USING (what, x);
.print -- pages, k and diversity are of what is left
SELECT count(*), group_concat(id) = (SELECT ids FROM cut WHERE what = 'cosine' AND x = 0.9) FROM (
  SELECT * FROM (SELECT rowid AS id FROM t WHERE v MATCH '[1, 0]' AND cutoff = 0.9 LIMIT 300) UNION ALL
  SELECT * FROM (SELECT rowid FROM t WHERE v MATCH '[1, 0]' AND cutoff = 0.9 LIMIT 300 OFFSET 300) UNION ALL
  SELECT * FROM (SELECT rowid FROM t WHERE v MATCH '[1, 0]' AND cutoff = 0.9 LIMIT 300 OFFSET 600));
SELECT count(*), max(score) FROM t WHERE w MATCH '[0, 0]' AND cutoff = 0.5 AND k = 2;
SELECT count(*), min(score) FROM (SELECT score FROM t WHERE w MATCH '[0, 0]' AND cutoff = 0.25 AND diversity = 0.5);
SELECT (SELECT count(*) FROM t WHERE v MATCH '[1, 0]' AND cutoff = 0), (SELECT count(*) FROM t WHERE v MATCH '[1, 0]' AND cutoff = NULL);
SELECT count(*) FROM t WHERE t MATCH 'zebra' AND cutoff = 0.5;
EXPLAIN QUERY PLAN SELECT rowid FROM t WHERE t MATCH 'apple' AND cutoff = 0.5 AND y > 2 ORDER BY rank LIMIT 3;
.bail off
SELECT count(*) FROM t WHERE t MATCH 'apple' AND cutoff = 1.5;
SELECT count(*) FROM t WHERE t MATCH 'apple' AND cutoff = 'some';
SELECT count(*) FROM t WHERE y = 1 AND cutoff = 0.5;
CREATE VIRTUAL TABLE bad USING lit(cutoff TEXT);
