-- lit_kept.sql -- rows that pass a condition are kept for whoever asks again:
-- the answer is that of plain SQL, also when rows or conditions change between
.load build/lit
CREATE VIRTUAL TABLE t USING lit(a TEXT, b TEXT, i INTEGER FILTER, s TEXT FILTER, r REAL FILTER, u FILTER, model = 'none');
CREATE TABLE m(id INTEGER PRIMARY KEY, i INTEGER, s TEXT, r REAL, u);
CREATE VIEW n AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 3000) SELECT x FROM n;
INSERT INTO m SELECT x, x % 37, 's' || (x % 11), CASE WHEN x % 5 THEN x / 7.0 END, CASE x % 3 WHEN 0 THEN x % 13 WHEN 1 THEN '' || (x % 13) END FROM n;
INSERT INTO t(rowid, a, b, i, s, r, u) SELECT id, 'common ' || CASE WHEN id % 4 THEN 'red' ELSE 'blue' END, CASE WHEN id % 6 THEN 'red' END, i, s, r, u FROM m;
INSERT INTO t(t) VALUES ('optimize');
-- each value of a condition twice in a row, and each row of the answer counted
CREATE TABLE v(x); INSERT INTO v VALUES (3), (30), (3), ('3'), (3.0), (-1), (3), (100), (30);
CREATE VIEW got AS SELECT 'i <' AS what, v.rowid AS no, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND i < v.x) AS rows FROM v
UNION ALL SELECT 'i <>', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND i <> v.x AND i IS NOT NULL) FROM v
UNION ALL SELECT 's', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND s = 's' || CAST(v.x AS INTEGER)) FROM v
UNION ALL SELECT 'r', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND r > v.x AND s <> 's4') FROM v
UNION ALL SELECT 'u', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND u = v.x) FROM v
UNION ALL SELECT 'id', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND i < v.x AND t.rowid <= 500) FROM v
UNION ALL SELECT 'in', v.rowid, (SELECT count(*) || ' ' || sum(t.rowid) FROM t WHERE t MATCH 'common' AND i IN (v.x, 5, 9) AND t.rowid IN (SELECT x FROM n WHERE x % 2)) FROM v;
CREATE VIEW want AS SELECT 'i <' AS what, v.rowid AS no, (SELECT count(*) || ' ' || sum(id) FROM m WHERE i < v.x) AS rows FROM v
UNION ALL SELECT 'i <>', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE i <> v.x AND i IS NOT NULL) FROM v
UNION ALL SELECT 's', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE s = 's' || CAST(v.x AS INTEGER)) FROM v
UNION ALL SELECT 'r', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE r > v.x AND s <> 's4') FROM v
UNION ALL SELECT 'u', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE u = v.x) FROM v
UNION ALL SELECT 'id', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE i < v.x AND id <= 500) FROM v
UNION ALL SELECT 'in', v.rowid, (SELECT count(*) || ' ' || sum(id) FROM m WHERE i IN (v.x, 5, 9) AND id IN (SELECT x FROM n WHERE x % 2)) FROM v;
CREATE VIEW wrong AS SELECT what, no FROM (SELECT * FROM got EXCEPT SELECT * FROM want);
SELECT count(*), count(DISTINCT rows) > 15 FROM got; SELECT * FROM wrong; SELECT * FROM wrong;
.print -- rows are deleted, changed, and come back
DELETE FROM t WHERE rowid % 10 = 3; DELETE FROM m WHERE id % 10 = 3; SELECT * FROM wrong;
UPDATE t SET i = 2 WHERE rowid < 40; UPDATE m SET i = 2 WHERE id < 40; SELECT * FROM wrong;
SELECT count(*), sum(rowid) FROM t WHERE t MATCH 'common' AND i < 3;
BEGIN; UPDATE t SET i = 2, s = 's1'; SELECT count(*), sum(rowid) FROM t WHERE t MATCH 'common' AND i < 3; ROLLBACK;
SELECT count(*), sum(rowid) FROM t WHERE t MATCH 'common' AND i < 3; SELECT * FROM wrong;
INSERT INTO t(t) VALUES ('optimize'); SELECT * FROM wrong; SELECT * FROM wrong;
.print -- what a lit_query matches, in all columns and in one, twice
CREATE VIEW q AS SELECT (SELECT count(*) FROM t WHERE t MATCH lit_query('red NOT blue')), (SELECT count(*) FROM t WHERE b MATCH lit_query('red NOT blue')),
 (SELECT count(*) FROM t WHERE t MATCH lit_query('red AND blue')), (SELECT count(*) FROM t WHERE t MATCH lit_query('red AND blue') AND i < 9);
