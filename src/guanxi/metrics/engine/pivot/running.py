"""Running a statement of DuckDB under a time limit, so that it can be stopped from outside."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event, Thread
from time import monotonic
from typing import Any, Self

from guanxi.metrics.calc.pivot.errors import PivotError

SECONDS = 30.0
WATCH_SECONDS = 0.05


class Stop(Event):
    """Set by whoever asked, or serves them, to stop a run: nobody waits for it any more."""


class StoppedError(Exception):
    """The run was stopped from outside."""


class Run:
    """Statements on one connection, together under `seconds`, until `stop` is set.

    A watcher interrupts again and again: DuckDB forgets what comes just before a statement begins.
    """

    def __init__(self, connection: Any, *, stop: Stop | None = None, seconds: float = SECONDS) -> None:
        self._connection = connection
        self._stop = stop or Stop()
        self._seconds = seconds
        self._is_done = Event()
        self._watcher = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._deadline = monotonic() + self._seconds
        self._watcher.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_done.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._is_done.wait(WATCH_SECONDS):
            if self._stop.is_set() or self._is_late():
                self._connection.interrupt()

    def _is_late(self) -> bool:
        return monotonic() > self._deadline

    def rows(self, statement: tuple[str, Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement. Raises PivotError `too_slow`, `too_large`; StoppedError."""
        import duckdb  # noqa: PLC0415 - heavy

        text, parameters = statement
        try:
            self._go_on()
            found: list[tuple[Any, ...]] = self._connection.execute(text, parameters).fetchall()
        except duckdb.InterruptException:
            self._go_on()
            raise
        except duckdb.OutOfMemoryException as error:
            raise PivotError("too_large") from error
        return found

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError
        if self._is_late():
            raise PivotError("too_slow", seconds=f"{self._seconds:g}")
