.load build/lit
SELECT lit_model_add('toy', 'tests/golden/static.safetensors');
SELECT name, architecture, dimensions, max_tokens, length(hash), path LIKE '/%/static.safetensors' FROM lit_models WHERE name = 'toy';
.print -- bytes as tests/golden/static.py reckons them
SELECT hex(lit_embed('The neural retrieval of documents.', 'toy'));
SELECT hex(lit_embed('Naïve résumé-querying 中12', 'toy'));
SELECT hex(lit_embed(replace(printf('%.5000c', 'x'), 'x', 'the wing '), 'toy'));
.print -- unknown words and brackets weigh nothing; no word known: the vector of nothing
SELECT lit_embed('the [UNK] wing zebra 🙂', 'toy') = lit_embed('the wing', 'toy');
SELECT lit_embed('', 'toy') = lit_embed('zebra', 'toy'), vec_length(lit_embed('', 'toy')), abs(lit_similarity('', 'neural ranking', 'toy')) < 0.5;
SELECT min(value), max(value) FROM json_each(vec_to_json(lit_embed('', 'toy')));
.print -- a long text is not cut, and counts every word
SELECT lit_embed(replace(printf('%.300000c', 'x'), 'x', 'the wing '), 'toy') = lit_embed('the wing', 'toy');
.print -- its name is not for others
SELECT lit_model_add('builtin', 'tests/golden/static.safetensors');
