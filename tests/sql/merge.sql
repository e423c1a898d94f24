-- 'merge': the smallest segments become one, of k rows at most
.load build/lit
CREATE VIRTUAL TABLE t USING lit(x TEXT, y INTEGER FILTER, w VECTOR(2), model = 'none');
CREATE VIEW segs AS SELECT value AS n FROM lit_stats('t') WHERE what = 'index' AND name = 'segments';
.print -- nothing to merge
INSERT INTO t(t, k) VALUES ('merge', 10);
INSERT INTO t VALUES ('one', 1, '[1, 0]');
INSERT INTO t(t, k) VALUES ('merge', 10);
SELECT n FROM segs;
.print -- the smallest, as many as hold k rows
INSERT INTO t VALUES ('two', 2, '[2, 0]'), ('two', 3, '[3, 0]'), ('two', 4, NULL), ('two', 5, '[5, 0]');
INSERT INTO t VALUES ('three', 6, '[6, 0]');
INSERT INTO t VALUES ('four', 7, '[7, 0]');
INSERT INTO t(t, k) VALUES ('merge', 2);
SELECT n FROM segs;
INSERT INTO t(t, k) VALUES ('merge', 2);
SELECT n FROM segs;
INSERT INTO t(t, k) VALUES ('merge', 3);
SELECT n FROM segs;
INSERT INTO t(t, k) VALUES ('merge', 6);
SELECT n FROM segs;
BEGIN;
INSERT INTO t(t, k) VALUES ('merge', 7);
SELECT n FROM segs;
ROLLBACK;
SELECT n FROM segs;
INSERT INTO t(t, k) VALUES ('merge', 4294967295);
SELECT n FROM segs;
SELECT rowid, x, y FROM t('two three') WHERE y > 3 AND mode = 'bm25' ORDER BY rowid;
SELECT rowid FROM t WHERE w MATCH '[6, 0]' AND k = 2 ORDER BY distance, rowid;
.print -- one segment with dead rows gives them back
DELETE FROM t WHERE y = 7;
SELECT value FROM lit_stats('t') WHERE what = 'index' AND name = 'deleted';
INSERT INTO t(t, k) VALUES ('merge', 5);
SELECT value FROM lit_stats('t') WHERE what = 'index' AND name = 'deleted';
INSERT INTO t(t, k) VALUES ('merge', 6);
SELECT value FROM lit_stats('t') WHERE what = 'index' AND name = 'deleted';
.print -- rows of this transaction too
BEGIN;
INSERT INTO t VALUES ('eight', 8, NULL);
INSERT INTO t(t, k) VALUES ('merge', 100);
SELECT n FROM segs;
COMMIT;
INSERT INTO t(t) VALUES ('integrity-check');
.print -- bad k
INSERT INTO t(t) VALUES ('merge');
INSERT INTO t(t, k) VALUES ('merge', 0);
INSERT INTO t(t, k) VALUES ('merge', -1);
INSERT INTO t(t, k) VALUES ('merge', 4294967296);
INSERT INTO t(t, k) VALUES ('merge', 'many');
INSERT INTO t(t, k) VALUES ('merge', x'00');
SELECT n FROM segs;
