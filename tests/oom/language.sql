-- Languages, Latin letters.
-- walk
SELECT lit_language('This is a sentence in a language that many know.');
SELECT lit_language('委员会昨天决定');
SELECT lit_translit('Щедрин naïve ｗｉｄｅ きょう 한국어 हिन्दी');
-- check
SELECT 1;
