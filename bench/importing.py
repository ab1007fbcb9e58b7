"""Import of a long messy list against the bare read of the same file, on both databases.

    python bench/importing.py [--customers 5000] [--formats xlsx,csv] [--databases sqlite,postgresql] [--repeats 3]
                              [--pages] [--undo]

The bare read is python-calamine (xlsx) or Python's own csv going through all rows in a process of its own. The import
is `guanxi import`: read in a limited child, check, find doubles, write with history, place on the map. Wall time
depends on what else the machine does; processor time hardly does, so both ratios are printed. Memory is that of all
processes of the import together (on Linux; PostgreSQL's own not among them).

`--pages` serves the home meanwhile and asks it for lists, a search and records, before the import and beside it; the
import then gives way as it does in a worker. `--undo` takes the import back.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from statistics import median

from beside import INSIDE, Memory, Pages, asked_meanwhile, asker_of
from lists import write_csv, write_list
from measuring import Cost, Home, homes, machine, print_table, run
from pages import served

BARE_READ = {
    "xlsx": "import sys, python_calamine as c; s = c.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0);"
    "print(sum(1 for row in s.iter_rows()))",
    "csv": "import sys, csv; print(sum(1 for row in csv.reader(open(sys.argv[1], encoding='utf-8', newline=''))))",
}
BEFORE = 5_000
"""Customers who are there before, where people look at pages meanwhile."""
IDLE_SECONDS = 25


def import_list(home: Home, file: Path, *, gives_way: bool = False) -> Cost:
    """Import the file; the most memory is that of all processes together."""
    command = ["-m", "guanxi", "import", str(file), "--region", "CN", "--json"]
    with Memory() as memory:
        start = ["nice", "-n", "10", sys.executable] if gives_way else [sys.executable]
        cost = run([*start, *command], home.environment)
    return replace(cost, peak_mib=memory.most or cost.peak_mib)


def import_beside_pages(home: Home, file: Path) -> tuple[Cost, Pages, Pages]:
    """Import while somebody looks at pages; return the pages before and meanwhile, too."""
    home.run(str(INSIDE / "growing.py"), str(BEFORE))
    with served(home) as port:
        asker = asker_of(home, port)
        asker.ask(threading.Event(), 5)
        idle = asker.ask(threading.Event(), IDLE_SECONDS)
        with asked_meanwhile(asker) as meanwhile:
            cost = import_list(home, file, gives_way=True)
    return cost, idle, meanwhile


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


def bare_read(file: Path, repeats: int) -> Cost:
    """What reading the file with nothing else takes: the middle of several."""
    reads = [run([sys.executable, "-c", BARE_READ[file.suffix[1:]], str(file)]) for _ in range(repeats)]
    middle = sorted(reads, key=lambda cost: cost.processor)[len(reads) // 2]
    return replace(middle, seconds=median(cost.seconds for cost in reads))


def measure(home: Home, file: Path, options: argparse.Namespace, lines: list[list[object]]) -> None:
    """Bare read, import, and what was asked for beside."""
    rows, name = options.customers, f"{file.suffix[1:]}, {home.label}"
    bare = bare_read(file, options.repeats)
    lines.append(line(f"bare read before {name}", bare, rows, bare))
    home.run("-m", "guanxi", "init", "--json")
    if options.pages:
        cost, idle, meanwhile = import_beside_pages(home, file)
        print_pages(name, idle, meanwhile)
    else:
        cost = import_list(home, file)
    lines.append(line(f"import, {name}", cost, rows, bare))
    outcome = json.loads(cost.output)
    if options.undo:
        undone = home.run("-m", "guanxi", "undo", str(outcome["changeset"]))
        lines.append(line(f"undo, {name}", undone, rows, bare))
    print(f"{name}: {told(outcome)}; {machine()}", flush=True)


def print_pages(name: str, idle: Pages, meanwhile: Pages) -> None:
    """What people noticed."""
    before, beside = ({share: pages.told(share) for share in (0.5, 0.95)} for pages in (idle, meanwhile))
    rows: list[list[object]] = [
        [kind, *(pages[share][kind] for share in (0.5, 0.95) for pages in (before, beside))]
        for kind in before[0.5]
    ]
    for row, kind in zip(rows, before[0.5], strict=True):
        row.append(beside[0.95][kind] / before[0.95][kind])
    head = ["", "idle p50", "meanwhile p50", "idle p95", "meanwhile p95", "p95 ×"]
    print_table(f"Pages beside the import, {name}: milliseconds", head, rows)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--formats", default="xlsx")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--repeats", type=int, default=3, help="bare reads; the median counts")
    parser.add_argument("--pages", action="store_true", help="look at pages meanwhile")
    parser.add_argument("--undo", action="store_true", help="take the import back")
    parser.add_argument("--lists", type=Path, help="keep the lists here, and take those that are there")
    options = parser.parse_args()
    lines: list[list[object]] = []
    with tempfile.TemporaryDirectory() as directory:
        for kind in options.formats.split(","):
            file = (options.lists or Path(directory)) / f"list-{options.customers}.{kind}"
            if not file.exists():
                (write_csv if kind == "csv" else write_list)(file, options.customers, seed=1)
            for database in options.databases.split(","):
                with homes([database]) as made:
                    for home in made:
                        measure(home, file, options, lines)
    print_table(
        f"Import of {options.customers:,} rows",
        ["", "seconds", "processor s", "rows/s", "× bare read", "× bare read, processor", "peak MiB"],
        lines,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
