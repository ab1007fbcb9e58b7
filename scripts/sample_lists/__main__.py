"""Make the three lists of tests/imports/data: a property developer's, a distributor's, an export clerk's.

Companies and persons are invented by a seeded generator; towns, streets and number ranges are real.
Run from the root of the repository: python scripts/sample_lists
"""

from __future__ import annotations

from pathlib import Path

from buyers import write_buyer_list
from developer import write_developer_list
from distributor import write_distributor_list

DATA = Path(__file__).parents[2] / "tests" / "imports" / "data"

if __name__ == "__main__":
    DATA.mkdir(parents=True, exist_ok=True)
    write_developer_list(DATA)
    write_distributor_list(DATA)
    write_buyer_list(DATA)
    print(f"three lists in {DATA}")
