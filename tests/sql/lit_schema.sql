-- what CREATE VIRTUAL TABLE refuses, each with its words
.load build/lit
.bail off
CREATE VIRTUAL TABLE t USING lit;
CREATE VIRTUAL TABLE t USING lit(year INTEGER FILTER);
CREATE VIRTUAL TABLE t USING lit(title TEXT, colour = 'red');
CREATE VIRTUAL TABLE t USING lit(title TEXT, model = 'nosuch');
CREATE VIRTUAL TABLE t USING lit(title TEXT, tokenizer = 'klingon');
CREATE VIRTUAL TABLE t USING lit(title TEXT, k1 = 'much');
CREATE VIRTUAL TABLE t USING lit(title TEXT, b = 1.5);
CREATE VIRTUAL TABLE t USING lit(title TEXT, fusion = 'magic');
CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT heavy);
CREATE VIRTUAL TABLE t USING lit(title TEXT WEIGHT -1);
CREATE VIRTUAL TABLE t USING lit(title TEXT SEARCHABLE);
CREATE VIRTUAL TABLE t USING lit(title);
CREATE VIRTUAL TABLE t USING lit(title TEXT, TITLE TEXT);
CREATE VIRTUAL TABLE t USING lit(rank TEXT);
CREATE VIRTUAL TABLE t USING lit(t TEXT);
CREATE VIRTUAL TABLE t USING lit(rowid TEXT);
CREATE VIRTUAL TABLE t USING lit(title TEXT, y FILTER STORED);
CREATE VIRTUAL TABLE t USING lit(title TEXT, y INTEGER FILTER WEIGHT 2);
CREATE VIRTUAL TABLE t USING lit(v VECTOR);
CREATE VIRTUAL TABLE t USING lit(v VECTOR(0));
CREATE VIRTUAL TABLE t USING lit(v VECTOR(70000));
CREATE VIRTUAL TABLE t USING lit(v VECTOR(2.5));
CREATE VIRTUAL TABLE t USING lit(v VECTOR(4) EUCLID);
CREATE VIRTUAL TABLE t USING lit(v VECTOR(12) BIT);
CREATE VIRTUAL TABLE t USING lit(v VECTOR(16) BIT COSINE);
CREATE VIRTUAL TABLE t USING lit(v VECTOR(4), model = 'minilm');
SELECT count(*) AS leftovers FROM sqlite_schema;
-- names and words in any case and quotes, comments between
CREATE VIRTUAL TABLE "my papers" USING lit(
  "the title" text weight 2.5,   -- searched
  [abs]       TEXT,              /* searched too */
  `year`      int filter,
  whatever    FILTER,
  url         STORED,
  v           vector(2) cosine float32,
  Model     = none,
  TOKENIZER = "simple", k1 = 1.2, b = '0.75', fusion = 'rrf(10, 1, 2)'
);
SELECT name FROM pragma_table_info('my papers');
SELECT name, sql FROM sqlite_schema WHERE name LIKE 'my%' AND name <> 'my papers' ORDER BY name;
DROP TABLE "my papers";
SELECT count(*) AS leftovers FROM sqlite_schema;
