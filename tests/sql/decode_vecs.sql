-- lit_decode: FILTER columns, vectors, their codes and lists
.load build/lit
CREATE VIRTUAL TABLE t USING lit(v VECTOR(3), n INTEGER FILTER, s TEXT FILTER, x FILTER);
INSERT INTO t(rowid, v, n, s, x) VALUES (1, '[1, 2.5, -3]', 7, 'plum', 'x'), (2, NULL, -7, 'pear', 0.5), (3, '[0, 0, 1e-8]', NULL, 'plum', 7), (4, '[4, 5, 6]', 7, 'Fig "x"', 'seven');
CREATE TEMP TABLE d AS SELECT id, id >> 24 & 255 AS part, chunk FROM t_data;
CREATE TEMP TABLE says AS SELECT json_extract(p.value, '$.part') AS part, json_extract(p.value, '$.says') AS says FROM d, json_each(lit_decode('meta', chunk), '$.parts') AS p WHERE d.part = 0 AND d.id > 0;
.print -- what the infos say
SELECT part, says FROM says;
.print -- values, and who has which: 0 is NULL
SELECT part, lit_decode('values', substr(chunk, at + 1, bytes)) FROM d JOIN
  (SELECT part, json_extract(says, '$.pages[0][2]') AS at, json_extract(says, '$.pages[0][3]') AS bytes FROM says WHERE part BETWEEN 16 AND 63) USING (part);
SELECT part, least, greatest, (SELECT group_concat(value, ' ') FROM json_each(lit_decode('cells(' || least || ', ' || greatest || ')', substr(chunk, at + 1, bytes)), '$.codes') WHERE key < 4) FROM d JOIN
  (SELECT part, json_extract(says, '$.blocks[0][0]') AS least, json_extract(says, '$.blocks[0][1]') AS greatest, json_extract(says, '$.blocks[0][3]') AS at, 16 AS bytes FROM says WHERE part BETWEEN 16 AND 63) USING (part);
.print -- vectors: the second row has none
SELECT lit_decode('vectors(3)', chunk), lit_decode('vectors(3, 0, 4)', chunk) FROM d WHERE part = 64;
.print -- codes and lists of 10,000 vectors
CREATE VIRTUAL TABLE big USING lit(v VECTOR(48));
CREATE TABLE j(i INTEGER PRIMARY KEY, v);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 48) INSERT INTO j SELECT i, NULL FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10000)
INSERT INTO big(rowid, v) SELECT i, (SELECT json_group_array((i * 37 + j.i * j.i * 11 + i / 100 * j.i) % 101 - 50) FROM j) FROM n;
CREATE TEMP TABLE b AS SELECT id, id >> 24 & 255 AS part, id & 16777215 AS no, chunk FROM big_data;
SELECT json_extract(p.value, '$.part') AS part, json_remove(json_extract(p.value, '$.says'), '$.reach_margin_rows', '$.lists') FROM b, json_each(lit_decode('meta', chunk), '$.parts') AS p WHERE b.part = 0 AND b.id > 0 AND json_extract(p.value, '$.part') >= 64;
SELECT json_array_length(c, '$.scale'), json_array_length(c, '$.codes[0]'),
  max(abs(json_extract(c, '$.scale[5]') * e.value - json_extract(v, '$.vectors[5][' || e.key || ']'))) < json_extract(c, '$.residual[5]') + 1e-6
FROM (SELECT lit_decode('codes(48)', a.chunk) AS c, lit_decode('vectors(48)', b.chunk) AS v FROM b AS a, b WHERE a.part = 65 AND a.no = 0 AND b.part = 64 AND b.no = 0), json_each(c, '$.codes[5]') AS e;
SELECT sum(json_array_length(j, '$.rows')) = (SELECT count(*) - 3 FROM b WHERE part = 67), sum((SELECT sum(value) FROM json_each(j, '$.rows'))) FROM (SELECT lit_decode('centroids(1)', chunk) AS j FROM b WHERE part = 66);
.print -- every row is in two lists
SELECT count(*), count(DISTINCT r.value), min(r.value), max(r.value) FROM b, json_each(lit_decode('list(1)', chunk), '$.blocks') AS k, json_each(k.value, '$.rows') AS r WHERE part = 67 AND no < (SELECT max(no) - 2 FROM b WHERE part = 67) AND r.value < 4294967295;
SELECT json_array_length(j, '$.centroid'), json_array_length(j, '$.blocks[0].add'), json_array_length(j, '$.blocks[0].bits'), length(json_extract(j, '$.blocks[0].bits[0]')) FROM (SELECT lit_decode('list(1)', chunk) AS j FROM b WHERE part = 67 AND no = 0);
.print -- and has a sketch behind them: its bits are of what it differs from the centre by
SELECT no - (SELECT max(no) FROM b WHERE part = 67), json_array_length(lit_decode('sketches(1)', chunk), '$.rows'), (SELECT json_group_array(DISTINCT key) FROM json_each(lit_decode('sketches(1)', chunk), '$.rows[7]')) FROM b WHERE part = 67 AND no > (SELECT max(no) - 2 FROM b WHERE part = 67);
.print -- what is not so
.bail off
SELECT lit_decode('vectors', chunk) FROM d WHERE part = 64;
SELECT lit_decode('vectors(0)', chunk) FROM d WHERE part = 64;
SELECT lit_decode('vectors(3, 9)', chunk) FROM d WHERE part = 64;
SELECT lit_decode('vectors(3', chunk) FROM d WHERE part = 64;
SELECT lit_decode('vectors(5, 0, 9)', chunk) FROM d WHERE part = 64;
SELECT lit_decode('head(3)', chunk) FROM d WHERE id = 0;
SELECT lit_decode('codes', x'00');
SELECT lit_decode('codes(7)', zeroblob(8 + 3 * 12 + 3 * 7 - 1));
SELECT lit_decode('list(2)', zeroblob(8 + 4 * 128 + 5));
SELECT lit_decode('centroids(1)', zeroblob(8 + 77));
SELECT lit_decode('sketches(1)', zeroblob(8 + 33));
SELECT lit_decode('cells(5, 4)', x'0000000000000000');
SELECT lit_decode('cells(0, 4294967295)', zeroblob(255));
SELECT lit_decode('values', x'04000000');
SELECT lit_decode('values', x'0400000009');
SELECT lit_decode('values', x'0400000003050161');
SELECT lit_decode('values', x'FFFFFFFF0102');
SELECT lit_decode('codes(1)', CAST(x'0000c07f0000807f000080ff05' || zeroblob(8) AS BLOB));
SELECT lit_decode('vectors(1)', CAST(x'0000c07f0000807f' || zeroblob(8) AS BLOB));
