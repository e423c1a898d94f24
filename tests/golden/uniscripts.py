#!/usr/bin/env python3
"""Writes ext/text/uniscript_data.c: the scripts of characters, as Hugging
Face's UnicodeScripts sees them.

    python3 tests/golden/uniscripts.py > ext/text/uniscript_data.c

needs PyPI `tokenizers`, which is asked what it sets apart."""
from tokenizers import pre_tokenizers as P

CPS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
SPLIT = P.UnicodeScripts().pre_tokenize_str


def apart(a, b):
    return len(SPLIT(a + b)) == 2


def main():
    none = {c for c in CPS if not apart("a", chr(c)) and
            not apart("\u4e00", chr(c))}
    some = [c for c in CPS if c not in none]
    runs, at = [], 0
    for piece, _ in SPLIT("".join(map(chr, some))):
        runs.append(some[at])
        at += len(piece)
    kinds, script = [], {}
    for c in runs:
        for k, first in enumerate(kinds):
            if not apart(chr(first), chr(c)):
                script[c] = k + 1
                break
        else:
            kinds.append(c)
            script[c] = len(kinds)
    rows, last, own = [], None, 0
    for c in CPS:
        own = script.get(c, own)
        now = 0 if c in none else own
        if now != last:
            rows.append(c << 8 | now)
            last = now
    print("/* uniscript_data.c -- made by tests/golden/uniscripts.py: where a "
          "script begins,\n** code point << 8 | script, of %d; 0 goes with "
          "any. */" % len(kinds))
    print('#include "text/uniclass.h"\n\nconst uint32_t lit_uni_scripts[] = {')
    for i in range(0, len(rows), 7):
        print(" " + "".join(" 0x%X," % r for r in rows[i:i + 7]))
    print("};\nconst size_t lit_uni_n_scripts =\n"
          "    sizeof lit_uni_scripts / sizeof *lit_uni_scripts;")


main()
