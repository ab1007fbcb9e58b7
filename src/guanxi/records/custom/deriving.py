"""What follows from what a record holds in its custom fields, filled in before it is kept."""

from __future__ import annotations

from typing import Any

from guanxi.records.declaration import Kind, RecordType


def derive_stored(known: RecordType, row: Any) -> None:
    """Give an amount without a currency the one its field is usually in."""
    for field in known.fields:
        if field.stored and field.kind is Kind.MONEY and row.custom.get(field.name) is not None:
            usual = known.by_name[field.currency].default
            if usual is not None and not row.custom.get(field.currency):
                row.custom = {**row.custom, field.currency: usual}
