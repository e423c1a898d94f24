-- lit_map_fit: vectors of one model turned into those of another.
.load build/lit
-- a quarter turn, from 40 points of the circle
CREATE TABLE t AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r LIMIT 40)
  SELECT i, json_array(cos(i), sin(i)) AS a, json_array(-sin(i) * 3, cos(i) * 3) AS b FROM r;
CREATE TABLE m AS SELECT lit_map_fit(a, b) AS map FROM t;
SELECT lit_map_info(map) ->> 'from', lit_map_info(map) ->> 'to', lit_map_info(map) ->> 'pairs', lit_map_info(map) ->> 'held_out', abs(lit_map_info(map) ->> 'loss') < 1e-6 FROM m;
SELECT vec_distance_l2(lit_map_apply(map, '[1, 0]'), '[0, 1]') < 1e-6, vec_distance_l2(lit_map_apply(map, '[2, 2]'), '[-2, 2]') < 1e-5 FROM m;
.print -- to more dimensions the length stays, to fewer what is told is what can be
SELECT abs(vec_distance_l2(lit_map_apply(map, '[3, 4]'), '[0, 0, 0]') - 5) < 1e-5, lit_map_info(map) ->> 'loss' < 1e-6
  FROM (SELECT lit_map_fit(a, json_array(0, cos(i), sin(i))) AS map FROM t);
SELECT round(lit_map_info(map) ->> 'loss', 2) BETWEEN 0 AND 1, vec_length(lit_map_apply(map, '[1,2,3]')) FROM (SELECT lit_map_fit(json_array(0, cos(i), sin(i)), a) AS map FROM t);
.print -- nothing held out, nothing at all
SELECT lit_map_info(lit_map_fit(a, b)) ->> 'loss' IS NULL FROM (SELECT * FROM t LIMIT 5);
SELECT lit_map_fit(a, b) IS NULL FROM t WHERE 0;
SELECT lit_map_apply(NULL, '[1, 2]') IS NULL, lit_map_apply(map, NULL) IS NULL FROM m;
.print -- errors
SELECT lit_map_fit(a, b) FROM t WHERE i = 1;
SELECT lit_map_fit(a, iif(i = 7, '[1]', b)) FROM t;
SELECT lit_map_fit(i, b) FROM t;
SELECT lit_map_apply(map, '[1, 2, 3]') FROM m;
SELECT lit_map_apply('x', '[1, 2]');
SELECT lit_map_apply(x'00', '[1, 2]');
SELECT lit_map_apply(substr(map, 1, 44), '[1, 2]') FROM m;
SELECT lit_map_info(x'4c49544d415001000000000000000000000000000000000000000000000000000000000000000000');
