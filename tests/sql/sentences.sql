-- needs: builtin
-- sentences.sql -- rows that count by their best sentence too
.load build/lit
CREATE VIRTUAL TABLE p USING lit(title TEXT, abstract TEXT, year INTEGER FILTER);
INSERT INTO p(title, abstract, year) VALUES
  ('A garden in spring', 'We plant tomatoes and water them. Rerankers are trained on pairs of a question and a passage. The sun shines on the beds. Bees fly.', 2020),
  ('Training search engines', 'Ranking models learn from clicks of users on web pages.', 2021),
  ('Growing tomatoes', 'Tomatoes grow in a greenhouse, and they are watered at night.', 2022),
  (NULL, NULL, 2023), ('', '', 2024), ('Only a title', NULL, 2025);
.print -- one sentence of the first says what is asked; its whole text does not
SELECT rowid FROM p('training of ranking models', 3) WHERE sentences = 'none' AND mode = 'dense';
SELECT rowid FROM p('training of ranking models', 3) WHERE sentences = 'best(10, 1)' AND mode = 'dense';
.print -- share 1 is the cosine of the best sentence; 0 changes nothing
SELECT abs(score - lit_similarity('how are rerankers trained', 'Rerankers are trained on pairs of a question and a passage.')) < 1e-6
FROM p('how are rerankers trained') WHERE sentences = 'best(10, 1)' AND mode = 'dense' AND rowid = 1;
SELECT abs(score - 0.5 * cosine - 0.5 * lit_similarity('how are rerankers trained', 'Rerankers are trained on pairs of a question and a passage.')) < 1e-6
FROM p('how are rerankers trained') WHERE sentences = 'best' AND mode = 'dense' AND rowid = 1;
CREATE TABLE how(sentences); INSERT INTO how VALUES (NULL), ('none'), ('best'), ('best(30, 0)'), ('best(20, 0.5)');
CREATE TABLE got AS SELECT how.sentences AS how, mode.column1 AS mode, p.rowid AS id, score, why
FROM how, (VALUES ('hybrid'), ('dense'), ('bm25')) AS mode, p('watering tomatoes')
WHERE p.mode = mode.column1 AND p.sentences = how.sentences;
CREATE VIEW same AS SELECT a.mode AS mode, a.how AS a, b.how AS b, count(*) AS n, sum(a.score = b.score) AS alike, sum(a.why = b.why) AS why
FROM got a JOIN got b ON a.mode = b.mode AND a.id = b.id GROUP BY 1, 2, 3;
SELECT mode, n = alike, n = why FROM same WHERE a = 'none' AND b = 'best(30, 0)';
.print -- the default of hybrid, and of nothing else
SELECT mode, b, n = alike FROM same WHERE a IS NULL AND b IN ('none', 'best(20, 0.5)') ORDER BY 1, 2;
.print -- gains make the score; scores fall with the rank; one row alone
SELECT abs(score - (why ->> '$.lists[0].gain') - (why ->> '$.lists[1].gain')) < 1e-4 FROM p('watering tomatoes') LIMIT 1;
SELECT count(*) FROM (SELECT score, lag(score) OVER (ORDER BY rank) AS before FROM p('watering tomatoes') WHERE sentences = 'best(1, 1)') WHERE score > before;
SELECT rowid FROM p('watering tomatoes', 1) WHERE year = 2022;
.print -- with the other kinds of fusion, conditions, and what is like a row
SELECT rowid FROM p('rerankers trained on passages', 1) WHERE fusion = 'rrf' AND year < 2022;
SELECT rowid FROM p('rerankers trained on passages', 1) WHERE fusion = 'tmm' AND sentences = 'best(3, 0.9)';
SELECT rowid FROM p WHERE similar_to = 3 AND sentences = 'best' LIMIT 1;
.print -- an option of the table
CREATE VIRTUAL TABLE q USING lit(abstract TEXT, sentences = 'none');
INSERT INTO q SELECT abstract FROM p;
SELECT (SELECT group_concat(score) FROM q('watering tomatoes')) = (SELECT group_concat(score) FROM q('watering tomatoes') WHERE sentences = 'none'), (SELECT group_concat(score) FROM q('watering tomatoes')) = (SELECT group_concat(score) FROM q('watering tomatoes') WHERE sentences = 'best');
.print -- without a model there is nothing to embed
CREATE VIRTUAL TABLE r USING lit(t TEXT, v VECTOR(2), model = 'none');
INSERT INTO r VALUES ('some words. And more words.', '[1,0]');
SELECT rowid FROM r('words') WHERE sentences = 'best' AND v MATCH '[1,0]';
.print -- errors
SELECT rowid FROM p('x') WHERE sentences = 'worst';
SELECT rowid FROM p('x') WHERE sentences = 'best(0)';
SELECT rowid FROM p('x') WHERE sentences = 'best(10, 1.5)';
SELECT rowid FROM p('x') WHERE sentences = 'best(10, 0.5, 3)';
SELECT rowid FROM p('x') WHERE sentences = 'none now';
SELECT rowid FROM p('x') WHERE sentences = 'best + best';
SELECT rowid FROM p('x') WHERE sentences = '';
SELECT rowid FROM p WHERE sentences = 'best';
CREATE VIRTUAL TABLE s USING lit(t TEXT, sentences = 'best(x)');
SELECT name FROM lit_kinds WHERE what = 'sentences';
.print -- vectors of sentences are kept: a row is read once, and again when its text is another
CREATE VIRTUAL TABLE z USING lit(t TEXT);
CREATE VIEW one AS SELECT rowid, abs(score - lit_similarity('how are rerankers trained', 'Rerankers are trained.')) < 1e-6 AS sentence,
  abs(score - lit_similarity('how are rerankers trained', 'Rerankers are trained bees fly over fields.')) < 1e-6 AS whole
