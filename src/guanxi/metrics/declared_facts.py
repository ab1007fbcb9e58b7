"""A fact out of the declaration of a record type: each declared field that may be kept in columns becomes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import F, FloatField, QuerySet
from django.utils.translation import gettext_lazy as _

from guanxi.conditions.django_stored import stored_value
from guanxi.metrics.facts import Column, Fact, Source, register_changing_fact
from guanxi.metrics.queries import hundredths, thousandths
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_type

KINDS = {
    Kind.TEXT: Column.TEXT,
    Kind.PHONE: Column.TEXT,
    Kind.EMAIL: Column.TEXT,
    Kind.URL: Column.TEXT,
    Kind.CHOICE: Column.TEXT,
    Kind.CHOICES: Column.CHOICES,
    Kind.FILE: Column.TEXT,  # its name
    Kind.LONG_TEXT: Column.TEXT,
    Kind.INTEGER: Column.INTEGER,
    Kind.REFERENCE: Column.INTEGER,
    Kind.NUMBER: Column.NUMBER,
    Kind.MONEY: Column.MONEY,
    Kind.BOOLEAN: Column.BOOLEAN,
    Kind.DATE: Column.DATE,
    Kind.DATETIME: Column.DATETIME,
}
_EXPRESSIONS: dict[Column, Callable[[Any], Any]] = {
    Column.MONEY: hundredths,
    Column.NUMBER: thousandths,
}
DAY = "day"


@dataclass(frozen=True, slots=True)
class FactPlan:
    """How a fact differs from what follows from its record type.

    `living` is the query of its rows. `customer` is the ORM path from a row to the customer's id (empty: nobody's);
    `more` are columns out of other records, `column` being the path; `kept` names sensitive fields that are kept all
    the same, because a metric needs them: their declaration says that they are sensitive. `sources` are further record
    types whose changes touch the rows.
    """

    name: str
    living: Callable[[], QuerySet[Any, Any]]
    customer: str = "customer_id"
    more: tuple[FieldDeclaration, ...] = ()
    kept: frozenset[str] = frozenset()
    moment: str = ""
    currency: str = ""
    sources: tuple[tuple[str, Source], ...] = ()


def register_declared(known: RecordType, plan: FactPlan) -> None:
    """Make the fact of a record type known, with the fields it has at the time: declared, and the team's own."""
    kept: list[tuple[RecordType, Fact]] = []

    def now() -> Fact:
        current = record_type(known.name)
        if not kept or kept[0][0] is not current:
            kept[:] = [(current, declared_fact(current, plan))]
        return kept[0][1]

    register_changing_fact(plan.name, now)


def declared_fact(known: RecordType, plan: FactPlan) -> Fact:
    """Return the fact of a record type.

    Its columns: `<type>_id`; every declared field that is neither sensitive nor a note nor kept beside the record,
    references as `<name>_id` (long texts that a team defines are no notes); `more`; and, unless the type's moment is a
    date already, `day`: the day of its moment (of its making where it has none) in UTC.
    """
    fields = _columns_of(known, plan)
    columns = {name: _column_of(known, field) for name, field in fields.items()}
    currencies = (
        field.currency for field in fields.values() if field.kind is Kind.MONEY and not field.stored
    )
    return Fact(
        name=plan.name,
        columns=columns,
        rows=partial(_rows, plan.living, tuple((fields[name], columns[name]) for name in fields)),
        day=_day_of(fields, plan.moment or known.moment),
        currency=next((name for name in (plan.currency, *currencies) if name), ""),
        key=f"{known.name}_id",
        customer=plan.customer,
        sources={known.name: Source(partial(_customers, known, plan.customer)), **dict(plan.sources)},
        declared=fields,
        label=known.label_plural,
        record_type=known.name,
    )


def _rows(
    living: Callable[[], QuerySet[Any, Any]], columns: Sequence[tuple[FieldDeclaration, Column]]
) -> QuerySet[Any, Any]:
    """The query of a fact's rows, ordered by id: only plain columns and whole numbers leave the database."""
    expressions = [_EXPRESSIONS.get(kind, _as_it_is)(_value(field)) for field, kind in columns]
    return living().order_by("pk").values_list(*expressions)


def _value(field: FieldDeclaration) -> Any:
    return stored_value(field.condition_field()) if field.stored else F(field.attribute)


def _as_it_is(value: Any) -> Any:
    return value


def _customers(known: RecordType, path: str, ids: Sequence[int]) -> QuerySet[Any, Any]:
    return known.model.objects.filter(pk__in=ids).order_by().values_list(path or "pk", flat=True)


def _columns_of(known: RecordType, plan: FactPlan) -> dict[str, FieldDeclaration]:
    key = FieldDeclaration(name=f"{known.name}_id", label=known.label, kind=Kind.INTEGER, column="pk")
    columns = {key.name: key}
    for found in (*known.fields, *plan.more):
        is_left_out = found.sensitive and found.name not in plan.kept
        is_note = found.kind is Kind.LONG_TEXT and not found.stored
        if found.join is None and not is_left_out and not is_note:
            columns[_name_of(found)] = found
    moment = plan.moment or known.moment
    if not moment or columns[moment].kind is Kind.DATETIME:
        when = columns[moment or "created_at"]
        columns[DAY] = FieldDeclaration(name=DAY, label=_("day"), kind=Kind.DATE, column=when.column)
    return columns


def _name_of(found: FieldDeclaration) -> str:
    return f"{found.name}_id" if found.kind is Kind.REFERENCE else found.name


def _day_of(columns: Iterable[str], moment: str) -> str:
    return DAY if DAY in columns else moment


def _column_of(known: RecordType, found: FieldDeclaration) -> Column:
    """Positions and other measures are floats in the database, and stay what they are."""
    if found.kind is Kind.NUMBER and found in known.fields and not found.stored:
        column = known.model._meta.get_field(found.column)  # noqa: SLF001 - Django's documented model API
        if isinstance(column, FloatField):
            return Column.FLOAT
    return KINDS[found.kind]
