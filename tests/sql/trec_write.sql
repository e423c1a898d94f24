.load build/lit
CREATE TABLE run(query, doc, score); CREATE TABLE qrels(query, doc, grade);
INSERT INTO run VALUES ('q1', 'a', 0.1), ('q1', 'b', 1e-300), ('q1', 'c', 0.1),
  ('q2', 'é', -2), (3, 4, 12345678.9);
INSERT INTO qrels VALUES ('q1', 'a', 1), ('q2', 'é', -1);
.output $TMP/lit.run
.read sql/trec_run.sql
.output $TMP/lit.qrels
.read sql/trec_qrels.sql
.output
SELECT readfile('$TMP/lit.run');
.print -- read back as it was
SELECT count(*) FROM run JOIN lit_trec_run('$TMP/lit.run') f
ON f.query = run.query || '' AND f.doc = run.doc || '' AND f.score = run.score;
SELECT count(*) FROM qrels JOIN lit_trec_qrels('$TMP/lit.qrels') USING (query, doc, grade);
