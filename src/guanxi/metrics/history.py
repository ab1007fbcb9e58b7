"""What customers' metrics and tiers were on a day: the reader behind `tier on …` and `value_12m change since …`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from guanxi.conditions.check import as_dated
from guanxi.conditions.context import Context
from guanxi.conditions.ibis_compiler import to_ibis
from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.conditions.tree import Change, Dated, IsEmpty, Not
from guanxi.metrics.engine.measures import major
from guanxi.metrics.engine.opening import open_warehouse, quoted
from guanxi.metrics.engine.snapshots import (
    day_of,
    last_before,
    names_of,
    scan_snapshot,
    snapshot_days,
    standing_sql,
)
from guanxi.metrics.engine.warehouse import Manifest, read_manifest
from guanxi.records.declaration import record_type
from guanxi.records.reach import register_history

CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class _Days:
    """The snapshots there are, and the day of what stands."""

    kept: Sequence[date]
    standing: date | None

    def source(self, day: date) -> date | None:
        """The day whose values hold on `day`: the last not after it; None when there is none."""
        known = [*self.kept, *([self.standing] if self.standing else [])]
        return last_before(known, day)


class CustomerHistory:
    """Answers from the snapshots of the warehouse in the home, by DuckDB."""

    def ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """Return the customers whose value on `day`, or change since, is known and meets the test; see the protocol."""
        return self._asked(test, day, context)

    def known_ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """Return the customers whose value on `day`, or change since, is known."""
        return self._asked(replace(test, test=IsEmpty(test.test.field)), day, context, opposite=True)

    def earliest(self) -> date | None:
        """Return the day of the first snapshot."""
        days = _days(_root(), read_manifest(_root()))
        return min([*days.kept, *([days.standing] if days.standing else [])], default=None)

    def _asked(
        self, test: Dated, day: date, context: Context, *, opposite: bool = False
    ) -> Sequence[int] | None:
        root = _root()
        manifest = read_manifest(root)
        source = _days(root, manifest).source(day)
        if manifest is None or source is None:
            return None
        with _opened(root, manifest, source) as connection:
            query = _query(connection, test, context, opposite=opposite)
            return [] if query is None else [key for (key,) in connection.execute(query).fetchall()]


def _root() -> Path:
    root: Path = settings.ENVIRONMENT.warehouse
    return root


def _days(root: Path, manifest: Manifest | None) -> _Days:
    return _Days(snapshot_days(root), day_of(manifest) if manifest else None)


@contextmanager
def _opened(root: Path, manifest: Manifest, source: date) -> Iterator[Any]:
    """A connection with the views `formerly`, the values of a day, and `presently`."""
    with open_warehouse(root, manifest=manifest, names=names_of(manifest)) as connection:
        presently = standing_sql(manifest)
        formerly = presently if source == day_of(manifest) else scan_snapshot(root, source)
        connection.execute(f"CREATE VIEW presently AS {presently}")
        connection.execute(f"CREATE VIEW formerly AS {formerly}")
        yield connection


def _query(connection: Any, test: Dated, context: Context, *, opposite: bool) -> str | None:
    """The SQL of the ids; None when the field was not kept on that day."""
    import ibis  # noqa: PLC0415 - heavy

    declared = record_type("customer").by_name[test.test.field]
    field, column = declared.condition_field(), declared.column.rpartition("__")[2]
    column = column if column == CURRENCY else field.name
    then, now = _table(connection, "formerly"), _table(connection, "presently")
    if column not in then.columns or column not in now.columns:
        return None
    if test.change is None:
        value = _value(then, column, field)
    else:
        then = then.inner_join(now, "customer_id", rname="{name}_now")
        value = _change(then, column, field, test.change)
    asked = as_dated(replace(field, dated=True), test.change)
    leaf = Not(test.test) if opposite else test.test
    schema = Schema(name="history", fields={field.name: asked})
    met = to_ibis(leaf, schema, context, {field.name: value})
    return str(ibis.to_sql(then.filter(met).select("customer_id"), dialect="duckdb"))


def _table(connection: Any, name: str) -> Any:
    """A view as Ibis sees it."""
    import ibis  # noqa: PLC0415 - heavy

    empty = connection.sql(f"SELECT * FROM {quoted(name)} LIMIT 0").to_arrow_table()  # noqa: S608 - names are ours
    return ibis.table(ibis.Schema.from_pyarrow(empty.schema), name=name)


def _value(table: Any, column: str, field: Field) -> Any:
    return major(table[column], table.currency) if field.type is FieldType.MONEY else table[column]


def _change(both: Any, column: str, field: Field, change: Change) -> Any:
    """The difference, or its part of what was in percent. Money of another currency than before is not compared."""
    import ibis  # noqa: PLC0415 - heavy

    then, now = both[column], both[f"{column}_now"]
    is_money = field.type is FieldType.MONEY
    if change is Change.PERCENT:
        found = ((now - then) * 100).cast("float64") / then.abs().nullif(0).cast("float64")
    else:
        found = major(now - then, both.currency) if is_money else now - then
    return ibis.cases((both.currency == both.currency_now, found)) if is_money else found


register_history("customer", CustomerHistory())
