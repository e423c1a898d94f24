-- needs: builtin
-- neighbours.sql -- rows that count by the rows that are like them too
.load build/lit
CREATE VIRTUAL TABLE p USING lit(t TEXT, v VECTOR(2) COSINE, model = 'none');
-- 1 and 2 are alone; 3 .. 6 are alike
INSERT INTO p(t, v) VALUES ('plum plum fig', '[1, 0]'), ('plum', '[0, 1]'),
  ('plum fig', '[0.7, 0.7]'), ('plum fig plum', '[0.71, 0.7]'), ('fig plum', '[0.7, 0.71]'), ('pear', '[0.69, 0.7]'), ('apple', NULL);
CREATE TABLE how(neighbours); INSERT INTO how VALUES (NULL), ('none'), ('lift'), ('lift(50, 3, 0.2)'), ('lift(50, 3, 0)'), ('lift(50, 3, 1)'), ('lift(50, 6)'), ('lift(4, 3)');
CREATE TABLE got AS SELECT how.neighbours AS how, p.rowid AS id, score, rank, cosine, why
FROM how, p('plum fig') WHERE p.neighbours = how.neighbours AND p.v MATCH '[0.2, 1]';
.print -- the default, and where nothing is done: share 0, or all are neighbours of all
SELECT b.how, count(*), sum(a.score = b.score), sum(a.rank = b.rank) FROM got a JOIN got b USING(id) WHERE a.how = 'lift' AND b.how IS NOT 'lift' GROUP BY 1;
SELECT b.how, count(*), sum(a.score = b.score), sum(a.rank = b.rank) FROM got a JOIN got b USING(id) WHERE a.how = 'none' AND b.how IS NOT 'none' GROUP BY 1;
.print -- what is lifted, and how far: the mean by cosines of the three nearest
SELECT a.id, a.rank, b.rank FROM got a JOIN got b USING(id) WHERE a.how = 'none' AND b.how = 'lift' AND b.score > a.score ORDER BY 1;
SELECT count(*) FROM got a JOIN got b USING(id) WHERE a.how = 'none' AND b.how = 'lift' AND b.score < a.score;
CREATE VIEW n AS SELECT x.id AS id, y.score AS score, vec_distance_cosine(p.v, q.v) AS d, row_number() OVER (PARTITION BY x.id ORDER BY vec_distance_cosine(p.v, q.v), y.id) AS place
FROM got x JOIN got y ON x.how = 'none' AND y.how = 'none' AND x.id <> y.id JOIN p ON p.rowid = x.id JOIN p AS q ON q.rowid = y.id WHERE p.v IS NOT NULL AND q.v IS NOT NULL;
CREATE VIEW m AS SELECT id, sum((1 - d) * score) / sum(1 - d) AS mean FROM n WHERE place <= 3 AND d < 1 GROUP BY 1;
SELECT count(*), sum(abs(b.score - max(a.score, 0.8 * a.score + 0.2 * mean)) < 1e-5) FROM got a JOIN got b USING(id) JOIN m USING(id) WHERE a.how = 'none' AND b.how = 'lift';
SELECT count(*), sum(abs(b.score - max(a.score, mean)) < 1e-5) FROM got a JOIN got b USING(id) JOIN m USING(id) WHERE a.how = 'none' AND b.how = 'lift(50, 3, 1)';
.print -- gains make the score; scores fall with the rank
SELECT count(*), sum(abs(score - (why ->> '$.lists[0].gain') - (why ->> '$.lists[1].gain')) < 1e-4) FROM got WHERE how = 'lift(50, 3, 1)';
SELECT count(*) FROM (SELECT score, lag(score) OVER (PARTITION BY how ORDER BY rank) AS before FROM got) WHERE score > before;
.print -- one list alone: only if it is said; by words there are no vectors
SELECT (SELECT group_concat(score) FROM p WHERE v MATCH '[1, 0]') = (SELECT group_concat(score) FROM p WHERE v MATCH '[1, 0]' AND neighbours = 'none'),
  (SELECT group_concat(score) FROM p WHERE v MATCH '[1, 0]') = (SELECT group_concat(score) FROM p WHERE v MATCH '[1, 0]' AND neighbours = 'lift');
SELECT (SELECT group_concat(score) FROM p('plum')) = (SELECT group_concat(score) FROM p('plum') WHERE neighbours = 'lift');
.print -- not by default with the built-in model, nor by another distance
CREATE VIRTUAL TABLE b USING lit(t TEXT);
INSERT INTO b SELECT t || ' ' || rowid || ' of a garden' FROM p;
SELECT count(*), sum(x.score = y.score), sum(x.score = z.score) FROM b('plum of a garden') x JOIN b('plum of a garden') y ON x.rowid = y.rowid JOIN b('plum of a garden') z ON x.rowid = z.rowid
WHERE y.neighbours = 'none' AND z.neighbours = 'lift(50, 3, 1)';
CREATE VIRTUAL TABLE l USING lit(t TEXT, v VECTOR(2), model = 'none');
INSERT INTO l SELECT t, v FROM p;
SELECT (SELECT group_concat(score) FROM l('plum fig') WHERE v MATCH '[0.2, 1]') = (SELECT group_concat(score) FROM l('plum fig') WHERE v MATCH '[0.2, 1]' AND neighbours = 'none');
.print -- an option of the table
CREATE VIRTUAL TABLE o USING lit(t TEXT, v VECTOR(2) COSINE, model = 'none', neighbours = 'none');
INSERT INTO o SELECT t, v FROM p;
SELECT count(*), sum(score = (SELECT score FROM got WHERE how = 'none' AND id = o.rowid)) FROM o('plum fig') WHERE v MATCH '[0.2, 1]';
SELECT count(*), sum(score = (SELECT score FROM got WHERE how = 'lift' AND id = o.rowid)) FROM o('plum fig') WHERE v MATCH '[0.2, 1]' AND neighbours = 'lift';
.print -- vectors too long to square are like nothing
INSERT INTO p(t, v) VALUES ('plum fig', '[1e30, 1e30]'), ('plum fig', '[1e-30, 0]');
SELECT count(*), sum(score IS NULL) FROM p('plum fig') WHERE v MATCH '[0.2, 1]';
.print -- errors
SELECT rowid FROM p('x') WHERE neighbours = 'worst';
SELECT rowid FROM p('x') WHERE neighbours = 'lift(1)';
SELECT rowid FROM p('x') WHERE neighbours = 'lift(50, 0)';
SELECT rowid FROM p('x') WHERE neighbours = 'lift(50, 101)';
SELECT rowid FROM p('x') WHERE neighbours = 'lift(50, 3, 1.5)';
SELECT rowid FROM p('x') WHERE neighbours = 'lift(50, 3, 0.5, 3)';
SELECT rowid FROM p('x') WHERE neighbours = 'none now';
SELECT rowid FROM p('x') WHERE neighbours = '';
SELECT rowid FROM p WHERE neighbours = 'lift';
CREATE VIRTUAL TABLE s USING lit(t TEXT, neighbours = 'lift(x)');
SELECT name FROM lit_kinds WHERE what = 'neighbours';
