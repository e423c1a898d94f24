.load build/lit
.read sql/demo_papers.sql
CREATE VIRTUAL TABLE papers USING lit(title TEXT WEIGHT 2, abstract TEXT,
  authors STORED, year INTEGER FILTER, venue TEXT FILTER, model = 'none');
INSERT INTO papers(rowid, title, abstract, authors, year, venue)
SELECT id, title, abstract, authors, year, venue FROM demo_papers;
CREATE TABLE questions(text, wanted);
INSERT INTO questions VALUES
  ('reciprocal rank fusion', 'Reciprocal Rank Fusion%'),
  ('stemming English words by stripping suffixes', 'An Algorithm for Suffix Stripping'),
  ('late interaction with one vector per token', 'ColBERT%'),
  ('words found in few documents should weigh more', '%Term Specificity%'),
  ('write-ahead logging and crash recovery', 'ARIES%'),
  ('an embedded analytical database', 'DuckDB%'),
  ('low-rank adapters for fine-tuning', '%LoRA%'),
  ('consensus algorithm that is easy to understand', 'In Search of an Understandable%'),
  ('work saved over sampling', 'Reducing Workload%'),
  ('Bloom filter', 'Space/Time%'),
  ('predicting protein structure', 'Highly Accurate Protein%'),
  ('rotary position embedding', 'RoFormer%');
.print -- each finds its paper first
SELECT text, title FROM questions, papers p
WHERE p.papers MATCH text AND p.k = 1 AND title NOT LIKE wanted;
SELECT count(*) FROM questions, papers p
WHERE p.papers MATCH text AND p.k = 1 AND title LIKE wanted;
.print -- a filter leaves what there is
SELECT title, year FROM papers WHERE papers MATCH 'nearest neighbour search vectors'
  AND year < 2005 AND venue = 'STOC' ORDER BY rank LIMIT 5;
