-- lit_rerank: scores of a question and a text by a cross-encoder.
.load build/lit
SELECT lit_model_add('cross', 'tests/golden/bert-cross');
SELECT lit_model_add('plain', 'tests/golden/bert-mean');

-- The identity follows this one's classifier, the sigmoid the next one's.
SELECT round(lit_rerank('the fox', 'a small brown dog', 'cross'), 4);
SELECT lit_model_add('cross2', 'tests/golden/roberta-cross');
SELECT lit_rerank('the fox', 'a small brown dog', 'cross2') BETWEEN 0 AND 1;

-- Which is first matters, and the order is that of the scores.
SELECT lit_rerank('the fox', 'a dog', 'cross') <> lit_rerank('a dog', 'the fox', 'cross');
WITH t(x) AS (VALUES ('what is a tree'), ('we search papers'), ('the lazy dog'))
  SELECT x, round(lit_rerank('which dog is lazy?', x, 'cross'), 3) AS s FROM t ORDER BY s DESC;

-- Empty texts have a score too; NULL has none.
SELECT typeof(lit_rerank('', '', 'cross')), lit_rerank(NULL, 'a', 'cross') IS NULL,
       lit_rerank('a', NULL, 'cross') IS NULL, lit_rerank('a', 'b', NULL) IS NULL;

-- What is longer than the model's limit is cut.
SELECT lit_rerank('the fox', replace(hex(zeroblob(2000)), '00', 'a fox '), 'cross') =
       lit_rerank('the fox', replace(hex(zeroblob(3000)), '00', 'a fox '), 'cross');

SELECT lit_rerank('a', 'b', 'plain');
SELECT lit_rerank('a', 'b', 'nobody');
SELECT lit_rerank('a', x'00ff', 'cross');
SELECT lit_rerank(CAST(x'ff' AS TEXT), 'b', 'cross');
