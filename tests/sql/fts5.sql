.load build/lit
.mode list
-- Which query finds which row
CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'lit english');
INSERT INTO t(rowid, x) VALUES
  (1, 'Large pre-training of models'), (2, 'pre training'), (3, 'Pretraining data sets'), (4, 'a low-rank map'),
  (5, 'low rank and lowrank'), (6, 'the K\"onigsberg na\"{\i}ve case, 58.9 rightarrow 61.7\%'), (7, 'C++ and CodeT5+'),
  (8, 'state-of-the-art'), (9, '数据挖掘'), (10, '東京タワーで'), (11, '한국어를 배운다'), (12, 'ภาษาไทย'),
  (13, 'TÜLU 3, GPT-4o and gpt4'), (14, 'doi 10.1145/3404835.3463238 at https://github.com/FlagOpen/FlagEmbedding.'),
  (15, 'studies of running'), (16, 'hyphen-' || char(10) || 'ation at a line''s end'), (17, 'don''t'), (18, '');
INSERT INTO t(t) VALUES ('integrity-check');
CREATE TABLE asked(q TEXT);
INSERT INTO asked VALUES ('pretraining'), ('"pre-training"'), ('"pre training"'), ('pre'), ('train'), ('trained'),
  ('"large pre-training of models"'), ('"large pretraining of"'), ('"training of models"'), ('"low-rank"'), ('"low rank"'),
  ('lowrank'), ('"low-rank map"'), ('konigsberg'), ('"naïve case"'), ('naive'), ('"C++"'), ('c'), ('"CodeT5+"'), ('codet5'),
  ('"state of the art"'), ('"state-of-the-art"'), ('数据'), ('挖'), ('挖掘'), ('数掘'), ('数据挖掘'), ('タワー'), ('東京'),
  ('한국어'), ('국어'), ('ไทย'), ('tulu'), ('gpt'), ('"GPT-4"'), ('gpt4'), ('"10.1145/3404835.3463238"'),
  ('"github.com/FlagOpen/FlagEmbedding"'), ('flagembedding'), ('stud*'), ('study*'), ('studies*'), ('"pretrain" *'),
  ('"pre-tra" *'), ('數*'), ('数*'), ('runs'), ('hyphenation'), ('dont'), ('dataset'), ('"data set"'), ('NEAR(large models, 2)'),
  ('NEAR(large models, 1)'), ('^large'), ('^training'), ('"..."'), ('"-" OR pre'), ('x : tulu'), ('rightarrow'), ('"→ 61.7"');
SELECT q, (SELECT group_concat(rowid, ' ') FROM t(q)) FROM asked;
-- The marks stand in the text as given
SELECT q, highlight(t, 0, '[', ']') FROM asked, t(q) WHERE q IN ('pretraining', 'train', '"low-rank"', 'lowrank', 'naive',
  '"naïve case"', '"C++"', '数据', '挖', 'タワー', 'flagembedding', 'konigsberg', 'hyphenation', '"→ 61.7"', 'gpt', 'ไทย');
SELECT snippet(t, 0, '[', ']', '...', 3) FROM t('naive');
SELECT snippet(t, 0, '[', ']', '...', 2) FROM t('"pre-training"');
SELECT rowid FROM t('pretraining') ORDER BY rank, rowid LIMIT 1;
-- Deleting needs the same terms again; so does the check
DELETE FROM t WHERE rowid IN (6, 9, 14);
UPDATE t SET x = 'other words' WHERE rowid = 1;
INSERT INTO t(t) VALUES ('integrity-check');
INSERT INTO t(t) VALUES ('rebuild');
INSERT INTO t(t) VALUES ('integrity-check');
SELECT group_concat(rowid, ' ') FROM t('pretraining');
-- Other languages, other details
CREATE VIRTUAL TABLE de USING fts5(x, tokenize = 'lit german', prefix = '2 3', detail = column);
INSERT INTO de VALUES ('Die Häuser der Städte'), ('Straßenbahn');
SELECT x FROM de('haus'), (SELECT 1);
SELECT x FROM de('STRASSENBAHN');
SELECT x FROM de('stra*');
INSERT INTO de(de) VALUES ('integrity-check');
CREATE VIRTUAL TABLE plain USING fts5(x, tokenize = 'lit none', detail = none);
INSERT INTO plain VALUES ('running dogs'), ('pre-training');
SELECT x FROM plain('running') UNION ALL SELECT x FROM plain('run') UNION ALL SELECT x FROM plain('pretraining');
INSERT INTO plain(plain) VALUES ('integrity-check');
CREATE VIRTUAL TABLE ru USING fts5(x, tokenize = 'lit russian');
INSERT INTO ru VALUES ('обучение нейронных сетей');
SELECT x FROM ru('сети');
CREATE VIRTUAL TABLE terms USING fts5vocab(t, instance);
SELECT doc, "offset", group_concat(term, ' ') FROM terms WHERE doc IN (2, 4, 7, 8, 13) GROUP BY doc, "offset";
-- Any bytes
CREATE VIRTUAL TABLE b USING fts5(x, tokenize = 'lit');
INSERT INTO b VALUES (CAST(x'61ff62c320e4bda0e5a5bd' AS TEXT)), (CAST(x'0061006200' AS TEXT)), (CAST(x'f09f9880fff8888080' AS TEXT)), (NULL), (17), (x'fffe616263');
INSERT INTO b SELECT replace(hex(zeroblob(500000)), '00', 'ab');
INSERT INTO b(b) VALUES ('integrity-check');
SELECT rowid, hex(highlight(b, 0, '[', ']')) FROM b('a OR "你好" OR 17 OR abc');
SELECT count(*) FROM b('"' || replace(hex(zeroblob(50)), '00', 'ab') || '" *');
SELECT rowid FROM b(CAST(x'2261ff6222' AS TEXT));
-- Errors
.log stdout
CREATE VIRTUAL TABLE k USING fts5(x, tokenize = 'lit klingon');
CREATE VIRTUAL TABLE k USING fts5(x, tokenize = 'lit english german');
