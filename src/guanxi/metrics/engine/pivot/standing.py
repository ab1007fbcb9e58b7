"""The warehouse as it stands, open: one connection a process and generation, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.engine.opening import NeverFedError, open_warehouse, quoted
from guanxi.metrics.engine.values import VALUES
from guanxi.metrics.engine.warehouse import read_manifest

MEMORY = "4GB"


@dataclass
class Standing:
    """One generation of the warehouse, with the columns of its facts.

    Opening it costs more than most pivots, so it is kept until the next one.
    """

    generation: str
    written_at: str
    columns: Mapping[str, tuple[str, ...]]
    connection: Any
    _currencies: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def own_connection(self) -> Any:
        """Return a connection of one's own to the same views: it can be interrupted alone."""
        return self.connection.cursor()

    @cached_property
    def metrics(self) -> Mapping[str, str]:
        """The columns of the current values with their types in SQL; none before the first computation."""
        if VALUES not in self.columns:
            return {}
        described = self.own_connection().execute(f"DESCRIBE {quoted(VALUES)}").fetchall()
        return {row[0]: row[1] for row in described}

    def single_currencies(self, wanted: Mapping[str, tuple[str, str]]) -> dict[str, str]:
        """Return, by the names given, the currency of those (fact, column) that hold but one in all rows."""
        single = {}
        for name, (fact, column) in wanted.items():
            if (fact, column) not in self._currencies:
                statement = f"SELECT DISTINCT {quoted(column)} FROM {quoted(fact)} LIMIT 2"  # noqa: S608 - declared
                rows = self.own_connection().execute(statement).fetchall()
                self._currencies[fact, column] = tuple(code or "" for (code,) in rows)
            if len(found := self._currencies[fact, column]) == 1:
                single[name] = found[0]
        return single


_standing: dict[Path, Standing] = {}
_lock = Lock()


def standing(root: Path) -> Standing:
    """Return the warehouse as it stands now. Raises PivotError `not_fed`."""
    manifest = read_manifest(root)
    if manifest is None:
        raise PivotError("not_fed", "fact")
    with _lock:
        found = _standing.get(root)
        if found is None or found.generation != manifest.generation:
            try:
                connection = open_warehouse(root, manifest=manifest)
            except NeverFedError as error:
                raise PivotError("not_fed", "fact") from error
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute("SET temp_directory = ''")
            found = _standing[root] = Standing(
                manifest.generation,
                manifest.written_at,
                {name: tuple(fact["columns"]) for name, fact in manifest.facts.items()},
                connection,
            )
    return found
