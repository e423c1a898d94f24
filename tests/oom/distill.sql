-- Training a static model, with and without a teacher.
SELECT lit_model_add('tiny', 'tests/golden/bert-mean');
CREATE VIEW p(title, abstract) AS VALUES ('the red cat', 'A cat sat on the red mat. It is a red cat.'),
 ('a dog', 'The dog ran after the cat. It is a big dog.'), ('birds', 'Birds sing.'),
 ('fish', 'The fish swims on.'), ('a red dog', 'A dog on a mat. The dog is red.');
-- walk
SELECT stage, step FROM lit_train('p', '{"out": "build/walk-alone", "dim": 8, "words": 40, "least": 1, "steps": 2, "batch": 4, "alike": 2, "card": "x"}');
SELECT stage, step FROM lit_train('p', '{"out": "build/walk-hard", "dim": 8, "words": 40, "least": 1, "steps": 2, "batch": 2, "hard": 2, "pool": 4, "mine": 2}');
SELECT stage, step FROM lit_distill('p', 'tiny', '{"out": "build/walk-taught", "dim": 8, "words": 40, "least": 1, "steps": 2, "batch": 4, "taught": 2}');
-- check
SELECT 1;
