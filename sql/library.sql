-- library.sql -- the tables of a paper library.  Run once, in a new database:
--
--   sqlite3 library.db '.load build/lit' '.read sql/library.sql'
--
-- Papers come in through the view `incoming`, which keeps one row a title:
--
--   INSERT INTO incoming(title, abstract) VALUES ('...', '...');
--
-- load_page.sql and load_corpus.sql do that for pages and files.

CREATE VIRTUAL TABLE papers USING lit(
  title    TEXT WEIGHT 2,
  abstract TEXT,
  authors  TEXT WEIGHT 0.5,
  year     INTEGER FILTER,
  venue    TEXT FILTER,
  url      STORED
);

-- The title of each paper, cleaned and in lower case, so that none comes twice.
CREATE TABLE paper_keys(
  paper INTEGER PRIMARY KEY,
  key   TEXT NOT NULL UNIQUE
);

CREATE VIEW incoming(title, abstract, authors, year, venue, url) AS
SELECT title, abstract, authors, year, venue, url FROM papers;

CREATE TRIGGER incoming_insert INSTEAD OF INSERT ON incoming
WHEN NEW.title <> '' BEGIN
  INSERT OR IGNORE INTO paper_keys(key) VALUES (lower(lit_clean(NEW.title)));
  INSERT INTO papers(rowid, title, abstract, authors, year, venue, url)
  SELECT paper, NEW.title, NEW.abstract, NEW.authors, NEW.year, NEW.venue,
    NEW.url
  FROM paper_keys WHERE key = lower(lit_clean(NEW.title)) AND changes() > 0;
END;

-- Which papers a feed showed on which day, in its order.
CREATE TABLE feed_cards(
  feed  TEXT NOT NULL,
  day   TEXT NOT NULL,             -- YYYY-MM-DD
  place INTEGER NOT NULL,
  paper INTEGER NOT NULL,
  PRIMARY KEY (feed, day, place)
) WITHOUT ROWID;

-- What the reader wants to know of, in plain words.
CREATE TABLE interests(
  interest TEXT PRIMARY KEY,
  weight   REAL NOT NULL DEFAULT 1
);

CREATE TABLE reading_list(
  paper INTEGER PRIMARY KEY,
  state TEXT NOT NULL DEFAULT 'to read' CHECK (state IN ('to read', 'read')),
  added TEXT NOT NULL DEFAULT CURRENT_DATE,
  note  TEXT
);
