-- builtin.sql -- makes lit's built-in model: what `make builtin` runs.
--
--   CORPUS=../shared/data/corpus OUT=ext/model/builtin.safetensors \
--     sqlite3 build/builtin.db '.load build/lit' '.read sql/builtin.sql'
--
-- CORPUS: a folder with arxiv.jsonl.gz (id, title, abstract, categories) and
-- acl.jsonl.gz (id, title, abstract).  The teacher is the model minilm (make
-- model).  Everything is kept in the database, and the training beside OUT: run
-- it again after a stop of any kind, and it goes on.
--
--   1  the papers that have an abstract
--   2  the texts that the teacher shall see: 20,480 papers, 40,000 titles and
--      sentences, one of each a paper, and 20,000 groups of five words of the
--      teacher's vocabulary, which teach it words that the papers lack.  Fields
--      that are rare among the papers (biology, physics, statistics, search)
--      come earlier than by chance, mathematics and astronomy later
--   3  their vectors, 2,048 texts a transaction: about half an hour
--   4  the training (tvf_distill.c): some ten minutes, 0.9 GB
.bail on
PRAGMA journal_mode = WAL;

CREATE TABLE IF NOT EXISTS paper(
  id INTEGER PRIMARY KEY, title TEXT, abstract TEXT, field TEXT
);
CREATE TABLE IF NOT EXISTS text(
  id INTEGER PRIMARY KEY, kind TEXT, text TEXT
);
CREATE TABLE IF NOT EXISTS vector(id INTEGER PRIMARY KEY, vector BLOB);

.parameter init
.parameter set :todo todo
.parameter set :text text
.parameter set :teacher minilm
.read '|cd "${CORPUS:-../shared/data/corpus}" && echo ".parameter set :corpus $PWD"'
.read '|echo ".parameter set :out ${OUT:-ext/model/builtin.safetensors}"'

-- 1. Papers
BEGIN;
CREATE TEMP TABLE source(file, field);
INSERT INTO source SELECT column1, column2
FROM (VALUES ('arxiv.jsonl.gz', NULL), ('acl.jsonl.gz', 'acl'))
WHERE NOT EXISTS (SELECT 1 FROM paper);

INSERT INTO paper(title, abstract, field)
SELECT value ->> 'title', value ->> 'abstract',
  coalesce(field, value ->> '$.categories[0]')
FROM source, lit_jsonl(:corpus || '/' || file, 'skip');
COMMIT;

-- 2. Texts.  `place` is a number by chance; smaller comes first.
CREATE TEMP VIEW ordered AS
SELECT id, title, abstract, (id * 2654435761) % 4294967296 *
  CASE WHEN field LIKE 'q-bio%' THEN 0.2
       WHEN field LIKE 'physics%' OR field LIKE 'stat%' OR field LIKE 'cs.IR'
         OR field LIKE 'cs.DL' THEN 0.4
       WHEN field LIKE 'math%' OR field LIKE 'astro%' OR field LIKE 'hep%'
         THEN 2.0
       ELSE 1.0 END AS place
FROM paper WHERE length(abstract) > 200;

BEGIN;
CREATE TEMP TABLE wanted(kind, n);
INSERT INTO wanted SELECT column1, column2
FROM (VALUES ('paper', 20480), ('short', 40000), ('words', 20000))
WHERE NOT EXISTS (SELECT 1 FROM text);

INSERT INTO text(kind, text)
SELECT kind, title || '. ' || abstract FROM wanted, ordered
WHERE kind = 'paper' ORDER BY place
LIMIT (SELECT coalesce(max(n), 0) FROM wanted WHERE kind = 'paper');

CREATE TEMP TABLE early AS
SELECT id, title, abstract, place FROM ordered
WHERE EXISTS (SELECT 1 FROM wanted) ORDER BY place
LIMIT (SELECT coalesce(max(n), 0) FROM wanted WHERE kind = 'short');

