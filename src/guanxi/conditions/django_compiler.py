"""Conditions for Django's ORM: a `Q` that returns the rows for which the evaluator says true.

SQL has a third truth value; here it is kept out. Negations are pushed down to the single tests,
and each negated test says what it means for null. A `Q` from here may itself be negated or excluded.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DecimalField, F, Func, Q, TextField, Value
from django.db.models.lookups import Contains as ContainsLookup
from django.db.models.lookups import StartsWith as StartsWithLookup
from django.db.models.sql.compiler import SQLCompiler

from guanxi.conditions.check import check
from guanxi.conditions.context import Context, Fixed, day_end, day_start, is_day, resolve
from guanxi.conditions.evaluator import fold_case
from guanxi.conditions.schema import PROGRAM_LIMITS, Field, FieldType, Schema
from guanxi.conditions.tree import (
    And,
    Between,
    Compare,
    Condition,
    Contains,
    Everything,
    IsEmpty,
    Leaf,
    Literal,
    Not,
    Nothing,
    OneOf,
    Operator,
    Or,
    StartsWith,
    simplify,
)

_LOOKUPS: Mapping[Operator, str] = {
    Operator.LT: "lt",
    Operator.LE: "lte",
    Operator.GT: "gt",
    Operator.GE: "gte",
}
_FLIPPED: Mapping[Operator, Operator] = {
    Operator.LT: Operator.GE,
    Operator.LE: Operator.GT,
    Operator.GT: Operator.LE,
    Operator.GE: Operator.LT,
}
_DECIMALS = frozenset({FieldType.NUMBER, FieldType.MONEY})
_TEXTS = frozenset({FieldType.TEXT, FieldType.CHOICE})


class FoldCase(Func):
    """A column with A–Z as a–z, for a `LIKE` on it: SQLite's LIKE does that by itself, and only that."""

    function = "LOWER"
    arity = 1
    output_field = TextField()

    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
        **extra_context: Any,  # noqa: ARG002
    ) -> tuple[str, Any]:
        """The bare column."""
        return compiler.compile(self.get_source_expressions()[0])

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """In the C collation LOWER touches A–Z only."""
        return super().as_sql(
            compiler, connection, template='%(function)s(%(expressions)s COLLATE "C")', **context
        )


def to_q(condition: Condition, schema: Schema, context: Context) -> Q:
    """The condition as a `Q` over the schema's columns; it is checked first, so ConditionError may be raised.

    `Everything` is `Q()`, `Nothing` is `Q(pk__in=[])`. Relative dates are those of `context` at this moment.
    """
    return _compile(simplify(check(condition, schema, PROGRAM_LIMITS)), schema, context, negated=False)


def _compile(condition: Condition, schema: Schema, context: Context, *, negated: bool) -> Q:
    match condition:
        case Everything():
            return Q()
        case Nothing():
            return Q(pk__in=[])
        case Not(part):
            return _compile(part, schema, context, negated=not negated)
        case And(parts) | Or(parts):
            conjunction = isinstance(condition, And) is not negated
            compiled = (_compile(part, schema, context, negated=negated) for part in parts)
            return Q(*compiled, _connector=Q.AND if conjunction else Q.OR)
        case _:
            return _leaf(condition, schema.fields[condition.field], context, negated=negated)


def _leaf(leaf: Leaf, field: Field, context: Context, *, negated: bool) -> Q:
    if isinstance(leaf, IsEmpty):
        return _filled(field) if negated else _empty(field)
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        return _leaf(Compare(leaf.field, Operator.EQ, leaf.value), field, context, negated=not negated)
    test = _opposite(leaf, field, context) if negated else _test(leaf, field, context)
    if not field.nullable:
        return test
    null = Q(**{f"{field.column}__isnull": negated})
    return null | test if negated else null & test


def _opposite(leaf: Leaf, field: Field, context: Context) -> Q:
    """What holds of a known value when the test does not; a flipped comparison can still use an index."""
    if isinstance(leaf, Compare) and leaf.operator in _FLIPPED:
        return _test(Compare(leaf.field, _FLIPPED[leaf.operator], leaf.value), field, context)
    return ~_test(leaf, field, context)


def _empty(field: Field) -> Q:
    null = Q(**{f"{field.column}__isnull": True})
    if field.type not in _TEXTS:
        return null
    blank = Q(**{field.column: ""})
    return null | blank if field.nullable else blank


def _filled(field: Field) -> Q:
    known = Q(**{f"{field.column}__isnull": False})
    return known & ~Q(**{field.column: ""}) if field.type in _TEXTS else known


def _test(leaf: Leaf, field: Field, context: Context) -> Q:
    match leaf:
        case Compare(_, operator, literal):
            return _compare(field, operator, resolve(literal, context), context)
        case OneOf(_, literals):
            return _one_of(field, literals, context)
        case Between(_, low, high):
            return _compare(field, Operator.GE, resolve(low, context), context) & _compare(
                field, Operator.LE, resolve(high, context), context
            )
        case Contains(_, text):
            return Q(ContainsLookup(FoldCase(F(field.column)), fold_case(text)))
        case StartsWith(_, text):
            return Q(StartsWithLookup(FoldCase(F(field.column)), fold_case(text)))
        case IsEmpty():
            return _empty(field)


def _one_of(field: Field, literals: tuple[Literal, ...], context: Context) -> Q:
    values = [resolve(literal, context) for literal in literals]
    if not values:
        return Q(pk__in=[])
    if field.type is FieldType.DATETIME:
        return Q(*(_compare(field, Operator.EQ, value, context) for value in values), _connector=Q.OR)
    return Q(**{f"{field.column}__in": [_parameter(field, value) for value in values]})


def _compare(field: Field, operator: Operator, value: Fixed, context: Context) -> Q:
    if field.type is FieldType.DATETIME and is_day(value):
        return _compare_day(field.column, operator, value, context)
    if operator is Operator.EQ:
        return Q(**{field.column: _parameter(field, value)})
    return Q(**{f"{field.column}__{_LOOKUPS[operator]}": _parameter(field, value)})


def _compare_day(column: str, operator: Operator, day: date, context: Context) -> Q:
    """An instant against a whole day of the reader's zone: the same bounds as the evaluator's."""
    start, end = day_start(day, context.zone), day_end(day, context.zone)
    match operator:
        case Operator.LT:
            return Q(**{f"{column}__lt": start})
        case Operator.LE:
            return Q(**{f"{column}__lt": end})
        case Operator.GT:
            return Q(**{f"{column}__gte": end})
        case Operator.GE:
            return Q(**{f"{column}__gte": start})
        case _:
            return Q(**{f"{column}__gte": start, f"{column}__lt": end})


def _parameter(field: Field, value: Fixed) -> Any:
    """Decimals carry their own type: a column of whole numbers, such as a count, would cut theirs off."""
    if field.type not in _DECIMALS or not isinstance(value, Decimal):
        return value
    places = max(-int(value.as_tuple().exponent), 0)
    return Value(value, output_field=DecimalField(max_digits=32, decimal_places=places))
