-- Questions to a lit table of several segments.
CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT 2, body TEXT, year INTEGER FILTER, venue TEXT FILTER, v VECTOR(4), model = 'none');
INSERT INTO t(title, body, year, venue, v) SELECT 'paper ' || value, 'about ' || substr('one two three four five six seven eight', value, 12), 2000 + value, 'venue ' || value % 3, '[' || value || ',1,0,0]' FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]');
INSERT INTO t(title, body, year, venue) VALUES ('late', 'two and three', 2020, 'ACL');
DELETE FROM t WHERE rowid = 5;
-- walk
SELECT rowid, round(score, 4) FROM t('about two three') WHERE mode = 'bm25' LIMIT 5;
SELECT rowid, rank, why IS NOT NULL FROM t WHERE t MATCH 'paper' AND year >= 2004 AND venue IN ('venue 1', 'venue 2') AND venue LIKE 'venue%' ORDER BY rank LIMIT 3 OFFSET 1;
SELECT rowid, round(distance, 3) FROM t WHERE v MATCH '[3,1,0,0]' AND k = 3 AND rowid IN (2, 3, 4, 9);
SELECT rowid, round(score, 3), why IS NOT NULL FROM t('about two three') WHERE v MATCH '[3,1,0,0]' LIMIT 4;
SELECT rowid, title FROM t WHERE rowid BETWEEN 3 AND 6;
SELECT count(*), max(year) FROM t WHERE year BETWEEN 2003 AND 2008;
-- check
SELECT count(*) FROM t;
INSERT INTO t(t) VALUES ('integrity-check');
