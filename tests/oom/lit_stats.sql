-- lit_stats, lit_trace, a search that is cut off.
CREATE VIRTUAL TABLE t USING lit(a TEXT, y REAL FILTER, v VECTOR(4) COSINE, model = 'none');
INSERT INTO t(a, y, v) VALUES ('list-wise reranking', 1, '[1,0,0,1]'), ('dense retrieval', 2, '[0,1,0,1]'), ('sparse list', NULL, NULL);
INSERT INTO t(a, y, v) VALUES ('late reranking', 3, '[1,1,1,1]');
-- walk
SELECT * FROM lit_stats('t') WHERE what <> 'cache';
SELECT rowid FROM t WHERE t MATCH 'list reranking' AND v MATCH '[1,0,0,0]' AND cutoff = 0.5;
SELECT stage, name FROM lit_trace WHERE name <> 'bytes_read';
-- check
SELECT rowid, a, y, vec_to_json(v) FROM t ORDER BY rowid;
