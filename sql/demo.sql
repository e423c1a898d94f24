-- demo.sql -- a small library of well-known papers, and questions to it.
--
--   make demo            or: sqlite3 :memory: '.load build/lit' '.read sql/demo.sql'

.read sql/demo_papers.sql
.mode column --wordwrap on --wrap 70
.echo on

-- A table of papers: what is searched, what can be filtered, what is kept.
CREATE VIRTUAL TABLE papers USING lit(
  title TEXT WEIGHT 2, abstract TEXT, authors STORED,
  year INTEGER FILTER, venue TEXT FILTER, url STORED
);
INSERT INTO papers(rowid, title, abstract, authors, year, venue, url)
SELECT id, title, abstract, authors, year, venue, url FROM demo_papers;
SELECT count(*) AS papers, min(year) AS "from", max(year) AS "to" FROM papers;

-- 1. Ask in plain language; the best come first.
SELECT rank, title, year
FROM papers('training a small network to imitate a big one') LIMIT 5;

-- 2. A filter is part of the search: as many rows as there are, never fewer.
SELECT title, venue, year
FROM papers WHERE papers MATCH 'finding nearest neighbours among many vectors'
  AND year < 2015 ORDER BY rank LIMIT 5;

-- 3. More like this one.
SELECT title, year FROM papers
WHERE similar_to = (SELECT id FROM demo_papers
                    WHERE title = 'The Log-Structured Merge-Tree (LSM-Tree)')
LIMIT 4;

-- 4. Why is it here?
SELECT title, score, why FROM papers('evaluation of rankings') LIMIT 2;

-- 5. Where does it say so?
SELECT title, lit_snippet(papers, 'abstract', '*', '*', '...', 16) AS snippet
FROM papers('recovering after a crash') LIMIT 3;

-- 6. Every word must be there, but a typing error is forgiven.
SELECT title, year FROM papers('probabilistic relevence', 3, 'keyword');

-- 7. It is SQL: who wrote most of what matters to a topic?
SELECT author.value AS author, count(*) AS papers, min(rank) AS best_rank
FROM papers('neural retrieval of passages for question answering') AS hit,
  json_each('["' || replace(authors, '; ', '","') || '"]') AS author
WHERE hit.k = 30
GROUP BY author ORDER BY papers DESC, best_rank LIMIT 5;
