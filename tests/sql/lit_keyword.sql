-- mode 'keyword', snippets and highlights
.load build/lit
CREATE VIRTUAL TABLE papers USING lit(title TEXT, abstract TEXT, model = 'none');
INSERT INTO papers(title, abstract) VALUES
 ('A study of retrieval', 'Pre-training helps models. Nothing more is said of models here.'),
 ('Pretraining models', 'All words as typed stand in this title.'),
 ('Far apart', 'Pretraining is one thing. It takes a long while, many machines and much patience, before anyone sees models.'),
 ('Pretrainig modles', 'Two typing errors.'),
 ('Unrelated', 'Nothing to see.');
SELECT rank, title, round(score) FROM papers('pretraining models', 10, 'keyword');
SELECT title FROM papers('pretraining models', 1, 'keyword');
SELECT title FROM papers WHERE papers MATCH 'pretraining models' AND mode = 'keyword' AND rowid > 2;
SELECT title FROM papers WHERE title MATCH 'pretraining models' AND mode = 'keyword';
SELECT count(*) FROM papers('zebra models', 10, 'keyword');
SELECT title FROM papers('the pretraining of models', 2, 'keyword');
SELECT json_extract(why, '$.lists[0].list') FROM papers('pretraining models', 1, 'keyword');
SELECT lit_highlight(papers) FROM papers('pretraining models');
SELECT lit_highlight(papers, 'abstract', '[', ']') FROM papers('patience models') LIMIT 1;
SELECT lit_snippet(papers) FROM papers('patience machines');
SELECT lit_snippet(papers, 'abstract', '*', '*', '~', 5) FROM papers('patience machines');
SELECT lit_snippet(papers, NULL, '', '') FROM papers WHERE rowid = 5;
SELECT title, lit_snippet(papers, 'abstract', '', '', '', 3) FROM papers('models') ORDER BY title;
.bail off
SELECT lit_snippet('papers') FROM papers('models');
SELECT lit_snippet(papers, 'rowid') FROM papers('models');
SELECT lit_snippet(papers, 'title', '', '', '', 0) FROM papers('models');
