-- Lit tables made, renamed and dropped; connecting to one that is there.
CREATE VIRTUAL TABLE old USING lit(title TEXT, year INTEGER FILTER, model = 'none');
INSERT INTO old VALUES ('one two', 2001), ('two three', 2002);
-- walk: connect
SELECT rowid FROM old('two') WHERE year = 2002;
CREATE VIRTUAL TABLE t USING lit(title TEXT, venue TEXT FILTER, v VECTOR(3) COSINE, model = 'none');
INSERT INTO t(title, venue, v) VALUES ('new', 'x', '[1,2,3]');
ALTER TABLE old RENAME TO other;
SELECT rowid FROM other('one');
DROP TABLE t;
BEGIN;
CREATE VIRTUAL TABLE t USING lit(title TEXT, model = 'none');
INSERT INTO t VALUES ('three');
DROP TABLE other;
COMMIT;
-- check
SELECT name, sql FROM sqlite_schema ORDER BY name;
