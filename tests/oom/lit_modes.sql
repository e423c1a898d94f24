-- Every way to ask a lit table, and the commands on the whole of it.
CREATE VIRTUAL TABLE t USING lit(a TEXT WEIGHT 2, b TEXT, y REAL FILTER, u FILTER, s STORED, v VECTOR(4) COSINE, w VECTOR(8) BIT);
INSERT INTO t(a, b, y, u, v, w) VALUES ('list-wise reranking', 'One token orders a list. It is fast.', 1, 'x', '[1,0,0,1]', vec_bit('[1,0,0,0,1,0,0,0]')), ('dense retrieval', 'Two encoders. A list of passages.', 2, 5, '[0,1,0,1]', NULL), ('sparse list', 'Words expand.', NULL, '5', NULL, vec_bit('[1,1,0,0,1,0,0,0]'));
INSERT INTO t(a, b, y, v) VALUES ('late reranking', 'A list of lists.', 3, '[1,1,1,1]');
DELETE FROM t WHERE rowid = 3;
-- walk
SELECT rowid, lit_snippet(t), lit_highlight(t, 'b'), bm25 IS NOT NULL FROM t('listwise reranking') WHERE mode = 'bm25' AND (u >= 5 OR y < 9);
SELECT rowid, lit_snippet(t, 'b', '[', ']', '..', 3) FROM t('rerankign lists', 3, 'keyword');
SELECT rowid, why FROM t WHERE t MATCH 'list' AND v MATCH '[1,0,0,0]' AND fusion = 'rrf(10)' ORDER BY rank LIMIT 2;
SELECT rowid, round(distance, 3), round(cosine, 3) FROM t WHERE v MATCH '[1,0,0,0]' AND diversity = 0.5 AND y > 0;
SELECT rowid, distance FROM t WHERE w MATCH vec_bit('[1,0,0,0,0,0,0,0]') AND distance < 4;
SELECT rowid FROM t WHERE similar_to = '[1, 4]' AND unlike = 'dense';
SELECT x.rowid, y.rowid FROM t('list') AS x, t('reranking') AS y WHERE x.rank = y.rank;
BEGIN;
SAVEPOINT one;
INSERT INTO t(a, b, u) SELECT a || ' again', b, u FROM t('list');
UPDATE t SET y = 9, s = 'new' WHERE t MATCH 'again';
ROLLBACK TO one;
REPLACE INTO t(rowid, a, u) VALUES (2, 'replaced', 7);
RELEASE one;
COMMIT;
INSERT INTO t(t) VALUES ('integrity-check');
INSERT INTO t(t) VALUES ('salvage');
INSERT INTO t(t) VALUES ('optimize');
-- check
SELECT rowid, a, b, y, u, s, vec_to_json(v), hex(w) FROM t ORDER BY rowid;
SELECT rowid FROM t('list') ORDER BY rowid;
SELECT rowid FROM t WHERE u >= 5 ORDER BY rowid;
INSERT INTO t(t) VALUES ('integrity-check');
