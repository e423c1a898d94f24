-- Spelling by a table's words.
CREATE VIRTUAL TABLE p USING lit(x TEXT);
INSERT INTO p VALUES ('dense retrieval with transformers'), ('language models');
-- walk
SELECT lit_spell('Retreival of modles', 'p');
SELECT * FROM lit_spellings('Retreival of modles', 'p');
-- check
SELECT 1;
