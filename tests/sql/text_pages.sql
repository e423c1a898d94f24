-- needs: pages
.load build/lit
.mode list
-- The five pages: 82, 104, 63, 76 and 102 cards, 369 papers, nothing odd
CREATE TEMP TABLE page AS SELECT row_number() OVER (ORDER BY name) AS id,
  CAST(readfile(name) AS TEXT) AS body FROM fsdir('$SHARED/pages') WHERE name LIKE '%.txt';
SELECT id, count(*), min(rank), max(rank), count(problem), min(feed_date), max(feed_date), min(feed)
  FROM page, lit_daily_papers(body) GROUP BY id;
SELECT count(DISTINCT title), count(DISTINCT abstract), min(length(title)), max(length(title)), min(length(abstract)) FROM page, lit_daily_papers(body);
-- Damage: each of the cards that are whole must have its own abstract.
CREATE TEMP TABLE truth AS SELECT title, abstract FROM page, lit_daily_papers(body);
CREATE TEMP TABLE damaged(how, bytes);
INSERT INTO damaged SELECT 'crlf', replace(body, char(10), char(13,10)) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'bom', char(0xfeff) || body FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'no header', substr(body, instr(body, 'Mar 18') + 6) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'no date', replace(body, 'Mar 18' || char(10), '') FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'no blank lines', replace(body, char(10,10), char(10)) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'more blank lines', replace(body, char(10), char(10,32,10)) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'lost title', replace(body, title, '') FROM page, (SELECT title FROM lit_daily_papers((SELECT body FROM page WHERE id = 1)) WHERE rank = 40) WHERE id = 1;
INSERT INTO damaged SELECT 'lost abstract', replace(body, abstract, '') FROM page, (SELECT abstract FROM lit_daily_papers((SELECT body FROM page WHERE id = 1)) WHERE rank = 40) WHERE id = 1;
INSERT INTO damaged SELECT 'lost last abstract', substr(body, 1, instr(body, abstract) - 1) FROM page, (SELECT abstract FROM lit_daily_papers((SELECT body FROM page WHERE id = 1)) WHERE rank = 102) WHERE id = 1;
INSERT INTO damaged SELECT 'lost first title', replace(body, title, '') FROM page, (SELECT title FROM lit_daily_papers((SELECT body FROM page WHERE id = 1)) WHERE rank = 1) WHERE id = 1;
INSERT INTO damaged SELECT 'short abstract', replace(body, abstract, 'Short.') FROM page, (SELECT abstract FROM lit_daily_papers((SELECT body FROM page WHERE id = 1)) WHERE rank = 40) WHERE id = 1;
INSERT INTO damaged SELECT 'cut in two', substr(body, 1, length(body) / 2) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'from the middle', substr(body, length(body) / 2) FROM page WHERE id = 1;
INSERT INTO damaged SELECT 'two pages', (SELECT body FROM page WHERE id = 1) || char(10) || (SELECT body FROM page WHERE id = 2);
SELECT how, count(*) AS cards, sum(title IS NOT NULL AND abstract IS NOT NULL) AS whole,
       sum((d.title, d.abstract) IN (SELECT title, abstract FROM truth)) AS right,
       (SELECT group_concat(rank || ' ' || problem, ', ') FROM lit_daily_papers(bytes) WHERE problem IS NOT NULL) AS problems
  FROM damaged, lit_daily_papers(bytes) d GROUP BY damaged.rowid;
-- Every other line lost, one at a time: at most the card it was in is not whole.
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 63),
  card AS (SELECT rank, title, abstract FROM lit_daily_papers((SELECT body FROM page WHERE id = 3))),
  lost AS (SELECT i, replace(body, char(10) || iif(k, title, abstract) || char(10), char(10)) AS bytes
             FROM n, (SELECT 0 AS k UNION SELECT 1), card, page WHERE card.rank = i AND page.id = 3)
SELECT count(*), min(good), max(good), min(odd), max(odd) FROM (
  SELECT (SELECT sum((title, abstract) IN (SELECT title, abstract FROM truth)) FROM lit_daily_papers(bytes)) AS good,
         (SELECT count(problem) FROM lit_daily_papers(bytes)) AS odd FROM lost);
-- Small ones
SELECT * FROM lit_daily_papers('A title' || char(10,10) || 'An abstract that says a little about it.');
SELECT * FROM lit_daily_papers('new' || char(10,10) || 'Mar 8, 2025' || char(10,10) || 'A title');
SELECT title, abstract FROM lit_daily_papers('A title of a paper' || char(10,10) || replace(printf('%.300c', 'x'), 'xxxxxxxxxx', 'wrapped words ' || char(13,10)));
SELECT * FROM lit_daily_papers('new' || char(10) || 'Subscribe');
SELECT count(*) FROM lit_daily_papers('');
SELECT count(*) FROM lit_daily_papers(NULL);
SELECT count(*) FROM lit_daily_papers(x'');
SELECT quote(title), quote(abstract) FROM lit_daily_papers(x'41ff00420a0a43');
SELECT * FROM lit_daily_papers(x'fffe4100');
SELECT * FROM lit_daily_papers(zeroblob(20000000));
SELECT * FROM lit_daily_papers();
