-- lit_decode: what the shadow tables hold
.load build/lit
CREATE VIRTUAL TABLE t USING lit(a TEXT, b TEXT, y INTEGER FILTER, tokenizer = 'simple', model = 'none');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300)
INSERT INTO t(rowid, a, b, y) SELECT i * 2, 'fig' || CASE WHEN i % 100 = 0 THEN ' "plum"' ELSE ' pear pear' END, CASE WHEN i % 3 THEN 'fig' END, i % 5 FROM n;
DELETE FROM t WHERE rowid = 20;
CREATE TEMP TABLE d AS SELECT id, id >> 24 & 255 AS part, chunk FROM t_data;
.print -- the head: stamps and hashes aside
SELECT json_remove(lit_decode('head', chunk), '$.segments[0].stamp', '$.segments[0].live_hash') FROM d WHERE id = 0;
.print -- the parts, as lit_stats counts them
SELECT json_extract(p.value, '$.part'), json_extract(p.value, '$.chunks'), json_extract(p.value, '$.bytes') > 0
FROM d, json_each(lit_decode('meta', chunk), '$.parts') AS p WHERE part = 0 AND d.id > 0;
.print -- which rows live, and rowids
SELECT lit_decode('dead', chunk) FROM d WHERE part = 1;
SELECT json_array_length(j, '$.rowids'), json_extract(j, '$.rowids[1]'), json_extract(j, '$.rowids[299]') FROM (SELECT lit_decode('rowids', chunk) AS j FROM d WHERE part = 2);
.print -- the dictionary
SELECT lit_decode('terms', chunk) FROM d WHERE part = 3;
.print -- lengths
SELECT json_extract(j, '$.rows'), json_extract(j, '$.lengths[0][0]'), json_extract(j, '$.lengths[0][99]'), json_extract(j, '$.lengths[1][2]') FROM (SELECT lit_decode('lengths', chunk) AS j FROM d WHERE part = 6);
.print -- a term in three rows: a short list; in 300: a run of three
CREATE TEMP TABLE terms AS SELECT json_extract(e.value, '$.term') AS term, json_extract(e.value, '$.postings.kind') AS kind,
  sum(json_extract(e.value, '$.postings.bytes')) OVER (ORDER BY b.key, e.key) - json_extract(e.value, '$.postings.bytes') AS at, json_extract(e.value, '$.postings.bytes') AS bytes
  FROM d, json_each(lit_decode('terms', chunk), '$.blocks') AS b, json_each(b.value) AS e WHERE part = 3;
SELECT term, kind, at, bytes FROM terms;
SELECT lit_decode('short', substr(chunk, at + 1, bytes)) FROM d, terms WHERE part = 4 AND term = 'plum';
SELECT json_extract(j, '$.last_rows'), json_array_length(j, '$.blocks'), json_extract(j, '$.blocks[0].rows'), json_extract(j, '$.blocks[2].rows'), json_extract(j, '$.blocks[0].counts[0][98]') FROM
  (SELECT lit_decode('run', substr(chunk, at + 1, bytes)) AS j FROM d, terms WHERE part = 4 AND term = 'fig');
.print -- a patch: one of 128 gaps is not 0
SELECT json_extract(j, '$.blocks[0].gaps[98]'), json_extract(j, '$.blocks[0].gaps[99]'), (SELECT sum(value) FROM json_each(j, '$.blocks[0].gaps')), (SELECT sum(value) FROM json_each(j, '$.blocks[0].counts[0]')) FROM
  (SELECT lit_decode('run', substr(chunk, at + 1, bytes)) AS j FROM d, terms WHERE part = 4 AND term = 'pear');
SELECT name, doc FROM lit_kinds WHERE what = 'format';
SELECT lit_decode('head', NULL), lit_decode(NULL, x'00');
.bail off
SELECT lit_decode('foot', x'00');
SELECT lit_decode('head', 'text');
SELECT lit_decode('head', x'');
SELECT lit_decode('meta', x'01000000000100000000000000000000000000000000000000000000000000ffffffffffffffffff010000000000000000');
SELECT lit_decode('terms', substr(chunk, 1, 40)) FROM d WHERE part = 3;
SELECT lit_decode('block', chunk) FROM d WHERE part = 4;
SELECT lit_decode('runs', x'FFFFFFFF00');
SELECT lit_decode('lengths', x'03');
