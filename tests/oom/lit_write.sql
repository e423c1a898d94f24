-- Rows into a lit table, each statement by itself and in transactions.
CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT 2, body TEXT, year INTEGER FILTER, venue TEXT FILTER, url STORED, v VECTOR(4), model = 'none');
INSERT INTO t(title, body, year, venue, url, v) VALUES
  ('alpha', 'one two three', 2001, 'ACL', 'u1', '[1,0,0,0]'),
  ('beta', 'two three four', 2002, NULL, 'u2', '[0,1,0,0]'),
  ('gamma', 'three four five', 2003, 'EMNLP', 'u3', NULL);
INSERT INTO t(title, body, year) VALUES ('delta', 'four five six', 2004);
-- walk
INSERT INTO t(title, body, year, venue, url, v) VALUES ('epsilon', 'five six seven', 2005, 'ACL', 'u5', '[1,1,0,0]');
UPDATE t SET body = 'two changed' WHERE rowid = 2;
DELETE FROM t WHERE rowid = 1;
BEGIN;
INSERT INTO t(title, body, v) VALUES ('zeta', 'six seven eight', '[0,0,1,0]'), ('eta', 'seven eight', NULL);
SELECT rowid FROM t('seven') WHERE mode = 'bm25' ORDER BY rowid;
REPLACE INTO t(rowid, title, body) VALUES (3, 'gamma again', 'three again');
UPDATE t SET url = 'new' WHERE year > 2003;
SAVEPOINT s;
DELETE FROM t WHERE rowid > 5;
ROLLBACK TO s;
UPDATE t SET rowid = rowid + 10 WHERE rowid = 4;
COMMIT;
INSERT INTO t(t) VALUES ('optimize');
INSERT INTO t(t) VALUES ('rebuild');
-- check
SELECT rowid, title, body, year, venue, url FROM t ORDER BY rowid;
SELECT rowid FROM t('two OR three OR seven') WHERE mode = 'bm25' ORDER BY rowid;
SELECT rowid, round(distance, 3) FROM t WHERE v MATCH '[1,0.5,0,0]' AND k = 5;
INSERT INTO t(t) VALUES ('integrity-check');
