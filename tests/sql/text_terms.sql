.load build/lit
.mode list
-- Does a query find a text?  It does when they share a term that is no stop
-- word; `all`: when each word of the query, or a joined form over it, is there.
CREATE TEMP TABLE cases(want, query, doc);
INSERT INTO cases VALUES
  (1, 'tulu', 'TÜLU 3: open models'), (1, 'tulu', 'T\"ULU 3'), (1, 'TÜLU', 'tulu'),
  (1, 'pretraining', 'pre-training of models'), (1, 'pretraining', 'Pre training of models'),
  (1, 'pre-training', 'pretraining'), (1, 'pre training', 'pretraining'),
  (1, 'pre-training', 'pre training'), (1, 'pre training', 'pre-training'),
  (1, 'pretrained', 'pre-training'), (1, 'listwise', 'list-wise'), (1, 'list-wise', 'listwise'),
  (1, 'list wise', 'listwise'), (1, 'listwise', 'list wise reranking'),
  (1, 'finetuning', 'fine-tuning'), (1, 'fine tuning', 'finetuned'), (1, 'finetuning', 'fine tuned'),
  (1, 'fine-tuning', 'finetuning'), (1, 'reranking', 're-ranking'), (1, 're-ranking', 'reranker ranking'),
  (1, 'data set', 'a dataset'), (1, 'dataset', 'data sets'), (1, 'deep seek', 'DeepSeek-R1'),
  (1, 'multimodal', 'multi-modal'), (1, 'multi modal', 'multimodal'), (1, 'non-English', 'nonenglish'),
  (1, 'low-rank-adaptation', 'lowrankadaptation'),
  (1, 'GPT-4', 'GPT4 results'), (1, 'gpt4', 'GPT-4'), (1, 'gpt 4', 'GPT4'), (1, 'gpt', 'GPT4'), (1, 'gpt', 'GPT-4o'),
  (1, 'Qwen', 'Qwen2.5-VL'), (1, 'qwen2.5', 'Qwen2.5-VL-7B'), (1, 'llama', 'Llama3.1'),
  (1, 'v2.1', 'in version v2.1.'), (1, '2.1', 'v2.1'), (0, '2.1', '2 1'),
  (1, 'CodeT5+', '``CodeT5+'''', a family'), (1, 'codet5', 'CodeT5+'), (1, 'Min-K%', 'The Min-K\% Prob'),
  (1, 'min k', 'Min-K%'), (1, 'C++', 'in C++.'), (1, 'C#', 'C#, Java'),
  (1, '2310.06825', 'arXiv:2310.06825v2'), (1, 'arXiv:2310.06825', 'see 2310.06825.'),
  (1, 'cs/0112017', '(cs/0112017)'), (1, '0112017', 'cs/0112017'),
  (1, '10.1145/3404835.3463238', 'doi:10.1145/3404835.3463238,'),
  (1, 'https://github.com/FlagOpen/FlagEmbedding', 'at https://github.com/FlagOpen/FlagEmbedding.'),
  (1, 'github.com/FlagOpen/FlagEmbedding', 'at https://github.com/FlagOpen/FlagEmbedding.'),
  (1, 'flagembedding', 'at https://github.com/FlagOpen/FlagEmbedding.'), (1, 'alpaca_farm', 'tatsu-lab/alpaca_farm'),
  (1, 'usa', 'in the U.S.A. today'), (1, '8,000', '8000 tokens'), (1, '8000', '8,000 tokens'),
  (1, 'model', 'the model''s size'), (1, 'models', 'the models’ sizes'), (1, 'dalembert', 'd''Alembert'),
  (1, 'lambda', 'LiPO-{\lambda}'), (1, 'λ', 'LiPO-lambda'), (1, 'adapt-infty', 'Adapt-infty: it'),
  (1, 'naive', 'na\"{\i}ve'), (1, 'straße', 'STRASSE'), (1, 'ﬁne', 'fine'), (1, 'ｗｉｄｅ', 'wide'),
  (1, 'Łódź', 'lodz'), (1, '数据', '数据挖掘'), (1, '挖', '数据挖掘'), (0, '据库', '数据挖掘'),
  (1, 'ретривал', 'Ретривал'), (1, 'retrieval', 'retrieve'), (0, 'pretraining', 'training'),
  (0, 'finedetail', 'fine detail'), (0, 'thecat', 'the cat'), (0, 'word', 'sword'), (1, 'Q&A', 'a Q&A site');
CREATE TEMP VIEW verdict AS
SELECT c.*, EXISTS (SELECT 1 FROM lit_terms(c.query, 'english', 'query') q
                    JOIN lit_terms(c.doc) d ON d.term = q.term
                    WHERE q.kind <> 'stop') AS got
  FROM cases c;
SELECT count(*), sum(want = got) FROM verdict;
SELECT 'wrong', * FROM verdict WHERE want <> got;
-- What the terms look like
.mode column
SELECT * FROM lit_terms('Pre-training GPT-4''s TÜLU, state-of-the-art C++ (v2.1).');
SELECT * FROM lit_terms('fine tuning data set', 'english', 'query');
SELECT * FROM lit_terms('数据挖 a 猫', 'simple');
SELECT group_concat(term, ' ') FROM lit_terms('Les Éléphants mangeaient', 'french');
SELECT group_concat(term, ' ') FROM lit_terms('The running dogs', 'simple');
SELECT position, term, kind FROM lit_terms('to be or not to be', 'english', 'query');
-- Spans point into the given text, also where cleaning changed it
SELECT term, substr(x, start + 1, "end" - start) FROM (SELECT '  na\"{\i}ve 64times 64 T\"ULU' AS x), lit_terms(x);
SELECT count(*) FROM lit_terms('');
SELECT count(*) FROM lit_terms(NULL);
SELECT count(*) FROM lit_terms('... --- !!!');
SELECT * FROM lit_terms('x', 'klingon');
SELECT * FROM lit_terms('x', 'english', 'both');
SELECT * FROM lit_terms(x'ff');
