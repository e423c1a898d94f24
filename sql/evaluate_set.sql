-- evaluate_set.sql -- one set of evaluate.sql, which sets :folder and :name and
-- makes the lit table `docs`.
--
-- Queries whose judgments name documents of grade 0 and nothing but a pool of
-- candidates (csfcube) rank that pool only.

BEGIN;
INSERT INTO docs(title, text, id)
SELECT value ->> 'title', value ->> 'text', value ->> '_id'
FROM lit_jsonl(:folder || '/corpus.jsonl');
COMMIT;

CREATE TEMP TABLE judged AS
SELECT query, doc, grade FROM lit_trec_qrels(:folder || '/qrels.tsv');
CREATE INDEX temp.judged_query ON judged(query, doc);

CREATE TEMP TABLE queries AS
SELECT value ->> '_id' AS query, value ->> 'text' AS text
FROM lit_jsonl(:folder || '/queries.jsonl')
WHERE value ->> '_id' IN (SELECT query FROM judged);

-- A pool is known by its size: many judged for each query, most not relevant.
CREATE TEMP TABLE pooled AS
SELECT avg(n) > 50 AND avg(zeros) > 0.5 AS yes
FROM (SELECT count(*) AS n, avg(grade = 0) AS zeros FROM judged GROUP BY query);

CREATE TEMP TABLE hits AS
SELECT modes.mode || ' ' || query AS query, d.id AS doc, -d.rank AS score
FROM queries, modes, docs d
WHERE d.docs MATCH queries.text AND d.mode = modes.mode
  AND d.k = CASE WHEN (SELECT yes FROM pooled) THEN (SELECT count(*) FROM docs)
            ELSE 100 END
  AND (NOT (SELECT yes FROM pooled) OR
       EXISTS (SELECT 1 FROM judged j
               WHERE j.query = queries.query AND j.doc = d.id));

CREATE TEMP VIEW wanted AS
SELECT mode || ' ' || query AS query, doc, grade FROM judged, modes;

INSERT INTO results(name, mode, queries, ndcg, recall)
SELECT :name, substr(query, 1, instr(query, ' ') - 1) AS mode,
  count(*) / 2, avg(value) FILTER (WHERE metric = 'ndcg@10'),
  avg(value) FILTER (WHERE metric = 'recall@100')
FROM lit_eval('hits', 'wanted', 'ndcg@10, recall@100') GROUP BY 2;

DROP VIEW wanted;
DROP TABLE hits;
DROP TABLE queries;
DROP TABLE judged;
DROP TABLE pooled;
DROP TABLE docs;
