"""Print the variants of Chinese characters that search folds, as they stand in sql/migrations/0033_names.sql, from the Unihan database (package unicode-data)."""
import bz2
import collections
import re

FOLDER = "/usr/share/unicode/"
# In EACC (ANSI/NISO Z39.64) the variants of a character differ in their layer alone, which is six planes of the first byte.
LAYER = 6
WIDTH = 100
# What the database leaves apart: old and new forms of Japan, and forms that Chinese has in another place of the code.
MORE = "査查 汚污 歳歲 焔焰 醤醬 予預 働動 姫姬 髙高 﨑崎"


def fields(name, *wanted):
    with bz2.open(f"{FOLDER}Unihan_{name}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("U+"):
                code, field, value = line.rstrip("\n").split("\t")
                if field in wanted:
                    yield chr(int(code[2:], 16)), field, value


def named(value):
    return [chr(int(code, 16)) for code in re.findall(r"U\+([0-9A-F]{4,5})", value)]


def pairs():
    for one, _, value in fields("Variants", "kSimplifiedVariant", "kTraditionalVariant", "kZVariant"):
        yield from ((one, other) for other in named(value))
    for one, _, value in fields("OtherMappings", "kJinmeiyoKanji"):
        yield from ((one, other) for other in named(value))
    yield from (tuple(pair) for pair in MORE.split())
    places = collections.defaultdict(list)
    for one, _, value in fields("OtherMappings", "kEACC"):
        places[(int(value[:2], 16) - 0x21) % LAYER, value[2:6]].append(one)
    for alike in places.values():
        yield from ((alike[0], other) for other in alike[1:])


def ideograph(one):
    return "\u3400" <= one <= "\u9fff" or one == "\ufa11"


def classes():
    parent = {}

    def root(one):
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for one, other in pairs():
        if all(ideograph(c) for c in one + other):
            parent[max(root(one), root(other))] = min(root(one), root(other))
    found = collections.defaultdict(list)
    for one in sorted(parent):
        found[root(one)].append(one)
    return {first: rest for first, rest in found.items() if len(rest) > 1}


def main():
    folded = {one: first for first, alike in classes().items() for one in alike if one != first}
    for row in (sorted(folded), [folded[one] for one in sorted(folded)]):
        print(*("\t\t'" + "".join(row[n:n + WIDTH]) + "'" for n in range(0, len(row), WIDTH)), sep="\n", end=", null)\n")


if __name__ == "__main__":
    main()
