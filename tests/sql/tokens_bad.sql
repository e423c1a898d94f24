-- tokens_bad.sql -- tokenizer.json that is damaged, or meant to harm: words that say
-- what is wrong, or a right result
.load build/lit
.cd $TMP
CREATE TABLE bad(i INTEGER PRIMARY KEY, json TEXT);
.print -- merges: of no token, one word, three words, no text, whose result is no token, no list
INSERT INTO bad(json) VALUES
  ('{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b","a c"]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0},"merges":["aa"]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0},"merges":["a a a"]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0},"merges":[7]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a"]]}}'),
  ('{"model":{"type":"BPE","vocab":{"a":0},"merges":{"a":"b"}}}');
SELECT sum(writefile(i || '.json', json) >= 0) FROM bad;
SELECT lit_tokenizer_add('t1', '1.json');
SELECT lit_tokenizer_add('t2', '2.json');
SELECT lit_tokenizer_add('t3', '3.json');
SELECT lit_tokenizer_add('t4', '4.json');
SELECT lit_tokenizer_add('t5', '5.json');
SELECT lit_tokenizer_add('t6', '6.json');
SELECT lit_tokenizer_add('t7', '7.json');
.print -- ids: below 0, too large, no integers, of no token
INSERT INTO bad(json) VALUES
  ('{"model":{"type":"WordPiece","vocab":{"a":-1},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":4294967296},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":9007199254740993},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":1e400},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":"0"},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":0.5},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":123456789012345678901234567890},"unk_token":"a"}}'),
  ('{"model":{"type":"Unigram","vocab":[["a",-1]],"unk_id":1}}'),
  ('{"model":{"type":"Unigram","vocab":[["a","b"]],"unk_id":0}}'),
  ('{"model":{"type":"Unigram","vocab":[["a",1e999]],"unk_id":0}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"added_tokens":[{"id":-1,"content":"x"}]}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"added_tokens":[{"id":4294967295,"content":"x"}]}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"added_tokens":[{"content":"x"}]}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"post_processor":{"type":"BertProcessing","sep":["a",99999999999],"cls":["a",0]}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"gone","type_id":0}}],"pair":[],"special_tokens":{}}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x","type_id":0}}],"pair":[],"special_tokens":{"x":{"id":"x","ids":[-1],"tokens":["x"]}}}}');
SELECT sum(writefile(i || '.json', json) >= 0) FROM bad;
SELECT lit_tokenizer_add('t8', '8.json');
SELECT lit_tokenizer_add('t9', '9.json');
SELECT lit_tokenizer_add('t10', '10.json');
SELECT lit_tokenizer_add('t11', '11.json');
SELECT lit_tokenizer_add('t12', '12.json');
SELECT lit_tokenizer_add('t13', '13.json');
SELECT lit_tokenizer_add('t14', '14.json');
SELECT lit_tokenizer_add('t15', '15.json');
SELECT lit_tokenizer_add('t16', '16.json');
SELECT lit_tokenizer_add('t17', '17.json');
SELECT lit_tokenizer_add('t18', '18.json');
SELECT lit_tokenizer_add('t19', '19.json');
SELECT lit_tokenizer_add('t20', '20.json');
SELECT lit_tokenizer_add('t21', '21.json');
SELECT lit_tokenizer_add('t22', '22.json');
SELECT lit_tokenizer_add('t23', '23.json');
.print -- twice: a token, with one id and with two; an added token; a key of the file
INSERT INTO bad(json) VALUES
  ('{"model":{"type":"WordPiece","vocab":{"a":0,"a":0},"unk_token":"a"}}'),
  ('{"model":{"type":"WordPiece","vocab":{"a":0,"a":1},"unk_token":"a"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"added_tokens":[{"id":1,"content":"x"},{"id":2,"content":"x"}]}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}}'),
  ('{"model":{"type":"Unigram","vocab":[["a",-1],["a",-2]],"unk_id":0}}');
SELECT sum(writefile(i || '.json', json) >= 0) FROM bad;
SELECT lit_tokenizer_add('t24', '24.json');
SELECT lit_tokenizer_add('t25', '25.json');
SELECT lit_tokenizer_add('t26', '26.json');
SELECT lit_tokenizer_add('t27', '27.json');
SELECT lit_tokenizer_add('t28', '28.json');
SELECT lit_token_ids('a', 't24'), lit_token_ids('a', 't25'), lit_token_ids('x a', 't26'), lit_token_ids('a', 't27'), lit_token_ids('aa', 't28');
.print -- parts: unknown, of another type, nested, expressions that are none, that are too long
INSERT INTO bad(json) VALUES
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"normalizer":{"type":"Magic"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"pre_tokenizer":[]}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"("},"behavior":"Isolated"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\C"},"behavior":"Isolated"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"normalizer":{"type":"Precompiled","precompiled_charsmap":"////"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"decoder":{"type":"Sequence"}}');
SELECT sum(writefile(i || '.json', json) >= 0) FROM bad;
SELECT lit_tokenizer_add('t29', '29.json');
SELECT lit_tokenizer_add('t30', '30.json');
SELECT lit_tokenizer_add('t31', '31.json');
SELECT lit_tokenizer_add('t32', '32.json');
SELECT lit_tokenizer_add('t33', '33.json');
SELECT lit_tokenizer_add('t34', '34.json');
.print -- cut off, empty, no JSON, surrogates, NUL
INSERT INTO bad(json) VALUES
  ('{"model":{"type":"WordLevel","vocab":{"a"'),
  (''),
  ('[]'),
  ('null'),
  ('{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}} x'),
  ('{"model":{"type":"WordLevel","vocab":{"\ud800":0},"unk_token":"\ud800"}}'),
  ('{"model":{"type":"WordLevel","vocab":{"\u0000":0},"unk_token":"\u0000"}}');
SELECT sum(writefile(i || '.json', json) >= 0) FROM bad;
SELECT lit_tokenizer_add('t35', '35.json');
SELECT lit_tokenizer_add('t36', '36.json');
SELECT lit_tokenizer_add('t37', '37.json');
SELECT lit_tokenizer_add('t38', '38.json');
SELECT lit_tokenizer_add('t39', '39.json');
SELECT lit_tokenizer_add('t40', '40.json');
SELECT lit_tokenizer_add('t41', '41.json');
.print -- a regular expression that backtracks for ever
SELECT writefile('slow.json', '{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"normalizer":{"type":"Replace","pattern":{"Regex":"(a|aa)+$"},"content":"b"}}') > 0, lit_tokenizer_add('slow', 'slow.json');
SELECT lit_token_count(replace(hex(zeroblob(100)), '0', 'a') || 'b', 'slow');
.print -- one letter, many times: no place to cut, and a text that is one word
SELECT lit_token_count(replace(hex(zeroblob(1000000)), '0', 'a'), 't25');
SELECT lit_token_count(replace(hex(zeroblob(17000000)), '0', 'a'), 't28');
.print -- a hundred thousand tokens, some of them twice; the same merge as often
SELECT writefile('huge.json', '{"model":{"type":"WordLevel","unk_token":"w1","vocab":{' || group_concat('"w' || (value % 90000) || '":' || value) || '}}}') > 0 FROM generate_series(1, 100000);
SELECT lit_tokenizer_add('huge', 'huge.json'), lit_token_ids('w5', 'huge'), lit_token_ids('w99999', 'huge');
SELECT writefile('same.json', '{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[' || group_concat('"a b"') || ']}}') > 0 FROM generate_series(1, 100000);
SELECT lit_tokenizer_add('same', 'same.json'), lit_token_ids('abab', 'same');
