-- lit_explain_match and lit_maxsim.
.load build/lit
SELECT lit_model_add('mean', 'tests/golden/bert-mean');
SELECT lit_model_add('long', 'tests/golden/modernbert', '{"pooling": "mean"}');
SELECT lit_model_add('p', 'tests/golden/bert-mean', '{"prompts": {"document": "a small "}}');
.print -- words in order, with their places
SELECT word, first, last FROM lit_explain_match('fox', 'unbelievably lazy dogs: naïve 検索 e-mail', 'mean');
.print -- parts add up to the cosine, shares to one
SELECT abs(sum(part) - lit_similarity('the quick fox', 'the lazy dog is unbelievably lazy', 'mean')) < 1e-6, abs(sum(share) - 1) < 1e-9
  FROM lit_explain_match('the quick fox', 'the lazy dog is unbelievably lazy', 'mean');
SELECT abs(sum(part) - lit_similarity('the quick fox', 'the lazy dog', 'long')) < 1e-6 FROM lit_explain_match('the quick fox', 'the lazy dog', 'long');
SELECT abs(sum(part) - lit_similarity('fox', 'a small dog', 'mean')) < 1e-6, group_concat(word) FROM lit_explain_match('fox', 'dog', 'p');
SELECT abs(sum(part) - lit_similarity('fox', '', 'mean')) < 1e-6, count(*), count(word) FROM lit_explain_match('fox', '', 'mean');
SELECT count(*) FROM lit_explain_match(NULL, 'a', 'mean');
.print -- static vectors: words count for themselves
SELECT lit_model_add('static', 'tests/golden/static.safetensors');
SELECT word, part = 0, round(share, 3) FROM lit_explain_match('retrieval of words', 'Retrieval: xyzzy words!', 'builtin');
SELECT abs(sum(part) - lit_similarity('ranking of passages', t, 'builtin')) < 1e-6, count(*) > 4
  FROM (SELECT 'ordering the documents that a naïve 検索 finds' AS t), lit_explain_match('ranking of passages', t, 'builtin');
SELECT word, abs(part - lit_similarity('fox', '', 'builtin')) < 1e-6 FROM lit_explain_match('fox', '', 'builtin');
SELECT abs(sum(part) - lit_similarity('a', 'a b c', 'static')) < 1e-6 FROM lit_explain_match('a', 'a b c', 'static');
.print -- late interaction
SELECT abs(lit_maxsim('the lazy fox', 'the lazy fox', 'mean') - 5) < 1e-5;
SELECT lit_maxsim('the lazy fox', 'a tree', 'mean') < 5, lit_maxsim(NULL, 'a', 'mean') IS NULL;
SELECT typeof(lit_maxsim('', '', 'mean'));
.print -- errors
SELECT lit_model_add('cls', 'tests/golden/bert-cls-max');
SELECT * FROM lit_explain_match('a', 'b', 'cls');
SELECT * FROM lit_explain_match('a', 'b', 'nobody');
SELECT lit_maxsim('a', 'b', 'nobody');
