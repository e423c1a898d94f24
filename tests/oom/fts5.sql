-- A tokenizer of FTS5: made, used for rows, queries and marks.  Stored rows
-- are read again by 'rebuild' and not by DELETE: where memory ends in one, FTS5 of
-- SQLite 3.40 calls its table malformed at the next, with its own tokenizers too.
CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'lit');
INSERT INTO t VALUES ('Pre-training na\"{\i}ve models'), ('数据挖掘 at 10.1145/3404835');
-- walk
INSERT INTO t VALUES ('low-rank \emph{adaptation} of 9.3\% C++');
SELECT rowid, highlight(t, 0, '[', ']') FROM t('pretraining OR "low-rank" OR 挖');
SELECT rowid FROM t('"naive models" OR adapt*');
INSERT INTO t(t) VALUES ('rebuild');
-- check
SELECT rowid, x FROM t;
SELECT rowid FROM t('model');