SELECT * FROM q; SELECT * FROM q;
SELECT count(*) FROM m WHERE id % 4; SELECT count(*) FROM m WHERE id % 6; SELECT count(*) FROM m WHERE id % 4 = 0 AND id % 6; SELECT count(*) FROM m WHERE id % 4 = 0 AND id % 6 AND i < 9;
.print -- the same words in tables that cut them in another way
CREATE VIRTUAL TABLE e USING lit(a TEXT, model = 'none', tokenizer = 'english'); CREATE VIRTUAL TABLE g USING lit(a TEXT, model = 'none', tokenizer = 'german');
INSERT INTO e VALUES ('abc'), ('abc run'); INSERT INTO g VALUES ('abc'), ('abc run');
SELECT count(*) FROM e WHERE e MATCH lit_query('running'); SELECT count(*) FROM g WHERE g MATCH lit_query('running'); SELECT count(*) FROM e WHERE e MATCH lit_query('running');
.print -- from memory: nothing is read, and no code is tested
SELECT count(*) FROM t WHERE t MATCH 'common' AND i BETWEEN 5 AND 11;
SELECT value FROM lit_trace WHERE name = 'rows_allowed'; SELECT count(*) FROM m WHERE i BETWEEN 5 AND 11;
SELECT lit_config('cache_mb', 1);
SELECT * FROM wrong;
.print -- long lists: unsorted, twice the same, NULL, of all types, absent, beyond 2^53; asked three times, of three segments, of which rows are deleted
SELECT lit_config('cache_mb', 64);
CREATE TABLE mm(id INTEGER PRIMARY KEY, i INTEGER, s TEXT, r REAL, u); CREATE VIRTUAL TABLE tt USING lit(a TEXT, i INTEGER FILTER, s TEXT FILTER, r REAL FILTER, u FILTER, model = 'none');
INSERT INTO mm SELECT x * 3, CASE WHEN x % 9 THEN 9007199254740992 + x % 301 ELSE x END, CASE WHEN x % 8 THEN 's' || (x % 303) END, CASE x % 4 WHEN 0 THEN x / 4.0 WHEN 1 THEN 9007199254740992.0 + 2 * x END,
 CASE x % 6 WHEN 0 THEN x WHEN 1 THEN x / 2.0 WHEN 2 THEN 's' || x WHEN 3 THEN '' || x WHEN 4 THEN 9007199254740992 + x END FROM n;
