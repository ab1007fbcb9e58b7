"""Reads of records: lists by keyset, one record, its history. All stand behind `visible_to`."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.conditions.check import check
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Condition, Everything, fields_of
from guanxi.records.declaration import FieldDeclaration, RecordType
from guanxi.records.models import Record
from guanxi.records.values import plain, raw_value

COUNT_LIMIT = 10_000
PAGE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, where the next page begins, and how many there are (None: more than anyone counts)."""

    rows: Sequence[Any]
    next: str | None
    count: int | None
    order: str


@dataclass(frozen=True, slots=True)
class OrderTerm:
    """One column of an order."""

    field: FieldDeclaration
    descending: bool


def parse_where(text: str, known: RecordType) -> Condition:
    """Read a condition over the fields of a type; empty text means everything. Raises ConditionError."""
    return check(parse(text, known.schema), known.schema) if text.strip() else Everything()


def parse_order(text: str, known: RecordType) -> tuple[OrderTerm, ...]:
    """Read `field,-field` against the fields that may be sorted by. Raises InvalidError."""
    terms = []
    for part in filter(None, (text or known.order).split(",")):
        name = part.strip().removeprefix("-")
        field = known.by_name.get(name)
        if field is None or not field.sortable:
            raise InvalidError({"order": [f"'{name}' is not a field to sort by"]})
        terms.append(OrderTerm(field, part.strip().startswith("-")))
    return tuple(terms)


def joined(rows: QuerySet[Any], fields: Iterable[FieldDeclaration]) -> QuerySet[Any]:
    """Join what stands beside the record for these fields, each value annotated under the field's name."""
    beside = [field for field in fields if field.join is not None]
    relations = {field.join.alias: field.join.filtered() for field in beside if field.join}
    values = {field.name: F(field.column) for field in beside}
    return rows.annotate(**relations).annotate(**values) if beside else rows


def matching(
    known: RecordType,
    actor: Actor,
    where: Condition,
    context: Context,
    *,
    also: Iterable[FieldDeclaration] = (),
) -> QuerySet[Any]:
    """Return the visible rows that meet a condition.

    Who sees a field masked must not learn it by asking: a condition on sensitive fields speaks only of rows whose
    fields the actor sees in full.
    """
    used = [known.by_name[name] for name in fields_of(where)]
    rows = known.model.objects
    secret = any(field.sensitive for field in (*used, *also))
    allowed = rows.changeable_by(actor) if secret else rows.visible_to(actor)
    filtered: QuerySet[Any] = joined(allowed, {field.name: field for field in (*used, *also)}.values())
    return filtered.filter(to_q(where, known.schema, context))


def search(rows: QuerySet[Any], known: RecordType, actor: Actor, text: str) -> QuerySet[Any]:
    """Narrow rows to those with `text` in a searched field; sensitive fields only where they are seen in full."""
    words = text.split()
    for word in words:
        found = Q()
        for name in known.searched:
            field = known.by_name[name]
            hit = Q(**{f"{field.column}__icontains": word})
            if field.sensitive and not actor.manages:
                hit &= Q(pk__in=known.model.objects.changeable_by(actor).values("pk"))
            found |= hit
        rows = rows.filter(found)
    return rows


def list_page(  # noqa: PLR0913 - what a list can be asked
    known: RecordType,
    actor: Actor,
    *,
    context: Context,
    where: Condition | None = None,
    text: str = "",
    order: str = "",
    limit: int = 50,
    after: str = "",
    fields: Iterable[FieldDeclaration] | None = None,
    exact_count: bool = False,
) -> Page:
    """Return one page of a list by keyset: as quick on the thousandth page as on the first."""
    terms = parse_order(order, known)
    ordered_by = [term.field for term in terms]
    rows = matching(known, actor, where or Everything(), context, also=ordered_by)
    rows = search(rows, known, actor, text)
    count = count_rows(rows, exact=exact_count)
    shown = joined(rows, _not_joined_yet(known, where, ordered_by, fields))
    shown = shown.order_by(*_ordering(terms)).select_related(*_related(known))
    if after:
        shown = shown.filter(_beyond(terms, _read_cursor(after, len(terms))))
    limit = max(1, min(limit, PAGE_LIMIT))
    found = list(shown[: limit + 1])
    cursor = _write_cursor(found[limit - 1], terms) if len(found) > limit else None
    return Page(rows=found[:limit], next=cursor, count=count, order=order or known.order)


def count_rows(rows: QuerySet[Any], *, exact: bool = False) -> int | None:
    """Count rows, up to ten thousand unless asked for more; None means "more"."""
    if exact:
        return rows.count()
    count = rows.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    return count if count <= COUNT_LIMIT else None


def _not_joined_yet(
    known: RecordType,
    where: Condition | None,
    ordered_by: Iterable[FieldDeclaration],
    fields: Iterable[FieldDeclaration] | None,
) -> list[FieldDeclaration]:
    done = {field.name for field in ordered_by} | set(fields_of(where or Everything()))
    return [field for field in (known.fields if fields is None else fields) if field.name not in done]


def _related(known: RecordType) -> list[str]:
    references = [field.column for field in known.fields if field.target]
    return [*references, known.model.scope_root] if known.model.scope_root else references


def _ordering(terms: Sequence[OrderTerm]) -> list[Any]:
    """Empty values come last either way, on both databases; the id makes the order total."""
    clauses: list[Any] = []
    for term in terms:
        column = F(term.field.attribute)
        if not term.field.nullable:
            clauses.append(column.desc() if term.descending else column.asc())
        elif term.descending:
            clauses.append(column.desc(nulls_last=True))
        else:
            clauses.append(column.asc(nulls_last=True))
    return [*clauses, F("pk").asc()]


def _beyond(terms: Sequence[OrderTerm], cursor: Sequence[Any]) -> Q:
    """Rows after the cursor: for each column, equal so far and beyond here."""
    *values, last_id = cursor
    equal, beyond = Q(), Q(pk__in=[])
    for term, value in zip(terms, values, strict=True):
        column = term.field.attribute
        if value is not None:
            direction = "lt" if term.descending else "gt"
            later = Q(**{f"{column}__{direction}": value})
            if term.field.nullable:
                later |= Q(**{f"{column}__isnull": True})
            beyond |= equal & later
            equal &= Q(**{column: value})
        else:
            equal &= Q(**{f"{column}__isnull": True})
    return beyond | (equal & Q(pk__gt=last_id))


def _write_cursor(row: Record, terms: Sequence[OrderTerm]) -> str:
    values = [plain(raw_value(row, term.field)) for term in terms]
    return base64.urlsafe_b64encode(json.dumps([*values, row.pk]).encode()).decode().rstrip("=")


def _read_cursor(text: str, terms: int) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InvalidError({"after": ["this is not a cursor of this list"]}) from error
    if not isinstance(values, list) or len(values) != terms + 1 or not isinstance(values[-1], int):
        raise InvalidError({"after": ["this cursor belongs to another order"]})
    return values


def get_record(known: RecordType, actor: Actor, record_id: int) -> Any:
    """Return one visible record with all that stands beside it. Raises NotFoundError."""
    rows = joined(known.model.objects.visible_to(actor), known.fields)
    row = rows.select_related(*_related(known)).filter(pk=record_id).first()
    if row is None:
        raise NotFoundError
    return row
