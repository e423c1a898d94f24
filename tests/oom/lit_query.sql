-- MATCH lit_query: every rule of the syntax.
CREATE VIRTUAL TABLE t USING lit(a TEXT WEIGHT 2, b TEXT, y REAL FILTER, v VECTOR(4) COSINE);
INSERT INTO t(a, b, y, v) VALUES ('list-wise reranking', 'One token orders a list. It is fast.', 1, '[1,0,0,1]'), ('dense retrieval', 'Two encoders. A list of passages.', 2, '[0,1,0,1]'), ('sparse list', 'Words expand.', NULL, NULL);
INSERT INTO t(a, b, y, v) VALUES ('late reranking', 'A list of lists.', 3, '[1,1,1,1]');
DELETE FROM t WHERE rowid = 3;
-- walk
SELECT rowid, score FROM t WHERE t MATCH lit_query('(a : list* OR NEAR(token "a list", 3)) AND -{a} : (list + of NOT ^ "two" ) "re-ranking" OR dense');
SELECT rowid, why FROM t(lit_query('the OR list'), 3, 'keyword');
SELECT rowid FROM t WHERE t MATCH lit_query('NEAR(passages list) OR token') AND v MATCH '[1,0,0,0]' AND y > 0;
-- check
SELECT rowid, a, b, y, vec_to_json(v) FROM t ORDER BY rowid;
SELECT rowid FROM t(lit_query('a NOT list')) ORDER BY rowid;
