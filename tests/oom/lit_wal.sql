-- The same kinds of work with a write-ahead log.
PRAGMA journal_mode = wal;
CREATE VIRTUAL TABLE t USING lit(a TEXT, y INTEGER FILTER, model = 'none');
INSERT INTO t VALUES ('one two', 1), ('two three', 2), ('three four', NULL);
-- walk
INSERT INTO t VALUES ('four two', 4);
BEGIN;
UPDATE t SET a = a || ' more' WHERE y < 3;
SELECT rowid FROM t('more') ORDER BY rowid;
DELETE FROM t WHERE rowid = 3;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
INSERT INTO t(t) VALUES ('optimize');
-- check
SELECT rowid, a, y FROM t ORDER BY rowid;
SELECT rowid FROM t('two') ORDER BY rowid;
INSERT INTO t(t) VALUES ('integrity-check');
