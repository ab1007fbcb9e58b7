"""What custom fields refer to, by name: read for a whole page of rows at once, and only what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guanxi.access.calc import Actor
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, Kind

_NAMES = "reference_names"
AT_ONCE = 900


def name_references(rows: Sequence[Any], fields: Iterable[FieldDeclaration], actor: Actor) -> None:
    """Put on each row the names of what it refers to in these fields, as far as the actor may know them.

    One query for each type referred to, however many rows and fields.
    """
    asked = [field for field in fields if field.stored and field.kind is Kind.REFERENCE]
    wanted: dict[str, tuple[FieldDeclaration, set[int]]] = {}
    for field in asked:
        ids = {row.custom[field.name] for row in rows if row.custom.get(field.name) is not None}
        if ids:
            wanted.setdefault(field.target, (field, set()))[1].update(ids)
    names: dict[tuple[str, int], str] = {}
    for target, (field, ids) in wanted.items():
        for row in _found(field, actor, sorted(ids)):
            names[target, row.pk] = str(row) or f"#{row.pk}"
    for row in rows if names else ():
        setattr(row, _NAMES, names)


def _found(field: FieldDeclaration, actor: Actor, ids: Sequence[int]) -> Iterable[Any]:
    for start in range(0, len(ids), AT_ONCE):
        yield from referable(field, actor).filter(pk__in=ids[start : start + AT_ONCE])


def reference_name(row: Any, field: FieldDeclaration) -> str:
    """Return the name of what a row refers to; its number where the reader may not know it, "" for nothing."""
    key = row.custom.get(field.name)
    if key is None:
        return ""
    return known_name(row, field) or f"#{key}"


def known_name(row: Any, field: FieldDeclaration) -> str:
    """Return the name of what a row refers to; "" where the reader may not know it."""
    names: dict[tuple[str, int], str] = getattr(row, _NAMES, {})
    return names.get((field.target, row.custom.get(field.name)), "")
