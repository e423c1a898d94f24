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
