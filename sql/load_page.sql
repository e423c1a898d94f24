-- load_page.sql -- a saved Daily Papers page into a library (library.sql):
--
--   sqlite3 library.db '.load build/lit' \
--     ".parameter set :page 'page.txt'" '.read sql/load_page.sql'
--
-- A page names no year: a day that is still to come was last year's.

CREATE TEMP TABLE page AS
SELECT rank, title, abstract, coalesce(feed, 'unnamed') AS feed, problem,
  CASE
    WHEN length(feed_date) > 5 THEN feed_date
    WHEN strftime('%Y-', 'now') || feed_date <= date('now')
    THEN strftime('%Y-', 'now') || feed_date
    ELSE strftime('%Y-', 'now', '-1 year') || feed_date
  END AS day
FROM lit_daily_papers(readfile(:page));

BEGIN;
INSERT INTO incoming(title, abstract) SELECT title, abstract FROM page;
INSERT OR REPLACE INTO feed_cards(feed, day, place, paper)
SELECT feed, coalesce(day, date('now')), rank, paper
FROM page JOIN paper_keys ON key = lower(lit_clean(title));
COMMIT;

SELECT count(*) || ' papers on the page, ' || (SELECT count(*) FROM papers) ||
  ' in the library' FROM page;
SELECT 'card ' || rank || ': ' || problem FROM page WHERE problem IS NOT NULL;
DROP TABLE page;
