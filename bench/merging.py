"""Merging customers and taking it back, beside what another system needs for one pair.

Odoo 19 merges one pair of partners in 7.6 s at half a million partners, and has no undo
(measured on such a machine; see docs/benchmarks.md for the conditions).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from measuring import homes, machine, print_table

INSIDE = Path(__file__).resolve().parent / "inside" / "merging.py"
ODOO_PAIR = 7.6
SIZES = (50_000, 500_000)
GROUPS = 4_000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="*", default=SIZES)
    parser.add_argument("--groups", type=int, default=GROUPS)
    parser.add_argument("--databases", nargs="*", default=("sqlite", "postgresql"))
    asked = parser.parse_args()
    print(machine())
    rows = []
    with homes(asked.databases, asked.customers) as found:
        for home in found:
            result = json.loads(home.run(str(INSIDE), str(home.size), str(asked.groups)).output)
            pair = result["merge"] / result["gone"]
            rows.append(
                (
                    f"{home.label}, {result['customers']:,}",
                    result["parts"],
                    result["groups"],
                    result["gone"],
                    result["moved"],
                    result["statements"],
                    result["merge"],
                    result["undo"],
                    "yes" if result["whole"] else "NO",
                    f"{pair * 1000:.1f} ms, 1/{ODOO_PAIR / pair:,.0f} of Odoo's",
                )
            )
    figures = (
        "parts",
        "groups",
        "gone",
        "parts moved",
        "statements",
        "merge s",
        "undo s",
        "as before",
        "a pair",
    )
    print_table("Merging in one change set", ("customers", *figures), rows)


if __name__ == "__main__":
    main()
