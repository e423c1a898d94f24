-- needs: builtin
-- expand.sql -- words that mean nearly what those of a question mean
.load build/lit
CREATE VIRTUAL TABLE p USING lit(t TEXT);
INSERT INTO p VALUES ('physicians treat patients'), ('the doctor and the nurse'),
  ('cars on roads'), ('automobile engines'), ('summaries of meetings');
CREATE VIRTUAL TABLE q USING lit(t TEXT, model = 'none', feedback = 'near(5, 0.5, 0.4)');
INSERT INTO q SELECT t FROM p;
.print -- another word for it is found
SELECT rowid FROM p('doctors') WHERE mode = 'bm25';
SELECT rowid FROM p('doctors') WHERE mode = 'bm25' AND feedback = 'near';
.print -- in tables with another model, or none, too
SELECT rowid FROM q('automobile');
SELECT rowid FROM q('automobile') WHERE feedback = 'none';
.print -- a word that is asked for already does not count again
SELECT a.score = b.score FROM p('doctor physician') a, p('doctor physician') b
WHERE a.rowid = 2 AND b.rowid = 2 AND a.mode = 'bm25' AND b.mode = 'bm25' AND a.feedback = 'near(1, 1, 0.3)' AND b.feedback = 'near(1, 0, 0.3)';
.print -- no word is that near; weight 0; a word in pieces; no word at all
SELECT rowid FROM p('doctors') WHERE mode = 'bm25' AND feedback = 'near(3, 0.3, 1)';
SELECT rowid, round(score, 4) FROM p('cars') WHERE mode = 'bm25' AND feedback = 'near(3, 0, 0.3)' AND rowid = 3;
SELECT rowid, round(score, 4) FROM p('cars') WHERE mode = 'bm25' AND rowid = 3;
SELECT rowid FROM p('zzqqjx') WHERE mode = 'bm25' AND feedback = 'near';
SELECT count(*) FROM p('1 2 3 !') WHERE mode = 'bm25' AND feedback = 'near';
.print -- with the others
SELECT rowid FROM p('doctors') WHERE feedback = 'near + rm3(2, 3, 0.2) + rocchio' LIMIT 1;
.print -- errors
SELECT rowid FROM p('x') WHERE feedback = 'near(0)';
SELECT rowid FROM p('x') WHERE feedback = 'near(3, 0.3, 2)';
SELECT rowid FROM p('x') WHERE feedback = 'near + near';
