-- Tokens of two texts, maps between models, vectors of a column, model options.
SELECT lit_model_add('m', 'tests/golden/bert-mean');
SELECT lit_model_add('w', 'tests/golden/bert-dense', '{"windows": "mean"}');
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t(a) VALUES ('the fox'), ('a dog'), ('a tree');
CREATE TABLE v(id INTEGER PRIMARY KEY, vector, hash);
-- walk
SELECT lit_maxsim('the fox', 'a dog', 'm');
SELECT word, part FROM lit_explain_match('the fox', 'a lazy dog', 'm');
SELECT length(lit_map_fit(json_array(id, 1), json_array(id, id, 1))) FROM t;
SELECT count(*) FROM lit_embed_all('t', 'a', 'm', 'document', 'v');
SELECT lit_embed('the fox is lazy and quick and it is what it is that we show in the tree', 'w') IS NULL;
-- check
SELECT count(*) FROM v;
