.load build/lit
.mode list
SELECT position, sentence FROM lit_sentences('We follow Lewis et al. and Gao et al. (2023). See Fig. 3 and Eq. 2, e.g. the U.S. data. It gains 3.5 points vs. BM25! Does it? "Yes." So J. Smith says, i.e. all. 1. Items are 2. No more etc. The end');
SELECT sentence FROM lit_sentences('一句。两句！Third one.' || char(10,10) || 'fourth without a stop' || char(10,32,10) || 'fifth');
SELECT sentence, start, "end" FROM lit_sentences('  a. B.  ');
SELECT count(*) FROM lit_sentences('');
SELECT count(*) FROM lit_sentences(' . ');
SELECT count(*) FROM lit_sentences(NULL);
SELECT count(*), sum(length(sentence)) FROM lit_sentences(replace(printf('%.10000c', 'x'), 'x', 'A b. '));
SELECT * FROM lit_sentences(x'00');
