-- feedback.sql -- questions that learn from their first answers
.load build/lit
CREATE VIRTUAL TABLE p USING lit(title TEXT, v VECTOR(2) L2, model = 'none', recall = 'exact');
INSERT INTO p(rowid, title, v) VALUES
  (1, 'reranking passages with cross encoders', '[1, 0]'),
  (2, 'cross encoders for reranking', '[0.9, 0.1]'),
  (3, 'distilling cross encoders', '[0.6, 0.8]'),
  (4, 'growing tomatoes at home', '[0, 1]'),
  (5, 'tomatoes in greenhouses', '[-1, 0]');
.print -- a word that only the first answers have brings more rows
SELECT rowid FROM p('reranking') WHERE mode = 'bm25';
SELECT rowid FROM p('reranking') WHERE mode = 'bm25' AND feedback = 'rm3';
SELECT rowid FROM p('reranking') WHERE mode = 'bm25' AND feedback = 'rm3(2, 1, 0.3)';
.print -- share 0 and 'none' change nothing
SELECT rowid, round(score, 4) FROM p('tomatoes') WHERE mode = 'bm25' AND feedback = 'rm3(5, 5, 0)';
SELECT rowid, round(score, 4) FROM p('tomatoes') WHERE mode = 'bm25' AND feedback = 'none';
.print -- the vector moves towards its neighbours; distances are from there
SELECT rowid, round(distance, 3) FROM p WHERE v MATCH '[0, 1]' AND k = 3;
SELECT rowid, round(distance, 3) FROM p WHERE v MATCH '[0, 1]' AND k = 3 AND feedback = 'rocchio(2, 1)';
.print -- both at once, conditions kept
SELECT rowid FROM p('reranking') WHERE v MATCH '[1, 0]' AND feedback = 'rm3(2, 5, 0.5) + rocchio(2, 0.5)' AND rowid <> 2;
.print -- as an option of the table
CREATE VIRTUAL TABLE q USING lit(title TEXT, model = 'none', feedback = 'rm3');
INSERT INTO q SELECT title FROM p;
SELECT rowid FROM q('reranking');
SELECT rowid FROM q('reranking') WHERE feedback = 'none';
.print -- nothing found teaches nothing; an empty table
SELECT rowid FROM q('zebra');
DELETE FROM q;
SELECT rowid FROM q('reranking');
.print -- errors
SELECT rowid FROM q('x') WHERE feedback = 'rm4';
SELECT rowid FROM q('x') WHERE feedback = 'rm3(0)';
SELECT rowid FROM q('x') WHERE feedback = 'rm3 + rm3';
SELECT rowid FROM q('x') WHERE feedback = 'rm3 + none';
SELECT rowid FROM q('x') WHERE feedback = 'none + rm3';
SELECT rowid FROM q('x') WHERE feedback = 'rm3 rocchio';
SELECT rowid FROM q('x') WHERE feedback = '';
SELECT rowid FROM q WHERE feedback = 'rm3';
CREATE VIRTUAL TABLE r USING lit(title TEXT, feedback = 'rocchio(1,2,3)');
CREATE VIRTUAL TABLE r USING lit(title TEXT, MODEL = 'none', Feedback = 'rm3(101)');
SELECT name FROM lit_kinds WHERE what = 'feedback';
