"""SQL that was compiled once and is kept: in memory, and in the home for the next process.

Compiling a condition takes Ibis, whose import alone takes longer than most pivots.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from guanxi import __version__

IN_MEMORY = 256
IN_HOME = 500


class KeptSql:
    """Compiled texts by what they were compiled from. `directory` None keeps them in memory only."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def text(self, source: object, make: Callable[[], str]) -> str:
        """Return what `make` makes of `source`, whose `repr` says all that it depends on."""
        key = hashlib.sha256(f"{__version__}\n{source!r}".encode()).hexdigest()
        with self._lock:
            if (text := self._texts.get(key)) is not None:
                self._texts.move_to_end(key)
                return text
        found = self._read(key)
        text = make() if found is None else found
        if found is None:
            self._write(key, text)
        with self._lock:
            self._texts[key] = text
            while len(self._texts) > IN_MEMORY:
                self._texts.popitem(last=False)
        return text

    def _read(self, key: str) -> str | None:
        if self._directory is None:
            return None
        try:
            return (self._directory / f"{key}.sql").read_text(encoding="utf-8")
        except OSError:
            return None

    def _write(self, key: str, text: str) -> None:
        """Keep a text for other processes; a full or closed disk only costs the next one its time."""
        if self._directory is None:
            return
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._directory / f"{key}.{secrets.token_hex(4)}"
            draft.write_text(text, encoding="utf-8")
            draft.replace(self._directory / f"{key}.sql")
            self._sweep(self._directory)
        except OSError:
            return

    @staticmethod
    def _sweep(directory: Path) -> None:
        with os.scandir(directory) as entries:
            found = sorted(entries, key=lambda entry: entry.stat().st_mtime, reverse=True)
        for entry in found[IN_HOME:]:
            Path(entry.path).unlink(missing_ok=True)
