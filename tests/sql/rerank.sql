-- lit_rerank: scores of a question and a text by a cross-encoder.
.load build/lit
SELECT lit_model_add('cross', 'tests/golden/bert-cross');
SELECT lit_model_add('plain', 'tests/golden/bert-mean');

-- The identity follows this one's classifier, the sigmoid the next one's.
SELECT round(lit_rerank('the fox', 'a small brown dog', 'cross'), 4);
SELECT lit_model_add('cross2', 'tests/golden/roberta-cross');
SELECT lit_rerank('the fox', 'a small brown dog', 'cross2') BETWEEN 0 AND 1;

-- A language model is asked; its instruction is the prompt of queries.
SELECT lit_model_add('judge', 'tests/golden/qwen3-judge');
SELECT lit_model_add('other', 'tests/golden/qwen3-judge', '{"prompts": {"query": "show that it is a small fox"}}');
SELECT round(lit_rerank('the fox', 'a small brown dog', 'judge'), 4), lit_rerank('', '', 'judge') BETWEEN 0 AND 1;
SELECT lit_rerank('the fox', 'a dog', 'judge') <> lit_rerank('the fox', 'a dog', 'other');
SELECT lit_rerank('the fox', replace(hex(zeroblob(2000)), '00', 'a fox '), 'judge') =
       lit_rerank('the fox', replace(hex(zeroblob(3000)), '00', 'a fox '), 'judge');
SELECT lit_rerank('a', CAST(x'ff' AS TEXT), 'judge');
SELECT lit_model_add('short', 'tests/golden/qwen3-judge', '{"max_tokens": 20}');
SELECT lit_rerank('a', 'b', 'short');

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
