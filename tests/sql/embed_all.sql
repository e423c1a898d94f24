-- lit_embed_all with what is known already: only new and changed texts.
.load build/lit
SELECT lit_model_add('m', 'tests/golden/bert-mean'), lit_model_add('d', 'tests/golden/bert-mean', '{"dim": 5}');
CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t(a) VALUES ('the fox'), ('a dog'), (NULL), ('a tree'), ('');
CREATE TABLE v(id INTEGER PRIMARY KEY, vector, hash);
.print -- in pieces, until there is nothing left
INSERT OR REPLACE INTO v SELECT id, vector, hash FROM lit_embed_all('t', 'a', 'm', 'document', 'v') LIMIT 3;
SELECT group_concat(id) FROM v;
INSERT OR REPLACE INTO v SELECT id, vector, hash FROM lit_embed_all('t', 'a', 'm', 'document', 'v') LIMIT 3;
SELECT group_concat(id) FROM v;
SELECT count(*) FROM lit_embed_all('t', 'a', 'm', 'document', 'v');
.print -- what changed
UPDATE t SET a = 'a small dog' WHERE id = 2;
INSERT INTO t(a) VALUES ('new');
SELECT group_concat(id) FROM lit_embed_all('t', 'a', 'm', 'document', 'v');
.print -- another use, another model: all of them
SELECT count(*) FROM lit_embed_all('t', 'a', 'm', 'query', 'v');
SELECT count(*) FROM lit_embed_all('t', 'a', 'd', 'document', 'v');
SELECT sum(vector = lit_embed(a, 'm')) FROM v JOIN t USING (id);
.print -- errors
SELECT count(*) FROM lit_embed_all('t', 'a', 'm', 'document', 'nowhere');
SELECT count(*) FROM lit_embed_all('t', 'a', 'm', 'document', 't');
SELECT lit_progress() IS NULL;
