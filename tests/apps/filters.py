"""filters.py -- chance conditions on FILTER, STORED and rowid columns, in every
mode and over segments of every size, against an ordinary table with the same
rows.  What a lit table finds under a condition must be what it finds without,
less the rows that SQLite itself would drop: as many rows as exist, none twice,
best first, and pages that add up to the whole.
B: the build folder.  SEEDS: how many times (1)."""
import os
import random
import sqlite3

LIT = os.path.join(os.environ.get("B", "build"), "lit")
WORDS = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda "
         "mu").split()
VALUES = [None, 0, 1, -1, 2, 3, 3.0, 3.5, 0.0, -0.0, "3", "3.0", " 3", "abc", "ABC", "abd",
          "Abc%", "", "z", 2**53 + 1, 2.0**53, 2**63 - 1, -2**63, 1e300, -1e300,
          float("inf"), "1e2", 100, "x_y", "é", "É", "10", "9", 2020, 2021]
COLUMNS = ["i", "r", "n", "s", "u", "st", "rowid"]
COMPARE = ["=", "<>", "<", "<=", ">", ">="]


def quoted(v):
    if v is None:
        return "NULL"
    if isinstance(v, str):
        return "'" + v.replace("'", "''") + "'"
    return "9e999" if v == float("inf") else repr(v)


class Case:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.seed = seed
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.enable_load_extension(True)
        self.db.load_extension(LIT)
        self.all("CREATE VIRTUAL TABLE t USING lit(a TEXT WEIGHT 2, b TEXT, "
                 "i INTEGER FILTER, r REAL FILTER, n NUMERIC FILTER, "
                 "s TEXT FILTER, u FILTER, st STORED, v VECTOR(4) COSINE, model = 'none')")
        self.all("CREATE TABLE m(id INTEGER PRIMARY KEY, a TEXT, b TEXT, "
                 "i INTEGER, r REAL, n NUMERIC, s TEXT, u, st)")

    def all(self, sql, args=()):
        return self.db.execute(sql, args).fetchall()

    def value(self):
        return self.chance.choice(VALUES)

    def vector(self):
        return str([self.chance.uniform(-1, 1) for _ in range(4)])

    def text(self, lo, hi):
        n = self.chance.randint(lo, hi)
        return " ".join(self.chance.choices(WORDS, k=n)) or None

    def put(self, n):
        self.all("BEGIN")
        for _ in range(n):
            row = (self.chance.randint(1, 4000), self.text(0, 4),
                   self.text(0, 12), *(self.value() for _ in range(6)))
            vector = None if self.chance.random() < .1 else self.vector()
            self.all("REPLACE INTO m VALUES (?,?,?,?,?,?,?,?,?)", row)
            self.all("REPLACE INTO t(rowid, a, b, i, r, n, s, u, st, v) "
                     "VALUES (?,?,?,?,?,?,?,?,?,?)", (*row, vector))
        self.all("COMMIT")

    def fill(self):
        for _ in range(self.chance.randint(2, 6)):
            self.put(self.chance.choice([1, 5, 50, 300]))
            if self.chance.random() < .5:
                last = (self.chance.randint(0, 9),)
                self.all("DELETE FROM t WHERE rowid % 10 = ?", last)
                self.all("DELETE FROM m WHERE id % 10 = ?", last)
            if self.chance.random() < .2:
                self.all("INSERT INTO t(t) VALUES ('optimize')")
        rows = self.all("SELECT rowid, a, b, i, r, n, s, u, st FROM t "
                        "ORDER BY rowid")
        assert repr(rows) == repr(self.all("SELECT * FROM m ORDER BY id"))

    def condition(self):
        pick, v = self.chance.choice, lambda: quoted(self.value())
        c, op = pick(COLUMNS), pick(COMPARE)
        listed = ", ".join(v() for _ in range(self.chance.randint(1, 5)))
        like = pick(["%", "a%", "A_c", "abc!%", "3%", "9%", "_", ""])
        glob = pick(["*", "a*", "[aA]bc", "3*", "?", "Abc%"])
        kind = pick(["TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"])
        return pick([
            f"{c} {op} {v()}", f"{c} {op} {v()}", f"{v()} {op} {c}",
            f"{c} IN ({listed})", f"{c} BETWEEN {v()} AND {v()}",
            f"{c} IN (SELECT {pick('irnsu')} FROM m WHERE id < 300)",
            f"{c} {pick(['IS', 'IS NOT'])} {v()}", f"NOT {c} {op} {v()}",
            f"{c} {op} {v()} COLLATE NOCASE", f"+{c} {op} {v()}",
            f"{c} {op} CAST({v()} AS {kind})", f"{c} GLOB '{glob}'",
            f"{c} LIKE '{like}'{pick(['', chr(32) + 'ESCAPE ' + quoted('!')])}",
            f"({c} = {v()} OR {pick(COLUMNS)} {op} {v()})"])

    def check(self, what, got, want):
        words = (self.seed, what, sorted(set(got) ^ want)[:5], len(got))
        assert len(set(got)) == len(got) and set(got) == want, words

    def ask(self, what, args, where, order):
        """Rows of a search under a condition, checked for order and pages."""
        sql = f"SELECT rowid, score FROM t WHERE {what} AND {where} {order}"
        rows = self.all(sql, args)
        scores = [r[1] for r in rows]
        assert scores == sorted(scores, reverse=True), (self.seed, sql)
        step, pages = self.chance.choice([1, 7, 100]), []
        while len(pages) % step == 0 and len(pages) <= len(rows):
            page = self.all(f"{sql} LIMIT {step} OFFSET {len(pages)}", args)
            if not page:
                break
            pages += page
        assert pages == rows, (self.seed, sql, step)
        return [r[0] for r in rows]

    def values(self, where):
        """FILTER columns alone, which come from the index, and with others."""
        for columns in "i, r, n, s, u", "u, s, st, n, i, r":
            rows = [self.all(f"SELECT {name}, {columns} FROM {table} WHERE "
                             f"{where.replace('rowid', name)} ORDER BY 1")
                    for name, table in (("rowid", "t"), ("id", "m"))]
            assert repr(rows[0]) == repr(rows[1]), (self.seed, where, columns)

    def round(self):
        n = self.chance.randint(0, 2)
        where = " AND ".join(self.condition() for _ in range(n)) or "1"
        want = {r[0] for r in self.all(
            "SELECT id FROM m WHERE " + where.replace("rowid", "id"))}
        self.check(where, [r[0] for r in self.all(
            f"SELECT rowid FROM t WHERE {where}")], want)
        self.values(where)
        words = {"q": " ".join(self.chance.sample(WORDS, 2)),
                 "v": self.vector()}
        found = set()
        for what, order in (("v MATCH :v", "ORDER BY distance"),
                            ("t MATCH :q AND mode = 'bm25'", "ORDER BY rank"),
                            ("t MATCH :q AND mode = 'keyword'", "")):
            every = {r[0] for r in self.all(
                f"SELECT rowid FROM t WHERE {what}", words)}
            if "keyword" not in what:
                found |= every
            self.check((what, where), self.ask(what, words, where, order),
                       want & every)
        what = "t MATCH :q AND v MATCH :v"
        self.check((what, where), self.ask(what, words, where, "ORDER BY rank"),
                   want & found)


for seed in range(int(os.environ.get("SEEDS", "1"))):
    case = Case(seed)
    case.fill()
    for _ in range(40):
        case.round()
    case.all("INSERT INTO t(t) VALUES ('integrity-check')")
    case.db.close()
