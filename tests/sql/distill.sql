.load build/lit
.read sql/demo_papers.sql
.mode list
-- Without a teacher: it learns, and says so.
SELECT stage, step, steps, loss < 4, cosine IS NULL, score > 0.5
FROM lit_train('demo_papers', '{"out": "$TMP/a.safetensors", "dim": 16, "words": 900, "least": 2, "steps": 40, "batch": 64, "report": 20, "alike": 4, "drop": 0.1, "card": {"data": "demo \" papers"}}');
SELECT lit_model_add('a', '$TMP/a.safetensors');
SELECT length(lit_embed('trees', 'a')) / 4,
  lit_similarity('B-tree pages', 'b-TREE, Pages.', 'a') > 0.999;
-- The same seed gives the same bytes; another seed others.
CREATE TABLE o AS SELECT '"dim": 16, "words": 900, "least": 2, "steps": 40, "batch": 64, "report": 10, "keep": 10, "alike": 4, "drop": 0.1, "card": {"data": "demo \" papers"}' AS o;
SELECT count(*) FROM o, lit_train('demo_papers', '{"out": "$TMP/b.safetensors", ' || o || '}');
SELECT readfile('$TMP/a.safetensors') = readfile('$TMP/b.safetensors');
SELECT count(*) FROM o, lit_train('demo_papers', '{"out": "$TMP/c.safetensors", "seed": 2, ' || o || '}');
SELECT readfile('$TMP/a.safetensors') = readfile('$TMP/c.safetensors');
-- Stopped after 20 steps, gone on with: the same bytes.
SELECT stage, step FROM o, lit_train('demo_papers', '{"out": "$TMP/d.safetensors", ' || o || '}') LIMIT 4;
SELECT readfile('$TMP/d.safetensors') IS NULL, length(readfile('$TMP/d.safetensors.state')) > 0;
SELECT stage, step FROM o, lit_train('demo_papers', '{"out": "$TMP/d.safetensors", ' || o || '}');
SELECT readfile('$TMP/a.safetensors') = readfile('$TMP/d.safetensors'), readfile('$TMP/d.safetensors.state') IS NULL;
-- Hard negatives: the same bytes again, stopped or not; others than without.
CREATE TABLE hard AS SELECT o || ', "hard": 3, "pool": 50, "mine": 7' AS o FROM o;
SELECT stage, step, loss < 4, score > 0.5 FROM hard, lit_train('demo_papers', '{"out": "$TMP/i.safetensors", ' || o || '}') WHERE step = 40;
SELECT readfile('$TMP/a.safetensors') = readfile('$TMP/i.safetensors');
SELECT stage, step FROM hard, lit_train('demo_papers', '{"out": "$TMP/j.safetensors", ' || o || '}') LIMIT 4;
SELECT count(*) FROM hard, lit_train('demo_papers', '{"out": "$TMP/j.safetensors", ' || o || '}');
SELECT readfile('$TMP/i.safetensors') = readfile('$TMP/j.safetensors');
-- More of them than there are texts: each meets all; margin 0: none.
SELECT step FROM hard, lit_train('demo_papers', '{"out": "$TMP/k.safetensors", ' || replace(o, '"hard": 3, "pool": 50', '"hard": 64, "pool": 1000000') || '}') WHERE stage = 'saved';
SELECT step FROM hard, lit_train('demo_papers', '{"out": "$TMP/l.safetensors", ' || o || ', "margin": 0}') WHERE stage = 'saved';
-- With a teacher: asked by itself, or its vectors given.
SELECT lit_model_add('tiny', 'tests/golden/bert-mean');
SELECT stage, cosine > 0.5 FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/f.safetensors", "dim": 8, "words": 500, "least": 2, "steps": 30, "batch": 32, "taught": 64, "report": 30}');
CREATE TABLE taught AS SELECT abstract AS text, vec_f16(lit_embed(abstract, 'tiny')) AS vector FROM demo_papers;
SELECT stage, cosine > 0.5 FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/g.safetensors", "vectors": "taught", "columns": "abstract", "dim": 8, "words": 500, "least": 2, "steps": 30, "batch": 32, "taught": 64, "report": 30}');
-- NULL in: no rows.
SELECT count(*) FROM lit_train('demo_papers', NULL);
-- What is wrong is said.
SELECT * FROM lit_train('demo_papers', '{"out": 1}');
SELECT * FROM lit_train('demo_papers', '{}');
SELECT * FROM lit_train('demo_papers', '[1]');
SELECT * FROM lit_train('demo_papers', '{"out": "x"');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "dims": 3}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "dim": 20}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "dim": 3.5}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "steps": 0}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "temperature": 0}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "hard": 65}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "hard": -1}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "hard": "2"}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "pool": 0}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "mine": 0}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "margin": 1.1}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "columns": []}');
SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h", "columns": ["title", "none"]}');
SELECT * FROM lit_train('nothing', '{"out": "$TMP/h"}');
CREATE TABLE empty(title, abstract);
SELECT * FROM lit_train('empty', '{"out": "$TMP/h"}');
INSERT INTO empty VALUES ('one', 'a text'), (NULL, 'a text'), ('', ''), ('--', '...'), ('two', NULL), ('three', 'text');
SELECT * FROM lit_train('empty', '{"out": "$TMP/h", "dim": 8, "least": 100}');
SELECT * FROM lit_train('empty', '{"out": "$TMP/h", "dim": 8, "least": 2, "words": 2}');
SELECT * FROM lit_train('empty', '{"out": "$TMP/h", "dim": 128, "least": 1}');
SELECT * FROM lit_train('demo_papers', '{"out": "no/such/folder", "dim": 8, "steps": 1}');
SELECT * FROM lit_train('demo_papers', '{"out": "tests", "dim": 8, "steps": 1, "words": 200}');
SELECT * FROM lit_train('demo_papers', '{"out": "/dev/null", "dim": 8, "steps": 1, "words": 200}');
INSERT INTO empty VALUES (x'00', 'a text');
SELECT * FROM lit_train('empty', '{"out": "$TMP/h", "dim": 8, "least": 1}');
SELECT * FROM lit_distill('demo_papers', 'none-such', '{"out": "$TMP/h"}');
SELECT * FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/h", "dim": 16}');
SELECT * FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/h", "dim": 8, "sample": 0}');
SELECT * FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/h", "dim": 8, "vectors": "nothing"}');
CREATE TABLE wrong AS SELECT 'a text' AS text, x'0000' AS vector;
SELECT * FROM lit_distill('demo_papers', 'tiny', '{"out": "$TMP/h", "dim": 8, "vectors": "wrong"}');
-- Not from views or triggers.
CREATE VIEW sneaky AS SELECT * FROM lit_train('demo_papers', '{"out": "$TMP/h"}');
SELECT * FROM sneaky;
SELECT readfile('$TMP/h') IS NULL;
