"""The parts of a filter as a form sends them, each under its path: "0" is the whole, "0-2" its third part.

Every part sends `part` = "path kind" and its fields under names that begin with its path. What a button asks for,
another part or one less, is done here too, so that the form stays without a script of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.http import QueryDict

from guanxi.conditions.schema import Schema
from guanxi.conditions.tree import Operator, Quantifier
from guanxi.records.builder.building import ROOT
from guanxi.records.builder.parts import (
    AreaRow,
    FieldRow,
    Group,
    Joined,
    NearRow,
    Part,
    RelatedRow,
    SpanTyped,
    TextRow,
    When,
)

QUANTIFIERS = (*(quantifier.value for quantifier in Quantifier), "count")
MOST_PARTS = 200
_PATH = re.compile(r"[0-9]{1,3}(?:-[0-9]{1,3}){0,20}")


def read_group(given: QueryDict, schema: Schema) -> Group:
    """Return the parts of a form; what the schema does not know is dropped. More than MOST_PARTS are read as well.

    Whoever uses them asks `has_too_many` too: half a filter would show rows that nobody asked for.
    """
    return _Reader(given, _kinds(given)).group(ROOT, schema)


def has_too_many(given: QueryDict) -> bool:
    """Whether a form holds more parts than a filter may have."""
    return len(_kinds(given)) > MOST_PARTS


def _kinds(given: QueryDict) -> dict[str, str]:
    """What stands at each path, without the part that a button takes away."""
    entries = (entry.partition(" ") for entry in given.getlist("part"))
    removed = given.get("remove", "")
    return {
        path: kind for path, _, kind in entries if _PATH.fullmatch(path) and not _is_within(path, removed)
    }


def _is_within(path: str, removed: str) -> bool:
    return bool(removed) and (path == removed or path.startswith(f"{removed}-"))


class _Reader:
    def __init__(self, given: QueryDict, kinds: Mapping[str, str]) -> None:
        self.given = given
        self.kinds = kinds
        self.wished = given.get("add", "").partition(" ")

    def typed(self, path: str, name: str, otherwise: str = "") -> str:
        return str(self.given.get(f"{path}-{name}", otherwise))

    def group(self, path: str, schema: Schema) -> Group:
        parts = [self.part(child, schema) for child in self.children(path)]
        if self.wished[0] == path:
            parts.append(new_part(self.wished[2], schema))
        joined = self.typed(path, "joined")
        known = Joined(joined) if joined in set(Joined) else Joined.ALL
        return Group(known, tuple(part for part in parts if part is not None))

    def children(self, path: str) -> list[str]:
        under = [found for found in self.kinds if found.rpartition("-")[0] == path]
        return sorted(under, key=lambda found: int(found.rpartition("-")[2]))

    def part(self, path: str, schema: Schema) -> Part | None:
        read = _PARTS.get(self.kinds[path])
        return read(self, path, schema) if read else None

    def near_row(self, path: str, _schema: Schema) -> NearRow:
        return NearRow(self.typed(path, "point"), self.typed(path, "distance"))

    def area_row(self, path: str, _schema: Schema) -> AreaRow:
        return AreaRow(self.typed(path, "area"), self.typed(path, "name"))

    def text_row(self, path: str, _schema: Schema) -> TextRow:
        return TextRow(self.typed(path, "text"))

    def field_row(self, path: str, schema: Schema) -> FieldRow | None:
        name = self.typed(path, "field")
        if name not in schema.fields:
            return None
        former = schema.fields.get(self.typed(path, "former"))
        if former is not None and former.type is not schema.fields[name].type:
            return FieldRow(name)
        when = self.typed(path, "when")
        values = tuple(str(value) for value in self.given.getlist(f"{path}-value"))
        asked = When(when) if when in set(When) and schema.fields[name].dated else When.NOW
        return FieldRow(name, self.typed(path, "operator"), values, asked, self.typed(path, "day"))

    def related_row(self, path: str, schema: Schema) -> RelatedRow | None:
        relation = schema.relations.get(self.typed(path, "relation"))
        if relation is None:
            return None
        quantifier, operator = self.typed(path, "quantifier"), self.typed(path, "operator")
        span = SpanTyped(*(self.typed(path, name) for name in ("reach", "amount", "unit")))
        row = RelatedRow(
            relation.name,
            count=self.typed(path, "count", otherwise="1"),
            span=span,
            where=self.group(f"{path}-0", relation.schema()),
        )
        row = replace(row, quantifier=quantifier) if quantifier in QUANTIFIERS else row
        return replace(row, operator=operator) if operator in set(Operator) else row


_PARTS: Mapping[str, Callable[[_Reader, str, Schema], Part | None]] = {
    "group": _Reader.group,
    "field": _Reader.field_row,
    "related": _Reader.related_row,
    "near": _Reader.near_row,
    "area": _Reader.area_row,
    "text": _Reader.text_row,
}


def new_part(kind: str, schema: Schema) -> Part | None:
    """Return an empty part of a kind: "field name", "group", "related name", "near", "area kind", "text"."""
    kind, _, name = kind.partition(" ")
    first = FieldRow(name if name in schema.fields else next(iter(schema.fields)))
    relation = name if name in schema.relations else next(iter(schema.relations), "")
    parts: Mapping[str, Part | None] = {
        "field": first,
        "group": Group(Joined.ANY, (first,)),
        "related": RelatedRow(relation, where=Group()) if relation else None,
        "near": NearRow(distance="2 km"),
        "area": AreaRow(name or "area"),
        "text": TextRow(),
    }
    return parts.get(kind)
