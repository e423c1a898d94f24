-- Texts scored by a cross-encoder, alone and as a table's last step, and by a
-- language model.
SELECT lit_model_add('cross', 'tests/golden/bert-cross');
CREATE VIRTUAL TABLE p USING lit(a TEXT, b TEXT, rerank = 'cross');
INSERT INTO p(a, b) VALUES ('the lazy dog', 'a fox'), ('a tree', NULL), ('tree of trees', 'fox');
-- walk
SELECT lit_rerank('which tree?', 'a small dog', 'cross');
SELECT rowid, score, why FROM p('which tree?');
SELECT lit_model_add('judge', 'tests/golden/qwen3-judge');
SELECT lit_rerank('which tree?', 'a small dog', 'judge');
-- check
SELECT count(*) FROM p;
