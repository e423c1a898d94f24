-- lit_knn_join: the same rows and distances as one query each
.load build/lit
CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) SELECT i FROM n;
CREATE TEMP TABLE made(id INTEGER PRIMARY KEY, x);
INSERT INTO made SELECT n.i, (SELECT json_group_array((n.i * 7919 + d.i * 104729 + n.i * d.i * 31) % 2003 / 1000.0 - 1) FROM n d WHERE d.i <= 64) FROM n;
CREATE VIRTUAL TABLE v USING lit(a VECTOR(64) COSINE, b VECTOR(64) L2 float16, c VECTOR(64) L1 int8, d VECTOR(64) HAMMING bit, even INTEGER FILTER);
INSERT INTO v(rowid, a, b, c, d, even) SELECT id, x, CASE WHEN id % 7 THEN x END, vec_quantize_int8(x, 'unit'), vec_quantize_binary(x), id % 2 FROM made;
DELETE FROM v WHERE rowid BETWEEN 100 AND 140;
CREATE TABLE q(id INTEGER PRIMARY KEY, x);
INSERT INTO q SELECT id, x FROM made WHERE id % 5 = 0;
INSERT INTO q VALUES (2000, NULL), (2001, (SELECT json_group_array(0) FROM n WHERE i <= 64));

SELECT 'cosine', count(*), count(j.distance = s.distance AND j.rowid = s.rowid), sum(j.distance IS NOT s.distance OR j.rowid IS NOT s.rowid) FROM lit_knn_join('v', 'a', 'q', 'x', 7) j LEFT JOIN (SELECT q.id, v.rowid, v.rank, v.distance FROM q, v WHERE v.a MATCH q.x AND v.k = 7) s ON s.id = query_rowid AND s.rank = j.rank;
SELECT 'l2 float16', count(*), sum(j.distance IS NOT s.distance OR j.rowid IS NOT s.rowid) FROM lit_knn_join('v', 'b', 'q', 'x', 7) j LEFT JOIN (SELECT q.id, v.rowid, v.rank, v.distance FROM q, v WHERE v.b MATCH q.x AND v.k = 7) s ON s.id = query_rowid AND s.rank = j.rank;
SELECT 'l1 int8', count(*), sum(j.distance IS NOT s.distance OR j.rowid IS NOT s.rowid) FROM lit_knn_join('v', 'c', 'v', 'c', 3) j LEFT JOIN (SELECT w.rowid AS id, v.rowid, v.rank, v.distance FROM v w, v WHERE v.c MATCH w.c AND v.k = 3) s ON s.id = query_rowid AND s.rank = j.rank;
SELECT 'hamming', count(*), sum(j.distance IS NOT s.distance OR j.rowid IS NOT s.rowid) FROM lit_knn_join('v', 'd', 'v', 'd', 3) j LEFT JOIN (SELECT w.rowid AS id, v.rowid, v.rank, v.distance FROM v w, v WHERE v.d MATCH w.d AND v.k = 3) s ON s.id = query_rowid AND s.rank = j.rank;
-- in the order of the queries, ranks from 1
SELECT query_rowid, rowid, rank, round(distance, 5) FROM lit_knn_join('v', 'a', 'q', 'x', 2) LIMIT 6;
SELECT query_rowid, rowid, rank, round(distance, 5) FROM lit_knn_join('v', 'a', 'v', 'a', 2, NULL, 1) WHERE query_rowid IN (1, 500, 1500);
SELECT count(*), max(distance) <= 0.5 FROM lit_knn_join('v', 'a', 'q', 'x', 100) WHERE max_distance = 0.5;
-- neighbours of everything, stored
CREATE TABLE pairs AS SELECT * FROM lit_knn_join('v', 'a', 'v', 'a', 1) LIMIT 0;
INSERT INTO pairs SELECT * FROM lit_knn_join('v', 'a', 'v', 'a', 1);
SELECT count(*), count(DISTINCT query_rowid), sum(query_rowid = rowid), min(rank), max(rank) FROM pairs;
SELECT count(*) FROM lit_knn_join('v', 'a', 'q', 'x', NULL);
SELECT lit_progress();

-- what cannot be
SELECT * FROM lit_knn_join('q', 'x', 'q', 'x', 1);
SELECT * FROM lit_knn_join('none', 'x', 'q', 'x', 1);
SELECT * FROM lit_knn_join('v', 'none', 'q', 'x', 1);
SELECT * FROM lit_knn_join('v', 'even', 'q', 'x', 1);
SELECT * FROM lit_knn_join('v', 'model', 'q', 'x', 1);
SELECT * FROM lit_knn_join('v', 'a', 'none', 'x', 1);
SELECT * FROM lit_knn_join('v', 'a', 'q', 'none', 1);
SELECT * FROM lit_knn_join('v', 'a', 'v', 'model', 1);
SELECT * FROM lit_knn_join('v', 'a', 'q', 'id', 1);
SELECT * FROM lit_knn_join('v', 'a', 'v', 'd', 1);
SELECT * FROM lit_knn_join('v', 'a', 'q', 'x', 0);
SELECT * FROM lit_knn_join('v', 'a', 'q', 'x', 1, 'far');
SELECT * FROM lit_knn_join('v', 'a', 'q', 'x', 1, 1, 2);
SELECT * FROM lit_knn_join('v', 'a', 'q', x'00', 1);
SELECT * FROM lit_knn_join('v', 'a', '', 'x', 1);
SELECT * FROM lit_knn_join('v', 'a', 'q', 'x');
CREATE VIRTUAL TABLE empty USING lit(a VECTOR(64));
SELECT count(*) FROM lit_knn_join('empty', 'a', 'q', 'x', 1);
SELECT count(*) FROM lit_knn_join('v', 'a', 'empty', 'a', 1);
