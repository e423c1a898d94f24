-- needs: minilm
.load build/lit
CREATE VIRTUAL TABLE p USING lit(t TEXT, model = 'minilm');
INSERT INTO p(rowid, t) VALUES (1, 'ranking documents with transformers'), (2, 'a recipe for bread'), (3, 'neural document ranking'), (4, 'baking bread and cake');
SELECT query_rowid, rowid FROM lit_knn_join('p', 'model', 'p', 'model', 1, NULL, 1);
CREATE VIRTUAL TABLE small USING lit(v VECTOR(3));
INSERT INTO small(v) VALUES ('[1,2,3]');
SELECT * FROM lit_knn_join('small', 'v', 'p', 'model', 1);
SELECT * FROM lit_knn_join('p', 'model', 'small', 'v', 1);
