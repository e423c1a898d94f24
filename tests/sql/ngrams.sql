.load build/lit
.mode list
.nullvalue NULL
SELECT * FROM lit_ngrams('A rose is a rose is a Rose.', 2);
SELECT ngram, count FROM lit_ngrams('A rose is a rose is a Rose.', 3, 'word') LIMIT 1;
SELECT ngram, count, position, start, "end" FROM lit_ngrams('Él  él' || char(10) || 'ab ab', 2, 'char');
SELECT ngram, count FROM lit_ngrams('数据 数据', 1);
SELECT ngram, start, "end" FROM lit_ngrams('pre-training  GPT-4', 2);
SELECT count(*) FROM lit_ngrams('two words', 3);
SELECT count(*) FROM lit_ngrams('', 1, 'char');
SELECT count(*) FROM lit_ngrams(NULL, 1);
SELECT count(*) FROM lit_ngrams('x', NULL);
SELECT ngram = 'aaaaa', count FROM lit_ngrams(replace(hex(zeroblob(500000)), '0', 'a'), 5, 'char');
SELECT length(ngram), count FROM lit_ngrams(replace(hex(zeroblob(500000)), '00', 'a '), 100);
SELECT text, n, unit, ngram FROM lit_ngrams('x', 1);
SELECT * FROM lit_ngrams('x', 0);
SELECT * FROM lit_ngrams('x', 'y');
SELECT * FROM lit_ngrams('x', 2, 'line');
SELECT * FROM lit_ngrams(CAST(x'61ff' AS TEXT), 2);
