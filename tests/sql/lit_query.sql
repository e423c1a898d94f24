-- lit_query: FTS5's query syntax in MATCH
.load build/lit
CREATE VIRTUAL TABLE papers USING lit(title TEXT WEIGHT 2, abstract TEXT,
  year INTEGER FILTER, url STORED, v VECTOR(2) COSINE, model = 'none');
INSERT INTO papers(rowid, title, abstract, year, v) VALUES
 (1, 'A survey of neural networks', 'We survey the neural network and its uses.', 2019, '[1, 0]'),
 (2, 'Neural network pre-training', 'Deep networks are trained before they are tuned.', 2021, '[0.9, 0.1]'),
 (3, 'Networks of neurons', 'Neural surveys of the network of the brain.', 2022, '[0.5, 0.5]'),
 (4, 'Pretraining is all', 'Nothing but data, and its C++ code.', 2022, '[0, 1]'),
 (5, 'The and of to', '', 2023, NULL);
.print -- the value: what was asked, marked; the same of itself; NULL of NULL
SELECT typeof(lit_query('a b')), lit_query('a b'), lit_query(lit_query('a')) = lit_query('a'), lit_query(NULL) IS NULL;
.print -- what the rows are
CREATE TEMP TABLE asked(i INTEGER PRIMARY KEY, q);
INSERT INTO asked(q) VALUES
 ('title : "neural network" NOT survey*'), ('neural network'), ('neural AND NOT_IT'),
 ('survey OR pretraining'), ('neural NOT survey'), ('surv*'), ('"neural net" *'),
 ('^neural'), ('^"neural network"'), ('title : ^ network'), ('NEAR(survey brain, 5)'),
 ('NEAR(survey brain, 6)'), ('NEAR(deep tuned)'), ('NEAR("neural network" uses, 2)'),
 ('{title abstract} : neurons'), ('-title : neural'), ('- {abstract} : survey'),
 ('TITLE : (abstract : neural)'), ('abstract : (data OR title : deep)'),
 ('neural + network'), ('"pre-training"'), ('pretraining'), ('"C++"'),
 ('a OR neural AND survey NOT brain'), ('(neural OR pretraining) NOT (survey OR deep)'),
 ('neural (survey OR deep)'), ('"..." neural'), ('"..." AND neural'), ('"..."'),
 ('zebra'), ('the'), ('neural NOT the NOT deep'), ('near not and');
SELECT q, (SELECT group_concat(rowid, ' ') FROM (SELECT rowid FROM papers
  WHERE papers MATCH lit_query(q) ORDER BY rowid)) FROM asked;
.print -- a value that was bound, stored, passed on, is a query still; text never is
.parameter init
.parameter set ?1 "lit_query('neural NOT survey')"
SELECT rowid FROM papers WHERE papers MATCH ?1;
SELECT rowid FROM papers(?1);
CREATE TEMP TABLE kept AS SELECT lit_query('neural NOT survey') AS q;
SELECT papers.rowid FROM kept JOIN papers ON papers MATCH q;
WITH q(x) AS MATERIALIZED (SELECT lit_query('neural NOT survey')) SELECT rowid FROM q, papers(x);
SELECT count(*) FROM papers('neural NOT survey');
SELECT count(*) FROM papers('lit_query:neural NOT survey');
SELECT count(*) FROM papers('"neural AND ( title :');
.print -- what ranks: the words outside NOT, as if they were plain text
SELECT (SELECT json_group_array(json_array(rowid, score)) FROM papers WHERE papers MATCH lit_query('(survey OR neural) NOT brain'))
     = (SELECT json_group_array(json_array(rowid, score)) FROM papers WHERE papers MATCH 'survey neural' AND rowid <> 3);
