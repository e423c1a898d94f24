-- Tokenizers: loading, encoding, decoding, chunks.
SELECT lit_tokenizer_add('wp', 'tests/golden/subword/wordpiece.json');
SELECT lit_tokenizer_add('bb', 'tests/golden/subword/bytes-roberta.json');
SELECT lit_tokenizer_add('ug', 'tests/golden/subword/unigram.json');
SELECT lit_tokenizer_add('sp', 'tests/golden/subword/spm-unigram.model');
-- walk
SELECT * FROM lit_tokens('The café can''t 한국어 <mask> x', 'wp');
SELECT lit_token_ids('The café can''t 한국어 <mask> x', 'bb', 1);
SELECT lit_token_ids('The café  can''t 한국어 ﬁ', 'ug');
SELECT lit_token_count('The café  can''t 한국어 ﬁ', 'sp');
SELECT lit_detokenize('[5,6,7,80,90]', 'bb');
SELECT * FROM lit_chunks('One two. Three four five. Six.', 4, 1, 'wp');
SELECT lit_normalize('ﬁ é', 'nfkc');
-- check
SELECT 1;
