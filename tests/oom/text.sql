-- Cleaning, terms and readers.
-- walk
SELECT lit_clean('Erd\H{o}s: a 9.3\% gain; na\"{\i}ve x2014  10^{19} ``total recall'''' T\"ULU');
SELECT * FROM lit_terms('Pre-training CodeT5+ v2.1, naïve TÜLU and 10.1145/3404835.3463238 by list-wise reranking');
SELECT * FROM lit_sentences('One et al. here. Two there.');
SELECT * FROM lit_ngrams('a rose is a rose', 2);
SELECT * FROM lit_ngrams('a rose', 2, 'char');
SELECT * FROM lit_acronyms('a \textbf{large} language model (LLM), BERT (Bidirectional Encoder Representations from Transformers)');
SELECT * FROM lit_jsonl('LICENSE', 'report');
SELECT * FROM lit_daily_papers('new' || char(10,10) || 'Mar 8, 2025' || char(10,10) || 'A title' || char(10,10) || 'An abstract that says a little about it.');
-- check
SELECT 1;
