"""From the records to the warehouse: all rows of every fact at first, then those of customers who changed.

Everything is read in one view of the database. What was read up to is noted with the files (`fed`), together with a
token that stands in the database as well: a warehouse whose token is not there belongs to another state of the records,
and is fed anew. So is everything after a change of the facts' columns or of the house's currency, or when a tenth of
the customers changed at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from guanxi.metrics.engine.changes import (
    BATCH,
    Mark,
    Touched,
    mark_now,
    one_view_of_the_database,
    touched_customers,
)
from guanxi.metrics.engine.columns import arrow_schema, tables_of
from guanxi.metrics.engine.opening import scan
from guanxi.metrics.engine.warehouse import STEP, Manifest, Writer, is_complete, read_manifest
from guanxi.metrics.facts import Fact

FED = "fed"
SHARE = 10  # one in so many customers: beyond, reading everything costs less than it saves
FEW = 1_000


@dataclass(frozen=True, slots=True)
class Fed:
    """What a feed read: of everybody, or of the customers who changed; `rows` of all facts together."""

    token: str
    is_whole: bool
    customers: int
    rows: int


@dataclass(frozen=True, slots=True)
class Attestation:
    """How the database vouches for the warehouse: `knows` a token, `keep` what was read, before it is swapped in."""

    knows: Callable[[str], bool]
    keep: Callable[[Fed], None]


def feed(
    *,
    root: Path,
    facts: Iterable[Fact],
    house_currency: str,
    now: datetime,
    attestation: Attestation,
    whole: bool = False,
) -> tuple[Manifest, Fed]:
    """Bring the warehouse up to date with the records. Call it inside `only_writer`, outside of a transaction.

    `whole` reads everything.
    """
    return _Feed(root, tuple(facts), house_currency, now).run(attestation, whole=whole)


class _Feed:
    def __init__(self, root: Path, facts: tuple[Fact, ...], house_currency: str, now: datetime) -> None:
        self.root, self.facts, self.house_currency = root, facts, house_currency
        self.manifest = read_manifest(root)
        self.writer = Writer(root, now)
        self.rows = 0

    def run(self, attestation: Attestation, *, whole: bool) -> tuple[Manifest, Fed]:
        whole = whole or not self._continues(attestation)
        with one_view_of_the_database():
            former = (
                None if whole or self.manifest is None else Mark.from_json(self.manifest.notes[FED]["mark"])
            )
            mark = mark_now(former)
            touched = self._touched(former, mark) if former else {}
            groups = [name for name in self._groups() if former is None or touched[name].is_many]
            changed = sum(len(found.customers) for name, found in touched.items() if name in self._groups())
            for group in self._groups():
                if group in groups:
                    self._read_group(group)
                else:
                    self._read_step(group, touched[group])
            for fact in self._loose():
                found = touched.get(fact.name)
                if found is None or found.customers:
                    self._write_whole(fact, group="")
        fed = Fed(secrets.token_hex(16), bool(groups), changed, self.rows)
        if self.rows or changed or former is None or mark != former:
            self.writer.note(FED, self._note(fed, mark))
            attestation.keep(fed)
            return self.writer.swap(), fed
        assert self.manifest is not None  # noqa: S101 - there was a mark
        return self.manifest, fed

    def _note(self, fed: Fed, mark: Mark) -> dict[str, Any]:
        return {"token": fed.token, "mark": mark.to_json(), "house_currency": self.house_currency}

    def _continues(self, attestation: Attestation) -> bool:
        """Whether what stands was read from these records, into the same columns and money."""
        known = self.manifest
        fed = known.notes.get(FED) if known else None
        if known is None or fed is None or fed["house_currency"] != self.house_currency:
            return False
        if not attestation.knows(fed["token"]) or not is_complete(self.root, known):
            return False
        return all(
            fact.name in known.facts and known.facts[fact.name]["columns"] == list(fact.columns)
            for fact in self.facts
        )

    def _groups(self) -> list[str]:
        return list(dict.fromkeys(fact.group for fact in self.facts if _is_fed_by_step(fact)))

    def _loose(self) -> list[Fact]:
        """The facts that are read whole: they are nobody's, or cannot tell what changed."""
        return [fact for fact in self.facts if not _is_fed_by_step(fact)]

    def _of_group(self, group: str) -> list[Fact]:
        return [fact for fact in self.facts if _is_fed_by_step(fact) and fact.group == group]

    def _touched(self, former: Mark, mark: Mark) -> dict[str, Touched]:
        assert self.manifest is not None  # noqa: S101 - there is a former mark
        customers = self.manifest.facts.get("customers", {}).get("rows", 0)
        limit = max(FEW, customers // SHARE)
        nobodys = [fact.name for fact in self._loose() if not fact.customer]
        limits = {**dict.fromkeys(self._groups(), limit), **dict.fromkeys(nobodys, 0)}
        told = [fact for fact in self.facts if fact.sources]
        return touched_customers(told, former, mark, limits)

    def _read_group(self, group: str) -> None:
        self.writer.begin_group(group)
        for fact in self._of_group(group):
            self._write_whole(fact, group=group)

    def _write_whole(self, fact: Fact, *, group: str) -> None:
        tables = tables_of(fact, fact.rows(), self.house_currency)
        self.rows += self.writer.write(fact.name, arrow_schema(fact), tables, group=group)

    def _read_step(self, group: str, touched: Touched) -> None:
        """Read all rows of the customers who changed."""
        assert self.manifest is not None  # noqa: S101 - there is a former mark
        if not touched.customers:
            return
        ids = sorted(touched.customers)
        step = self.manifest.groups[group]["steps"] + 1
        changed = changed_table(self.root, self.manifest, group, ids, step)
        self.writer.add_step(group, changed, changed.num_rows)
        for fact in self._of_group(group):
            schema = with_step(arrow_schema(fact))
            self.rows += self.writer.write_delta(fact.name, schema, self._rows_of(fact, ids, step, schema))

    def _rows_of(self, fact: Fact, ids: Sequence[int], step: int, schema: Any) -> Iterable[Any]:
        import pyarrow as pa  # noqa: PLC0415 - heavy

        for start in range(0, len(ids), BATCH):
            rows = fact.rows().filter(**{f"{fact.customer}__in": ids[start : start + BATCH]})
            for table in tables_of(fact, rows, self.house_currency):
                yield table.append_column(
                    schema.field(STEP), pa.repeat(pa.scalar(step, pa.int64()), table.num_rows)
                )


def _is_fed_by_step(fact: Fact) -> bool:
    return bool(fact.customer and fact.sources)


def with_step(schema: Any) -> Any:
    """Return the schema of a delta: the fact's, and the step."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    return schema.append(pa.field(STEP, pa.int64()))


def changed_table(root: Path, manifest: Manifest, group: str, ids: Sequence[int], step: int) -> Any:
    """Return who changed since the base, with the step that holds: those of before, and `ids` in this one."""
    import duckdb  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    table = pa.table({"customer_id": pa.array(ids, pa.int64())})
    present = pa.table(
        {"customer_id": table.column(0), STEP: pa.repeat(pa.scalar(step, pa.int64()), table.num_rows)}
    )
    known = manifest.groups[group]["changed"]
    if not known:
        return present
    with duckdb.connect(":memory:") as connection:
        connection.register("present", present)
        return connection.sql(
            f"SELECT customer_id, {STEP} FROM {scan(root, [known])}"  # noqa: S608 - names are ours
            " WHERE customer_id NOT IN (SELECT customer_id FROM present)"
            " UNION ALL SELECT * FROM present ORDER BY customer_id"
        ).to_arrow_table()
