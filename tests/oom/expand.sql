-- needs: builtin
-- Words near those of a question, asked for too.
CREATE VIRTUAL TABLE p USING lit(t TEXT, model = 'none', feedback = 'near(2, 0.5, 0.4)');
INSERT INTO p VALUES ('physicians treat'), ('the doctor and the nurse'), ('a car');
-- walk
SELECT rowid, score FROM p('doctors cars');
-- check
SELECT count(*) FROM p;
