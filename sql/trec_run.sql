-- trec_run.sql -- prints the table or view `run` (query, doc, score) as a TREC
-- run, best first.  lit_trec_run reads it back.
--
--   sqlite3 results.db '.read sql/trec_run.sql' > lit.run
--
-- Scores have 17 digits, so that they come back as they were.

.mode list
.headers off
SELECT query || ' Q0 ' || doc || ' ' ||
  row_number() OVER (PARTITION BY query ORDER BY score DESC, doc DESC) || ' ' ||
  printf('%!.17g', score) || ' lit'
FROM run ORDER BY query, score DESC, doc DESC;
