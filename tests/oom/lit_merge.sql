-- So many small commits that segments are merged within them.
CREATE VIRTUAL TABLE t USING lit(a TEXT, y INTEGER FILTER, v VECTOR(2), model = 'none');
INSERT INTO t VALUES ('one', 1, '[1,2]');
INSERT INTO t VALUES ('two', 2, '[1,3]');
INSERT INTO t VALUES ('three', 3, '[1,4]');
INSERT INTO t VALUES ('four', 4, NULL);
INSERT INTO t VALUES ('five', 5, '[1,6]');
INSERT INTO t VALUES ('six', 6, '[1,7]');
INSERT INTO t VALUES ('seven', NULL, '[1,8]');
-- walk
INSERT INTO t VALUES ('eight two', 8, '[1,9]');
DELETE FROM t WHERE rowid IN (1, 3, 5);
INSERT INTO t VALUES ('nine two', 9, '[1,1]');
UPDATE t SET y = y + 1;
INSERT INTO t VALUES ('ten', 10, '[1,1]');
INSERT INTO t(t, k) VALUES ('merge', 5);
-- check
SELECT rowid, a, y FROM t ORDER BY rowid;
SELECT rowid FROM t('two') WHERE mode = 'bm25' AND y > 2 ORDER BY rowid;
SELECT rowid FROM t WHERE v MATCH '[1,7]' AND k = 3 ORDER BY distance, rowid;
INSERT INTO t(t) VALUES ('integrity-check');
