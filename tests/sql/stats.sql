-- lit_stats: what a table is made of; lit_trace: what the last search did
.load build/lit
.print -- no search yet
SELECT count(*) FROM lit_trace;
CREATE VIRTUAL TABLE t USING lit(a TEXT, b TEXT WEIGHT 2, y INTEGER FILTER, v VECTOR(2) COSINE, w VECTOR(8) BIT, model = 'none');
SELECT what, name, value FROM lit_stats('t') WHERE what <> 'cache';
INSERT INTO t(a, y, v) SELECT 'apple pear', value, '[1, 2]' FROM json_each('[1, 2, 3]');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999)
INSERT INTO t(a, b, y, v) SELECT 'apple' || replace(hex(zeroblob(i % 9)), '00', ' pear'), 'fig', i % 100, CASE WHEN i % 3 THEN json_array(1, i) END FROM n;
DELETE FROM t WHERE y = 5;
.print -- counts are those of plain SQL
SELECT what, name, value FROM lit_stats('t') WHERE what IN ('index', 'vectors') AND name NOT IN ('bytes', 'ratio');
SELECT count(*), sum(length(a) + length(ifnull(b, ''))) FROM t;
SELECT count(*) FILTER (WHERE v IS NOT NULL) FROM t;
.print -- parts and segments add up to the whole; so does the file, but for heads
SELECT (SELECT sum(value) FROM lit_stats('t') WHERE what = 'segment' AND name = 'bytes') = (SELECT value FROM lit_stats('t') WHERE what = 'index' AND name = 'bytes');
SELECT (SELECT value FROM lit_stats('t') WHERE name = 'bytes' AND what = 'index') * 1.0 / (SELECT sum(length(chunk)) FROM t_data) BETWEEN 0.95 AND 1;
SELECT name FROM lit_stats('t') WHERE what = 'part';
SELECT count(*), sum(value > 0) FROM lit_stats('t') WHERE what = 'part';
SELECT name, sum(value), count(*) FROM lit_stats('t') WHERE what = 'segment' AND name <> 'bytes' GROUP BY name;
SELECT name, value >= 0 FROM lit_stats('t') WHERE what = 'cache';
SELECT count(*) FROM lit_stats('T', 'MAIN') WHERE what = 'index';
INSERT INTO t(t) VALUES ('optimize');
SELECT name, value FROM lit_stats('t') WHERE what = 'index' AND name IN ('segments', 'rows', 'deleted');
ALTER TABLE t RENAME TO u;
SELECT name, value FROM lit_stats('u') WHERE what = 'index' AND name = 'rows';
.print -- a search by words: what it counted is consistent
SELECT count(*) FROM (SELECT 1 FROM u('pear') WHERE y < 10 LIMIT 20);
SELECT stage, name, value FROM lit_trace WHERE stage IN ('search', 'fuse') AND name <> 'ms' OR name IN ('terms', 'rows_allowed', 'vectors');
SELECT (SELECT count(*) FROM u WHERE y < 10) AS allowed, (SELECT count(*) FROM u WHERE a LIKE '%pear%') AS postings, (SELECT value FROM lit_trace WHERE name = 'postings') AS counted;
SELECT stage, value BETWEEN 0 AND 10000, typeof(value) FROM lit_trace WHERE name = 'ms';
.print -- by vectors, both, by rules; batch after batch
SELECT count(*) FROM u WHERE v MATCH '[1, 0]';
SELECT name, value FROM lit_trace WHERE name IN ('mode', 'batches', 'depth') OR stage = 'fuse' AND name <> 'ms';
SELECT count(*) FROM (SELECT 1 FROM u WHERE u MATCH 'fig pear' AND v MATCH '[1, 0]' LIMIT 5);
SELECT name, value FROM lit_trace WHERE name IN ('mode', 'batches', 'terms', 'vectors', 'depth', 'hits') AND stage <> 'cache';
SELECT count(*) FROM (SELECT 1 FROM u('pear', 3, 'keyword'));
SELECT name, value > 0 FROM lit_trace WHERE name IN ('texts_read');
.print -- rows by a condition are no search
SELECT count(*) FROM u WHERE y = 7;
SELECT value FROM lit_trace WHERE name = 'mode';
.bail off
SELECT * FROM lit_stats;
SELECT * FROM lit_stats(NULL);
SELECT * FROM lit_stats('none');
SELECT * FROM lit_stats('u', 'temp');
SELECT * FROM lit_stats('u_docs');
SELECT * FROM lit_stats(x'00');
