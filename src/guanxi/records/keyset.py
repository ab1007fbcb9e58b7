"""Pages of a list by keyset: in which order rows stand, and which stand before or after a given one.

Empty values of the first column come last either way, on both databases, as a second part of the list that is asked
for only when the first runs out: so each part is read straight from an index, and a page deep in a long list costs
what the first one does. The id, in the direction of the last column, makes the order total. Where the first column
stands beside the record, its own row says the id: so column and id come from one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value

from guanxi.records.declaration import FieldDeclaration, Join


class _RowValue(Func):
    """Several values as one: `(a, b)`."""

    template = "(%(expressions)s)"
    output_field = BigIntegerField()  # it is only ever compared


class _Before(Func):
    """Whether the first row value stands before the second, column by column."""

    template, arg_joiner = "%(expressions)s", " < "
    output_field = BooleanField()


class _Behind(_Before):
    """Whether it stands behind."""

    arg_joiner = " > "


def key_beside(join: Join) -> str:
    """Return the name under which the id of the record is known as its row beside has it; null where there is none."""
    return f"{join.alias}_record"


def is_beside(join: Join) -> Q:
    """Return the rows that have one beside them, said so that planners see it and may begin there."""
    return Q(**{key_beside(join): F("pk")})


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One column of an order."""

    field: FieldDeclaration
    descending: bool

    @property
    def column(self) -> str:
        """What the ORM calls the column; a value beside the record, or inside a column, goes by the field's name."""
        return self.field.name if self.field.join or self.field.stored else self.field.attribute


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list: which rows are in it, in which order."""

    where: Q
    order: Sequence[Any]


def parts(
    terms: Sequence[OrderTerm], cursor: Sequence[Any] | None = None, *, backwards: bool = False
) -> list[Part]:
    """Return the parts of a list after the cursor (`backwards`: before it, nearest first), in the order to be read."""
    leading = terms[0]
    if not leading.field.nullable:
        return [_part(terms, cursor, backwards=backwards)]
    column = leading.column
    is_empty, is_filled = Q(**{f"{column}__isnull": True}), Q(**{f"{column}__isnull": False})
    if leading.field.join:
        is_filled &= is_beside(leading.field.join)
    in_empty = cursor is not None and cursor[0] is None
    in_filled = cursor is not None and not in_empty
    found = []
    if backwards or not in_empty:
        found.append(_part(terms, cursor if in_filled else None, backwards=backwards, also=is_filled))
    if not backwards or not in_filled:
        rest = cursor[1:] if cursor is not None and in_empty else None
        found.append(_part(terms, rest, backwards=backwards, also=is_empty, without_leading=True))
    return found[::-1] if backwards else found


def _part(
    terms: Sequence[OrderTerm],
    cursor: Sequence[Any] | None,
    *,
    backwards: bool,
    also: Q | None = None,
    without_leading: bool = False,
) -> Part:
    """One part; its leading column has no empty values, or is left out because it has nothing else."""
    is_falling = terms[-1].descending is not backwards
    ordered_by = terms[1:] if without_leading else terms
    filled = 0 if without_leading else 1
    order = [
        _clause(term, backwards=backwards, nullable=term.field.nullable and place >= filled)
        for place, term in enumerate(ordered_by)
    ]
    join = terms[0].field.join
    key = key_beside(join) if join and not without_leading else "pk"
    where = also or Q()
    if cursor is not None and _is_one_way(ordered_by, filled):
        where &= _beyond_row(ordered_by, key, cursor, is_falling=is_falling)
    elif cursor is not None:
        where &= _beyond(ordered_by, cursor, filled, backwards=backwards, is_falling=is_falling)
    return Part(where, [*order, F(key).desc() if is_falling else F(key).asc()])


def _is_one_way(terms: Sequence[OrderTerm], filled: int) -> bool:
    """Whether all columns run in one direction and none is empty: then a row stands beyond another as a whole."""
    return len({term.descending for term in terms}) == 1 and not any(
        term.field.nullable for term in terms[filled:]
    )


def _beyond_row(terms: Sequence[OrderTerm], key: str, cursor: Sequence[Any], *, is_falling: bool) -> Q:
    """Return the rows beyond the cursor; an index finds the first of them, however many are alike."""
    columns = _RowValue(*(F(term.column) for term in terms), F(key))
    values = _RowValue(*(_value(value) for value in cursor))
    return Q(_Before(columns, values) if is_falling else _Behind(columns, values))


def _value(value: Any) -> Value:
    """A value whose type the database knows; whole numbers are wide."""
    return Value(value, BigIntegerField()) if type(value) is int else Value(value)


def _clause(term: OrderTerm, *, backwards: bool, nullable: bool) -> Any:
    column = F(term.column)
    nulls = {"nulls_first" if backwards else "nulls_last": True} if nullable else {}
    return column.desc(**nulls) if term.descending is not backwards else column.asc(**nulls)


def _beyond(
    terms: Sequence[OrderTerm], cursor: Sequence[Any], filled: int, *, backwards: bool, is_falling: bool
) -> Q:
    """Return the rows beyond the cursor: for each column, equal so far and beyond here.

    That the first column is at most (at least) the cursor's follows from this; said openly, it bounds an index.
    """
    *values, last_id = cursor
    equal, found, bound = Q(), Q(pk__in=[]), Q()
    for place, (term, value) in enumerate(zip(terms, values, strict=True)):
        column, nullable = term.column, term.field.nullable and place >= filled
        sign = "lt" if term.descending is not backwards else "gt"
        if value is None:
            further = Q(**{f"{column}__isnull": False}) if backwards else None
        else:
            further = Q(**{f"{column}__{sign}": value})
            if nullable and not backwards:
                further |= Q(**{f"{column}__isnull": True})
            if place == 0 and not nullable:
                bound = Q(**{f"{column}__{sign}e": value})
        if further is not None:
            found |= equal & further
        equal &= Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    return bound & (found | (equal & Q(**{"pk__lt" if is_falling else "pk__gt": last_id})))