FROM z('how are rerankers trained') WHERE sentences = 'best(10, 1)' AND mode = 'dense';
CREATE VIEW reads AS SELECT value FROM lit_trace WHERE name = 'sentences_read';
INSERT INTO z VALUES ('Rerankers are trained. Bees fly over fields.'), (NULL);
SELECT * FROM one; SELECT * FROM reads;
SELECT * FROM one; SELECT * FROM reads;
BEGIN; UPDATE z SET t = 'Rerankers are trained bees fly over fields.' WHERE rowid = 1;
SELECT * FROM one; SELECT * FROM reads;
ROLLBACK;
SELECT * FROM one; SELECT * FROM reads;
BEGIN; SAVEPOINT a; UPDATE z SET t = 'Rerankers are trained bees fly over fields.' WHERE rowid = 1;
SELECT * FROM one;
ROLLBACK TO a; UPDATE z SET t = 'Rerankers are trained. Bees fly. Over fields.' WHERE rowid = 1;
SELECT * FROM one; SELECT * FROM reads;
COMMIT; INSERT INTO z(z) VALUES ('optimize');
SELECT * FROM one; SELECT * FROM reads;
UPDATE z_docs SET c0 = 'Rerankers are trained bees fly over fields.' WHERE id = 1; INSERT INTO z(z) VALUES ('rebuild');
SELECT * FROM one; SELECT * FROM reads;
DROP TABLE z; CREATE VIRTUAL TABLE z USING lit(t TEXT);
INSERT INTO z VALUES ('Rerankers are trained. Bees fly over fields.'), (NULL);
SELECT * FROM one; SELECT * FROM reads;
INSERT INTO z SELECT 'Sentence ' || value || '. One more. ' FROM json_each((SELECT json_group_array(rowid) FROM (WITH RECURSIVE n(rowid) AS (SELECT 1 UNION ALL SELECT rowid + 1 FROM n LIMIT 400) SELECT rowid FROM n)));
SELECT count(*) FROM z('one more sentence'); SELECT * FROM reads;
SELECT count(*) FROM z('one more sentence'); SELECT * FROM reads;
.print -- another connection deletes a row, or changes it: what is known of the others stays
.open $TMP/two.db
.load build/lit
CREATE VIRTUAL TABLE z USING lit(t TEXT);
CREATE VIEW one AS SELECT rowid, abs(score - lit_similarity('how are rerankers trained', 'Rerankers are trained.')) < 1e-6 AS sentence
FROM z('how are rerankers trained') WHERE sentences = 'best(10, 1)' AND mode = 'dense';
CREATE VIEW reads AS SELECT value FROM lit_trace WHERE name = 'sentences_read';
INSERT INTO z VALUES ('Rerankers are trained. Bees fly over fields.'), ('Bees fly.'), ('Fields.');
SELECT * FROM one; SELECT * FROM reads;
.connection 1
.open $TMP/two.db
.load build/lit
DELETE FROM z WHERE rowid = 2;
.connection 0
SELECT * FROM one; SELECT * FROM reads;
.connection 1
UPDATE z SET t = 'Rerankers are trained bees fly over fields.' WHERE rowid = 1;
.connection 0
SELECT * FROM one; SELECT * FROM reads;
.print -- a restored backup
.backup $TMP/old.db
UPDATE z SET t = 'Rerankers are trained. Bees fly over fields.' WHERE rowid = 1;
SELECT * FROM one; SELECT * FROM reads;
.restore $TMP/old.db
UPDATE z SET t = 'Rerankers are trained bees fly. Over fields.' WHERE rowid = 1;
SELECT * FROM one;
