"""How long it takes to begin: the package, small commands, maps from spreadsheets, a demo from an empty home.

    python bench/start.py [--customers 413,5000] [--repeats 7] [--no-demo]

Each line is a process of its own, the median of several, in alternation with `python -c pass`. `first screen` is
`scripts/run_demo.py` with a new home until the sign-in page answers: `make run` without what is downloaded and built.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from lists import write_list
from measuring import ROOT, Cost, machine, print_table, run
from pages import free_port, wait_for

PYTHON = sys.executable
GUANXI = [PYTHON, "-m", "guanxi"]
ADDRESS = "东莞市茶山镇横江村"
SMALL = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "import guanxi": [PYTHON, "-c", "import guanxi"],
    "guanxi --help": [*GUANXI, "--help"],
    "the gazetteer": [PYTHON, "-c", "from guanxi.places.gazetteer import gazetteer; gazetteer()"],
    "guanxi geocode, one address": [*GUANXI, "geocode", ADDRESS, "--json"],
}


def line(name: str, costs: list[Cost], empty: list[Cost]) -> list[object]:
    """One line: medians in milliseconds, and what comes on top of an empty Python."""
    seconds, bare = median(cost.seconds for cost in costs), median(cost.seconds for cost in empty)
    processor = median(cost.processor for cost in costs)
    return [
        name,
        seconds * 1e3,
        processor * 1e3,
        (processor - median(cost.processor for cost in empty)) * 1e3,
        seconds / bare,
        median(cost.peak_mib for cost in costs),
    ]


def small_commands(repeats: int) -> list[list[object]]:
    """Measure what is small, in turn; the first round wakes the disk and does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in SMALL}
    for number in range(repeats + 1):
        for name, command in SMALL.items():
            cost = run(command)
            if number:
                costs[name].append(cost)
    return [line(name, found, costs["python -c pass"]) for name, found in costs.items()]


def maps(sizes: list[int]) -> list[list[object]]:
    """Measure `guanxi map` of lists."""
    lines = []
    with tempfile.TemporaryDirectory() as directory:
        for size in sizes:
            file, out = Path(directory) / f"{size}.xlsx", Path(directory) / f"{size}.html"
            write_list(file, size, seed=1)
            cost = run([*GUANXI, "map", str(file), "--out", str(out), "--json"])
            told = json.loads(cost.output)
            lines.append(
                [
                    f"{size:,} rows",
                    cost.seconds,
                    cost.processor,
                    int(size / cost.seconds),
                    int(told["placed"]),
                    int(cost.peak_mib),
                    out.stat().st_size / 1e6,
                ]
            )
    return lines


def first_screen() -> float:
    """Seconds from the start of the demo with a new home to the sign-in page."""
    with tempfile.TemporaryDirectory() as directory:
        port = free_port()
        environment = {
            **os.environ,
            "GUANXI_HOME": f"{directory}/home",
            "PORT": str(port),
            "GUANXI_DATABASE_URL": "",
        }
        start = time.perf_counter()
        process = subprocess.Popen(
            [PYTHON, str(ROOT / "scripts/run_demo.py"), f"{directory}/home"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for(port, "/accounts/login/", seconds=600)
            return time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", default="413,5000", help="rows of the lists that become maps")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--demo", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    where = machine()
    head = ["", "ms", "processor ms", "on top of Python, processor ms", "× Python", "peak MiB"]
    print_table("Start: medians", head, small_commands(options.repeats))
    head = ["guanxi map", "seconds", "processor s", "rows/s", "placed", "peak MiB", "MB of HTML"]
    print_table("From spreadsheet to map", head, maps([int(size) for size in options.customers.split(",")]))
    if options.demo:
        print(f"A new home with the demo company to the first screen: {first_screen():.1f} s (limit 120 s).")
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
