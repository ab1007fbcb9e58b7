"""Reads of records: lists by keyset, one record, its history. All stand behind `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, ForeignObjectRel, QuerySet

from guanxi.access.calc import Actor
from guanxi.access.errors import InvalidError, NotFoundError
from guanxi.conditions.binding import reads_sensitive
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.django_stored import stored_value
from guanxi.conditions.presence import present
from guanxi.conditions.text import parse
from guanxi.conditions.tree import Condition, Everything, fields_of
from guanxi.records.cursor import read_cursor, write_cursor
from guanxi.records.custom.references import name_references
from guanxi.records.declaration import FieldDeclaration, Join, RecordType
from guanxi.records.keyset import OrderTerm, is_beside, key_beside, parts
from guanxi.records.search.queries import Search, search_records

COUNT_LIMIT = 10_000
PAGE_LIMIT = 500
ORDER_TERMS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, how many there are in all (None: more than anyone counts), and where other pages are.

    `next` is the cursor to go on after, `previous` the one to go back before; None where the list ends.
    """

    rows: Sequence[Any]
    next: str | None
    count: int | None
    order: str
    previous: str | None = None


def parse_where(text: str, known: RecordType) -> Condition:
    """Read a condition over the fields of a type; empty text means everything. Raises ConditionError."""
    return parse(text, known.schema) if text.strip() else Everything()


def parse_order(text: str, known: RecordType) -> tuple[OrderTerm, ...]:
    """Read `field,-field` against the fields that may be sorted by. Raises InvalidError."""
    terms: dict[str, OrderTerm] = {}
    for part in filter(None, (text or known.order).split(",")):
        name = part.strip().removeprefix("-")
        field = known.by_name.get(name)
        if field is None or not field.sortable or len(terms) == ORDER_TERMS:
            raise InvalidError(
                {"order": [f"'{name[:100]}' is not a field to sort by (at most {ORDER_TERMS})"]}
            )
        terms.setdefault(name, OrderTerm(field, part.strip().startswith("-")))
    return tuple(terms.values())


def joined(rows: QuerySet[Any], fields: Iterable[FieldDeclaration]) -> QuerySet[Any]:
    """Join what stands beside the record for these fields, each value annotated under the field's name."""
    beside = [field for field in fields if field.join is not None]
    if not beside:
        return rows
    joins = {field.join.alias: field.join for field in beside if field.join}
    relations = {alias: join.filtered() for alias, join in joins.items()}
    keys = {key_beside(join): F(f"{alias}__{_record_of(rows, join)}") for alias, join in joins.items()}
    values = {field.name: F(field.column) for field in beside}
    found: QuerySet[Any] = rows.annotate(**relations).alias(**keys).annotate(**values)
    return found


def named(rows: QuerySet[Any], fields: Iterable[FieldDeclaration]) -> QuerySet[Any]:
    """Let a query speak of values stored inside a column by their fields' names: an order does."""
    values = {field.name: stored_value(field.condition_field()) for field in fields if field.stored}
    found: QuerySet[Any] = rows.alias(**values) if values else rows
    return found


def _record_of(rows: QuerySet[Any], join: Join) -> str:
    """The column by which a row beside points to its record."""
    relation = rows.model._meta.get_field(join.relation)  # noqa: SLF001 - Django's documented model API
    assert isinstance(relation, ForeignObjectRel)  # noqa: S101 - what stands beside points here
    return str(relation.field.attname)


def matching(
    known: RecordType,
    actor: Actor,
    where: Condition,
    context: Context,
    *,
    also: Iterable[FieldDeclaration] = (),
) -> QuerySet[Any]:
    """Return the visible rows that meet a condition.

    Who sees a field masked must not learn it by asking: a condition on sensitive fields, of the record or of what hangs
    from it, speaks only of rows whose fields the actor sees in full.
    """
    used = [known.by_name[name] for name in fields_of(where) if name in known.by_name]
    rows, also = known.model.objects, list(also)
    secret = any(field.sensitive for field in also) or reads_sensitive(where, known.schema, context)
    allowed = rows.changeable_by(actor) if secret else rows.visible_to(actor)
    filtered: QuerySet[Any] = joined(allowed, {field.name: field for field in (*used, *also)}.values())
    filtered = named(filtered, also)
    there = [is_beside(join) for join in _joins_implied(known, where)]
    return filtered.filter(to_q(where, known.schema, context), *there)


def _joins_implied(known: RecordType, where: Condition) -> frozenset[Join]:
    """What every row meant has beside it."""
    joins = {name: known.by_name[name].join for name in fields_of(where) if name in known.by_name}
    return present(where, {name: join for name, join in joins.items() if join is not None})


