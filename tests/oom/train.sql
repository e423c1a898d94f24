-- Training tokenizers.
CREATE TABLE t(s);
INSERT INTO t VALUES ('low lower lowest'), ('the newest, the lowest'), ('low');
-- walk
SELECT length(lit_tokenizer_train('t', 's', 'bpe', 264,
  '{"special_tokens": ["<a>"], "split": "cl100k"}'));
SELECT length(lit_tokenizer_train('t', 's', 'wordpiece', 40));
SELECT length(lit_tokenizer_train('t', 's', 'unigram', 40));
-- check
SELECT 1;
