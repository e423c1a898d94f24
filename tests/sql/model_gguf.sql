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
.print -- Q8_0 blocks: as they are, or in another precision
SELECT lit_model_add('s', 'tests/golden/gguf/q8.gguf'), lit_model_add('s0', 'tests/golden/gguf/q8.gguf', '{"precision": "stored"}');
SELECT lit_model_add(value, 'tests/golden/gguf/q8.gguf', json_object('precision', value)) FROM json_each('["float32", "bf16", "int8"]');
SELECT hex(substr(lit_embed('the quick fox jumps', 's'), 1, 16)) AS bits;
SELECT value, lit_embed(value, 's') = lit_embed(value, 's0'), lit_embed(value, 's') <> lit_embed(value, 'float32'),
  (SELECT min(1 - vec_distance_cosine(lit_embed(value, 's'), lit_embed(value, name))) > 0.999 FROM lit_models WHERE name IN ('float32', 'bf16', 'int8'))
FROM json_each('["", "the fox", "What is a B-tree?", "unbelievably many trees: e-mail me! and a fox, and a dog, and the lazy quick one too"]');
SELECT count(DISTINCT hash) FROM lit_models WHERE path LIKE '%/q8.gguf';
SELECT a.hash = b.hash FROM lit_models a, lit_models b WHERE a.name = 's' AND b.name = 's0';
.print -- other options
SELECT lit_model_add('d', 'tests/golden/gguf/q8.gguf', '{"dim": 16, "max_tokens": 7, "pooling": "cls", "prompts": {"query": "the "}}');
SELECT dimensions, max_tokens, lit_embed('fox', 'd', 'query') = lit_embed('the fox', 'd') FROM lit_models WHERE name = 'd';
SELECT vec_distance_cosine(lit_embed('the fox', 'd'), vec_slice(lit_embed('the fox', lit_model_add('c', 'tests/golden/gguf/q8.gguf', '{"pooling": "cls"}')), 0, 16)) < 1e-6;
.print -- errors
SELECT lit_model_add('x', 'tests/golden/gguf/q8.gguf', '{"dim": 65}');
SELECT lit_model_add('x', 'tests/golden/gguf/q8.gguf', '{"max_tokens": 25}');
SELECT lit_model_add('x', 'tests/golden/gguf/q8.gguf', '{"pooling": "latent_attention"}');
SELECT lit_model_add('x', 'tests/golden/gguf/q8.gguf', '{"precision": "Q8_0"}');
SELECT lit_model_add('x', 'tests/golden/gguf/none.gguf');
