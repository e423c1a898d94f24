.load build/lit
.mode list
.nullvalue NULL
SELECT short, long, substr(CAST(x AS BLOB), start + 1, "end" - start) AS place FROM (SELECT
 'We train a large language model (LLM) with \textbf{L}ow-\textbf{R}ank \textbf{A}daptation (LoRA). Two graph neural networks (GNNs) and one convolutional neural network (CNNs) ' ||
 'are compared (see Figure 2, p. 3). BERT (Bidirectional Encoder Representations from Transformers) came first, then CoT (the chain of thought). ' ||
 'Heat shock transcription factor (HSF), mean reciprocal rank (MRR, higher is better), Natural Language Processing ("NLP"), k nearest neighbours (kNN), ' ||
 'a model of 7 billion (7B) weights (Smith et al., 2019), question (i) and answer (ii), in New York (USA), a test (OK). Retrieval is hard. Augmented generation (RAG) is not. ' ||
 'Retrieval-augmented generation (RAG) is. The Association for Computational Linguistics (ACL) and the LLM (LLM), mixture-of-experts (MoE), Erdős number (EN), naïve Bayes (NB).' AS x), lit_acronyms(x);
SELECT count(*) FROM lit_acronyms('');
SELECT count(*) FROM lit_acronyms(NULL);
SELECT count(*) FROM lit_acronyms('()()( )(A)(AB)((((AB))))(AB');
SELECT count(*) FROM lit_acronyms(replace(hex(zeroblob(500000)), '0', '('));
SELECT count(*) FROM lit_acronyms(replace(hex(zeroblob(100000)), '00', 'a b (AB) '));
SELECT count(*) FROM lit_acronyms(replace(hex(zeroblob(500000)), '0', 'a') || ' (AAAAA)');
SELECT * FROM lit_acronyms(CAST(x'61ff' AS TEXT));
SELECT * FROM lit_acronyms();
