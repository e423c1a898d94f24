.load build/lit
.bail off
-- Parts of a tokenizer.json, set in one whose pieces are characters.
CREATE TABLE base(json);
INSERT INTO base VALUES ('{"added_tokens": [], "model": {"type": "BPE",
  "unk_token": "?", "merges": [], "vocab": {"?": 0, "a": 1, "b": 2, "c": 3,
  "[": 4, "]": 5}}, "post_processor": {"type": "BertProcessing",
  "sep": ["]", 5], "cls": ["[", 4]}}');

-- UnicodeScripts: tokens of whole stretches; what has no script goes with what
-- is before it, and is dropped at the beginning.
SELECT writefile('$TMP/script.json', json_set(json, '$.pre_tokenizer',
  json('{"type": "UnicodeScripts"}'), '$.model',
  json('{"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0}}')))
  FROM base;
SELECT lit_tokenizer_add('script', '$TMP/script.json');
SELECT substr(s, char_start + 1, char_end - char_start) FROM
  (SELECT ' どこで lorem 1900 мир、カナ a' AS s), lit_tokens(s, 'script');
SELECT lit_token_count('  ', 'script');

-- Truncation and padding as the file says are asked for by 2.
SELECT writefile('$TMP/right.json', json_set(json,
  '$.truncation', json('{"max_length": 4, "stride": 1, "direction": "Right",
    "strategy": "LongestFirst"}'),
  '$.padding', json('{"strategy": {"Fixed": 6}, "direction": "Right",
    "pad_to_multiple_of": 4, "pad_id": 0, "pad_type_id": 0, "pad_token": "?"}')
  )) FROM base;
SELECT writefile('$TMP/left.json', json_set(readfile('$TMP/right.json'),
  '$.truncation.direction', 'Left', '$.padding.direction', 'Left',
  '$.padding.strategy', 'BatchLongest'));
SELECT lit_tokenizer_add('right', '$TMP/right.json'),
       lit_tokenizer_add('left', '$TMP/left.json');
SELECT lit_token_ids('abcab', 'right'), lit_token_ids('abcab', 'right', 1),
       lit_token_ids('abcab', 'right', 2), lit_token_ids('', 'right', 2);
SELECT lit_token_ids('abcab', 'left', 2), lit_token_ids('c', 'left', 2);
SELECT lit_token_count('abcab', 'right'), lit_token_count('abcab', 'right', 2);

-- Longest first, only the first: no second text in SQL, so as the longest.
SELECT writefile('$TMP/first.json', json_set(readfile('$TMP/left.json'),
  '$.truncation.strategy', 'OnlyFirst'));
SELECT lit_tokenizer_add('first', '$TMP/first.json');
SELECT lit_token_ids('abcab', 'first', 2);
SELECT writefile('$TMP/second.json', json_set(readfile('$TMP/left.json'),
  '$.truncation.strategy', 'OnlySecond'));
SELECT lit_tokenizer_add('second', '$TMP/second.json');
SELECT lit_token_ids('abcab', 'second', 2);

-- Expressions know characters that are newer than PCRE2's tables.
SELECT writefile('$TMP/regex.json', json_set(json, '$.pre_tokenizer', json(
  '{"type": "Split", "pattern": {"Regex": "\\p{L}+|[^\\w]|\\D"},
    "behavior": "Removed", "invert": true}'), '$.model',
  json('{"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0}}')))
  FROM base;
SELECT lit_tokenizer_add('regex', '$TMP/regex.json');
SELECT start, "end" FROM lit_tokens(
  'ab' || char(0x1C89, 0x10D50) || 'c 1' || char(0x10D41) || '.', 'regex');

SELECT lit_token_ids('a', 'right', 3);

-- vocab.json and merges.txt: GPT-2's end of text is a special token, but a piece
-- as any other where there are RoBERTa's bounds.
CREATE TABLE vocab(json);
INSERT INTO vocab VALUES ('{"<|endoftext|>": 0, "<": 1, "|": 2, "e": 3, "n": 4,
  "d": 5, "o": 6, "f": 7, "t": 8, "x": 9, ">": 10}');
SELECT writefile('$TMP/gpt/vocab.json', json),
       writefile('$TMP/gpt/merges.txt', '#version: 0.2'),
       writefile('$TMP/roberta/vocab.json',
                 json_set(json, '$."<s>"', 11, '$."</s>"', 12)),
       writefile('$TMP/roberta/merges.txt', '#version: 0.2') FROM vocab;
SELECT lit_tokenizer_add('gpt', '$TMP/gpt'),
       lit_tokenizer_add('roberta', '$TMP/roberta');
SELECT lit_token_ids('e<|endoftext|>', 'gpt'),
       lit_token_ids('e<|endoftext|></s>', 'roberta');