INSERT INTO tt(rowid, a, i, s, r, u) SELECT id, 'common', i, s, r, u FROM mm WHERE id < 3000;
INSERT INTO tt(rowid, a, i, s, r, u) SELECT id, 'common', i, s, r, u FROM mm WHERE id >= 3000 AND id < 7000;
INSERT INTO tt(rowid, a, i, s, r, u) SELECT id, 'common', i, s, r, u FROM mm WHERE id >= 7000;
CREATE TABLE l(no, x); CREATE TABLE now(x);
INSERT INTO l SELECT 1, (x * 7919) % 9001 FROM n WHERE x % 40 = 1; INSERT INTO l SELECT 1, x FROM l WHERE rowid % 3 = 0; INSERT INTO l SELECT 1, -x FROM l;
INSERT INTO l SELECT 2, CASE x % 7 WHEN 0 THEN NULL WHEN 1 THEN x + 0.0 WHEN 2 THEN x / 2.0 WHEN 3 THEN 9007199254740992 + x WHEN 4 THEN 9007199254740992.0 + x WHEN 5 THEN 's' || x WHEN 6 THEN CAST('s' || x AS BLOB) END FROM n WHERE x % 11 < 3 ORDER BY x * 17 % 301;
INSERT INTO l SELECT 3, 's' || (x * 31 % 701) FROM n WHERE x < 90 UNION ALL SELECT 3, NULL; INSERT INTO l SELECT 4, '' || x FROM n WHERE x % 50 = 0 OR x % 27 = 3; INSERT INTO l SELECT 5, CAST(i AS REAL) FROM mm WHERE id % 33 = 0;
CREATE VIEW in_got AS SELECT 'i' AS what, (SELECT count(*) || ' ' || total(rowid) FROM tt WHERE tt MATCH 'common' AND i IN (SELECT x FROM now)) AS rows
UNION ALL SELECT 's', (SELECT count(*) || ' ' || total(rowid) FROM tt WHERE tt MATCH 'common' AND s IN (SELECT x FROM now))
UNION ALL SELECT 'r', (SELECT count(*) || ' ' || total(rowid) FROM tt WHERE tt MATCH 'common' AND r IN (SELECT x FROM now))
UNION ALL SELECT 'u', (SELECT count(*) || ' ' || total(rowid) FROM tt WHERE tt MATCH 'common' AND u IN (SELECT x FROM now))
UNION ALL SELECT 'id', (SELECT count(*) || ' ' || total(rowid) FROM tt WHERE tt MATCH 'common' AND rowid IN (SELECT x FROM now));
CREATE VIEW in_want AS SELECT 'i' AS what, (SELECT count(*) || ' ' || total(id) FROM mm WHERE i IN (SELECT x FROM now)) AS rows
UNION ALL SELECT 's', (SELECT count(*) || ' ' || total(id) FROM mm WHERE s IN (SELECT x FROM now))
UNION ALL SELECT 'r', (SELECT count(*) || ' ' || total(id) FROM mm WHERE r IN (SELECT x FROM now))
UNION ALL SELECT 'u', (SELECT count(*) || ' ' || total(id) FROM mm WHERE u IN (SELECT x FROM now))
UNION ALL SELECT 'id', (SELECT count(*) || ' ' || total(id) FROM mm WHERE id IN (SELECT x FROM now));
CREATE VIEW in_wrong AS SELECT 'wrong', * FROM (SELECT * FROM in_got EXCEPT SELECT * FROM in_want);
INSERT INTO now SELECT x FROM l WHERE no = 1; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong; DELETE FROM now;
INSERT INTO now SELECT x FROM l WHERE no = 2; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong; DELETE FROM now;
INSERT INTO now SELECT x FROM l WHERE no = 3; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong; DELETE FROM now;
INSERT INTO now SELECT x FROM l WHERE no = 4; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong; DELETE FROM now;
INSERT INTO now SELECT x FROM l WHERE no = 5; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong;
DELETE FROM tt WHERE rowid % 10 = 3; DELETE FROM mm WHERE id % 10 = 3; UPDATE tt SET i = 40, s = 's3' WHERE rowid < 90; UPDATE mm SET i = 40, s = 's3' WHERE id < 90; SELECT * FROM in_wrong; INSERT INTO now VALUES (40), ('s3'); SELECT * FROM in_wrong; SELECT * FROM in_wrong;
INSERT INTO tt(tt) VALUES ('optimize'); INSERT INTO now SELECT x FROM l; SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong;
.print -- texts that differ in length or behind the eighth byte alone, and blobs in the list
DELETE FROM now; INSERT INTO mm SELECT 60000 + x, x, substr(x % 97 || ' proceedings of it', 1, 3 + x % 18), NULL, substr('proceedings' || x % 90, 1, 6 + x % 9) FROM n WHERE x < 3000;
INSERT INTO tt(rowid, a, i, s, r, u) SELECT id, 'common', i, s, r, u FROM mm WHERE id > 60000;
INSERT INTO now SELECT DISTINCT s FROM mm WHERE id > 60000 AND id % 50 = 0 UNION ALL SELECT DISTINCT u FROM mm WHERE id > 60000 AND id % 190 < 2 UNION ALL SELECT CAST(u AS BLOB) FROM mm WHERE id > 60000 AND id % 190 = 7 UNION ALL SELECT '17 proce' UNION ALL SELECT CAST('proceedi' AS BLOB) UNION ALL SELECT '5 proceedings of z' UNION ALL SELECT x'70726F6365656400';
SELECT group_concat(what || ' ' || rows, ', ') FROM in_want; SELECT * FROM in_wrong; SELECT * FROM in_wrong; SELECT * FROM in_wrong;
.print -- few rows here and there, by vectors, some of which are not there
CREATE VIRTUAL TABLE w USING lit(v VECTOR(3) L2, c INTEGER FILTER); CREATE TABLE wm(id INTEGER PRIMARY KEY, v, c);
INSERT INTO wm SELECT x * 2, CASE WHEN x % 7 THEN vec_f32(json_array(x * 37 % 101, x * 53 % 97, x % 5)) END, x * 7919 % 1009 FROM n;
INSERT INTO w(rowid, v, c) SELECT * FROM wm WHERE id < 1500; INSERT INTO w(rowid, v, c) SELECT * FROM wm WHERE id >= 1500; DELETE FROM w WHERE rowid % 9 = 4; DELETE FROM wm WHERE id % 9 = 4;
CREATE TABLE asked AS SELECT x AS q, vec_f32(json_array(x, 40, 2)) AS at FROM n WHERE x < 130 AND x % 9 = 1;
CREATE TABLE near AS SELECT q, w.rowid AS id, w.rank AS no FROM asked CROSS JOIN w WHERE w.v MATCH asked.at AND w.c < q AND w.k = 8;
CREATE TABLE nearest AS SELECT * FROM (SELECT q, id, row_number() OVER (PARTITION BY q ORDER BY vec_distance_l2(v, at), id) AS no FROM asked, wm WHERE v IS NOT NULL AND c < q) WHERE no <= 8;
SELECT count(*) FROM near; SELECT * FROM near EXCEPT SELECT * FROM nearest; SELECT * FROM nearest EXCEPT SELECT * FROM near;
