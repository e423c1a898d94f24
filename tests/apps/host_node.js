/* host_node.js -- lit in Node's better-sqlite3, which brings its own SQLite. */
const assert = require('assert');
const path = require('path');
const top = process.cwd();
const Database = require(path.join(top, 'build/hosts/node/node_modules/better-sqlite3'));
const lit = path.join(top, process.env.B || 'build', 'lit');
const file = path.join(process.env.LIT_TMP, 'node.db');

function open(options) {
  const db = new Database(file, options);
  db.loadExtension(lit);
  return db;
}

const db = open();
db.exec("CREATE VIRTUAL TABLE papers USING lit(title TEXT, year INTEGER FILTER, v VECTOR(3) COSINE)");
const insert = db.prepare('INSERT INTO papers(title, year, v) VALUES (?, ?, ?)');
const blob = (...x) => Buffer.from(new Float32Array(x).buffer);
db.transaction(() => {
  insert.run('Pre-training of small models', 2023, blob(1, 0, 0));
  insert.run('Listwise reranking', 2024, blob(0, 1, 0));
  insert.run('Large models, rerankers', 2025, blob(1, 1, 0));
})();

const ask = db.prepare("SELECT title FROM papers WHERE papers MATCH ? AND year >= ? AND mode = 'bm25' LIMIT ? OFFSET ?");
assert.deepStrictEqual(ask.all('pretraining', 2000, 10, 0).map(r => r.title), ['Pre-training of small models']);
assert.strictEqual(ask.all('models', 2000, 1, 1).length, 1);
assert.strictEqual(ask.all('models', 2024, 10, 0).length, 1);
const near = db.prepare('SELECT rowid, distance FROM papers WHERE v MATCH ? AND k = 2').all(blob(1, 0.1, 0));
assert.deepStrictEqual(near.map(r => r.rowid), [1, 3]);

assert.throws(db.transaction(() => {
  insert.run('never', 2026, null);
  db.prepare('INSERT INTO papers(title, v) VALUES (?, ?)').run('bad', blob(1, 2));
}), /v: a vector of 2 dimensions/);
assert.strictEqual(db.prepare('SELECT count(*) AS n FROM papers').get().n, 3);
assert.throws(() => db.prepare("SELECT * FROM papers WHERE papers MATCH 'x' AND mode = 'no'").all(), /no mode|unknown/);

db.exec("CREATE VIRTUAL TABLE f USING fts5(x, tokenize = 'lit'); INSERT INTO f VALUES ('a low-rank map')");
assert.strictEqual(db.prepare("SELECT highlight(f, 0, '[', ']') AS x FROM f('lowrank OR \"low rank\"')").get().x, 'a [low-rank] map');
assert.strictEqual(db.prepare("SELECT lit_spell('rerankign', 'papers') AS x").get().x, 'reranking');
assert.strictEqual(db.pragma('integrity_check', {simple: true}), 'ok');
db.close();

const reader = open({readonly: true});
assert.strictEqual(reader.prepare("SELECT count(*) AS n FROM papers('reranking', 10, 'bm25')").get().n, 2);
reader.close();
