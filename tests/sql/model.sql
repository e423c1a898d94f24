.load build/lit
SELECT lit_model_add('mean', 'tests/golden/bert-mean');
SELECT lit_model_add('both', 'tests/golden/bert-cls-max');
SELECT name, architecture, dimensions, max_tokens, length(hash), path LIKE '/%/tests/golden/bert-%' FROM lit_models ORDER BY name;
SELECT typeof(lit_embed('the quick fox', 'mean')), length(lit_embed('the quick fox', 'mean')), length(lit_embed('', 'both'));
SELECT subtype(lit_embed('the quick fox', 'mean'));
SELECT lit_embed('the fox', 'mean') = lit_embed('The FOX', 'mean', 'query'), lit_embed('the fox', 'mean') = lit_embed('the dog', 'mean');
SELECT lit_embed(NULL, 'mean') IS NULL, lit_embed('x', NULL) IS NULL, lit_embed('x', 'mean', NULL) IS NULL, lit_embed(NULL) IS NULL, lit_model_add('x', NULL) IS NULL;
SELECT what, name FROM lit_kinds WHERE what IN ('architecture', 'pooling') ORDER BY 1, 2;
.print -- a view may embed, but not load
PRAGMA trusted_schema = off;
CREATE VIEW v AS SELECT length(lit_embed('x', 'mean'));
SELECT * FROM v;
CREATE VIEW w AS SELECT lit_model_add('x', 'y');
SELECT * FROM w;
.print -- errors
SELECT lit_embed('x');
SELECT lit_embed('x', 'no-such-model');
SELECT lit_embed('x', '../mean');
SELECT lit_embed('x', '');
SELECT lit_embed('x', 'mean', 'question');
SELECT lit_embed(x'00', 'mean');
SELECT lit_embed(CAST(x'61ff' AS TEXT), 'mean');
SELECT lit_model_add('x', 'no/such/folder');
SELECT lit_model_add('a b', 'tests/golden/bert-mean');
