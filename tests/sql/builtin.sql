-- needs: builtin
.load build/lit
SELECT name, architecture, max_tokens IS NULL, length(hash), path FROM lit_models;
.print -- its bytes: the same on every CPU, until lit brings another model
SELECT lower(hex(sha3(hex(lit_embed('Passage retrieval by dense vectors.')) || hex(lit_embed('the ångström–scale ΔG of H₂O, 中文')) || hex(lit_embed('')), 224)));
SELECT lit_embed('text') = lit_embed('text', 'builtin'), subtype(lit_embed('text')), lit_embed(NULL) IS NULL, round(vec_distance_L2(lit_embed(''), lit_embed('zzqqj')), 3);
SELECT lit_similarity('ranking documents with language models', 'neural retrieval of passages') > lit_similarity('ranking documents with language models', 'stars in distant galaxies');
SELECT lit_similarity('same', 'same') > 0.999999, lit_similarity('same', NULL) IS NULL;
.print -- fit for generated columns and indexes
CREATE TABLE notes(t TEXT, v BLOB GENERATED ALWAYS AS (lit_embed(t)) STORED);
INSERT INTO notes(t) VALUES ('galaxies and their dust'), ('sparse retrieval'), ('a cure for malaria');
CREATE INDEX like_search ON notes(lit_similarity(t, 'search engines'));
SELECT t FROM notes ORDER BY vec_distance_cosine(v, lit_embed('an index for text search')) LIMIT 1;
SELECT t FROM notes ORDER BY lit_similarity(t, 'search engines') DESC LIMIT 1;
.print -- the default of a table that has text
CREATE VIRTUAL TABLE papers USING lit(title TEXT, abstract TEXT, year INTEGER FILTER);
INSERT INTO papers(title, abstract, year) VALUES
 ('Ranking passages', 'Neural networks order the results of a search.', 2020),
 ('Dust in spirals', 'We observe galaxies with a telescope.', 2021),
 ('Malaria', 'A vaccine protects children in clinical trials.', 2022),
 (NULL, NULL, 2023), ('', '', 2024);
SELECT key, value FROM papers_config WHERE key IN ('model')
 UNION ALL
 SELECT 'same hash', value = (SELECT hash FROM lit_models) FROM papers_config WHERE key = 'model_hash' UNION ALL
 SELECT 'dimensions', CAST(value AS INTEGER) = (SELECT dimensions FROM lit_models) FROM papers_config WHERE key = 'dimensions';
SELECT title, bm25 IS NULL FROM papers('astronomy of stars') LIMIT 1;
SELECT title FROM papers('immunization against infectious disease', 1, 'dense');
SELECT title FROM papers('astronomy of stars', 10, 'bm25');
SELECT title FROM papers WHERE papers MATCH 'astronomy of stars' AND year > 2021 LIMIT 1;
SELECT abs(cosine - lit_similarity('astronomy', 'Dust in spirals We observe galaxies with a telescope.')) < 1e-6 FROM papers WHERE papers MATCH 'astronomy' AND mode = 'dense' AND rowid = 2;
.print -- none where that is said, where there is no text, and in tables made before
CREATE VIRTUAL TABLE plain USING lit(t TEXT, model = 'none');
CREATE VIRTUAL TABLE vecs USING lit(v VECTOR(2));
SELECT value FROM plain_config WHERE key = 'model' UNION ALL SELECT value FROM vecs_config WHERE key = 'model';
INSERT INTO plain VALUES ('made before there was a default');
PRAGMA writable_schema = on;
UPDATE sqlite_master SET sql = 'CREATE VIRTUAL TABLE plain USING lit(t TEXT)' WHERE name = 'plain';
PRAGMA writable_schema = reset;
VACUUM INTO '$TMP/old.db';
ATTACH '$TMP/old.db' AS old;
INSERT INTO old.plain VALUES ('as it was');
SELECT t FROM old.plain('default') UNION ALL SELECT value FROM old.plain_config WHERE key = 'model';
INSERT INTO old.plain(plain) VALUES ('integrity-check');
INSERT INTO old.plain(plain) VALUES ('rebuild');
SELECT count(*) FROM old.plain('galaxies');
.print -- another model by that name
UPDATE old.papers_config SET value = '00' WHERE key = 'model_hash';
DETACH old;
ATTACH '$TMP/old.db' AS old;
SELECT title FROM old.papers('galaxies', 1, 'bm25');
SELECT title FROM old.papers('galaxies', 1);
