.load build/lit
.bail off
CREATE TABLE papers(id INTEGER PRIMARY KEY, abstract TEXT);
INSERT INTO papers(abstract) VALUES
  ('low lower lowest'), ('new newer newest newest'), (NULL),
  ('The widest, the lowest and the newest papers.'), ('low low low');

-- BPE: merges by count, ties by the ids of the pair.
SELECT value FROM json_each(json_extract(
  lit_tokenizer_train('papers', 'abstract', 'bpe', 266), '$.model.merges'));
-- WordPiece: what is not special and not a single character.
SELECT key, value FROM json_each(json_extract(
  lit_tokenizer_train('papers', 'abstract', 'wordpiece', 60), '$.model.vocab'))
  WHERE length(replace(key, '##', '')) > 1 ORDER BY value;
-- Unigram: pieces of two and more.
SELECT json_extract(value, '$[0]') FROM json_each(json_extract(
  lit_tokenizer_train('papers', 'abstract', 'unigram', 40,
                      '{"alphabet": 30}'), '$.model.vocab'))
  WHERE length(json_extract(value, '$[0]')) > 1;

-- What is written is loaded again, and encodes what it learned from.
SELECT replace(lit_tokenizer_train('papers', 'abstract', 'bpe', 280,
  '{"path": "$TMP/bpe.json", "lowercase": true, "split": "cl100k",
    "special_tokens": ["<a>", "<b>"], "min_count": 2}'), '$TMP', '');
SELECT lit_tokenizer_add('trained', '$TMP/bpe.json');
SELECT id, token FROM lit_tokens('The newest <b> lowest', 'trained');
SELECT lit_detokenize(lit_token_ids('The newest, lowest', 'trained'), 'trained');
SELECT lit_tokenizer_add('words', lit_tokenizer_train('papers', 'abstract',
  'wordpiece', 60, '{"path": "$TMP/words.json"}'));
SELECT lit_token_ids('The newest', 'words', 1), lit_token_ids('zz', 'words');
SELECT lit_tokenizer_add('pieces', lit_tokenizer_train('papers', 'abstract',
  'unigram', 40, '{"path": "$TMP/pieces.json", "max_piece": 4}'));
SELECT lit_detokenize(lit_token_ids('the newest papers', 'pieces'), 'pieces');

-- The same rows give the same bytes.
SELECT kind.value, count(DISTINCT lit_tokenizer_train('papers', 'abstract',
  kind.value, 300)) FROM json_each('["bpe", "wordpiece", "unigram"]') AS kind,
  json_each('[1, 2]') GROUP BY 1;

-- No rows at all; NULL in.
CREATE TABLE empty(s);
SELECT kind.value, json_valid(lit_tokenizer_train('empty', 's', kind.value,
  300)) FROM json_each('["bpe", "wordpiece", "unigram"]') AS kind;
SELECT lit_tokenizer_train('papers', NULL, 'bpe', 300);

-- Errors.
SELECT lit_tokenizer_train('papers', 'abstract', 'words', 300);
SELECT lit_tokenizer_train('no', 'abstract', 'bpe', 300);
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 0);
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300, '{"sise": 1}');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300, '[]');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300, '{"split": "x"}');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300,
                           '{"special_tokens": ["a", "a"]}');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300,
                           '{"special_tokens": [""]}');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300,
                           '{"lowercase": 1}');
SELECT lit_tokenizer_train('papers', 'abstract', 'unigram', 300,
                           '{"special_tokens": ["<s>"]}');
SELECT lit_tokenizer_train('papers', 'abstract', 'wordpiece', 300,
                           '{"special_tokens": ["[PAD]"]}');
SELECT lit_tokenizer_train('papers', 'abstract', 'bpe', 300,
                           '{"path": "/no/such/folder/t.json"}');
INSERT INTO empty VALUES (CAST(x'61FF62' AS TEXT));
SELECT lit_tokenizer_train('empty', 's', 'bpe', 300);
