.load build/lit
SELECT writefile('$TMP/vocab.txt', '[PAD]
[UNK]
[CLS]
[SEP]
[MASK]
un
##aff
##able
the
cafe
.
,
a
b
c
' ) > 0;
SELECT lit_token_count('x');
SELECT lit_tokenizer_add('tiny', '$TMP/vocab.txt');
SELECT * FROM lit_tokens('The unaffable café, zzz.', 'tiny');
SELECT lit_token_ids('the cafe', 'tiny'), lit_token_ids('the cafe', 'tiny', 1), lit_token_ids('') = '[]';
SELECT lit_token_count('the cafe.'), lit_token_count('the cafe.', 'tiny', 1), lit_token_count(NULL) IS NULL;
SELECT lit_detokenize('[2,5,6,7,11,8,10,3]'), lit_detokenize('[]') = '', lit_detokenize(NULL, 'tiny') IS NULL;
SELECT name, model, vocabulary FROM lit_tokenizers;
.print -- chunks
SELECT * FROM lit_chunks('A b c. The cafe. A b c a b c a b c. The the.', 7, 3, 'tiny');
SELECT * FROM lit_chunks('unaffableunaffable', 2, 1);
SELECT count(*) FROM lit_chunks('', 5, 0);
SELECT count(*) FROM lit_chunks(NULL, 5, 0);
.print -- forms
SELECT lit_normalize('ﬁ é', 'nfkc'), hex(lit_normalize('é', 'nfd')), hex(lit_normalize('é', 'nfc')), lit_normalize('STRAẞE', 'casefold'), hex(lit_normalize('①', 'nfkd')), lit_normalize('', 'nfc') = '';
.print -- errors
SELECT lit_token_ids('x', 'none-such');
SELECT lit_token_ids('x', '../x');
SELECT lit_token_ids(x'00', 'tiny');
SELECT lit_token_ids(CAST(x'ff' AS TEXT), 'tiny');
SELECT lit_token_ids('x', 'tiny', 3);
SELECT lit_detokenize('[1.5]', 'tiny');
SELECT lit_detokenize('hello', 'tiny');
SELECT lit_normalize('x', 'nfx');
SELECT * FROM lit_chunks('x', 0, 0);
SELECT * FROM lit_chunks('x', 5, 5);
SELECT lit_tokenizer_add('gone', 'nothing.json');
SELECT writefile('$TMP/t2.json', '{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}}') > 0;
SELECT lit_tokenizer_add('slow', '$TMP/t2.json');
SELECT lit_token_count('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', 'slow');
