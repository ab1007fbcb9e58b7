"""The drawn rows, and what hangs from them, as Ibis tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guanxi.conditions.ibis_compiler import RelatedTable
from guanxi.conditions.initials import initials
from tests.conditions.related import WIDE
from tests.conditions.sample import SCHEMA, Row


def sample_table(rows: Mapping[int, Row]) -> Any:
    """The rows as a table: `pk`, every field of the schema, times with a zone and without one, and initials."""
    import ibis  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    instant, bare = pa.timestamp("us", "UTC"), pa.timestamp("us")
    kinds = {
        "visits": pa.int64(),
        "in": pa.int64(),
        "points": pa.int64(),
        "amount": pa.decimal128(14, 2),
        "all": pa.decimal128(15, 6),
        "p_alive": pa.float64(),
        "active": pa.bool_(),
        "consent": pa.bool_(),
        "founded": pa.date32(),
        "생일": pa.date32(),
        "created": instant,
        "last.seen": bare,
        "owner": pa.int64(),
        "owner.joined": bare,
        "beside.joined": instant,
    }
    values = {name: [row[name] for row in rows.values()] for name in SCHEMA.fields}
    for name, kind in kinds.items():
        if kind == bare:
            values[name] = [value and value.replace(tzinfo=None) for value in values[name]]
    columns = {name: pa.array(values[name], kinds.get(name, pa.string())) for name in SCHEMA.fields}
    for name, field in WIDE.fields.items():
        if field.initials:
            columns[field.initials] = pa.array([initials(value or "") for value in values[name]], pa.string())
    return ibis.memtable(pa.table({"pk": pa.array(list(rows), pa.int64()), **columns}))


def sample_columns(table: Any) -> dict[str, Any]:
    """The table's columns as a condition calls them."""
    return {name: table[name] for name in table.columns}


def related_tables(rows: Mapping[int, Row]) -> dict[str, RelatedTable]:
    """What hangs from the rows: deals with their items, and spots."""
    deals = [{**deal, "sample_id": key} for key, row in rows.items() for deal in row["deals"]]
    items = [{**item, "deal_id": number} for number, deal in enumerate(deals) for item in deal["items"]]
    spots = [{**spot, "sample_id": key} for key, row in rows.items() for spot in row["spots"]]
    numbered = [{**deal, "id": number} for number, deal in enumerate(deals)]
    kept_items = _related(items, "deal_id", {"label": "string", "code": "string"})
    kept_deals = _related(
        numbered, "sample_id", {"id": "int64", "day": "date", "amount": "decimal(14, 2)", "label": "string"}
    )
    kept_spots = _related(
        spots, "sample_id", {"latitude": "float64", "longitude": "float64", "zone": "string"}
    )
    with_items = RelatedTable(
        kept_deals.table, "sample_id", kept_deals.columns, kept_deals.table.id, {"items": kept_items}
    )
    return {"deals": with_items, "spots": kept_spots}


def _related(rows: Iterable[Row], parent: str, kinds: Mapping[str, str]) -> RelatedTable:
    """One more row hangs from nothing: it must not count, nor make an answer unknown."""
    import ibis  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    schema = ibis.schema({parent: "int64", **kinds})
    orphan = dict.fromkeys(schema.names)
    kept = [{name: row[name] for name in schema.names} for row in rows]
    table = ibis.memtable(pa.Table.from_pylist([*kept, orphan], schema.to_pyarrow()))
    return RelatedTable(table, parent, {name: table[name] for name in kinds})
