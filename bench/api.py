"""The API as programs use it: one client asking in turn, then eight at once; answers a second, and memory.

    python bench/api.py [--customers 1000] [--databases sqlite,postgresql] [--rounds 20] [--seconds 3] [--workers 1]

`guanxi serve` answers over HTTP with one connection a client, with its worker; memory is that of all its processes at
the end. The figures beside ours are those that were taken of Odoo 19 on such a machine with 100 thousand companies,
contacts and deals: they are not taken again here, so that only their order of size counts.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measuring import Home, homes, machine, percentile, print_table
from pages import free_port, wait_for

INSIDE = Path(__file__).resolve().parent / "inside"
CLIENTS = 8
ODOO = {
    "list, first page": "25",
    "list, deep page": "307",
    "search, part of a name": "174–238",
    "record": "20",
    "create": "36",
    "pivot": "239",
}
ODOO_LISTS, ODOO_MEMORY = 62, 1600
Asked = list[Any]


class Asker:
    """One client with its connection."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def ask(self, asked: Asked) -> float:
        """Ask; return milliseconds. Raises SystemExit unless it is answered well."""
        method, address, body = asked
        start = time.perf_counter()
        self.connection.request(method, address, json.dumps(body) if body else None, self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise SystemExit(f"{method} {address} answered {answer.status}: {text[:300]!r}")
        return (time.perf_counter() - start) * 1e3


@contextmanager
def served(home: Home, workers: int) -> Iterator[tuple[int, int]]:
    """Serve a home with its worker; yield the port and the process."""
    port = free_port()
    command = [sys.executable, "-m", "guanxi", "serve", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, env=home.environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, "/healthz")
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def memory_mib(process: int) -> float:
    """Proportional memory of a process and all that it started, in MiB: what is shared counts once."""
    found, waiting = 0.0, [process]
    while waiting:
        number = waiting.pop()
        tasks = Path(f"/proc/{number}/task")
        try:
            lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
            children = [(task / "children").read_text().split() for task in tasks.iterdir()]
        except OSError:
            continue
        found += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        waiting += [int(child) for listed in children for child in listed]
    return found


def alone(port: int, told: dict[str, Any], rounds: int) -> dict[str, list[float]]:
    """One client asks each operation in turn; the first two rounds wake the server."""
    asker = Asker(port, told["key"])
    found: dict[str, list[float]] = {name: [] for name in told["operations"]}
    draws = {name: itertools.cycle(asked) for name, asked in told["operations"].items()}
    for number in range(-2, rounds):
        for name, draw in draws.items():
            taken = asker.ask(next(draw))
            if number >= 0:
                found[name].append(taken)
    return found


def together(port: int, told: dict[str, Any], seconds: float) -> float:
    """Eight clients read lists for some seconds; return lists a second."""
    asked = told["operations"]["list, first page"][0]
    counts = [0] * CLIENTS
    until = time.perf_counter() + seconds

    def read(place: int) -> None:
        asker = Asker(port, told["key"])
        while time.perf_counter() < until:
            asker.ask(asked)
            counts[place] += 1

    threads = [threading.Thread(target=read, args=(place,)) for place in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def show(home: Home, options: argparse.Namespace) -> None:
    """Measure one home and print its table."""
    home.run(str(INSIDE / "growing.py"), str(home.size))
    told = json.loads(home.run(str(INSIDE / "api_addresses.py"), "7").output)
    with served(home, options.workers) as (port, process):
        found = alone(port, told, options.rounds)
        rate = together(port, told, options.seconds)
        memory = memory_mib(process)
    rows: list[Sequence[object]] = [
        [name, statistics.median(times), percentile(times, 0.95), ODOO[name]] for name, times in found.items()
    ]
    rows.append([f"lists a second, {CLIENTS} clients", rate, "", f"{ODOO_LISTS}"])
    rows.append(["memory of all processes, MiB", memory, "", f"{ODOO_MEMORY}"])
    title = f"API on {home.label}, {home.size:,} customers, {options.workers} web process(es): milliseconds"
    print_table(title, ["", "p50", "p95", "Odoo 19, as told"], rows)


def main() -> int:
    """Print a table a database."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", type=int, default=1000)
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    where = machine()
    with homes(options.databases.split(","), [options.customers]) as made:
        for home in made:
            show(home, options)
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
