-- needs: minilm
.load build/lit
SELECT length(lit_embed('what is a B-tree?', 'minilm'));
SELECT name, architecture, dimensions, max_tokens, bytes, hash FROM lit_models WHERE name <> 'builtin';
