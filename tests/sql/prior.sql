-- prior.sql -- newer rows, or those of many votes, a little higher
.load build/lit
CREATE VIRTUAL TABLE p USING lit(title TEXT, year INTEGER FILTER, votes FILTER, v VECTOR(2), note STORED, model = 'none');
INSERT INTO p(title, year, votes, v) VALUES
  ('reranking of passages', 2010, 5, '[1, 0]'), ('reranking of passages', 2024, 0, '[1, 0]'),
  ('reranking of passages', NULL, 900, '[1, 0]'), ('reranking of passages', 2020, 'many', '[1, 0]'),
  ('reranking reranking reranking of passages', 1990, -3, '[0, 1]'), ('cooking', 2025, 10000, '[0, 1]');
.print -- without it: by words, ties by rowid
SELECT rowid FROM p('reranking');
.print -- scores alike have no spread, and a prior nothing to add to
SELECT rowid FROM p('passages') WHERE prior = 'recent of year' AND rowid < 5;
.print -- the newest first where answers are alike; NULL counts as the mean
SELECT rowid FROM p('reranking') WHERE prior = 'recent(5, 0.3) of year';
SELECT rowid FROM p('reranking') WHERE prior = 'recent(5, 5) of YEAR';
.print -- by votes: text and NULL count as the mean, what is negative as 0
SELECT rowid FROM p('reranking') WHERE prior = 'many(5) of votes';
.print -- both; a weight of 0 changes nothing
SELECT rowid FROM p('reranking') WHERE prior = 'many(2) of votes + recent(1000, 2) of year';
SELECT rowid FROM p('reranking') WHERE prior = 'many(0) of votes';
SELECT rowid FROM p('reranking') WHERE prior = 'none';
.print -- k cuts after it; scores fall with the rank; by vectors, fused, with conditions
SELECT rowid FROM p('reranking', 1) WHERE prior = 'recent(5, 5) of year';
SELECT count(*) FROM (SELECT score, lag(score) OVER (ORDER BY rank) AS before FROM p('reranking') WHERE prior = 'recent(5, 5) of year') WHERE score > before;
SELECT rowid FROM p WHERE v MATCH '[1, 0]' AND prior = 'recent(5, 3) of year' AND k = 2;
SELECT rowid FROM p('reranking') WHERE v MATCH '[1, 0]' AND prior = 'recent(5, 3) of year' AND year < 2022 LIMIT 2;
SELECT rowid FROM p WHERE similar_to = 1 AND prior = 'many(5) of votes' LIMIT 2;
.print -- an option of the table
CREATE VIRTUAL TABLE q USING lit(prior = 'recent(5, 5) of year', title TEXT, year INTEGER FILTER, model = 'none');
INSERT INTO q SELECT title, year FROM p;
SELECT rowid FROM q('reranking', 2);
SELECT rowid FROM q('reranking', 2) WHERE prior = 'none';
SELECT rowid FROM q('zebra');
.print -- errors
SELECT rowid FROM p('x') WHERE prior = 'old of year';
SELECT rowid FROM p('x') WHERE prior = 'recent(5, 0.1)';
SELECT rowid FROM p('x') WHERE prior = 'recent of';
SELECT rowid FROM p('x') WHERE prior = 'recent of month';
SELECT rowid FROM p('x') WHERE prior = 'recent of title';
SELECT rowid FROM p('x') WHERE prior = 'recent of note';
SELECT rowid FROM p('x') WHERE prior = 'recent(0) of year';
SELECT rowid FROM p('x') WHERE prior = 'recent(5, 11) of year';
SELECT rowid FROM p('x') WHERE prior = 'many(1, 2) of votes';
SELECT rowid FROM p('x') WHERE prior = 'many of votes, recent of year';
SELECT rowid FROM p('x') WHERE prior = 'many of votes + many of year + many of votes + many of year + many of year';
SELECT rowid FROM p('x') WHERE prior = '';
SELECT rowid FROM p WHERE prior = 'recent of year';
CREATE VIRTUAL TABLE r USING lit(title TEXT, prior = 'recent of year');
SELECT name FROM lit_kinds WHERE what = 'prior';
