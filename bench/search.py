"""Quick search against the plain list, few and many customers, on both databases.

    python bench/search.py [--customers 1000,5000] [--databases sqlite,postgresql] [--rounds 12]

Each kind of text is asked in turn in one process: as the list reads it, as the page answers it, and as the palette
offers it. Beside it stands the list without a search in the same run; and what writing the index takes for a record.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from measuring import homes, machine, percentile, print_table

INSIDE = Path(__file__).resolve().parent / "inside" / "searching.py"
PLAIN = "the list without a search"
HEAD = ("", "found", "list read p50", "p95", "× the list", "page p50", "p95", "× the list", "palette p95")


def lines_of(operations: dict[str, dict[str, list[float]]]) -> list[list[object]]:
    """A row of the table for each kind of text; times in milliseconds."""
    plain = operations[PLAIN]
    lines: list[list[object]] = []
    for name, found in operations.items():
        line: list[object] = [name, "10,000+" if found["found"] is None else found["found"]]
        for kind in ("reading", "page"):
            worst = percentile(found[kind], 0.95)
            line += [percentile(found[kind], 0.5) * 1e3, worst * 1e3, worst / percentile(plain[kind], 0.95)]
        line.append(percentile(found["palette"], 0.95) * 1e3)
        lines.append(line)
    return lines


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", default="1000,5000", help="few and many")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    where = machine()
    for database in options.databases.split(","):
        with homes([database], [int(size) for size in options.customers.split(",")]) as made:
            for home in made:
                told = json.loads(home.run(str(INSIDE), str(home.size), str(options.rounds)).output)
                each = told["index_seconds"] / home.size * 1e6
                title = f"Search on {home.label}, {home.size:,} customers: milliseconds; index {each:.0f} µs a record"
                print_table(title, HEAD, lines_of(told["operations"]))
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
