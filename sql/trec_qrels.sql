-- trec_qrels.sql -- prints the table or view `qrels` (query, doc, grade) as
-- TREC judgments.  lit_trec_qrels reads them back.
--
--   sqlite3 results.db '.read sql/trec_qrels.sql' > lit.qrels

.mode list
.headers off
SELECT query || ' 0 ' || doc || ' ' || grade FROM qrels ORDER BY query, doc;
