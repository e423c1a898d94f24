.load build/lit
.mode list
.nullvalue NULL
-- Scripts from right to left, scripts without spaces, marks and emoji, in every
-- mode that needs no model
CREATE TABLE texts(id INTEGER PRIMARY KEY, script TEXT, x TEXT);
INSERT INTO texts VALUES
  (1, 'arabic', 'استرجاع المعلومات باستخدام الشبكات العصبية'), (2, 'arabic', 'الكِتَابُ مُفِيدٌ جِدًّا'),
  (3, 'hebrew', 'אחזור מידע בעזרת רשתות נוירונים'), (4, 'hebrew', 'שָׁלוֹם עוֹלָם'),
  (5, 'thai', 'การค้นคืนสารสนเทศด้วยโครงข่ายประสาท'), (6, 'devanagari', 'तंत्रिका नेटवर्क से सूचना पुनर्प्राप्ति'),
  (7, 'emoji', 'family 👨‍👩‍👧‍👦 and flag 🇫🇷, thumbs 👍🏽 up'), (8, 'emoji', '🙂🙂🙂'),
  (9, 'marks', 'Vié̂t nạ́m e' || char(0x301) || char(0x323) || 'tude Zoe' || char(0x308)), (10, 'mixed', 'BERT של Google و transformer الآن'),
  (11, 'chinese', '基于神经网络的信息检索'), (12, 'japanese', 'ニューラル検索の評価'), (13, 'korean', '신경망을 이용한 정보 검색'),
  (14, 'controls', 'soft' || char(0xAD) || 'hyphen zero' || char(0x200B) || 'width ' || char(0x202E) || 'override' || char(0x202C)),
  (15, 'wide', 'ＧＰＴ－４ ﬁne １２３');
CREATE VIRTUAL TABLE t USING lit(x TEXT, script TEXT FILTER, model = 'none');
INSERT INTO t(rowid, x, script) SELECT id, x, script FROM texts;
INSERT INTO t(t) VALUES ('integrity-check');
-- Every text comes back as it was given, and finds itself first
SELECT count(*), sum(t.x = texts.x) FROM t JOIN texts ON texts.id = t.rowid;
SELECT mode.column1, count(*), sum((SELECT rowid FROM t WHERE t MATCH texts.x AND mode = mode.column1 AND k = 1) IS id)
  FROM (VALUES ('bm25'), ('keyword')) AS mode, texts GROUP BY 1;
SELECT group_concat(id) FROM texts WHERE NOT EXISTS (SELECT 1 FROM t WHERE t MATCH texts.x AND mode = 'bm25');
-- Parts of them
CREATE TABLE asked(q TEXT);
INSERT INTO asked VALUES ('المعلومات'), ('الكتاب'), ('مفيد'), ('מידע'), ('שלום'), ('สารสนเทศ'), ('โครงข่าย'), ('सूचना'), ('family'), ('🙂'), ('👍🏽'), ('thumbs'),
  ('viet nam'), ('étude'), ('zoë'), ('zoe'), ('google'), ('الآن'), ('信息检索'), ('检索'), ('検索'), ('ニューラル'), ('검색'), ('정보'), ('신경망'),
  ('softhyphen'), ('zero'), ('override'), ('gpt-4'), ('gpt4'), ('fine'), ('123');
SELECT q, (SELECT group_concat(rowid, ' ') FROM t WHERE t MATCH q AND mode = 'bm25'), (SELECT group_concat(rowid, ' ') FROM t WHERE t MATCH q AND mode = 'keyword'),
  (SELECT lit_highlight(t, 'x', '[', ']') FROM t WHERE t MATCH q AND mode = 'bm25' LIMIT 1) FROM asked;
SELECT lit_snippet(t) FROM t('المعلومات') LIMIT 1;
SELECT rowid FROM t WHERE t MATCH '检索' AND script = 'chinese';
SELECT json_valid(why), json_type(why) FROM t('检索') LIMIT 1;
-- The same through FTS5's tokenizer
CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'lit');
INSERT INTO f(rowid, x) SELECT id, x FROM texts;
INSERT INTO f(f) VALUES ('integrity-check');
SELECT q, (SELECT group_concat(rowid, ' ') FROM f('"' || q || '"')), (SELECT highlight(f, 0, '[', ']') FROM f('"' || q || '"') LIMIT 1) FROM asked;
-- Snowball's languages by name
CREATE VIRTUAL TABLE ar USING lit(x TEXT, tokenizer = 'arabic', model = 'none');
INSERT INTO ar VALUES ('الكتاب مفيد'), ('كتب كثيرة');
SELECT x FROM ar('كتاب');
CREATE VIRTUAL TABLE hi USING lit(x TEXT, tokenizer = 'hindi', model = 'none');
INSERT INTO hi VALUES ('लड़कों की किताबें');
SELECT x FROM hi('लड़का');
CREATE VIRTUAL TABLE fr USING lit(x TEXT, tokenizer = 'french', model = 'none');
INSERT INTO fr VALUES ('les évaluations automatiques');
SELECT x FROM fr('evaluation automatique');
DELETE FROM t WHERE rowid % 2;
INSERT INTO t(t) VALUES ('optimize');
INSERT INTO t(t) VALUES ('integrity-check');
SELECT group_concat(rowid, ' ') FROM t('信息检索 検索 검색');
