.load build/lit
.mode list
.cd $TMP
CREATE TEMP TABLE made AS SELECT
  writefile('good.jsonl', '{"a": 1}' || char(10) || '[1, 2.5e-3, "x\u00e9\n", null, true, {}]' || char(13,10,10) || '"last"'),
  writefile('empty.jsonl', ''),
  writefile('bad.jsonl', char(0xfeff) || '{"bom": true}' || char(10) || '{"a": }' || char(10) || '1 2' || char(10) || CAST(x'22ff220a' AS TEXT) || '{"a": 1}' || char(10)),
  writefile('worse.jsonl', CAST(x'7800790a' AS TEXT) || '"' || char(9) || 'z"' || char(10) ||
    replace('01 "\x" [1,] {"a":1,} {"a"_1} {1:2} - 1. 1e tru "\ud8" [ " [1} ,', ' ', char(10))),
  writefile('deep.jsonl', replace(printf('%.1000c', '['), ' ', '') || printf('%.1000c', ']') || char(10) || printf('%.1001c', '[')),
  writefile('many.jsonl', replace(printf('%.200000c', 'x'), 'x', 'bad' || char(10)) || '17'),
  writefile('long.jsonl', '1' || char(10) || '"' || printf('%.100000000c', 'a') || '"' || char(10) || '2'),
  writefile('papers.jsonl', replace(replace('{"id": 1, "title": "Paper 1"}|{"id": 2, "title": "Paper 2"}|{"id": 3, "title": "Paper 3"}|', '|', char(10)), '_', ' '));
SELECT count(*) FROM made;
-- What gzip makes of good.jsonl, and the first 40 bytes of it
CREATE TEMP TABLE zipped AS SELECT writefile('good.jsonl.gz', x), writefile('cut.jsonl.gz', substr(x, 1, 40)) FROM (SELECT x'1f8b0800000000000203ab564a54b25230ace58a36d45130d2334dd535d65150aa8829353048b58cc953d251c82bcdc9d15128292a4dd551a8ae8de5e5e252ca492c2e5102002e655bcd3a000000' AS x);
SELECT line, value, problem FROM lit_jsonl('good.jsonl');
SELECT count(*), sum(line) FROM lit_jsonl('good.jsonl.gz');
SELECT count(*) FROM lit_jsonl('empty.jsonl');
SELECT line, value, problem FROM lit_jsonl('bad.jsonl', 'report');
SELECT line, value FROM lit_jsonl('bad.jsonl', 'skip');
SELECT line, problem FROM lit_jsonl('worse.jsonl', 'report') WHERE value IS NULL;
SELECT line, length(value), problem FROM lit_jsonl('deep.jsonl', 'report');
SELECT count(*), max(value) FROM lit_jsonl('many.jsonl', 'skip');
SELECT line, length(value) FROM lit_jsonl('long.jsonl');
.limit length 1000000
SELECT line, length(value), problem FROM lit_jsonl('long.jsonl', 'report');
.limit length 1000000000
-- One pass feeds a table
CREATE TABLE papers(id INTEGER PRIMARY KEY, title TEXT);
INSERT INTO papers SELECT value ->> 'id', value ->> 'title' FROM lit_jsonl('papers.jsonl');
SELECT * FROM papers;
SELECT value FROM lit_jsonl('papers.jsonl') LIMIT 1;
SELECT count(*) FROM lit_jsonl(NULL);
-- Each of these is one error
SELECT * FROM lit_jsonl('bad.jsonl');
SELECT count(*) FROM lit_jsonl('cut.jsonl.gz', 'skip');
SELECT * FROM lit_jsonl('none.jsonl');
SELECT * FROM lit_jsonl('.');
SELECT * FROM lit_jsonl('good.jsonl', 'ignore');
SELECT * FROM lit_jsonl(x'41');
SELECT * FROM lit_jsonl();
CREATE VIEW v AS SELECT * FROM lit_jsonl('good.jsonl');
SELECT * FROM v;
