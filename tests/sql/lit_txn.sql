-- transactions: what is rolled back was never there
.load build/lit
.open $TMP/txn.db
.load build/lit
CREATE VIRTUAL TABLE t USING lit(x TEXT, n INTEGER FILTER, model = 'none');
BEGIN;
INSERT INTO t(x) VALUES ('alpha'), ('beta');
SELECT rowid FROM t('beta');
ROLLBACK;
SELECT count(*) FROM t('beta'), t;
BEGIN;
INSERT INTO t(x) VALUES ('alpha');
SAVEPOINT one;
INSERT INTO t(x) VALUES ('beta');
UPDATE t SET x = 'gamma' WHERE x = 'alpha';
SELECT x FROM t ORDER BY rowid;
ROLLBACK TO one;
SELECT x FROM t ORDER BY rowid;
SELECT count(*) FROM t('gamma');
INSERT INTO t(x) VALUES ('delta');
COMMIT;
SELECT rowid, x FROM t('alpha delta') ORDER BY rowid;
INSERT INTO t(t) VALUES ('integrity-check');
.print -- a statement that fails half-way leaves nothing
.bail off
INSERT INTO t(rowid, x) SELECT value, 'row ' || value FROM json_each('[10, 11, 1, 12]');
BEGIN;
INSERT INTO t(x) VALUES ('kept');
INSERT INTO t(rowid, x) SELECT value, 'row ' || value FROM json_each('[10, 11, 1, 12]');
INSERT INTO t(x, n) VALUES ('no', x'00');
UPDATE t SET rowid = 1 WHERE x = 'kept';
SELECT x FROM t ORDER BY rowid;
COMMIT;
SELECT x FROM t('row kept');
INSERT INTO t(t) VALUES ('integrity-check');
.print -- last_insert_rowid and changes are the caller's
INSERT INTO t(x) VALUES ('epsilon');
SELECT last_insert_rowid() = max(rowid) FROM t;
.print -- rename, vacuum, attach, drop
ALTER TABLE t RENAME TO "new t";
SELECT x FROM "new t"('epsilon');
INSERT INTO "new t"(x) VALUES ('zeta');
SELECT name FROM sqlite_schema ORDER BY name;
VACUUM;
SELECT x FROM "new t"('zeta');
ATTACH '$TMP/other.db' AS other;
CREATE VIRTUAL TABLE other.o USING lit(x TEXT, model = 'none');
INSERT INTO o(x) SELECT x FROM "new t";
SELECT x FROM other.o('zeta');
INSERT INTO o(o) VALUES ('integrity-check');
DETACH other;
PRAGMA integrity_check;
.backup $TMP/copy.db
DROP TABLE "new t";
SELECT count(*) FROM sqlite_schema;
.open $TMP/copy.db
.load build/lit
SELECT x FROM "new t"('zeta');
.open file:$TMP/copy.db?mode=ro
.load build/lit
SELECT x FROM "new t"('zeta');
INSERT INTO "new t"(x) VALUES ('no');
.open file:$TMP/copy.db?immutable=1
.load build/lit
SELECT x FROM "new t"('zeta');
.print -- many small commits are merged
.open :memory:
.load build/lit
CREATE VIRTUAL TABLE m USING lit(x TEXT, model = 'none');
INSERT INTO m(x) VALUES ('one');
INSERT INTO m(x) VALUES ('two');
INSERT INTO m(x) VALUES ('three');
INSERT INTO m(x) VALUES ('four');
INSERT INTO m(x) VALUES ('five');
INSERT INTO m(x) VALUES ('six');
INSERT INTO m(x) VALUES ('seven');
SELECT count(DISTINCT id >> 32) FROM m_data WHERE id > 0;
INSERT INTO m(x) VALUES ('eight'), ('nine'), ('ten'), ('eleven'), ('twelve'),
  ('thirteen'), ('fourteen'), ('fifteen');
SELECT count(DISTINCT id >> 32) FROM m_data WHERE id > 0;
DELETE FROM m WHERE rowid <= 5 OR rowid > 8;
SELECT count(DISTINCT id >> 32) FROM m_data WHERE id > 0;
SELECT x FROM m('one six eight');
DELETE FROM m;
SELECT count(*) FROM m_data;
INSERT INTO m(m) VALUES ('integrity-check');
.print -- the next rowid is one more than the greatest there is
CREATE VIRTUAL TABLE r USING lit(x TEXT, model = 'none');
BEGIN;
INSERT INTO r(rowid, x) VALUES (-5, 'minus five');
INSERT INTO r(x) VALUES ('one'), ('two');
INSERT INTO r(rowid, x) VALUES (10, 'ten');
INSERT INTO r(x) VALUES ('eleven');
INSERT INTO r(rowid, x) VALUES (3, 'three');
INSERT INTO r(x) VALUES ('twelve');
DELETE FROM r WHERE rowid = 12;
INSERT INTO r(x) VALUES ('twelve again');
UPDATE r SET rowid = 4 WHERE rowid = 12;
INSERT INTO r(x) VALUES ('twelve, now that it is four');
UPDATE r SET rowid = 20 WHERE rowid = 4;
INSERT INTO r(x) VALUES ('21');
SAVEPOINT one;
INSERT INTO r(x) VALUES ('22');
ROLLBACK TO one;
INSERT INTO r(x) VALUES ('22 again');
COMMIT;
DELETE FROM r WHERE rowid > 12;
BEGIN;
INSERT INTO r(r) VALUES ('optimize');
INSERT INTO r(x) VALUES ('13');
ROLLBACK;
INSERT INTO r(x) VALUES ('13 again');
INSERT INTO r(rowid, x) VALUES (9223372036854775807, 'the last');
.bail off
INSERT INTO r(x) VALUES ('no more');
SELECT rowid, x FROM r ORDER BY rowid;
INSERT INTO r(r) VALUES ('integrity-check');
