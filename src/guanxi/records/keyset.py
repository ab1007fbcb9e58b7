"""Pages of a list by keyset: in which order rows stand, and which stand before or after a given one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from guanxi.records.declaration import FieldDeclaration


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One column of an order."""

    field: FieldDeclaration
    descending: bool


def ordering(terms: Sequence[OrderTerm], *, backwards: bool = False) -> list[Any]:
    """Return the order of the rows. Empty values come last either way, on both databases; the id makes it total.

    The id runs as the last column does, so that an index on (column, id) serves both directions.
    """
    clauses: list[Any] = []
    for term in terms:
        column = F(term.field.attribute)
        descending = term.descending is not backwards
        nulls = {"nulls_first" if backwards else "nulls_last": True} if term.field.nullable else {}
        clauses.append(column.desc(**nulls) if descending else column.asc(**nulls))
    return [*clauses, F("pk").desc() if _id_descends(terms) is not backwards else F("pk").asc()]


def _id_descends(terms: Sequence[OrderTerm]) -> bool:
    return bool(terms) and terms[-1].descending


def beyond(terms: Sequence[OrderTerm], cursor: Sequence[Any], *, backwards: bool = False) -> Q:
    """Return the rows after (`backwards`: before) the cursor: for each column, equal so far and beyond here."""
    *values, last_id = cursor
    equal, found = Q(), Q(pk__in=[])
    for term, value in zip(terms, values, strict=True):
        column = term.field.attribute
        further = _further(term, value, backwards=backwards)
        if further is not None:
            found |= equal & further
        equal &= Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    downwards = _id_descends(terms) is not backwards
    found |= equal & Q(**{"pk__lt" if downwards else "pk__gt": last_id})
    return _bound(terms, values, backwards=backwards) & found


def _bound(terms: Sequence[OrderTerm], values: Sequence[Any], *, backwards: bool) -> Q:
    """What `beyond` says of the first column already, said once more by itself: where an index range begins."""
    if not terms or terms[0].field.nullable or values[0] is None:
        return Q()
    downwards = terms[0].descending is not backwards
    return Q(**{f"{terms[0].field.attribute}__{'lte' if downwards else 'gte'}": values[0]})


def _further(term: OrderTerm, value: Any, *, backwards: bool) -> Q | None:
    """Rows that this column alone puts beyond the value; None when there can be none."""
    column = term.field.attribute
    if value is None:
        return Q(**{f"{column}__isnull": False}) if backwards else None
    further = Q(**{f"{column}__{'lt' if term.descending is not backwards else 'gt'}": value})
    if term.field.nullable and not backwards:
        further |= Q(**{f"{column}__isnull": True})
    return further
