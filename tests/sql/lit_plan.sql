-- a plan reads as a sentence
.load build/lit
CREATE VIRTUAL TABLE papers USING lit(title TEXT, "pub year" INTEGER FILTER, venue TEXT FILTER, v VECTOR(2), model = 'none');
.eqp on
SELECT rowid FROM papers;
SELECT rowid FROM papers WHERE rowid = 3;
SELECT rowid FROM papers WHERE rowid BETWEEN 3 AND 9 ORDER BY rowid;
SELECT rowid FROM papers WHERE venue = 'ACL' AND "pub year" >= 2020;
SELECT rowid FROM papers('words');
SELECT rowid FROM papers('words', 10, 'bm25');
SELECT rowid FROM papers WHERE papers MATCH 'words' AND "pub year" >= 2020 AND venue IN ('ACL', 'EMNLP') ORDER BY rank LIMIT 10 OFFSET 10;
SELECT rowid FROM papers WHERE papers MATCH 'words' ORDER BY score DESC;
SELECT rowid FROM papers WHERE papers MATCH 'words' ORDER BY title;
SELECT rowid FROM papers WHERE papers MATCH 'words' AND rowid IN (1, 2, 3);
SELECT rowid FROM papers WHERE papers MATCH 'words' AND venue LIKE 'A%';
SELECT rowid FROM papers WHERE v MATCH '[1, 2]' AND distance < 3 ORDER BY distance LIMIT 5;
SELECT rowid FROM papers WHERE similar_to = 1 AND unlike = 2 AND diversity = 0.3;
