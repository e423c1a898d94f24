-- Rows in an order that a FILTER column has a say in.
CREATE VIRTUAL TABLE p USING lit(a TEXT, y INTEGER FILTER, u FILTER, model = 'none', prior = 'recent(5, 2) of y');
INSERT INTO p(a, y, u) VALUES ('a list', 2001, 'text'), ('a list of lists', 2020, 7), ('list', NULL, NULL);
-- walk
SELECT rowid, score FROM p('list');
SELECT rowid, score FROM p('list') WHERE prior = 'many of u + recent of y';
-- check
SELECT count(*) FROM p;
