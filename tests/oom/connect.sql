-- Loading lit, and what it says of itself.
-- walk: connect
SELECT lit_version() IS NOT NULL, lit_config('threads');
SELECT count(*) > 10 FROM lit_kinds;
-- check
SELECT 1;
