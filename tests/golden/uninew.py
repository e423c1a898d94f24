#!/usr/bin/env python3
"""Writes ext/text/uniclass_new.c: characters that the regular expressions of
Hugging Face's library know and Unicode 14, which PCRE2 may stop at, does not.

    python3 tests/golden/uninew.py > ext/text/uniclass_new.c

needs PyPI `tokenizers`, and a Python of Unicode 14 (3.11)."""
import unicodedata

from tokenizers import Regex, pre_tokenizers as P

CPS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk "
              "So Cf").split()


def regex(pattern, sep):
    """Code points that a pattern matches: what it does not is removed."""
    p = P.Split(Regex(pattern), "removed", invert=True)
    out = set()
    for i in range(0, len(CPS), 4000):
        s = sep.join(chr(c) for c in CPS[i:i + 4000] if chr(c) != sep)
        out |= {ord(c) for t, _ in p.pre_tokenize_str(s) for c in t}
    return out - {ord(sep)}


def main():
    rows = []
    new = {}
    for name in CATEGORIES:
        sep = "a" if name == "Ps" else "("
        new.update((c, name) for c in regex(r"\p{%s}" % name, sep)
                   if unicodedata.category(chr(c)) == "Cn")
    for c in sorted(new):
        if rows and rows[-1][1] == c - 1 and rows[-1][2] == new[c]:
            rows[-1][1] = c
        else:
            rows.append([c, c, new[c]])
    print("/* uniclass_new.c -- see uniclass.h: made by tests/golden/uninew.py."
          " */\n"
          '#include "text/uniclass.h"\n\nconst LitUniNew lit_uni_new[] = {')
    line = " "
    for row in rows:
        cell = ' {0x%X, 0x%X, "%s"},' % tuple(row)
        if len(line + cell) > 79:
            print(line)
            line = " "
        line += cell
    print(line + '\n  {0, 0, ""},\n};')


main()
