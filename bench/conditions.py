"""From a condition to rows: the program against SQL written by hand, on both databases, a million customers.

    python bench/conditions.py [--customers 1000000] [--databases sqlite,postgresql] [--rounds 5]

The home is filled by the database itself, with metrics and tiers beside the customers. Each question is asked as the
administrator, who sees everything, and as a member, who sees half: by the program (text → tree → SQL → rows, with all
columns and objects), by its statements alone, and by hand (the columns a list shows). The answers are compared. A page
comes with its count. Medians; the ratio to reach for the statements is 1.2.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from statistics import geometric_mean, median

from measuring import Home, homes, machine, print_table

INSIDE = Path(__file__).resolve().parent / "inside"
PARTS = {"rows": "all ids", "count": "count", "first": "first page", "next": "next page"}


def show(home: Home, rounds: int, person: str) -> None:
    """Measure and print one table."""
    found = json.loads(home.run(str(INSIDE / "asking.py"), str(rounds), person).output)
    lines: list[list[object]] = []
    ratios = []
    for question, parts in found.items():
        for part, times in parts.items():
            ours, statements, by_hand = (
                median(times[way]) * 1e3 for way in ("ours", "statements", "by_hand")
            )
            ratios.append(statements / by_hand)
            name = f"`{question}`: {PARTS[part]} ({times['rows']:,})"
            lines.append([name, by_hand, statements, ours, statements / by_hand, ours / by_hand])
    head = ["", "by hand, ms", "our statements", "the program", "statements ×", "program ×"]
    print_table(f"Conditions on {home.label}, {home.size:,} customers, as {person}", head, lines)
    print(
        f"Statements: × {geometric_mean(ratios):.2f} on average, × {max(ratios):.2f} at most.\n", flush=True
    )


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    where = machine()
    with homes(options.databases.split(","), (options.customers,)) as made:
        for home in made:
            filled = home.run(str(INSIDE / "filling.py"), str(home.size)).output.strip()
            print(f"{home.label}: {home.size:,} customers filled in {filled} s.", flush=True)
            for person in ("admin", "alice"):
                show(home, options.rounds, person)
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
