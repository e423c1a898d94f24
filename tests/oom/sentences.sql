-- Rows scored by their sentences, which are read, cut and embedded on the spot.
SELECT lit_model_add('mean', 'tests/golden/bert-mean');
CREATE VIRTUAL TABLE p USING lit(a TEXT, b TEXT, model = 'mean', sentences = 'best(5, 0.5)');
INSERT INTO p(a, b) VALUES ('the lazy dog', 'A fox. The fox jumps.'), ('a tree', NULL), ('tree of trees', 'fox');
-- walk
SELECT rowid, score FROM p('which tree?');
SELECT rowid, score FROM p('a fox') WHERE mode = 'dense' AND sentences = 'best(2, 1)';
-- check
SELECT count(*) FROM p;
