.load build/lit
.nullvalue NULL
-- Arguments read as columns have the values that were given
CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO t VALUES (1, 'One sentence that is long. Two.'), (2, 'Short.'), (3, NULL);
SELECT id, sentence FROM t, lit_sentences(t.x) s WHERE length(s.text) > 20;
SELECT position, typeof(text), length(text), tokenizer, mode FROM lit_terms('two words', 'simple');
SELECT DISTINCT text, tokenizer FROM lit_terms WHERE text IN ('a', 'b c') AND tokenizer = 'simple' ORDER BY text;
SELECT a.text, b.term FROM lit_sentences('x y') a JOIN lit_terms(a.text) b;
SELECT count(*) FROM lit_terms WHERE text = NULL;
SELECT value, typeof(vector), vector FROM vec_each('[1,2]');
SELECT value, vec_type(vector) FROM vec_each(vec_int8('[1,2]'));
-- What gives vectors tells their type
SELECT lit_model_add('mean', 'tests/golden/bert-mean');
SELECT vec_type(lit_embed('the fox', 'mean')), vec_type(vec_f16(lit_embed('the fox', 'mean')));
SELECT id, vec_type(vector), vec_length(vec_f16(vector)) = vec_length(vector),
       vec_distance_l2(vec_f32(vec_f16(vector)), lit_embed(x, 'mean')) < 0.01
  FROM lit_embed_all('t', 'x', 'mean') CROSS JOIN t USING (id);
CREATE VIRTUAL TABLE v USING lit(f VECTOR(8), h VECTOR(8) FLOAT16, i VECTOR(8) INT8, b VECTOR(8) HAMMING BIT);
BEGIN;
INSERT INTO v VALUES ('[1,2,3,4,5,6,7,8]', '[1,2,3,4,5,6,7,8]', '[1,2,3,4,5,6,7,8]', '[1,0,1,1,0,0,0,1]');
SELECT vec_type(f), vec_type(h), vec_type(i), vec_type(b) FROM v;
COMMIT;
SELECT vec_type(f), vec_type(h), vec_type(i), vec_type(b) FROM v;
SELECT vec_to_json(h), vec_to_json(i), vec_to_json(b), hex(vec_int8(f)), vec_to_json(vec_f32(i)) FROM v;
