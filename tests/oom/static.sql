-- Static models: loading a file and a folder, embedding, a table of one.
SELECT lit_model_add('toy', 'tests/golden/static.safetensors');
CREATE VIRTUAL TABLE t USING lit(title TEXT, year INTEGER FILTER, model = 'toy');
INSERT INTO t VALUES ('neural retrieval', 2001), ('flow over the wing', 2002), (NULL, 2003);
-- walk
SELECT lit_model_add('toy', 'tests/golden/static.safetensors');
SELECT hex(lit_embed('The naïve [UNK] ranking of documents, abcdefghijklmnopqrstuvwxyzabcdefghij searching', 'toy'));
SELECT round(lit_similarity('neural', 'ranking', 'toy'), 6);
SELECT count(*), sum(part) < 2 FROM lit_explain_match('neural', 'the neural wing xyzzy', 'toy');
INSERT INTO t VALUES ('sparse models', 2004), ('Ångström', 2005);
SELECT rowid, round(score, 4) FROM t('dense models', 3);
SELECT rowid, round(distance, 4) FROM t WHERE t MATCH 'wing' AND mode = 'dense' AND year > 2001 AND k = 2;
-- check
SELECT rowid, title, year FROM t ORDER BY rowid;
SELECT rowid, round(distance, 4) FROM t WHERE t MATCH 'the neural wing' AND mode = 'dense' AND k = 9;
INSERT INTO t(t) VALUES ('integrity-check');
