"""fts5.py -- chance queries in FTS5's syntax: MATCH lit_query(...) finds the
rows that FTS5 finds, in every mode, under FILTERs and page by page, and refuses
what FTS5 refuses.  The tokenizers agree: 'simple' here, unicode61 there, and
words that both take whole.
B: the build folder.  N: how many queries."""
import os
import random
import sqlite3
import sys

LIT = os.path.join(os.environ.get("B", "build"), "lit")
FULL = os.environ.get("FULL")
N = int(os.environ.get("N", 300 if os.environ.get("SANITIZE") else
                       20000 if FULL else 2000))
# The likely ones first: a third of a text is 'ba'.
WORDS = ("ba bab babe cod code coda dun dune \u00e9tat na\u00efve x 42 "
         "NEAR not \u03b1\u03b2").split()
COLUMNS = ["title", "abstract", "note"]
chance = random.Random(1)


def word():
    return WORDS[min(chance.randrange(len(WORDS)) for _ in "ab")]


def text(longest):
    return " ".join(word() for _ in range(chance.randint(0, longest)))


def string(least=0):
    if chance.random() < .6:
        return word()
    inside = " ".join(word() for _ in range(chance.choice([least, 1, 2, 2, 3])))
    return '"' + chance.choice(["", "(", '""', ";"]) + inside + '"'


def phrase():
    out = string() + chance.choice(["", "", "", "*", " *"])
    while chance.random() < .15:        # a* + "" is a in FTS5, a* in lit
        out += " + " + string(1) + chance.choice(["", "", "*"])
    return out


def near():
    out = "NEAR(" + " ".join(phrase() for _ in range(chance.randint(1, 3)))
    return out + chance.choice([")", ", 2)", ",0 )", ", 5)"])


def columns():
    """Never all of them: under a NOT, FTS5 errs about -{all} : word."""
    kind = chance.random()
    if kind < .7:
        return ""
    names = chance.sample(COLUMNS, chance.randint(1, 2))
    out = names[0].upper() if kind < .85 else "{" + " ".join(names) + "}"
    return chance.choice(["", "", "-", "- "]) + out + chance.choice([":", " : "])


def unit():
    kind = chance.random()
    inside = near() if kind < .15 else "^" + phrase() if kind < .3 else phrase()
    return columns() + inside


def query(depth=0):
    kind = chance.random()
    if kind < .35 or depth > 4:
        return " ".join(unit() for _ in range(chance.choice([1, 1, 1, 2, 3])))
    if kind < .5:
        return columns() + "(" + query(depth + 1) + ")"
    op = chance.choice([" AND ", " OR ", " OR ", " NOT "])
    return query(depth + 1) + op + query(depth + 1)


def broken(q):
    """The query with a character less, or one more."""
    at = chance.randrange(len(q) + 1)
    if chance.random() < .5:
        return q[:at] + q[at + 1:]
    quoted = q[:at].count('"') % 2      # a-b there is a word of its own in lit
    more = chance.choice('():,*^{}"x ;' if quoted else '():,+*^-{}"x ;')
    return q[:at] + more + q[at:]


def make():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.enable_load_extension(True)
    db.load_extension(LIT)
    db.execute("CREATE VIRTUAL TABLE l USING lit(title TEXT, abstract TEXT, "
               "note TEXT WEIGHT 0.5, year INTEGER FILTER, v VECTOR(4) COSINE, "
               "tokenizer = 'simple')")
    db.execute("CREATE VIRTUAL TABLE f USING fts5(title, abstract, note, "
               "tokenize = 'unicode61 remove_diacritics 2')")
    for size in [400, 300, 30, 1, 1, 1]:
        db.execute("BEGIN")
        for _ in range(size):
            row = text(4), text(14), text(6)
            vector = str([chance.uniform(-1, 1) for _ in range(4)])
            db.execute("INSERT INTO f VALUES (?,?,?)", row)
            db.execute("INSERT INTO l(title, abstract, note, year, v) "
                       "VALUES (?,?,?,?,?)",
                       (*row, 2000 + chance.randrange(20), vector))
        db.execute("COMMIT")
    db.execute("DELETE FROM l WHERE rowid % 7 = 3")
    db.execute("DELETE FROM f WHERE rowid % 7 = 3")
    return db


def rows(db, sql, *args):
    return [r[0] for r in db.execute(sql, args).fetchall()]


def answer(db, sql, q):
    try:
        return set(rows(db, sql, q))
    except sqlite3.OperationalError as e:
        return str(e)


def same(what, q, got, want):
    if got != want:
        sys.exit(f"{what}: {q}\n  differ: {sorted(set(got) ^ set(want))[:9]}")


def check_modes(db, q, want):
    """The same rows, ranked in another way, thinned out, page by page."""
    sql = "SELECT rowid FROM l WHERE l MATCH lit_query(?) AND "
    mode = chance.choice(["mode = 'keyword'", "mode = 'bm25'",
                          "v MATCH '[1, 0, 0, 0]'",
                          "v MATCH '[1, 0, 0, 0]' AND mode = 'dense'"])
    if chance.random() < .3:
        mode += " AND year < 2010"
        want = want & set(rows(db, "SELECT rowid FROM l WHERE year < 2010"))
    found = rows(db, sql + mode, q)
    same(mode, q, sorted(found), sorted(want))
    if chance.random() < .7:
        return
    step = 7 if len(found) < 50 else 97
    pages = []
    for at in range(0, len(found) + 1, step):
        pages += rows(db, f"{sql}{mode} LIMIT {step} OFFSET {at}", q)
    same("pages, " + mode, q, sorted(pages), sorted(want))


def main():
    db = make()
    n_found = n_refused = n_beyond = 0
    for i in range(N):
        q = query() if i % 4 else broken(query())
        want = answer(db, "SELECT rowid FROM f WHERE f MATCH ?", q)
        got = answer(db, "SELECT rowid FROM l WHERE l MATCH lit_query(?)", q)
        if isinstance(want, str):
            n_refused += isinstance(got, str)
            n_beyond += not isinstance(got, str)
        elif q.strip():
            same("rows", q, got, want)
            n_found += 0 < len(want) < 600
            check_modes(db, q, want)
    print(n_found, "found some,", n_refused, "refused,", n_beyond,
          "refused by FTS5 alone")
    assert n_found > N // 4 and n_refused > N // 12 and n_beyond < N // 12


main()
