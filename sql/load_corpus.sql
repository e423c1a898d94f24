-- load_corpus.sql -- every .jsonl and .jsonl.gz file of a folder into a library
-- (library.sql), one paper a line: title, abstract, authors (a list), year,
-- venue, url.  What a line lacks is NULL; lines that are no JSON are skipped.
--
--   sqlite3 library.db '.load build/lit' \
--     ".parameter set :folder '../shared/data/corpus'" \
--     '.read sql/load_corpus.sql'

BEGIN;
INSERT INTO incoming(title, abstract, authors, year, venue, url)
SELECT value ->> 'title', value ->> 'abstract',
  (SELECT group_concat(author.value, '; ')
   FROM json_each(line.value, '$.authors') author),
  value ->> 'year', value ->> 'venue',
  coalesce(value ->> 'url', 'https://arxiv.org/abs/' || (value ->> 'id'))
FROM fsdir(:folder) file, lit_jsonl(file.name, 'skip') line
WHERE file.name GLOB '*.jsonl' OR file.name GLOB '*.jsonl.gz';
COMMIT;

SELECT count(*) || ' papers in the library' FROM papers;
