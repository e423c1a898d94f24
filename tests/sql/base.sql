.load build/lit
SELECT lit_version();
SELECT lit_config('threads', 2), lit_config('threads');
SELECT lit_config('threads', 1);
SELECT lit_config('cache_mb'), lit_config('cache_mb', 64), lit_config('cache_mb');
SELECT what, name, doc FROM lit_kinds WHERE what IN ('function', 'aggregate', 'table') AND doc NOT LIKE '(%';
SELECT what, name FROM lit_kinds WHERE name = 'lit_version';
SELECT lit_config('nothing');
SELECT lit_config('threads', 0);
