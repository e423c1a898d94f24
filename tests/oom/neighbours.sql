-- Rows lifted by those that are like them.
CREATE VIRTUAL TABLE p USING lit(t TEXT, v VECTOR(2) COSINE, model = 'none', neighbours = 'lift(5, 2, 0.5)');
INSERT INTO p(t, v) VALUES ('plum', '[1, 0]'), ('plum fig', '[0.9, 0.1]'), ('fig', '[0.8, 0.3]'), ('pear fig', '[0, 1]'), ('pear', NULL);
-- walk
SELECT rowid, score FROM p('plum fig') WHERE v MATCH '[1, 0.2]';
SELECT rowid, score FROM p WHERE v MATCH '[1, 0.2]' AND neighbours = 'lift(4, 1, 1)';
-- check
SELECT count(*) FROM p;
