-- the lit table, lexical: rows in, answers out
.load build/lit
CREATE VIRTUAL TABLE papers USING lit(title TEXT WEIGHT 2, abstract TEXT,
  year INTEGER FILTER, venue TEXT FILTER, url STORED, model = 'none');
INSERT INTO papers(title, abstract, year, venue, url) VALUES
 ('Listwise reranking with one token', 'The first token orders all passages of a list at once.', 2024, 'EMNLP', 'u1'),
 ('Passage retrieval by dense vectors', 'Two encoders embed questions and passages.', 2020, 'EMNLP', 'u2'),
 ('Probabilistic relevance and BM25', 'Term frequency saturates; long documents are normalized.', 2009, 'FnTIR', 'u3'),
 ('Continual pre-training of language models', 'Domain text is read again and again.', 2020, 'ACL', NULL),
 ('Learned sparse retrieval', 'A masked language model expands passages with words.', 2021, 'SIGIR', 'u5');
.print -- MATCH, the table-valued form, and what they tell
SELECT rank, title, round(score, 4) FROM papers('listwise reranking') LIMIT 10;
SELECT rank, title FROM papers WHERE papers MATCH 'passages' ORDER BY rank;
SELECT title, round(bm25, 3) = round(score, 3), distance, cosine FROM papers('reranking token');
SELECT why FROM papers('reranking token') LIMIT 1;
.print -- pretraining finds pre-training
SELECT title FROM papers('pretraining');
.print -- FILTER before top-k, in every form
SELECT title FROM papers WHERE papers MATCH 'passages' AND year >= 2021;
SELECT title FROM papers WHERE papers MATCH 'passages' AND venue IN ('EMNLP', 'ACL') AND k = 1;
SELECT title FROM papers WHERE papers MATCH 'language' AND year BETWEEN 2019 AND 2020;
SELECT title FROM papers WHERE papers MATCH 'passages' AND venue LIKE 's%';
SELECT title FROM papers WHERE papers MATCH 'passages language' AND rowid IN (SELECT 4 UNION SELECT 5);
SELECT title FROM papers WHERE papers MATCH 'passages' AND rowid > 1 AND rowid < 5;
SELECT title FROM papers WHERE papers MATCH 'passages' AND url IS NOT NULL AND url <> 'u1';
SELECT title FROM papers WHERE year = 2020;
SELECT rowid, title FROM papers WHERE rowid = 3;
SELECT rowid FROM papers WHERE rowid >= 4;
.print -- one field
SELECT title FROM papers WHERE abstract MATCH 'language';
.print -- k, LIMIT, OFFSET
SELECT rank, rowid FROM papers('passages language') LIMIT 2 OFFSET 1;
SELECT rank, rowid FROM papers('passages language', 2);
.print -- similar_to
SELECT rowid FROM papers WHERE similar_to = 2 LIMIT 1;
SELECT rowid FROM papers WHERE papers MATCH 'language' AND unlike = 4;
.print -- nothing found, stop words, NULL, no rows of that rowid
SELECT count(*) FROM papers('zebra');
SELECT count(*) FROM papers('the of and');
SELECT count(*) FROM papers(NULL);
SELECT count(*) FROM papers WHERE papers MATCH 'passages' AND rowid = 99;
SELECT rank, score, bm25, why FROM papers WHERE rowid = 1;
.print -- UPDATE, DELETE, REPLACE, rowid change
UPDATE papers SET abstract = 'Zebras graze.' WHERE rowid = 3;
SELECT rowid, title FROM papers('zebra');
UPDATE papers SET url = 'changed' WHERE rowid = 3;
SELECT url FROM papers('zebra');
UPDATE papers SET year = 1999 WHERE rowid = 3;
SELECT rowid FROM papers WHERE papers MATCH 'zebra' AND year < 2000;
DELETE FROM papers WHERE rowid = 2;
SELECT rowid FROM papers('encoders');
REPLACE INTO papers(rowid, title, abstract) VALUES (5, 'Quagga', 'Extinct zebra');
SELECT rowid, title FROM papers('zebra') ORDER BY rowid;
UPDATE papers SET rowid = 50 WHERE rowid = 5;
SELECT rowid FROM papers('quagga');
INSERT OR IGNORE INTO papers(rowid, title) VALUES (50, 'ignored');
SELECT title FROM papers WHERE rowid = 50;
INSERT INTO papers(title) VALUES ('returned zebra') RETURNING rowid, title;
SELECT count(*) FROM papers;
INSERT INTO papers(papers) VALUES ('integrity-check');
INSERT INTO papers(papers) VALUES ('optimize');
INSERT INTO papers(papers) VALUES ('integrity-check');
INSERT INTO papers(papers) VALUES ('rebuild');
INSERT INTO papers(papers) VALUES ('integrity-check');
SELECT rowid, title FROM papers('zebra') ORDER BY rowid;
.print -- errors
.bail off
INSERT INTO papers(rowid, title) VALUES (50, 'twice');
INSERT INTO papers(papers) VALUES ('explode');
SELECT * FROM papers('');
SELECT * FROM papers('   ');
SELECT * FROM papers('x', 0);
SELECT * FROM papers('x', -1);
SELECT * FROM papers('x', 'ten');
SELECT count(*) FROM papers('zebra', 1000000);
SELECT * FROM papers('x', 10, 'telepathy');
SELECT * FROM papers('x', 10, 'dense');
SELECT * FROM papers('x', 10, 'hybrid');
SELECT * FROM papers WHERE similar_to = 999;
SELECT * FROM papers WHERE similar_to = 'abc';
SELECT * FROM papers WHERE papers MATCH 'x' AND diversity = 2;
SELECT * FROM papers WHERE papers MATCH 'passages' AND diversity = 0.5;
SELECT * FROM papers WHERE papers MATCH 'x' AND rerank = 'oracle';
SELECT * FROM papers WHERE papers MATCH 'x' AND fusion = 'oracle';
SELECT * FROM papers WHERE venue MATCH 'x';
SELECT * FROM papers WHERE papers MATCH 'x' AND title MATCH 'y';
SELECT * FROM papers WHERE papers MATCH x'00';
SELECT * FROM papers WHERE papers MATCH CAST(x'61ff' AS TEXT);
INSERT INTO papers(title) VALUES (CAST(x'61ff62' AS TEXT));
INSERT INTO papers(title) VALUES (x'6162');
INSERT INTO papers(title, year) VALUES ('blob year', x'00');
SELECT count(*) FROM papers;
INSERT INTO papers(papers) VALUES ('integrity-check');
