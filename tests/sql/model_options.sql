-- Options of lit_model_add: each changes vectors and the hash, or is refused.
.load build/lit
.bail off
SELECT lit_model_add('m', 'tests/golden/bert-mean');
SELECT lit_model_add('p', 'tests/golden/bert-mean', '{"prompts": {"query": "what is ", "document": "a "}}');
SELECT lit_embed('fox', 'p', 'query') = lit_embed('what is fox', 'm'), lit_embed('fox', 'p') = lit_embed('a fox', 'm');
SELECT lit_model_add('d', 'tests/golden/bert-mean', '{"dim": 3}');
SELECT lit_model_add('l', 'tests/golden/bert-mean', '{"layers": 1}');
SELECT lit_model_add('l0', 'tests/golden/bert-mean', '{"layers": 0}');
SELECT lit_model_add('q', 'tests/golden/bert-mean', '{"pooling": ["cls", "max"]}');
SELECT lit_model_add('t', 'tests/golden/bert-mean', '{"max_tokens": 7}');
SELECT lit_model_add('w', 'tests/golden/bert-mean', '{"windows": "mean"}');
SELECT lit_model_add('s', 'tests/golden/bert-mean', '{"windows": "mean", "stride": 3}');
SELECT name, dimensions, max_tokens FROM lit_models WHERE name <> 'builtin' ORDER BY 1;
SELECT count(DISTINCT hash) = count(*) FROM lit_models WHERE name <> 'builtin';
.print -- a short text needs no windows
SELECT lit_embed('a fox', 'w') = lit_embed('a fox', 'm'), lit_embed('', 'w') = lit_embed('', 'm');
SELECT vec_length(lit_embed(replace(hex(zeroblob(60)), '00', 'the fox is lazy '), 's')) = 8;
.print -- errors
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"dim": 9}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"dim": "many"}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"layers": 3}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"layers": [2, 1]}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"pooling": "sum"}');
SELECT lit_model_add('x', 'tests/golden/bert-dense', '{"pooling": "cls"}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"max_tokens": 25}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"windows": "all"}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"stride": 100}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"prompts": {"title": "a"}}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"prompts": "a"}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"colour": 1}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{');
