.load build/lit
SELECT writefile('$TMP/page.txt', 'new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Mar 18, 2025

A Tiny Encoder for Search on the Phone

We distill a large text encoder into one that runs on a phone. Quality stays near that of the teacher, and search takes a few milliseconds.

Mending Torn Pages in B-Trees

A crash can tear a page of a B-tree in two. We describe a log that needs no full page images and still recovers every tree, and we measure it under load.

Watching Glaciers from Space

Radar satellites see glaciers through clouds. We measure how fast four hundred of them flow and find that most have become faster.
') > 0;
SELECT writefile('$TMP/a.jsonl', '{"title": "Older Work on Encoders", "abstract": "Small text encoders by distillation.", "authors": ["Ada Example", "Bo Sample"], "year": 2019, "venue": "ACL", "url": "https://example.org/1"}
no JSON
{"title": "older work on  encoders", "abstract": "The same once more."}
') > 0;
.read sql/library.sql
.print -- a page, twice; a folder
.parameter set :page "'$TMP/page.txt'"
.parameter set :folder "'$TMP'"
.read sql/load_page.sql
.read sql/load_page.sql
.read sql/load_corpus.sql
SELECT * FROM feed_cards;
SELECT rowid, title, authors, year, venue, url FROM papers;
.print -- the digest
INSERT INTO interests VALUES ('text encoders that are small', 2), ('crash recovery of databases', 1);
INSERT INTO reading_list(paper) SELECT paper FROM paper_keys WHERE key = 'older work on encoders';
.read sql/digest.sql
