-- The other ways to ask: modes, fusion, likeness, excerpts.
CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT 2, body TEXT, year INTEGER FILTER, v VECTOR(4), model = 'none');
INSERT INTO t(title, body, year, v) SELECT 'paper ' || value, 'about ' || substr('one two three four five six seven eight', value, 12), 2000 + value, '[' || value || ',1,0,0]' FROM json_each('[1,2,3,4,5,6,7,8]');
-- walk
SELECT rowid FROM t WHERE t MATCH 'paper three' AND v MATCH '[4,1,0,0]' LIMIT 5;
SELECT rowid FROM t WHERE similar_to = 3 LIMIT 3;
SELECT rowid FROM t WHERE t MATCH 'paper' AND unlike = 3 AND diversity = 0.3 LIMIT 3;
-- check
SELECT count(*) FROM t;
INSERT INTO t(t) VALUES ('integrity-check');
