.load build/lit
.mode list
-- TeX, whole
SELECT lit_clean('a 9.3\% gain; T\"ULU 3; na\"{\i}ve; Bail\''ing; Erd\H{o}s; Fran\c{c}ois');
SELECT lit_clean('cross-lingual OIE\url{https://x.org/a}. See [\texttt{Github-URL].}');
SELECT lit_clean('from 10^{19} to 10^{22}; G_{stack}; LiPO-{\lambda}; M^2-Encoder; F_0.5');
SELECT lit_clean('``total recall''''; and `x''; $\alpha \leq 5$, $k$ and $\frac{1}{2}$');
SELECT lit_clean('(\eg adapters), \etc. and \methodname, (e.g.\ this), Fig.~3, \textbf{\textsc{Fast}}er');
SELECT lit_clean('see \cite{foo2020}; leaderboard\footnote{https://a.io/.} Our');
-- TeX that lost its backslash
SELECT lit_clean('58.9 rightarrow 61.7 acc., critical textit{O}bstacles, 64times 64, 3.5times and 100M sim 1B');
SELECT lit_clean('up to sim99% of it; Adapt-infty; 3.2 pm 0.1; (7B)x2014a model; scratchx2013even');
SELECT lit_clean('"{SkillNet}", Wukong{ViT-B}, io/{https://a.io/}, NLP}.');
-- spaces, hyphens, entities
SELECT lit_clean('  a  b' || char(9) || 'c ( MSRP, d ) NLVR2 , and' || char(10) || 'e .  ');
SELECT lit_clean('Finally ,we; First,to the; mechanisms.Experimental results; tasks.We use');
SELECT lit_clean('bound-' || char(10) || 'ary, pre-' || char(13,10) || 'training, a state-of-' || char(10) || 'the-art');
SELECT lit_clean('A &amp; B &lt;5 &#39;c&#x2019; &amp;lt; soft' || char(173) || 'ly no' || char(160) || 'break');
SELECT quote(lit_clean('one' || char(10,10,10) || 'two' || char(13,10,32,13,10) || 'three'));
-- ordinary text stays
WITH t(x) AS (VALUES
  ('It is 3 times better, sometimes 10 times 20; the sim and the sim-to-real gap.'),
  ('We sim2real transfer at 5 pm 10 people; x2014 is a name, 2048x2048 a size.'),
  ('Sub- and super-solutions, low- and high-resource -- a dash - and {a, b} sets.'),
  ('It costs $5 million and $10 million, or $5-$10; see https://a.org/~me/x.Html,y.'),
  ('Use v2.1, Node.js, e.g. this, i.e. that, f(x,y), CO,NO, U.S.A. and .NET at ~50%.'),
  ('AT&T, C++, x < y > z, :) and a_b; "quoted" ''single''; don''t; 5'' tall; a/b.'),
  ('naïve TÜLU 数据挖掘 – “curly” … done'), (''), ('a'))
SELECT lit_clean(x) = x, x FROM t;
-- an edge: only what goes away, and NULL
SELECT quote(lit_clean(' ' || char(10))), quote(lit_clean('\')), quote(lit_clean(NULL)), quote(lit_clean('{}$$'));
SELECT lit_clean(x'00');
SELECT lit_clean('a' || char(0) || 'b');
