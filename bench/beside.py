"""What people at their pages notice while something long runs, and what the long thing takes of memory in all.

Alone it does nothing; `importing.py` uses it.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from measuring import Home, percentile

INSIDE = Path(__file__).resolve().parent / "inside"
ASKED = ("list, first page", "list by amount", "search, part of a name", "record page")
PAUSE = 0.15
"""Seconds between two requests: a person is not a load test."""


@dataclass
class Pages:
    """Milliseconds of each kind of request."""

    taken: dict[str, list[float]] = field(default_factory=dict)

    def told(self, share: float) -> dict[str, float]:
        """A percentile of each kind, and of all."""
        every = [value for values in self.taken.values() for value in values]
        return {name: percentile(values, share) for name, values in self.taken.items()} | {
            "all": percentile(every, share)
        }


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks a served home for pages, one after the other."""

    port: int
    cookie: str
    addresses: Mapping[str, list[str]]

    def ask(self, until: threading.Event, seconds: float = 3600) -> Pages:
        """Ask until told, or for so long. Raises SystemExit when a page is not answered well."""
        found, last = Pages(), time.monotonic() + seconds
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        number = 0
        while not until.is_set() and time.monotonic() < last:
            for name in ASKED:
                address = self.addresses[name][number % len(self.addresses[name])]
                start = time.perf_counter()
                connection.request("GET", address, headers={"Cookie": self.cookie})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{name}: {answer.status} over HTTP")
                found.taken.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
                time.sleep(PAUSE)
            number += 1
        connection.close()
        return found


def asker_of(home: Home, port: int) -> Asker:
    """An asker that is signed in; the home has customers."""
    told = json.loads(home.run(str(INSIDE / "paging.py"), "--addresses", "1").output)
    return Asker(port, told["cookie"], told["addresses"])


@contextmanager
def asked_meanwhile(asker: Asker) -> Iterator[Pages]:
    """Ask as long as the block lasts; the pages are there afterwards."""
    found, over = Pages(), threading.Event()
    thread = threading.Thread(target=lambda: found.taken.update(asker.ask(over).taken), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join(timeout=180)


class Memory:
    """The most memory that processes begun in the block have together, in MiB: shared pages count once (Linux only)."""

    def __init__(self) -> None:
        self.most = 0.0
        self._besides = _descendants()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            self.most = max(self.most, sum(map(_own_mebibytes, _descendants() - self._besides)))


def _descendants() -> set[int]:
    """The processes this one began, and those they began."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
    found: set[int] = set()
    fresh = {os.getpid()}
    while fresh:
        fresh = {pid for pid, parent in parents.items() if parent in fresh}
        found |= fresh
    return found


def _own_mebibytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
