-- floor.sql -- hybrid: rows that the list by words leaves out are not among the best
.load build/lit
CREATE VIRTUAL TABLE t USING lit(a TEXT, y INTEGER FILTER, v VECTOR(3) COSINE, model = 'none', neighbours = 'none', recall = 'exact');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000)
INSERT INTO t(rowid, a, y, v)
  SELECT i, CASE WHEN i * 7919 % 1009 < 300 THEN replace(hex(zeroblob(1 + i * 311 % 7)), '00', 'apple ') END || replace(hex(zeroblob(i * 613 % 211)), '00', 'pear '), i % 10,
         CASE WHEN i % 11 THEN json_array(1 + i * 331 % 997, i * 547 % 991 - 400, i * 733 % 983 - 500) END FROM n;
-- What the two lists give to every row, in the order of the answer.
CREATE TEMP TABLE got(what, rank, id, score, gains, bm25, cosine);
INSERT INTO got SELECT 'all', rank, rowid, score, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain'), bm25, cosine FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]';
INSERT INTO got SELECT 'some', rank, rowid, score, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain'), bm25, cosine FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND y = 3;
INSERT INTO got SELECT 'few', rank, rowid, score, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain'), bm25, cosine FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND y = 3 AND rowid < 400;
INSERT INTO got SELECT 'words', rank, rowid, score, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain'), bm25, cosine FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND fusion = 'z(1)';
INSERT INTO got SELECT 'vectors', rank, rowid, score, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain'), bm25, cosine FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND fusion = 'z(0)';
.print -- every row that has the word or a vector, once; among the first hundred never one that should have come before
SELECT what, count(*), count(DISTINCT id), count(*) = (SELECT count(*) FROM t AS r WHERE (r.a LIKE '%apple%' OR r.v IS NOT NULL) AND (what NOT IN ('some', 'few') OR y = 3) AND (what <> 'few' OR r.rowid < 400)) FROM got GROUP BY what;
SELECT what, count(*) FROM (SELECT what, gains, min(gains) OVER (PARTITION BY what ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM got WHERE rank <= 100) WHERE gains > before + 1e-4 GROUP BY what;
SELECT count(*) FROM got WHERE abs(score - gains) > 1e-4 AND what IN ('all', 'some', 'few') AND rank <= 100;
.print -- by words alone, or by vectors alone
SELECT count(*) FROM (SELECT bm25, lag(bm25) OVER (ORDER BY rank) AS before FROM got WHERE what = 'words') WHERE bm25 > before;
SELECT count(*) FROM (SELECT cosine, lag(cosine) OVER (ORDER BY rank) AS before FROM got WHERE what = 'vectors') WHERE cosine > before;
.print -- what comes does not depend on LIMIT, OFFSET or k
SELECT k.value, (SELECT group_concat(id) FROM (SELECT id FROM got WHERE what = 'all' AND rank <= k.value ORDER BY rank)) =
  (SELECT group_concat(rowid) FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND t.k = k.value) FROM json_each('[1, 10, 25, 26, 100, 101, 700, 3000]') AS k;
SELECT (SELECT group_concat(id) FROM (SELECT id FROM got WHERE what = 'all' ORDER BY rank LIMIT 40 OFFSET 90)) =
  (SELECT group_concat(rowid) FROM (SELECT rowid FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' LIMIT 40 OFFSET 90));
SELECT value FROM lit_trace WHERE name IN ('batches', 'depth');
.print -- no row with a vector near the question has the word; none has a vector; the word is nowhere
SELECT count(*), min(bm25 > 0) FROM (SELECT bm25 FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]' AND rowid IN (SELECT i.value FROM json_each('[11, 22, 33, 44, 55, 66, 77, 88, 99]') AS i));
SELECT count(*), max(bm25) FROM (SELECT bm25 FROM t WHERE t MATCH 'zebra' AND v MATCH '[1, 1, 1]' AND y = 3);
SELECT count(*) FROM t WHERE rowid % 11 = 0 AND v IS NOT NULL;
INSERT INTO t(rowid, a, v) VALUES (9001, 'quince', '[-1, -1, -1]');
SELECT rowid, bm25 > 0 FROM t WHERE t MATCH 'quince' AND v MATCH '[1, 1, 1]' LIMIT 1;
.print -- deleted rows; several segments; two vectors
DELETE FROM t WHERE rowid % 3 = 0;
SELECT count(*), count(DISTINCT rowid), sum(rowid % 3 = 0) FROM t WHERE t MATCH 'apple' AND v MATCH '[1, 1, 1]';
CREATE VIRTUAL TABLE u USING lit(a TEXT, v VECTOR(3) COSINE, w VECTOR(2) L2, model = 'none', neighbours = 'none', recall = 'exact');
INSERT INTO u(rowid, a, v, w) SELECT rowid, a, v, json_array(rowid * 17 % 101, rowid * 29 % 103) FROM t;
SELECT count(*), count(DISTINCT id), sum(rank <= 100 AND gains > before + 1e-4) FROM (SELECT rank, id, gains, min(gains) OVER (ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM (SELECT rank, rowid AS id, (why ->> '$.lists[0].gain') + (why ->> '$.lists[1].gain') + (why ->> '$.lists[2].gain') AS gains FROM u WHERE u MATCH 'apple' AND v MATCH '[1, 1, 1]' AND w MATCH '[50, 50]'));
.print -- to say what happens in any case changes nothing; nor do the scores of the first rows, where a later step looks deeper
CREATE VIRTUAL TABLE d USING lit(a TEXT, y INTEGER FILTER, v VECTOR(3) COSINE, model = 'none', recall = 'exact');
INSERT INTO d(rowid, a, y, v) SELECT rowid, a, y, v FROM t WHERE v IS NOT NULL;
CREATE TEMP VIEW plain AS SELECT rank, rowid AS id, score, why FROM d WHERE d MATCH 'apple pear' AND v MATCH '[1, 1, 1]' AND k = 60;
SELECT count(*), sum(p.id = s.id AND p.score = s.score AND p.why = s.why) FROM plain AS p JOIN (SELECT rank, rowid AS id, score, why FROM d WHERE d MATCH 'apple pear' AND v MATCH '[1, 1, 1]' AND neighbours = 'lift(50, 3, 0.2)' AND k = 60) AS s USING(rank);
CREATE TEMP VIEW alone AS SELECT rank, rowid AS id, score FROM d WHERE d MATCH 'apple pear' AND v MATCH '[1, 1, 1]' AND neighbours = 'none' AND k = 10;
SELECT count(*), sum(p.id = s.id AND abs(p.score - s.score) < 1e-9) FROM alone AS p JOIN (SELECT rank, rowid AS id, score FROM d WHERE d MATCH 'apple pear' AND v MATCH '[1, 1, 1]' AND neighbours = 'none' AND prior = 'recent(5, 0) of y' AND k = 10) AS s USING(rank);
SELECT count(*), sum(p.id = s.id AND abs(p.score - s.score) < 1e-9) FROM alone AS p JOIN (SELECT rank, rowid AS id, score FROM d WHERE d MATCH 'apple pear' AND v MATCH '[1, 1, 1]' AND neighbours = 'lift(200, 3, 0)' AND k = 10) AS s USING(rank);
