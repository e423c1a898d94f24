-- A small model with random weights: loading, texts to vectors, a table with it.
SELECT lit_model_add('mean', 'tests/golden/bert-mean'), lit_model_add('both', 'tests/golden/bert-cls-max');
CREATE TABLE t(x TEXT);
INSERT INTO t VALUES ('the fox'), (NULL), ('a dog jumps over the lazy tree');
CREATE VIRTUAL TABLE p USING lit(x TEXT, model = 'mean');
INSERT INTO p VALUES ('the quick fox');
-- walk
SELECT lit_model_add('both', 'tests/golden/bert-cls-max');
SELECT length(lit_embed('a fox', lit_model_add('eight', 'tests/golden/bert-mean', '{"precision": "int8"}')));
SELECT length(lit_embed('a fox', lit_model_add('q8', 'tests/golden/gguf/q8.gguf')));
SELECT length(lit_embed('the quick fox jumps', 'mean')), lit_embed('the dog', 'both', 'query') IS NOT NULL;
SELECT lit_similarity('the fox', 'a tree', 'mean') < 1;
SELECT id, length(vec_f16(vector)) FROM lit_embed_all('t', 'x', 'mean');
INSERT INTO p SELECT x FROM t;
SELECT rowid, rank FROM p('a fox', 2, 'dense');
-- check
SELECT rowid, x FROM p;
SELECT count(*) FROM lit_models WHERE name = 'mean';
