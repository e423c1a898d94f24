-- Judging: aggregates and table-valued functions over tables.
CREATE TABLE r(query, doc, score);
CREATE TABLE j(query, doc, grade);
INSERT INTO r SELECT a.value, b.value, b.value * 7 % 11 FROM json_each('[1,2,3]') a, json_each('[1,2,3,4,5,6,7,8,9]') b;
INSERT INTO j SELECT a.value, b.value, b.value % 3 FROM json_each('[1,2,3]') a, json_each('[1,3,5,7,9]') b;
-- walk
SELECT lit_ndcg(r.doc, score, grade), lit_map(r.doc, score, grade, 5), lit_bpref(r.doc, score, grade) FROM r LEFT JOIN j USING (query, doc) WHERE query = 2;
SELECT lit_kendall(doc, score), lit_rbo(doc, score) FROM r WHERE query = 1;
SELECT * FROM lit_eval('r', 'j', 'ndcg@5 map mrr recall precision bpref rprec success@1 judged@2 wss@50');
SELECT lit_rank_score(lit_rank_fit(r.query, json_array(score, 1), grade), '[1, 2]') FROM r JOIN j USING (query, doc);
SELECT length(lit_rank_fit(r.query, json_array(score, 1), grade, 'softmax', 'trees(2)')) FROM r JOIN j USING (query, doc);
SELECT * FROM lit_compare('r', 'r', 'j', 'map', 100, 5);
-- check
SELECT count(*) FROM r;
