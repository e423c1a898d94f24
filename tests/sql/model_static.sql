-- needs: shared
.load build/lit
.print -- every layout of Model2Vec, against the vectors that it gives
CREATE TABLE layout(name, folder, expected, text);
INSERT INTO layout VALUES
 ('f32', 'test-model-float32', 'embeddings_short', 'hello world'),
 ('f32-long', 'test-model-float32', 'embeddings_long', replace(printf('%.1000c', 'x'), 'x', 'hello ')),
 ('st', 'test-model-sentence-transformers', 'embeddings_short', 'hello world'),
 ('quantized', 'test-model-vocab-quantized', 'embeddings_vocab_quantized', replace(printf('%.1000c', 'x'), 'x', 'hello '));
SELECT count(lit_model_add(name, '$SHARED/data/models/model2vec-rs-fixtures/' || folder)) FROM layout;
SELECT name, dim, diff < 1e-5 FROM (
  SELECT name, count(*) AS dim, max(abs(a.value - b.value)) AS diff FROM layout,
    json_each(readfile('$SHARED/data/models/model2vec-rs-fixtures/' || expected || '.json'), '$[0]') AS a,
    json_each(vec_to_json(lit_embed(text, name))) AS b WHERE a.key = b.key GROUP BY name);
.print -- the same in half precision and in bytes is the same but for rounding
SELECT lit_model_add('f16', '$SHARED/data/models/model2vec-rs-fixtures/test-model-float16'),
  lit_model_add('i8', '$SHARED/data/models/model2vec-rs-fixtures/test-model-int8');
SELECT vec_distance_L2(lit_embed('hello world', 'f32'), lit_embed('hello world', name)) BETWEEN 1e-6 AND tolerance
  FROM (SELECT 'f16' AS name, 1e-3 AS tolerance UNION ALL SELECT 'i8', 1e-2);
.print -- a real one: [UNK] is left out, no text is far from any, lengths are 1
SELECT lit_model_add('potion', '$SHARED/data/models/potion-base-4M-int8');
SELECT lit_embed('retrieval ☃☃☃☃ models', 'potion') = lit_embed('retrieval models', 'potion');
SELECT abs(lit_similarity('', 'retrieval of documents', 'potion')) < 0.2, lit_embed('', 'potion') = lit_embed('☃', 'potion');
SELECT round(max(abs(vec_length(lit_embed(a, 'potion')) - 128))) FROM (SELECT 'a' AS a UNION SELECT '' UNION SELECT 'Ångström');
SELECT lit_similarity('neural ranking of documents', 'learning to rank texts', 'potion') > lit_similarity('neural ranking of documents', 'the flow over a thin wing', 'potion');
SELECT name, architecture, dimensions, max_tokens, length(hash) FROM lit_models WHERE name <> 'builtin' ORDER BY name;
