-- a segment large enough for lists: near enough, complete, and told how near
.load build/lit
CREATE TABLE numbers(i INTEGER PRIMARY KEY, v BLOB, g INTEGER);
-- 64 elements: a centre of 40, and what makes each row differ from it
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 11000),
  d(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM d WHERE j < 63)
INSERT INTO numbers SELECT i, (SELECT vec_f32(json_group_array(
    (((i % 40) * 7919 + j * 104729) * 2654435761 >> 9) % 2000 / 1000.0 - 1 +
    (((i * 69069 + j * 1103515245 + i * j * 12345) >> 7) % 1000) / 1000.0)) FROM d),
  i % 100 FROM n;
CREATE VIRTUAL TABLE t USING lit(v VECTOR(64), g INTEGER FILTER, recall = 0.95);
INSERT INTO t(rowid, v, g) SELECT i, v, g FROM numbers;
SELECT count(*) FROM t_data WHERE id >> 24 & 255 IN (66, 67) AND id & 0xFFFFFF = 0;
INSERT INTO t(t) VALUES ('integrity-check');
SELECT "column", queries, recall > 0.9, recall <= 1, ms > 0, exact_ms > 0 FROM lit_recall('t', 50);
SELECT recall > 0.9 FROM lit_recall('t', 20, 'v');
.print -- as many as there are, nearest first, and with their exact distances
SELECT count(*), count(DISTINCT rowid) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 77) AND k = 500;
SELECT count(*) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 77);
SELECT rowid, distance FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 77) AND k = 1;
SELECT count(*) FROM t JOIN numbers ON i = t.rowid WHERE t.v MATCH (SELECT v FROM numbers WHERE i = 77) AND k = 100
  AND abs(distance - vec_distance_l2(numbers.v, (SELECT v FROM numbers WHERE i = 77))) < 1e-5;
SELECT count(*), max(rank) FROM (SELECT rank FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) LIMIT 20 OFFSET 990);
.print -- a filter passes few rows, some, or rows that lie elsewhere
SELECT count(*) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND g = 3 AND k = 200;
SELECT count(*) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND g >= 50 AND k = 30;
SELECT count(*) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND rowid IN (SELECT i FROM numbers WHERE i % 40 = 20) AND k = 300;
SELECT rowid FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND rowid IN (7, 9, 11) AND k = 2 ORDER BY rowid;
.print -- a largest distance: all rows within it
SELECT (SELECT count(*) FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND distance < 2.2),
  (SELECT count(*) FROM numbers WHERE vec_distance_l2(v, (SELECT v FROM numbers WHERE i = 5)) < 2.2);
.print -- rows that are gone are not found, others come instead
DELETE FROM t WHERE g < 90;
SELECT count(*), min(g) FROM (SELECT g FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND k = 100);
INSERT INTO t(t) VALUES ('optimize');
SELECT count(*), min(g) FROM (SELECT g FROM t WHERE v MATCH (SELECT v FROM numbers WHERE i = 5) AND k = 100);
SELECT recall FROM lit_recall('t', 20);
INSERT INTO t(t) VALUES ('integrity-check');
.print -- exact has no lists
CREATE VIRTUAL TABLE x USING lit(v VECTOR(64), recall = 'exact');
INSERT INTO x(rowid, v) SELECT i, v FROM numbers;
SELECT count(*) FROM x_data WHERE id >> 24 & 255 IN (66, 67);
SELECT recall FROM lit_recall('x', 5);
INSERT INTO x(x) VALUES ('rebuild');
INSERT INTO x(x) VALUES ('integrity-check');
.bail off
SELECT * FROM lit_recall('none');
SELECT * FROM lit_recall('t', 0);
SELECT * FROM lit_recall('t', 5, 'w');
SELECT count(*) FROM lit_recall(NULL);
CREATE VIRTUAL TABLE y USING lit(v VECTOR(64), recall = 2);
CREATE VIRTUAL TABLE y USING lit(v VECTOR(64), recall = 'most');
