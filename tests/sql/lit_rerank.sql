-- A lit table whose first rows a cross-encoder puts in order.
.load build/lit
SELECT lit_model_add('cross', 'tests/golden/bert-cross');
SELECT lit_model_add('plain', 'tests/golden/bert-mean');
CREATE VIRTUAL TABLE p USING lit(a TEXT, b TEXT, y INTEGER FILTER, model = 'none');
INSERT INTO p(a, b, y) VALUES
  ('the lazy dog', 'a fox and a tree', 1), ('a tree in a database', NULL, 2),
  ('search of trees', 'tree', 1), ('tree tree', 'we show a tree', 2),
  ('no word of it', 'at all', 1), (NULL, 'tree of life', 1);

.print -- by score of the model, over title and abstract as one text
SELECT rank, rowid, score = lit_rerank('which tree?', coalesce(a || ' ', '') || coalesce(b, ''), 'cross') OR
  abs(score - lit_rerank('which tree?', trim(coalesce(a, '') || ' ' || coalesce(b, '')), 'cross')) < 1e-6 AS same
  FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' ORDER BY rank;
.print -- only so many; the rest as they were, and scores never rise
SELECT group_concat(rowid) FROM (SELECT rowid FROM p('which tree?'));
SELECT group_concat(rowid) FROM (SELECT rowid FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' AND rerank_depth = 2);
SELECT count(*) FROM (SELECT score, lag(score) OVER (ORDER BY rank) AS before FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' AND rerank_depth = 2) WHERE score > before;
.print -- LIMIT and k do not change which are read
SELECT rowid FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' LIMIT 1;
SELECT rowid FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' AND k = 1;
SELECT group_concat(rowid) FROM (SELECT rowid FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' AND y = 1);
.print -- why
SELECT json_extract(why, '$.rerank') FROM p WHERE p MATCH 'which tree?' AND rerank = 'cross' AND rerank_depth = 2;
.print -- as an option of the table
CREATE VIRTUAL TABLE q USING lit(a TEXT, model = 'none', rerank = 'cross', rerank_depth = 3);
INSERT INTO q(rowid, a) SELECT rowid, coalesce(a || ' ', '') || coalesce(b, '') FROM p;
SELECT group_concat(rowid) FROM (SELECT rowid FROM q('which tree?'));
SELECT group_concat(rowid) FROM (SELECT rowid FROM q WHERE q MATCH 'which tree?' AND rerank = 'none');
SELECT count(*) FROM q WHERE similar_to = 1;
.print -- errors
SELECT rowid FROM p WHERE p MATCH 'tree' AND rerank = 'plain';
SELECT rowid FROM p WHERE p MATCH 'tree' AND rerank = 'nobody';
SELECT rowid FROM p WHERE similar_to = 1 AND rerank = 'cross';
SELECT rowid FROM p WHERE p MATCH 'tree' AND rerank = 'cross' AND rerank_depth = 0;
SELECT rowid FROM p WHERE p MATCH 'tree' AND rerank = 'cross' AND rerank_depth = 'x';
CREATE VIRTUAL TABLE r USING lit(a TEXT, rerank = '');
CREATE VIRTUAL TABLE r USING lit(a TEXT, rerank_depth = 100000);
