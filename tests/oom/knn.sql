-- Vectors: written, searched, joined.
CREATE VIRTUAL TABLE v USING lit(a VECTOR(4) COSINE, b VECTOR(8) BIT);
INSERT INTO v(rowid, a, b) VALUES (1, '[1, 2, 3, 4]', x'0f'), (2, '[4, 3, 2, 1]', x'f0'), (3, NULL, x'ff');
CREATE TABLE q(x);
INSERT INTO q VALUES ('[1, 1, 1, 2]'), (NULL);
-- walk
INSERT INTO v(rowid, a) VALUES (4, '[0, 0, 1, 1]');
SELECT rowid, distance FROM v WHERE a MATCH '[1, 2, 3, 3]' AND k = 2;
SELECT rowid, distance FROM v WHERE b MATCH x'0e' ORDER BY distance LIMIT 2;
SELECT * FROM lit_knn_join('v', 'a', 'q', 'x', 2);
SELECT * FROM lit_knn_join('v', 'b', 'v', 'b', 1, NULL, 1);
-- check
SELECT rowid, hex(a), hex(b) FROM v;
