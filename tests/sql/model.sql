.load build/lit
SELECT lit_model_add('mean', 'tests/golden/bert-mean');
SELECT lit_model_add('both', 'tests/golden/bert-cls-max');
.print -- a model that is not there
SELECT lit_embed('x', 'no-such-model');
SELECT name, architecture, dimensions, max_tokens, length(hash), path LIKE '/%/tests/golden/bert-%' FROM lit_models WHERE name <> 'builtin' ORDER BY name;
SELECT typeof(lit_embed('the quick fox', 'mean')), length(lit_embed('the quick fox', 'mean')), length(lit_embed('', 'both'));
SELECT subtype(lit_embed('the quick fox', 'mean'));
SELECT lit_embed('the fox', 'mean') = lit_embed('The FOX', 'mean', 'query'), lit_embed('the fox', 'mean') = lit_embed('the dog', 'mean');
SELECT lit_embed(NULL, 'mean') IS NULL, lit_embed('x', NULL) IS NULL, lit_embed('x', 'mean', NULL) IS NULL, lit_embed(NULL) IS NULL, lit_model_add('x', NULL) IS NULL;
SELECT what, name FROM lit_kinds WHERE what IN ('architecture', 'pooling') ORDER BY 1, 2;
SELECT lit_similarity('the fox', 'The FOX', 'mean') > 0.9999999, lit_similarity('the fox', 'a tree', 'both') BETWEEN -1 AND 0.999, lit_similarity(NULL, 'x', 'mean') IS NULL;
SELECT abs(lit_similarity('the fox', 'a tree', 'mean') - lit_similarity('a tree', 'the fox', 'mean')) < 1e-15;
.print -- all rows of a column, in batches, the same as one by one
CREATE TABLE t(a TEXT);
INSERT INTO t VALUES ('the fox'), (NULL), (''), ('a dog jumps over the lazy tree'), ('x');
INSERT INTO t WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 2500) SELECT 'the fox ' || i || ' of ' || substr('and that is what it was', 1, i % 24) FROM r;
SELECT count(*), min(id), max(id), sum(vector = lit_embed(a, 'mean')) FROM lit_embed_all('t', 'a', 'mean') CROSS JOIN t ON t.rowid = id;
SELECT lit_config('threads', 2);
SELECT count(*), sum(vector = lit_embed(a, 'both')) FROM lit_embed_all('t', 'a', 'both', 'query') CROSS JOIN t ON t.rowid = id;
SELECT lit_config('threads', 1);
SELECT count(*) FROM lit_embed_all('t', NULL, 'mean');
.print -- a view may embed, but not load
PRAGMA trusted_schema = off;
CREATE VIEW v AS SELECT length(lit_embed('x', 'mean'));
SELECT * FROM v;
CREATE VIEW w AS SELECT lit_model_add('x', 'y');
SELECT * FROM w;
.print -- errors
SELECT count(*) FROM lit_embed_all('t', 'b', 'mean');
SELECT count(*) FROM lit_embed_all('u', 'a', 'mean');
SELECT count(*) FROM lit_embed_all('t', 'a', 'mean', 'x');
SELECT count(*) FROM lit_embed_all('t', 'a');
SELECT lit_embed('x', '../mean');
SELECT lit_embed('x', '');
SELECT lit_embed('x', 'mean', 'question');
SELECT lit_embed(x'00', 'mean');
SELECT lit_embed(CAST(x'61ff' AS TEXT), 'mean');
SELECT lit_model_add('x', 'no/such/folder');
SELECT lit_model_add('a b', 'tests/golden/bert-mean');
SELECT lit_model_add('x', 'tests/golden/bert-mean', 'int8');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '[1]');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"precision": 8}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"precision": "int4"}');
SELECT lit_model_add('x', 'tests/golden/bert-mean', '{"speed": "high"}');
.print -- options: what changes vectors changes the hash
SELECT lit_model_add('x', 'tests/golden/bert-mean', NULL) IS NULL, lit_model_add('again', 'tests/golden/bert-mean', '{"precision": "float32"}'), lit_model_add('eight', 'tests/golden/bert-mean', '{"precision": "int8"}');
SELECT group_concat(name), count(DISTINCT hash) FROM lit_models WHERE path LIKE '%/bert-mean' AND name <> 'x';
SELECT what, name FROM lit_kinds WHERE what = 'model option' AND name = 'precision';
.print -- in bfloat16
SELECT lit_model_add('sixteen', 'tests/golden/bert-mean', '{"precision": "bf16"}');
SELECT count(DISTINCT hash) FROM lit_models WHERE name IN ('mean', 'eight', 'sixteen');
SELECT count(*), sum(vector = lit_embed(a, 'sixteen')) FROM lit_embed_all('t', 'a', 'sixteen') CROSS JOIN t ON t.rowid = id;
SELECT 1 - vec_distance_cosine(lit_embed('the fox', 'sixteen'), lit_embed('the fox', 'mean')) BETWEEN 0.9995 AND 0.99999999;
.print -- in 8 bits
SELECT count(*), sum(vector = lit_embed(a, 'eight')) FROM lit_embed_all('t', 'a', 'eight') CROSS JOIN t ON t.rowid = id;
SELECT 1 - vec_distance_cosine(lit_embed('the fox', 'eight'), lit_embed('the fox', 'mean')) BETWEEN 0.995 AND 0.99999999;
CREATE VIRTUAL TABLE p USING lit(body TEXT, model = 'eight');
INSERT INTO p(body) VALUES ('a fox and a dog'), ('trees');
SELECT rowid FROM p WHERE p MATCH 'fox' AND mode = 'dense' LIMIT 1;
