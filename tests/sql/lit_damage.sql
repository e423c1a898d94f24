-- damage is named, and what can be rebuilt is
.load build/lit
.bail off
CREATE VIRTUAL TABLE t USING lit(x TEXT, v VECTOR(2), model = 'none');
INSERT INTO t(x, v) VALUES ('a', '[1, 2]'), ('b', '[3, 4]');
INSERT INTO t(x, v) VALUES ('c', '[5, 6]');
UPDATE t_data SET chunk = x'00' WHERE id = 0;
SELECT count(*) FROM t('a');
INSERT INTO t(t) VALUES ('rebuild');
SELECT x, vec_to_json(v) FROM t;
INSERT INTO t(t) VALUES ('integrity-check');
UPDATE t_data SET chunk = x'00' WHERE id = -1;
INSERT INTO t(t) VALUES ('integrity-check');
INSERT INTO t(x, v) VALUES ('d', '[7, 8]');
INSERT INTO t(t) VALUES ('integrity-check');
.print -- one segment is lost
DELETE FROM t_data WHERE id = (SELECT max(id) >> 32 FROM t_data) << 32;
INSERT INTO t(t) VALUES ('integrity-check');
INSERT INTO t(t) VALUES ('rebuild');
INSERT INTO t(t) VALUES ('salvage');
SELECT x, vec_to_json(v) FROM t;
INSERT INTO t(t) VALUES ('integrity-check');