INSERT INTO text(kind, text)
SELECT 'short', text FROM (
  SELECT id, title AS text, place FROM early
  UNION ALL
  SELECT id, sentence, place FROM (
    SELECT early.id, sentence, place, row_number() OVER (
      PARTITION BY early.id
      ORDER BY (length(sentence) * 7919 + early.id * 104729) % 1009) AS k
    FROM early, lit_sentences(early.abstract)
    WHERE length(sentence) > 20)
  WHERE k = 1)
ORDER BY place, id
LIMIT (SELECT coalesce(max(n), 0) FROM wanted WHERE kind = 'short');

CREATE TEMP TABLE word(k INTEGER PRIMARY KEY, word);
INSERT INTO word
WITH RECURSIVE id(id) AS (
  SELECT 1000 UNION ALL SELECT id + 1 FROM id WHERE id < 30521
)
SELECT row_number() OVER () - 1, word
FROM (SELECT lit_detokenize('[' || id || ']', 'minilm') AS word FROM id)
WHERE word GLOB '[a-z][a-z][a-z]*' AND word NOT GLOB '*[^a-z]*'
  AND EXISTS (SELECT 1 FROM wanted);

INSERT INTO text(kind, text)
WITH RECURSIVE place(i) AS (
  SELECT 0 UNION ALL SELECT i + 1 FROM place
  WHERE i + 1 < (SELECT 5 * max(n) FROM wanted WHERE kind = 'words')
)
SELECT 'words', group_concat(word, ' ')
FROM place JOIN word
  ON k = (i * 2654435761 + i * 40503 % 65521 * 7919)
         % (SELECT count(*) FROM word)
WHERE EXISTS (SELECT 1 FROM wanted)
GROUP BY i / 5;
COMMIT;

-- 3. The teacher's vectors
CREATE TEMP TABLE todo(id INTEGER PRIMARY KEY, text TEXT);
CREATE TEMP TABLE turn(n);
CREATE TEMP TRIGGER take AFTER INSERT ON turn BEGIN
  DELETE FROM todo;
  INSERT INTO todo SELECT id, text FROM text
  WHERE id NOT IN (SELECT id FROM vector) ORDER BY id LIMIT 2048;
END;
.read '|for n in $(seq 40); do echo "INSERT INTO turn VALUES ($n); INSERT INTO vector SELECT id, vec_f16(vector) FROM lit_embed_all(:todo, :text, :teacher);"; done'

-- 4. The training.  A paper counts three times.
CREATE TEMP VIEW papers AS
SELECT title, abstract FROM paper WHERE length(abstract) > 200;
CREATE TEMP TABLE times(kind, n);
INSERT INTO times VALUES
  ('paper', 1), ('paper', 2), ('paper', 3), ('short', 1), ('words', 1);
CREATE TEMP VIEW taught AS
SELECT text, vector FROM text JOIN vector USING(id) CROSS JOIN times USING(kind)
ORDER BY times.n, id;

.mode tabs
.headers on
SELECT * FROM lit_distill('papers', 'minilm', json_object(
  'out', :out, 'vectors', 'taught', 'words', 42000, 'least', 20,
  'steps', 1000, 'batch', 1024, 'taught', 1024, 'seed', 1,
  'card', json_object(
    'name', 'lit builtin 1',
    'texts', json_array(
      'arXiv: titles and abstracts of 200,000 papers, descriptive metadata, CC0 1.0',
      'ACL Anthology: titles and abstracts of 59,793 papers from 2016 on, CC BY 4.0'),
    'teacher', 'sentence-transformers/all-MiniLM-L6-v2, Apache-2.0',
    'vocabulary', 'words of the papers, and the WordPiece tokens of bert-base-uncased, Apache-2.0',
    'languages', 'English',
    'recipe', 'sql/builtin.sql',
    'limits', 'bag of words: no order, no negation; best on scientific English')));
