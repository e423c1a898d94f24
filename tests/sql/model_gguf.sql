.load build/lit
.print -- the same weights in a GGUF file give the same vectors
SELECT lit_model_add('b', 'tests/golden/gguf/bert.gguf'), lit_model_add('n', 'tests/golden/gguf/nomic.gguf'), lit_model_add('q', 'tests/golden/gguf/qwen3.gguf');
SELECT lit_model_add('b0', 'tests/golden/bert-mean'), lit_model_add('n0', 'tests/golden/nomic'), lit_model_add('q0', 'tests/golden/qwen3');
SELECT value, lit_embed(value, 'b') = lit_embed(value, 'b0'), lit_embed(value, 'n') = lit_embed(value, 'n0'), lit_embed(value, 'q') = lit_embed(value, 'q0')
FROM json_each('["", "the fox", "What is a B-tree?", "unbelievably many trees: e-mail me!"]');
SELECT name, architecture, dimensions, max_tokens, bytes, path LIKE '/%.gguf' FROM lit_models WHERE length(name) = 1;
SELECT lit_model_add('b8', 'tests/golden/gguf/bert.gguf', '{"precision": "int8"}'), lit_model_add('b08', 'tests/golden/bert-mean', '{"precision": "int8"}');
SELECT lit_embed('the fox', 'b8') = lit_embed('the fox', 'b08');
CREATE VIRTUAL TABLE p USING lit(body TEXT, model = 'b');
INSERT INTO p(body) VALUES ('a fox and a dog'), ('trees');
SELECT rowid FROM p WHERE p MATCH 'fox' AND mode = 'dense' LIMIT 1;
SELECT group_concat(name, ' ') FROM lit_kinds WHERE what = 'weight block';
.print -- errors
SELECT lit_model_add('x', 'tests/golden/gguf/none.gguf');
