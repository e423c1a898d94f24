.load build/lit
.mode list
.nullvalue NULL
CREATE VIRTUAL TABLE papers USING lit(title TEXT, abstract TEXT, note STORED, model = 'none');
INSERT INTO papers(title, abstract) VALUES
  ('Dense retrieval with transformers', 'We retrieve passages by dense vectors of a transformer.'),
  ('Pre-training of language models', 'Language models are pretrained on large corpora; evaluation follows.'),
  ('Naïve Bayes', 'Classification of documents with the naïve Bayes classifier is a classical method.'),
  ('Обучение нейронных сетей', 'нейронные сети'), ('数据挖掘', 'the graph neural network');
INSERT INTO papers(title, abstract) VALUES ('Retrieval evaluation', 'Evaluating retrieval and its evaluations, with documents.');
SELECT lit_spell('dense retreival with transfomers', 'papers');
SELECT lit_spell('Lanugage modles: (Evalution), docuemnts!', 'papers');
SELECT lit_spell('nieve clasification of naïve clasifiers', 'papers');
SELECT lit_spell('нейроные сетти', 'papers');
SELECT lit_spell('a grahp  netwrok' || char(10) || ' pre-trainig 数据挖掘 数据', 'papers');
-- Left alone: what is known, short, in capitals, in a name, with digits, or far from all
SELECT lit_spell('retrieves vecotrs or RETREIVAL BeRTy github.com/retreival \retreival a_modle modle.py xyzzyqwert modle2 teh', 'papers');
SELECT word, spelling, distance, rows, round(score, 3), substr(text, start + 1, "end" - start) FROM lit_spellings('the modle of retreivals', 'papers');
SELECT lit_spell(NULL, 'papers'), lit_spell('x', NULL), lit_spell('', 'papers'), lit_spell(12, 'papers');
SELECT count(*) FROM lit_spellings(NULL, 'papers');
SELECT length(lit_spell(replace(hex(zeroblob(500000)), '0', 'a'), 'papers')), length(lit_spell(replace(hex(zeroblob(60000)), '00', 'retreival '), 'papers'));
-- Rows that are deleted or not yet committed; several segments; another tokenizer
BEGIN;
INSERT INTO papers(title) VALUES ('Quantization of embeddings');
SELECT lit_spell('quantisation of embedings', 'papers');
ROLLBACK;
SELECT lit_spell('quantisation of embedings', 'papers');
CREATE VIRTUAL TABLE plain USING lit(x TEXT, tokenizer = 'simple', model = 'none');
SELECT lit_spell('retreival', 'plain');
INSERT INTO plain VALUES ('retrieval retrieve'), ('model');
SELECT lit_spell('Retreival retreive models modle', 'plain');
-- A rare word beside a very frequent one
INSERT INTO plain WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 1500) SELECT 'language learning' FROM r;
INSERT INTO plain VALUES ('langauge leaning');
SELECT lit_spell('langauge learnng', 'plain'), (SELECT count(*) FROM plain('langauge'));
SELECT lit_spell('x', 'nothing');
CREATE TABLE t(x);
INSERT INTO t VALUES (1);
SELECT lit_spell('x', 't');
SELECT lit_spell(CAST(x'61ff' AS TEXT), 'papers');
SELECT * FROM lit_spellings('x');
