-- vectors that the caller brings, and words beside them
.load build/lit
CREATE VIRTUAL TABLE vecs USING lit(v VECTOR(2) COSINE, w VECTOR(2), b VECTOR(8) BIT, title TEXT, year INTEGER FILTER, model = 'none');
INSERT INTO vecs(rowid, v, w, b, title, year) VALUES
 (1, '[1, 0]', '[1, 0]', x'ff', 'east', 2001),
 (2, '[0, 1]', '[0, 5]', x'00', 'north', 2002),
 (3, '[1, 1]', '[9, 9]', x'0f', 'north east', 2003),
 (4, '[0, 0]', '[0, 0]', x'01', 'nowhere', 2004),
 (5, NULL, NULL, NULL, 'null', 2005);
SELECT rowid, round(distance, 4), round(cosine, 4), rank FROM vecs WHERE v MATCH '[2, 0.1]' AND k = 10;
SELECT rowid, round(distance, 4) FROM vecs WHERE w MATCH '[1, 0]' ORDER BY distance LIMIT 2;
SELECT rowid, distance FROM vecs WHERE b MATCH x'07' LIMIT 3;
SELECT rowid, round(distance, 3) FROM vecs WHERE w MATCH '[0, 0]' AND distance < 5;
SELECT rowid FROM vecs WHERE w MATCH '[0, 0]' AND distance <= 5;
SELECT rowid FROM vecs WHERE w MATCH '[0, 0]' AND year >= 2003 AND k = 1;
SELECT rowid FROM vecs WHERE w MATCH '[0, 0]' AND rowid IN (2, 3) AND k = 1;
SELECT rowid, rank FROM vecs WHERE w MATCH '[0, 0]' LIMIT 2 OFFSET 1;
.print -- words and a vector, two vectors
SELECT rowid, rank FROM vecs WHERE vecs MATCH 'north' AND v MATCH '[0, 1]';
SELECT rowid, rank FROM vecs WHERE v MATCH '[0, 1]' AND w MATCH '[9, 9]' LIMIT 2;
SELECT json_extract(why, '$.lists[1].column') FROM vecs WHERE vecs MATCH 'north' AND v MATCH '[0, 1]' LIMIT 1;
.print -- every hit by every list; words that stand together
CREATE VIRTUAL TABLE both USING lit(text TEXT, v VECTOR(2) COSINE, model = 'none', neighbours = 'none');
INSERT INTO both(rowid, text, v) VALUES
 (1, 'dense vectors and sparse words', '[1, 0]'),
 (2, 'sparse vectors', '[1, 1]'),
 (3, 'vectors: the sparse, the dense', '[0, 1]'),
 (4, 'none', '[1, 0.2]'), (5, 'sparse and without', NULL);
SELECT rowid, round(score, 4), round(bm25, 4), round(cosine, 4) FROM both('sparse vectors') WHERE v MATCH '[1, 0]';
SELECT rowid, why ->> '$.fusion', why -> '$.lists[0].place', round(why ->> '$.lists[0].gain', 4), round(why ->> '$.lists[0].pairs', 4), round(why ->> '$.lists[1].gain', 4) FROM both('sparse vectors') WHERE v MATCH '[1, 0]';
SELECT rowid, round(score, 4) FROM both('sparse vectors') WHERE v MATCH '[1, 0]' AND fusion = 'z(1)' LIMIT 2;
SELECT rowid, round(score, 4) FROM both('sparse vectors') WHERE v MATCH '[1, 0]' AND fusion = 'rrf' LIMIT 2;
SELECT rowid, round(score, 4), why -> '$.lists[0].pairs' FROM both('sparse vectors') WHERE mode = 'bm25' LIMIT 2;
SELECT rowid FROM both('sparse vectors') WHERE v MATCH '[1, 0]' AND fusion = 'z(2)';
.print -- like a row
SELECT rowid FROM vecs WHERE similar_to = 1 AND mode = 'dense';
SELECT rowid FROM vecs WHERE similar_to = '[1, 2]' AND mode = 'dense';
SELECT rowid, vec_to_json(v), typeof(b) FROM vecs ORDER BY rowid;
UPDATE vecs SET v = '[0.5, 0.5]' WHERE rowid = 4;
SELECT rowid, vec_to_json(v) FROM vecs WHERE v MATCH '[1, 1]' LIMIT 2;
UPDATE vecs SET title = 'south' WHERE rowid = 1;
SELECT rowid, vec_to_json(v) FROM vecs('south');
INSERT INTO vecs(vecs) VALUES ('rebuild');
SELECT rowid, vec_to_json(v), hex(b) FROM vecs ORDER BY rowid;
INSERT INTO vecs(vecs) VALUES ('optimize');
INSERT INTO vecs(vecs) VALUES ('integrity-check');
.bail off
INSERT INTO vecs(v) VALUES ('[1, 2, 3]');
INSERT INTO vecs(v) VALUES (x'000000');
INSERT INTO vecs(v) VALUES ('[1, 2');
INSERT INTO vecs(v) VALUES ('[1, NaN]');
INSERT INTO vecs(v) VALUES (x'0000c07f0000803f');
INSERT INTO vecs(v) VALUES (3.5);
SELECT * FROM vecs WHERE v MATCH '[1, 2, 3]';
SELECT * FROM vecs WHERE v MATCH 'word';
SELECT count(*) FROM vecs WHERE v MATCH NULL;
SELECT count(*) FROM vecs;
