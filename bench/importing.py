"""Import of a long messy xlsx against the bare read of the same file, on both databases.

    python bench/importing.py [--customers 5000] [--databases sqlite,postgresql] [--repeats 3]

The bare read is python-calamine going through all rows in a process of its own. The import is `guanxi import`:
read in a limited child, check, find doubles, write with history, place on the map. Wall time depends on what else
the machine does; processor time hardly does, so both ratios are printed. Memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from lists import write_list
from measuring import Cost, Home, homes, machine, print_table, run

BARE_READ = (
    "import sys, python_calamine as c; s = c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0);"
    "print(sum(1 for row in s.iter_rows()))"
)


def import_list(home: Home, file: Path) -> Cost:
    """Import the file into a new home; the setting up is not counted."""
    home.run("-m", "guanxi", "init", "--json")
    return home.run("-m", "guanxi", "import", str(file), "--region", "CN", "--json")


def line(name: str, cost: Cost, rows: int, bare: Cost) -> list[object]:
    """One line of the table."""
    return [
        name,
        cost.seconds,
        cost.processor,
        int(rows / cost.seconds),
        cost.seconds / bare.seconds,
        cost.processor / bare.processor,
        int(cost.peak_mib),
    ]


def told(outcome: dict[str, int]) -> str:
    """What the import said of the rows."""
    names = ("rows", "added", "merged", "unchanged", "needs_review", "rejected_count")
    return ", ".join(f"{name.removesuffix('_count')} {outcome[name]:,}" for name in names)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--repeats", type=int, default=3, help="bare reads; the median counts")
    options = parser.parse_args()
    where, lines, said = machine(), [], ""
    with tempfile.TemporaryDirectory() as directory, homes(options.databases.split(",")) as made:
        file = Path(directory) / "list.xlsx"
        write_list(file, options.customers, seed=1)
        imports = []
        reads = []
        for home in made:
            reads += [run([sys.executable, "-c", BARE_READ, str(file)]) for _ in range(options.repeats)]
            imports.append((home, import_list(home, file)))
        bare = sorted(reads, key=lambda cost: cost.processor)[len(reads) // 2]
        wall = median(cost.seconds for cost in reads)
        bare = Cost(wall, bare.processor, bare.peak_mib, bare.output)
        lines.append(line("bare read (python-calamine)", bare, options.customers, bare))
        for home, cost in imports:
            lines.append(line(f"import, {home.label}", cost, options.customers, bare))
            said = told(json.loads(cost.output))
        size = file.stat().st_size / 2**20
    print_table(
        f"Import of {options.customers:,} rows of xlsx ({size:.1f} MiB)",
        ["", "seconds", "processor s", "rows/s", "× bare read", "× bare read, processor", "peak MiB"],
        lines,
    )
    print(f"{said}. {where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
