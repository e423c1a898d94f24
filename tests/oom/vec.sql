-- Vectors: parsing, arithmetic, distances with a kept argument, aggregates.
CREATE TABLE t(id INTEGER PRIMARY KEY, v);
INSERT INTO t VALUES (1, '[1,2,3]'), (2, x'0000803F0000004000004040'), (3, NULL);
-- walk
SELECT vec_to_json(vec_add('[1,2]', vec_f32('[3,4]'))), hex(vec_f16('[1,2]')), hex(vec_bit('[1,0,0,0,0,0,0,1]'));
SELECT vec_to_json(vec_concat(vec_lerp('[1,2]', '[3,4]', 0.5), 2.0, vec_slice('[1,2,3]', 1, 3))), hex(vec_quantize_int8('[1,-1]', 'unit'));
SELECT vec_to_json(vec_normalize('[3,4]')), vec_to_json(vec_project_out('[3,4]', '[1,0]')), vec_to_json(vec_scale('[1,2]', 2)), vec_debug() IS NOT NULL;
SELECT id, vec_distance_cosine(v, '[1,1,1]'), vec_distance_l2(v, '[1,1,1]') FROM t;
SELECT vec_distance_cosine(vec_f16('[1,1]'), vec_f16('[1,0]')), vec_dot(a.v, b.v) FROM t a, t b;
SELECT vec_to_json(vec_avg(v)), vec_to_json(vec_max(v)), lit_topk(id, -id, 2) FROM t;
SELECT value FROM vec_each('[1,2,3]'), t;
-- check
SELECT id, v FROM t;
