-- needs: shared
.load build/lit
.mode list
-- Abstracts of the ACL Anthology that are plainly French, Chinese or English
CREATE TABLE p AS SELECT value ->> 'title' AS title, value ->> 'abstract' AS x FROM lit_jsonl('$SHARED/data/corpus/acl.jsonl.gz');
CREATE TABLE judged AS
SELECT 'fr' AS code, title, x FROM p WHERE x LIKE '% les %' AND x LIKE '% des %' AND x LIKE '% une %' AND x NOT LIKE '% the %'
UNION ALL SELECT 'zh', title, x FROM p WHERE x GLOB '*[一-龥][一-龥][一-龥][一-龥][一-龥][一-龥]*' AND x NOT LIKE '% the %'
UNION ALL SELECT * FROM (SELECT 'en', title, x FROM p WHERE x LIKE '% the %' AND x LIKE '% and %' AND length(x) > 200 AND x NOT LIKE '% des %' ORDER BY length(title), title LIMIT 5000);
SELECT code, count(*) > 300, sum(lit_language(x) IS code) >= 0.998 * count(*) FROM judged GROUP BY code;
SELECT 'titles', sum(lit_language(title) = 'en') > 0.85 * count(*), sum(lit_language(title) <> 'en') < 0.03 * count(*) FROM judged WHERE code = 'en';