SELECT rowid, rank, score = 0, why FROM papers WHERE papers MATCH lit_query('the OR data');
SELECT rowid, round(score, 4) FROM papers WHERE papers MATCH lit_query('pret* OR sur*');
.print -- in one column, with FILTERs, by vectors, by rules
SELECT rowid FROM papers WHERE title MATCH lit_query('neural NOT pretraining');
SELECT rowid FROM papers WHERE title MATCH lit_query('abstract : neural');
SELECT rowid FROM papers WHERE papers MATCH lit_query('neural OR pretraining') AND year = 2022 ORDER BY rank;
SELECT rowid FROM papers WHERE papers MATCH lit_query('neural OR the') AND v MATCH '[0, 1]';
SELECT rowid, round(distance, 3) FROM papers WHERE papers MATCH lit_query('neural OR the') AND v MATCH '[0, 1]' AND mode = 'dense';
SELECT rowid, score > 0 FROM papers WHERE papers MATCH lit_query('neural surv* OR zebra OR deep') AND mode = 'keyword';
SELECT rowid, round(score, 4) FROM papers WHERE papers MATCH lit_query('networks') AND unlike = 3;
SELECT rowid FROM papers WHERE similar_to = 1 AND papers MATCH lit_query('network* NOT brain');
SELECT lit_highlight(papers) FROM papers(lit_query('network* NOT brain')) LIMIT 1;
EXPLAIN QUERY PLAN SELECT rowid FROM papers WHERE papers MATCH lit_query('a NOT b') AND year > 2020 ORDER BY rank LIMIT 3;
.print -- long and deep
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 130000)
SELECT count(*) FROM papers WHERE papers MATCH lit_query((SELECT group_concat('w' || (i % 9), ' OR ') || ' OR brain' FROM n));
SELECT count(*) FROM papers WHERE papers MATCH lit_query(replace(hex(zeroblob(30)), '0', '(') || 'brain' || replace(hex(zeroblob(30)), '0', ')'));
.bail off
SELECT lit_query(replace(hex(zeroblob(31)), '0', '('));
SELECT lit_query(replace(hex(zeroblob(500000)), '0', '('));
SELECT count(*) FROM papers(lit_query(replace(hex(zeroblob(300000)), '00', 'ab ')));
SELECT count(*) FROM papers(lit_query(replace(hex(zeroblob(1000000)), '00', 'ab ')));
.print -- mistakes
SELECT lit_query('');
SELECT lit_query(' ');
SELECT lit_query('NOT neural');
SELECT lit_query('neural AND');
SELECT lit_query('neural AND OR deep');
SELECT lit_query('(neural OR deep');
SELECT lit_query('neural) OR deep');
SELECT lit_query('"neural');
SELECT lit_query('é neural; deep');
SELECT lit_query('pre-training');
SELECT lit_query('*');
SELECT lit_query('NEAR(a b, x)');
SELECT lit_query('NEAR(a OR b)');
SELECT lit_query('NEAR()');
SELECT lit_query('NEAR(^a)');
SELECT lit_query('title : ');
SELECT lit_query('{title : a');
SELECT lit_query('{} : a');
SELECT lit_query('- a');
SELECT lit_query('a + ');
SELECT lit_query('^ (a)');
SELECT lit_query(x'61');
SELECT lit_query(CAST(x'61C3' AS TEXT));
SELECT rowid FROM papers WHERE papers MATCH lit_query('neural AND year : 2020');
SELECT rowid FROM papers WHERE papers MATCH CAST('lit_query:a AND' AS BLOB);
SELECT rowid FROM papers WHERE papers MATCH CAST('lit_query:' AS BLOB);
SELECT rowid FROM papers WHERE papers MATCH x'6C69745F71756572793A61C3';
SELECT rowid FROM papers WHERE papers MATCH x'61';
SELECT rowid FROM papers WHERE papers MATCH lit_query('a') AND title MATCH 'b';
.print -- what a stranger may try: only stop words, only NOT, numbers too large, all scripts
SELECT rowid FROM papers WHERE papers MATCH lit_query('the and of');
SELECT count(*) FROM papers WHERE papers MATCH lit_query('"" ""');
SELECT lit_query('NOT NOT');
SELECT lit_query('NOT (a b)');
SELECT lit_query('a NOT NOT b');
SELECT rowid FROM papers WHERE papers MATCH lit_query('NEAR(neural survey, 0)');
SELECT rowid FROM papers WHERE papers MATCH lit_query('NEAR(neural survey, 4294967295)') ORDER BY rowid;
SELECT lit_query('NEAR(neural survey, 4294967296)');
SELECT lit_query('NEAR(neural survey, 99999999999999999999)');
SELECT lit_query('NEAR(neural survey, -1)');
SELECT lit_query('NEAR(neural survey, 1.5)');
SELECT rowid FROM papers WHERE papers MATCH lit_query('NEAR(neural, 0)') ORDER BY rowid;
SELECT rowid FROM papers WHERE papers MATCH lit_query('nowhere : a');
SELECT rowid FROM papers WHERE papers MATCH lit_query('{title nowhere} : a');
SELECT rowid FROM papers WHERE papers MATCH lit_query('year : 2020');
SELECT rowid FROM papers WHERE papers MATCH lit_query('-url : neural');
SELECT count(*) FROM papers WHERE papers MATCH lit_query('-{title abstract} : neural');
SELECT count(*) FROM papers WHERE papers MATCH lit_query('深度 OR Ünïcödé OR "שלום עולם" OR "👩‍👩‍👧" OR n​euron* OR ﬁgure');
SELECT count(*) FROM papers WHERE papers MATCH lit_query('title : "' || replace(hex(zeroblob(20000)), '00', 'neural ') || '"');
SELECT count(*) FROM papers WHERE papers MATCH lit_query('NEAR(' || replace(hex(zeroblob(10000)), '00', 'neural ') || ', 3)');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
SELECT count(*) FROM papers WHERE papers MATCH (SELECT group_concat('word' || i, ' ') || ' brain' FROM n);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
SELECT count(*) FROM papers WHERE papers MATCH lit_query((SELECT 'neural NOT ' || group_concat('word' || i, ' NOT ') FROM n));
SELECT count(*) FROM papers WHERE papers MATCH '"neural AND (' || char(0) || ') title : NEAR( ^ * -';
