-- few rows of many: found by their sketches, as the distances of all of them say
.load build/lit
-- of a cache that vectors would more than half fill: else so few are compared one by one
SELECT lit_config('cache_mb', 4);
CREATE VIRTUAL TABLE t USING lit(v VECTOR(48) COSINE, part INTEGER FILTER, name TEXT FILTER);
CREATE TABLE j(i INTEGER PRIMARY KEY);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 48) INSERT INTO j SELECT i FROM n;
CREATE TABLE src(id INTEGER PRIMARY KEY, part INTEGER, name TEXT, v);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 12000)
INSERT INTO src SELECT i, i * 7919 % 12000, 'p' || (i * 7919 % 30),
  CASE WHEN i % 50 THEN (SELECT json_group_array((i % 83 * 37 + j.i * j.i * (11 + i % 83)) % 101 - 50 + (i * i * (13 + j.i) + i / 7 * j.i) % 61 - 30) FROM j) END FROM n;
INSERT INTO t(rowid, v, part, name) SELECT id, v, part, name FROM src;
INSERT INTO t(t) VALUES ('optimize');
-- Of the ten nearest under a condition, asked for 40 rows in turn: as many as there are, all
-- under it, and how many are right, in hundredths
CREATE TEMP VIEW asked AS SELECT id AS no, v AS q FROM src WHERE id % 300 = 7;
.print -- 400 rows, by number
CREATE TEMP TABLE got AS SELECT no, t.rowid AS id FROM asked, t WHERE t.v MATCH q AND k = 10 AND t.part BETWEEN 500 AND 899;
SELECT count(*), count(DISTINCT no), min(part), max(part) FROM got JOIN src USING (id);
CREATE TEMP TABLE want AS SELECT no, id FROM (SELECT no, id, row_number() OVER (PARTITION BY no ORDER BY vec_distance_cosine(v, q), id) AS r FROM asked, src WHERE part BETWEEN 500 AND 899 AND v IS NOT NULL) WHERE r <= 10;
SELECT count(*) >= 390 FROM got JOIN want USING (no, id);
SELECT name, value FROM lit_trace WHERE name IN ('bit_codes', 'lists_probed', 'int8_codes');
SELECT value BETWEEN 10 AND 300 FROM lit_trace WHERE name = 'rescored';
.print -- by a list of rowids, by text, and among deleted rows
DELETE FROM got; DELETE FROM want;
DELETE FROM t WHERE rowid % 11 = 0; DELETE FROM src WHERE id % 11 = 0;
INSERT INTO got SELECT no, t.rowid FROM asked, t WHERE t.v MATCH q AND k = 10 AND t.name = 'p3' AND t.rowid IN (SELECT id FROM src WHERE id > 100);
INSERT INTO want SELECT no, id FROM (SELECT no, id, row_number() OVER (PARTITION BY no ORDER BY vec_distance_cosine(v, q), id) AS r FROM asked, src WHERE name = 'p3' AND id > 100 AND v IS NOT NULL) WHERE r <= 10;
SELECT (SELECT count(*) FROM asked) * 10 = count(*), sum(name <> 'p3'), sum(id % 11 = 0) FROM got JOIN src USING (id);
SELECT count(*) * 100 / (SELECT count(*) FROM want) >= 97 FROM got JOIN want USING (no, id);
.print -- with a second segment, and a largest distance: then all within it
INSERT INTO t(rowid, v, part, name) SELECT 20000 + id, v, 700, 'p3' FROM src WHERE id < 40;
SELECT count(*) > 0, count(*) = (SELECT count(*) FROM src, (SELECT v AS q FROM src WHERE id = 7) WHERE name = 'p3' AND vec_distance_cosine(v, q) < 0.6) + (SELECT count(*) FROM src, (SELECT v AS q FROM src WHERE id = 7) WHERE id < 40 AND vec_distance_cosine(v, q) < 0.6) FROM t WHERE t.v MATCH (SELECT v FROM src WHERE id = 7) AND k = 600 AND name = 'p3' AND distance < 0.6;
INSERT INTO t(t) VALUES ('integrity-check');
.print -- as many as there are beside a rowid that is not among them, however near
CREATE VIRTUAL TABLE near USING lit(v VECTOR(2) COSINE);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100) INSERT INTO near(rowid, v) SELECT i, '[1,' || i || ']' FROM n;
SELECT group_concat(rowid) FROM near WHERE v MATCH '[1,50]' AND k = 3 AND rowid > 50;
SELECT group_concat(rowid) FROM near WHERE v MATCH '[1,50]' AND k = 3 AND rowid < 50;
SELECT group_concat(rowid) FROM near WHERE v MATCH '[1,50]' AND k = 3 AND rowid > 49.5 AND rowid < 53.0;
SELECT group_concat(rowid) FROM near WHERE v MATCH '[1,50]' AND k = 3 AND rowid >= 49.5 AND rowid <= 50.5;
SELECT count(*) FROM near WHERE v MATCH '[1,50]' AND k = 3 AND rowid > 9223372036854775807;
