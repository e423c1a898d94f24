#!/usr/bin/env python3
"""Writes ext/text/uniclass_data.c: where the character classes that Hugging
Face's library sees differ from utf8proc's general categories.

    python3 tests/golden/uniclass.py CATEGORIES > ext/text/uniclass_data.c

needs PyPI `tokenizers`; CATEGORIES has one general category a line, of code
points 0, 1, ... 10FFFF, as utf8proc_category_string gives them."""
import string
import sys
from tokenizers import Regex, normalizers as N, pre_tokenizers as P

CPS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def by_split(p, sep):
    """Code points that p sets apart, each one between two separators."""
    out = set()
    for i in range(0, len(CPS), 2000):
        s = sep.join(chr(c) for c in CPS[i:i + 2000] if chr(c) != sep)
        out |= {ord(t) for t, _ in p.pre_tokenize_str(s) if len(t) == 1}
    return out - {ord(sep)}


def regex(pattern, sep="("):
    """The same by a regular expression: what is not matched is removed."""
    p = P.Split(Regex(pattern), "removed", invert=True)
    out = set()
    for i in range(0, len(CPS), 2000):
        s = sep.join(chr(c) for c in CPS[i:i + 2000] if chr(c) != sep)
        for t, (a, b) in p.pre_tokenize_str(s):
            out |= {ord(c) for c in t}
    return out - {ord(sep)}


def emptied(n):
    return {c for c in CPS if n.normalize_str("a" + chr(c)) == "a"}


def ranges(s):
    out = []
    for c in sorted(s):
        if out and c == out[-1][1] + 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def bert(**kw):
    flags = dict(clean_text=False, handle_chinese_chars=False,
                 strip_accents=False, lowercase=False)
    return N.BertNormalizer(**{**flags, **kw})


def main():
    cat = open(sys.argv[1]).read().split()
    ascii_punct = {ord(c) for c in string.punctuation}
    rust_w = {c for c in CPS
              if len(P.Whitespace().pre_tokenize_str("a" + chr(c) + "a")) == 1}
    sets = [
        ("PUNCT", by_split(P.Punctuation(), "a"), "Pc Pd Ps Pe Pi Pf Po"),
        ("OTHER", emptied(bert(clean_text=True)) | {9, 10, 13}, "Cc Cf Co"),
        ("NONSPACING", emptied(bert(strip_accents=True)), "Mn"),
        ("MARK", emptied(N.StripAccents()), "Mn Mc Me"),
        ("NUMERIC", by_split(P.Digits(individual_digits=True), "a"),
         "Nd Nl No"),
        ("WORD", rust_w, "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl Pc"),
        ("RX_LETTER", regex(r"\p{L}"), "Lu Ll Lt Lm Lo"),
        ("RX_NUMBER", regex(r"\p{N}"), "Nd Nl No"),
        ("RX_MARK", regex(r"\p{M}"), "Mn Mc Me"),
        ("RX_UPPER", regex(r"[\p{Lu}\p{Lt}]"), "Lu Lt"),
        ("RX_LOWER", regex(r"\p{Ll}"), "Ll"),
        ("RX_PUNCT", regex(r"\p{P}", "a"), "Pc Pd Ps Pe Pi Pf Po"),
        ("RX_SYMBOL", regex(r"\p{S}"), "Sm Sc Sk So"),
    ]
    print("/* uniclass_data.c -- made by tests/golden/uniclass.py; see uniclass.c."
          "\n** Ranges where a class is not what the general category says. */")
    print('#include "text/uniclass_data.h"\n')
    rows = []
    for name, have, cats in sets:
        cats = cats.split()
        base = {c for c in CPS if cat[c] in cats}
        if name in ("PUNCT", "RX_PUNCT"):
            base |= ascii_punct if name == "PUNCT" else set()
        diff = ranges(c for c in have ^ base if c >= 0x80)
        low = "odd_" + name.lower()
        cells = ["{0x%X,0x%X}," % (a, b) for a, b in diff] or ["{1,0},"]
        print("static const LitUniRange %s[] = {" % low)
        line = " "
        for c in cells:
            if len(line) + len(c) >= 78:
                print(line)
                line = " "
            line += " " + c
        print(line + "\n};\n")
        bits = ["BIT(%s)" % c.upper() for c in cats]
        mask = " |\n   ".join(" | ".join(bits[i:i + 7])
                              for i in range(0, len(bits), 7))
        rows.append("  {%s,\n   %s, sizeof %s / sizeof *%s}," %
                    (mask, low, low, low))
    print("#define BIT(c) (1u << UTF8PROC_CATEGORY_##c)\n"
          "const LitUniClass lit_uni_classes[] = {")
    print("\n".join(rows) + "\n};")


main()