def search(rows: QuerySet[Any], known: RecordType, actor: Actor, text: str) -> QuerySet[Any]:
    """Narrow rows to those a typed text finds (see `records.search`); sensitive fields only where seen in full."""
    found = search_records(known, actor, text)
    return found.narrow(rows) if found else rows


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
    before: str = "",
    fields: Iterable[FieldDeclaration] | None = None,
    exact_count: bool = False,
    with_related: bool = True,
) -> Page:
    """Return one page of a list by keyset: as quick on the thousandth page as on the first.

    It holds the rows after the cursor `after`, or the last ones before the cursor `before`. Who shows only the ids of
    what rows refer to says so by `with_related`: to read owners and teams takes a third of the time.
    """
    terms = parse_order(order, known)
    fields = known.fields if fields is None else list(fields)
    ordered_by = [term.field for term in terms]
    rows = matching(known, actor, where or Everything(), context, also=ordered_by)
    found_by_text = search_records(known, actor, text)
    count = count_rows(rows, exact=exact_count, found=found_by_text)
    rows = found_by_text.narrow_walk(rows) if found_by_text else rows
    shown = _shown(known, ordered_by, fields, related(known) if with_related else _root(known))
    limit = max(1, min(limit, PAGE_LIMIT))
    backwards = bool(before) and not after
    cursor = read_cursor(after or before, ordered_by) if after or before else None
    found: list[Any] = []
    for part in parts(terms, cursor, backwards=backwards):
        if len(found) <= limit:
            keys = rows.filter(part.where).order_by(*part.order).values("pk")[: limit + 1 - len(found)]
            found += shown.filter(pk__in=keys).order_by(*part.order)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    if with_related:
        name_references(found, fields, actor)
    has_next, has_previous = (bool(found), more) if backwards else (more, bool(after and found))
    return Page(
        rows=found,
        next=write_cursor(found[-1], ordered_by) if has_next else None,
        previous=write_cursor(found[0], ordered_by) if has_previous else None,
        count=count,
        order=order or known.order,
    )


def count_rows(rows: QuerySet[Any], *, exact: bool = False, found: Search | None = None) -> int | None:
    """Count rows, of them those `found`, up to ten thousand unless asked for more; None means "more"."""
    if exact:
        return (found.narrow(rows) if found else rows).count()
    limit = COUNT_LIMIT + 1
    count = found.first_of(rows, limit) if found else rows.order_by().values("pk")[:limit].count()
    return count if count <= COUNT_LIMIT else None


def _shown(
    known: RecordType,
    ordered_by: Sequence[FieldDeclaration],
    fields: Iterable[FieldDeclaration],
    beside: Sequence[str],
) -> QuerySet[Any]:
    """Records with all that a list shows of them, to be fetched by the ids of rows that are known to be visible.

    Nothing but the id is asked: a planner that may choose begins at the actor's thousands of customers.
    """
    wanted = {field.name: field for field in (*ordered_by, *fields)}
    key = (id(known), tuple(wanted), tuple(field.name for field in ordered_by), tuple(beside))
    kept = _SHOWN.get(key)
    if kept is None or kept[0] is not known:
        rows = named(joined(known.model.objects.all(), wanted.values()), ordered_by)
        kept = (known, rows.select_related(*beside) if beside else rows)
        if len(_SHOWN) >= MOST_SHOWN:
            _SHOWN.clear()
        _SHOWN[key] = kept
    return kept[1].all()


MOST_SHOWN = 100
_SHOWN: dict[
    tuple[int, tuple[str, ...], tuple[str, ...], tuple[str, ...]], tuple[RecordType, QuerySet[Any]]
] = {}
"""Queries as they were built for the same fields: to join sixty values costs more than to fetch them."""


def related(known: RecordType) -> list[str]:
    references = [field.column for field in known.fields if field.target and not field.stored]
    return [*references, *_root(known)]


def _root(known: RecordType) -> list[str]:
    """What decides who may see and change a row, where that is not the row itself."""
    return [known.model.scope_root] if known.model.scope_root else []


def get_record(known: RecordType, actor: Actor, record_id: int) -> Any:
    """Return one visible record with all that stands beside it. Raises NotFoundError."""
    rows = joined(known.model.objects.visible_to(actor), known.fields)
    row = rows.select_related(*related(known)).filter(pk=record_id).first()
    if row is None:
        raise NotFoundError
    name_references([row], known.fields, actor)
    return row


def get_records(known: RecordType, actor: Actor, ids: Iterable[int]) -> list[Any]:
    """Return those of the records that are visible, by id, with all that stands beside them."""
    rows = joined(known.model.objects.visible_to(actor), known.fields)
    found = list(rows.select_related(*related(known)).filter(pk__among=list(ids)).order_by("pk"))
    name_references(found, known.fields, actor)
    return found
