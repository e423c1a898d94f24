-- Texts scored by a cross-encoder, alone and as a table's last step.
SELECT lit_model_add('cross', 'tests/golden/bert-cross');
CREATE VIRTUAL TABLE p USING lit(a TEXT, b TEXT, rerank = 'cross');
INSERT INTO p(a, b) VALUES ('the lazy dog', 'a fox'), ('a tree', NULL), ('tree of trees', 'fox');
-- walk
SELECT lit_rerank('which tree?', 'a small dog', 'cross');
SELECT rowid, score, why FROM p('which tree?');
-- check
SELECT count(*) FROM p;
