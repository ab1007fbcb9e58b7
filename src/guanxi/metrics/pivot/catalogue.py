"""From declarations to what a pivot may speak of: the fact's own fields, the customer's, tiers and metrics."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from guanxi.conditions.schema import FieldType
from guanxi.customers.records import CUSTOMER as CUSTOMER_TYPE
from guanxi.metrics.calc.pivot.errors import PivotError, nearest
from guanxi.metrics.calc.pivot.fields import FACT, Catalogue, PivotField
from guanxi.metrics.engine.opening import quoted
from guanxi.metrics.engine.pivot.relation import CUSTOMER, Relation
from guanxi.metrics.engine.pivot.sql_types import type_in_ibis
from guanxi.metrics.engine.values import VALUES
from guanxi.metrics.facts import ALL_CUSTOMERS, Column, Fact, currency_of, fact_named, facts
from guanxi.records.declaration import FieldDeclaration, Kind, record_type
from guanxi.records.run_time import one_reading

CUSTOMER_TABLE = "customer"
METRICS_TABLE = "metrics"
TIERS_RELATION, TIERS_FACT = "tiers_beside", "customer_tiers"
CUSTOMER_LABEL = CUSTOMER_TYPE.label
CURRENCY = "figures_currency"


def pivotable_facts() -> tuple[Fact, ...]:
    """Return the facts that can be pivoted: those whose columns are declared fields."""
    return tuple(fact for fact in facts() if fact.declared)


def pivotable_fact(name: str) -> Fact:
    """Return the fact called `name`. Raises PivotError `unknown_fact`."""
    known = {fact.name: fact for fact in pivotable_facts()}
    if name not in known:
        raise PivotError("unknown_fact", "fact", nearest(name, known), name=name[:100])
    return known[name]


def catalogue_of(
    fact: Fact, metrics: Mapping[str, str], fed: Mapping[str, Collection[str]] | None = None
) -> Catalogue:
    """Return everything a pivot of the fact may speak of, with labels in the language of this moment.

    `metrics` are the columns of the current values in the warehouse, with their types in SQL. The customer's fields
    carry the prefix `customer.`, but in the fact of the customers themselves. Sensitive fields are not known here; with
    `fed`, the columns of each fact that the warehouse has, nor are those that came since.
    """
    with one_reading():
        fields = {field.name: field for field in _found(fact, metrics, fed or {})}
    return Catalogue(fact.name, str(fact.label), fields, key=fact.key)


def _found(fact: Fact, metrics: Mapping[str, str], fed: Mapping[str, Collection[str]]) -> list[PivotField]:
    found = [_of_fact(fact, column, table=FACT) for column in _shown(fact, fed)]
    is_of_customers = fact.name == ALL_CUSTOMERS
    prefix = "" if is_of_customers else f"{CUSTOMER_TABLE}."
    if fact.customer:
        customers = fact_named(ALL_CUSTOMERS)
        if not is_of_customers:
            columns = (
                column for column in _shown(customers, fed) if column not in (customers.key, customers.day)
            )
            found += [_of_fact(customers, column, table=CUSTOMER_TABLE, prefix=prefix) for column in columns]
        found += [_of_tier(field, prefix) for field in _tiers()]
        found += [_of_metric(field, column, metrics[column], prefix) for field, column in _metrics(metrics)]
    return found


def relation_of(fact: Fact) -> Relation:
    """Return the tables of a pivot of the fact, over the views of the warehouse."""
    if not fact.customer:
        return Relation(quoted(fact.name), key=fact.key)
    with one_reading():
        tiers = {_alias(field): _left_join(_alias(field), _classes(field)) for field in _tiers()}
    joins = {
        CUSTOMER_TABLE: _left_join(CUSTOMER_TABLE, quoted(ALL_CUSTOMERS)),
        METRICS_TABLE: _left_join(METRICS_TABLE, quoted(VALUES)),
        **tiers,
    }
    return Relation(quoted(fact.name), joins, key=fact.key, customer=CUSTOMER)


def _left_join(name: str, rows: str) -> str:
    return f"LEFT JOIN {rows} AS {quoted(name)} ON {quoted(name)}.{CUSTOMER} = {FACT}.{CUSTOMER}"


def _shown(fact: Fact, fed: Mapping[str, Collection[str]]) -> Iterator[str]:
    standing = fed.get(fact.name, fact.declared)
    return (column for column, field in fact.declared.items() if not field.sensitive and column in standing)


def _of_fact(fact: Fact, column: str, *, table: str, prefix: str = "") -> PivotField:
    """A declared column. The names it points to (its currency) are those of the same record."""
    declared = fact.declared[column]
    is_money = fact.columns[column] is Column.MONEY
    currency = currency_of(fact, column) if is_money else ""
    return PivotField(
        name=prefix + declared.name,
        label=_label(declared, prefix),
        kind=declared.kind.condition_type,
        table=table,
        column=column,
        currency=prefix + currency if currency else "",
        choices=tuple((code, str(label)) for code, label in (*declared.choices, *declared.former_choices)),
        target=declared.target,
        in_minor_units=is_money,
        is_own=table == FACT,
        ibis_type="float64" if fact.columns[column] is Column.FLOAT else "",
    )


def _label(declared: FieldDeclaration, prefix: str) -> str:
    return f"{CUSTOMER_LABEL} · {declared.label}" if prefix else str(declared.label)


def _beside() -> Iterator[FieldDeclaration]:
    return (
        field for field in record_type("customer").fields if field.join is not None and not field.sensitive
    )


def _tiers() -> Iterator[FieldDeclaration]:
    return (field for field in _beside() if field.join is not None and field.join.relation == TIERS_RELATION)


def _alias(field: FieldDeclaration) -> str:
    return field.join.alias if field.join is not None else ""


def _classes(field: FieldDeclaration) -> str:
    """The classes of one scheme."""
    scheme = dict(field.join.only)["scheme"] if field.join is not None else ""
    literal = "'" + scheme.replace("'", "''") + "'"
    return f"(SELECT {CUSTOMER}, code FROM {quoted(TIERS_FACT)} WHERE scheme = {literal})"  # noqa: S608


def _of_tier(field: FieldDeclaration, prefix: str) -> PivotField:
    return PivotField(
        name=prefix + field.name,
        label=_label(field, prefix),
        kind=FieldType.CHOICE,
        table=_alias(field),
        column="code",
        choices=tuple((code, str(label)) for code, label in field.choices),
        is_own=not prefix,
    )


def _metrics(columns: Mapping[str, str]) -> Iterator[tuple[FieldDeclaration, str]]:
    """The metrics the warehouse has current values of, with their columns; the currency of their amounts first."""
    for field in _beside():
        column = "currency" if field.name == CURRENCY else field.name
        is_tier = field.join is not None and field.join.relation == TIERS_RELATION
        if column in columns and not is_tier:
            yield field, column


def _of_metric(field: FieldDeclaration, column: str, sql_type: str, prefix: str) -> PivotField:
    is_money = field.kind is Kind.MONEY
    return PivotField(
        name=prefix + field.name,
        label=_label(field, prefix),
        kind=field.kind.condition_type,
        table=METRICS_TABLE,
        column=column,
        currency=prefix + field.currency if is_money and field.currency else "",
        choices=tuple((code, str(label)) for code, label in field.choices),
        in_minor_units=is_money,
        is_own=not prefix,
        ibis_type=type_in_ibis(sql_type),
    )
