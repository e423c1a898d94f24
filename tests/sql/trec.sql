.load build/lit
CREATE TABLE t(name, text);
INSERT INTO t VALUES
  ('run', x'efbbbf' || 'q1 Q0 d1 1 2.5e0 tag' || char(13, 10, 10) || '  q1	Q0  d2 2 -.5 tag'),
  ('fields', 'q1 Q0 d1 1 2.5 tag' || char(10) || 'q1 Q0 d1 1 2.5' || char(10)),
  ('nan', 'q1 Q0 d1 1 nan tag'),
  ('inf', 'q1 Q0 d1 1 1e999 tag'),
  ('rank', 'q1 Q0 d1 first 2.5 tag'),
  ('utf8', 'q1 Q0 d' || CAST(x'ff' AS TEXT) || ' 1 2.5 tag'),
  ('empty', ''),
  ('qrels', 'q1 0 d1 -1' || char(10) || 'q1 0 d2 2' || char(10)),
  ('beir', 'query-id	corpus-id	score' || char(10) || 'q1	d1	1' || char(10)),
  ('bare', 'q1 d1 1'),
  ('half', 'q1 0 d1 0.5'),
  ('five', 'q1 0 d1 1 x');
SELECT sum(writefile('$TMP/' || name, text)) > 0 FROM t;
.print -- runs
SELECT * FROM lit_trec_run('$TMP/run');
SELECT count(*) FROM lit_trec_run('$TMP/empty');
SELECT count(*) FROM lit_trec_run(NULL);
.print -- judgments
SELECT * FROM lit_trec_qrels('$TMP/qrels');
SELECT * FROM lit_trec_qrels('$TMP/beir');
SELECT * FROM lit_trec_qrels('$TMP/bare');
SELECT count(*) FROM lit_trec_qrels('$TMP/empty');
.print -- refused
.cd $TMP
SELECT * FROM lit_trec_run('fields');
SELECT * FROM lit_trec_run('nan');
SELECT * FROM lit_trec_run('inf');
SELECT * FROM lit_trec_run('rank');
SELECT * FROM lit_trec_run('utf8');
SELECT * FROM lit_trec_run('qrels');
SELECT * FROM lit_trec_qrels('half');
SELECT * FROM lit_trec_qrels('five');
SELECT * FROM lit_trec_run('nothing');
