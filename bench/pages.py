"""Lists, records, search and the API with few and with many customers, on both databases.

    python bench/pages.py [--customers 1000,5000] [--databases sqlite,postgresql] [--rounds 10] [--no-http]

Each kind of request is asked in turn, few and many customers in alternation, so that what else the machine does falls
on all alike. In the process: Django's own client, with the number of SQL queries. Over HTTP: `guanxi serve` with one
web process, one connection. Processor time is that of the web process (with SQLite that of the database, too).
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from measuring import Home, homes, machine, percentile, print_table

INSIDE = Path(__file__).resolve().parent / "inside"


@dataclass
class Measured:
    """What one kind of request took, in milliseconds, and how many SQL queries it asks."""

    queries: int = 0
    inside: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)


Results = dict[str, Measured]


def measure_inside(home: Home, results: Results, rounds: int, seed: int) -> None:
    """Ask in a process of its own with Django's client."""
    output = home.run(str(INSIDE / "paging.py"), str(rounds), str(seed)).output
    for name, found in json.loads(output)["operations"].items():
        known = results.setdefault(name, Measured())
        known.queries = found["queries"]
        known.inside += [seconds * 1e3 for seconds in found["seconds"]]
        known.processor += [seconds * 1e3 for seconds in found["processor"]]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(home: Home) -> Iterator[int]:
    """Serve a home; yield the port."""
    port = free_port()
    command = [sys.executable, "-m", "guanxi", "serve", "--port", str(port), "--no-worker"]
    process = subprocess.Popen(command, env=home.environment, stderr=subprocess.DEVNULL)
    try:
        wait_for(port, "/healthz")
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait_for(port: int, address: str, seconds: float = 180) -> None:
    """Wait until an address answers 200. Raises SystemExit when it never does."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", address)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise SystemExit(f"nothing answers at {port}{address}")


def measure_http(home: Home, results: Results, rounds: int, seed: int) -> None:
    """Ask a served home over one connection."""
    told = json.loads(home.run(str(INSIDE / "paging.py"), "--addresses", str(seed)).output)
    with served(home) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(-1, rounds):
            for name, addresses in told["addresses"].items():
                start = time.perf_counter()
                connection.request(
                    "GET", addresses[number % len(addresses)], headers={"Cookie": told["cookie"]}
                )
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{name}: {answer.status} over HTTP")
                if number >= 0:  # the first round wakes the server
                    results.setdefault(name, Measured()).http.append((time.perf_counter() - start) * 1e3)
        connection.close()


def print_results(label: str, sizes: Sequence[int], results: Mapping[int, Results]) -> None:
    """Print the tables of one database."""
    few, many = sizes[0], sizes[-1]
    head = ["", "SQL queries"]
    head += [f"{name} at {size:,}" for size in (few, many) for name in ("p50", "p95")]
    head += ["p50 ×", "p95 ×", "processor p50 ×"]
    if results[few].values() and next(iter(results[few].values())).http:
        head += ["HTTP p50 / p95", f"at {many:,}"]
    lines = []
    for name, small in results[few].items():
        large = results[many][name]
        line: list[object] = [name, large.queries if large.queries == small.queries else "differs!"]
        line += [percentile(part.inside, share) for part in (small, large) for share in (0.5, 0.95)]
        line += [percentile(large.inside, share) / percentile(small.inside, share) for share in (0.5, 0.95)]
        line.append(percentile(large.processor, 0.5) / percentile(small.processor, 0.5))
        line += [
            f"{percentile(part.http, 0.5):.0f} / {percentile(part.http, 0.95):.0f}"
            for part in (small, large)
            if part.http
        ]
        lines.append(line)
    print_table(f"Pages on {label}: milliseconds, {few:,} and {many:,} customers", head, lines)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--customers", default="1000,5000", help="few and many")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--rounds", type=int, default=10, help="requests of a kind in each repeat")
    parser.add_argument("--repeats", type=int, default=2, help="processes a size, in alternation")
    parser.add_argument("--http", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    sizes = [int(size) for size in options.customers.split(",")]
    where = machine()
    for database in options.databases.split(","):
        with homes([database], sizes) as made:
            if not made:
                continue
            results: dict[int, Results] = {size: {} for size in sizes}
            for home in made:
                home.run(str(INSIDE / "growing.py"), str(home.size))
            for seed in range(options.repeats):
                for home in made:
                    measure_inside(home, results[home.size], options.rounds, seed)
            if options.http:
                for home in made:
                    measure_http(home, results[home.size], options.rounds, seed=9)
            print_results(made[0].label, sizes, results)
    print(f"{where}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
