-- digest.sql -- what is new and near the reader's interests, as Markdown:
--
--   sqlite3 library.db '.load build/lit' '.read sql/digest.sql' > digest.md
--
-- Each interest, and each paper of the reading list, ranks the cards of the
-- newest day; a card's worth is the sum of weight / (60 + rank), as in
-- reciprocal rank fusion.  The ten best are shown, with what they are near to.

.mode list
.headers off

CREATE TEMP VIEW newest AS
SELECT DISTINCT paper, day FROM feed_cards
WHERE day = (SELECT max(day) FROM feed_cards);

CREATE TEMP VIEW reasons AS
SELECT p.rowid AS paper, interest AS reason, weight / (60 + p.rank) AS gain
FROM interests JOIN papers p
WHERE p.papers MATCH interest AND p.k = 10 AND p.cutoff = 0.5
  AND p.rowid IN (SELECT paper FROM newest)
UNION ALL
SELECT p.rowid, 'like "' || key || '"', 1.0 / (60 + p.rank)
FROM reading_list JOIN paper_keys USING (paper) JOIN papers p
WHERE p.similar_to = reading_list.paper AND p.k = 5 AND p.cutoff = 0.5
  AND p.rowid IN (SELECT paper FROM newest);

SELECT '# ' || count(DISTINCT paper) || ' new papers, ' || max(day) ||
  char(10) || char(10) || 'Nearest to your interests:' FROM newest;

WITH best AS (
  SELECT paper, group_concat(reason, '; ') AS reasons, sum(gain) AS gain
  FROM (SELECT * FROM reasons ORDER BY gain DESC)
  GROUP BY paper ORDER BY gain DESC, paper LIMIT 10
)
SELECT char(10) || '## ' || row_number() OVER (ORDER BY gain DESC, paper) ||
  '. ' || lit_clean(title) || char(10) || char(10) ||
  '*' || reasons || '*' || char(10) || char(10) ||
  CASE WHEN length(abstract) <= 400 THEN lit_clean(abstract)
       ELSE substr(lit_clean(abstract), 1, 400) || ' ...' END ||
  CASE WHEN url IS NULL THEN ''
       ELSE char(10) || char(10) || '<' || url || '>' END
FROM best JOIN papers ON papers.rowid = best.paper
ORDER BY gain DESC, paper;

DROP VIEW reasons;
DROP VIEW newest;
