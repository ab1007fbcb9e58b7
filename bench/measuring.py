"""What the benchmarks share: the cost of processes, homes on both databases, tables. Alone it does nothing."""

from __future__ import annotations

import math
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("GUANXI_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
TIMEOUT = 3 * 3600


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and those it waited for took: wall and processor seconds, the largest one's memory in MiB."""

    seconds: float
    processor: float
    peak_mib: float
    output: str


@dataclass(frozen=True, slots=True)
class Home:
    """An installation of its own for one benchmark; `size` is the number of customers it is to have."""

    label: str
    directory: Path
    database_url: str
    size: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """The variables a process of this home needs."""
        return {
            **os.environ,
            "GUANXI_HOME": str(self.directory),
            "GUANXI_DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "guanxi.config.settings",
            "GUANXI_LANGUAGE": "",
        }

    def run(self, *arguments: str) -> Cost:
        """Run Python with arguments in this home."""
        return run([sys.executable, *arguments], self.environment)


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> Cost:
    """Run a process to its end. Raises SystemExit with what it said when it fails."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+") as faults:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=faults, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        if process.returncode not in (0, 3):
            faults.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{faults.read()[-3000:]}")
        return Cost(seconds, used.ru_utime + used.ru_stime, _mebibytes(used), out.read())


def _mebibytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


@contextmanager
def homes(databases: Sequence[str], sizes: Sequence[int] = (0,)) -> Iterator[list[Home]]:
    """Yield an empty home a size for each database (`sqlite`, `postgresql`) that is there; remove them at the end."""
    base = Path(tempfile.mkdtemp(prefix="guanxi-bench-"))
    found: list[Home] = []
    names = [f"guanxi_bench_{os.getpid()}_{size}" for size in sizes]
    try:
        for size, name in zip(sizes, names, strict=True):
            for database in databases:
                directory = base / f"{database}-{size}"
                directory.mkdir()
                if database == "sqlite":
                    found.append(Home("SQLite", directory, f"sqlite:///{directory}/guanxi.sqlite3", size))
                elif _on_postgresql(f'CREATE DATABASE "{name}"'):
                    found.append(Home("PostgreSQL", directory, f"{POSTGRES.rpartition('/')[0]}/{name}", size))
                else:
                    print("PostgreSQL does not answer: left out (set GUANXI_TEST_POSTGRES)", file=sys.stderr)
        yield found
    finally:
        shutil.rmtree(base, ignore_errors=True)
        for home in found:
            if home.label == "PostgreSQL":
                _on_postgresql(
                    f'DROP DATABASE IF EXISTS "{home.database_url.rpartition("/")[2]}" WITH (FORCE)'
                )


def _on_postgresql(statement: str) -> bool:
    """Carry out one statement of ours; False when no server answers."""
    import psycopg  # noqa: PLC0415 - costs a process that does not need it

    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement.encode())
    except psycopg.OperationalError:
        return False
    return True


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds a piece of work took, and what it gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values (0 to 1) do not exceed: nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table under a heading; numbers to the right."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(head)} |")
    print(f"| --- |{' ---: |' * (len(head) - 1)}")
    for row in rows:
        print(f"| {' | '.join(_cell(value) for value in row)} |")
    print(flush=True)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return (
            f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:.2f}"
        )
    return f"{value:,}" if isinstance(value, int) else str(value)


def machine() -> str:
    """One line about the machine and how busy it is."""
    load = os.getloadavg()
    return (
        f"{os.cpu_count()} processors, load {load[0]:.1f} at the start, Python {platform.python_version()}, "
        f"{platform.system()}"
    )
