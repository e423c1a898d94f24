-- Vectors: functions, aggregates, top-k.
-- walk
SELECT vec_to_json(vec_add('[1,2,3]', '[3,2,1]')), vec_length('[1,2]'), vec_to_json(vec_normalize('[3,4]'));
SELECT vec_distance_l2('[1,2,3]', '[3,2,1]'), vec_distance_cosine('[1,2,3]', '[3,2,1]');
SELECT vec_to_json(vec_slice('[1,2,3,4]', 1, 3)), hex(vec_quantize_binary('[1,-2,3,-4,1,-2,3,-4]'));
SELECT value FROM vec_each('[1,2,3]');
-- check
SELECT 1;
