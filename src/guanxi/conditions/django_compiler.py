"""Conditions for Django's ORM: a `Q` that returns the rows for which the evaluator says true.

SQL has a third truth value; here it is kept out. Negations are pushed down to the single tests,
and each negated test says what it means for null. A `Q` from here may itself be negated or excluded.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, Value
from django.db.models.lookups import Contains as ContainsLookup
from django.db.models.lookups import StartsWith as StartsWithLookup

from guanxi.conditions.binding import at_least, bind, ids_of_day
from guanxi.conditions.check import check
from guanxi.conditions.context import Context, Fixed, day_end, day_start, is_day, resolve, returns, span_days
from guanxi.conditions.distance import Circle
from guanxi.conditions.django_expressions import FoldCase, InIds, within
from guanxi.conditions.django_stored import HasChoice, stored_value
from guanxi.conditions.evaluator import fold_case
from guanxi.conditions.schema import PROGRAM_LIMITS, TEXTS, Field, FieldType, Schema
from guanxi.conditions.tree import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    Counted,
    Dated,
    During,
    Everything,
    IsEmpty,
    Leaf,
    Literal,
    Matches,
    Near,
    Not,
    Nothing,
    OneOf,
    Operator,
    Or,
    StartsWith,
    simplify,
)

_LOOKUPS: Mapping[Operator, str] = {
    Operator.EQ: "exact",
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


def to_q(condition: Condition, schema: Schema, context: Context) -> Q:
    """The condition as a `Q` over the schema's columns; it is checked first, so ConditionError may be raised.

    `Everything` is `Q()`, `Nothing` is `Q(pk__in=[])`. Relative dates are those of `context` at this moment.
    """
    bound = bind(check(condition, schema, PROGRAM_LIMITS), schema, context)
    return _compile(simplify(bound), schema, context, negated=False)


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
            return _test_of(condition, schema, context, negated=negated)


def _test_of(condition: Condition, schema: Schema, context: Context, *, negated: bool) -> Q:
    match condition:
        case Counted():
            return _counted(condition, schema, context, negated=negated)
        case Dated():
            return _dated(condition, schema, context, negated=negated)
        case Near():
            return _near(condition, schema, negated=negated)
        case _ if isinstance(condition, Leaf):
            return _leaf(condition, schema.fields[condition.field], context, negated=negated)
        case _:
            raise TypeError(f"{type(condition).__name__} is not bound")


def _counted(counted: Counted, schema: Schema, context: Context, *, negated: bool) -> Q:
    """At least or exactly so many related records: a look for the first one, or the keys of those that have them."""
    open_ended, number, complement = at_least(counted)
    negated = negated is not complement
    if open_ended and number == 0:
        return Q(pk__in=[]) if negated else Q()
    relation = schema.relations[counted.relation]
    rows = apps.get_model(relation.model)._default_manager.filter(**dict(relation.living))  # noqa: SLF001 - Django's documented name
    rows = rows.filter(_compile(simplify(counted.where), relation.schema(), context, negated=False))
    if number in {0, 1} and (open_ended or number == 0):
        found = Q(Exists(rows.filter(**{relation.path: OuterRef("pk")})))
        return ~found if negated is not (number == 0) else found
    held = rows.order_by().values(relation.path).annotate(held=Count("pk"))
    held = held.filter(held__gte=number) if open_ended else held.filter(held=number)
    found = Q(pk__in=held.values(relation.path))
    return ~found if negated else found


def _dated(dated: Dated, schema: Schema, context: Context, *, negated: bool) -> Q:
    empty = isinstance(dated.test, IsEmpty)
    ids = ids_of_day(dated, schema, context)
    found = Q(InIds.of("pk", ids)) if ids else Q(pk__in=[])
    return ~found if negated is not empty else found


def _is(field: Field, lookup: str, value: Any) -> Q:
    """A look-up on the field's column, or on its expression where it is stored inside a column."""
    if not field.stored:
        return Q(**{f"{field.column}__{lookup}": value})
    *transforms, last = lookup.split("__")
    found: Any = stored_value(field)
    for name in transforms:
        found = found.output_field.get_transform(name)(found)
    return Q(found.output_field.get_lookup(last)(found, value))


def _near(near: Near, schema: Schema, *, negated: bool) -> Q:
    latitude, longitude = (schema.fields[name].column for name in schema.coordinates or ())
    circle = Circle(float(near.latitude), float(near.longitude), float(near.metres))
    known = Q(**{f"{latitude}__isnull": False, f"{longitude}__isnull": False})
    inside = within(circle, latitude, longitude)
    return ~known | ~inside if negated else known & inside


def _leaf(leaf: Leaf, field: Field, context: Context, *, negated: bool) -> Q:
    if isinstance(leaf, IsEmpty):
        return _filled(field) if negated else _empty(field)
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        return _leaf(Compare(leaf.field, Operator.EQ, leaf.value), field, context, negated=not negated)
    test = _opposite(leaf, field, context) if negated else _test(leaf, field, context)
    if not field.nullable:
        return test
    null = _is(field, "isnull", negated)
    return null | test if negated else null & test


def _opposite(leaf: Leaf, field: Field, context: Context) -> Q:
    """What holds of a known value when the test does not; a flipped comparison can still use an index."""
    if isinstance(leaf, Compare) and leaf.operator in _FLIPPED:
        return _test(Compare(leaf.field, _FLIPPED[leaf.operator], leaf.value), field, context)
    return ~_test(leaf, field, context)


def _empty(field: Field) -> Q:
    null = _is(field, "isnull", True)  # noqa: FBT003 - Django's look-up
    if field.type not in TEXTS:
        return null
    blank = _is(field, "exact", "")
    return null | blank if field.nullable else blank


def _filled(field: Field) -> Q:
    known = _is(field, "isnull", False)  # noqa: FBT003 - Django's look-up
    return known & ~_is(field, "exact", "") if field.type in TEXTS else known


def _test(leaf: Leaf, field: Field, context: Context) -> Q:
    match leaf:
        case Compare(_, operator, literal):
            return _compare(field, operator, resolve(literal, context), context)
        case OneOf(_, literals):
            return _one_of(field, literals, context)
        case Between() | During():
            low, high = _bounds(leaf, context)
            return _compare(field, Operator.GE, low, context) & _compare(field, Operator.LE, high, context)
        case Contains() | StartsWith() | Matches():
            return Q(_text_lookup(leaf, field))
        case Anniversary(_, days):
            return _anniversary(field, days, context.today())
        case IsEmpty():
            return _empty(field)


def _bounds(leaf: Between | During, context: Context) -> tuple[Fixed, Fixed]:
    if isinstance(leaf, During):
        return span_days(leaf.span, context.today())
    return resolve(leaf.low, context), resolve(leaf.high, context)


def _text_lookup(leaf: Contains | StartsWith | Matches, field: Field) -> ContainsLookup | StartsWithLookup:
    if isinstance(leaf, Matches):
        return ContainsLookup(F(field.initials), leaf.text)
    lookup = ContainsLookup if isinstance(leaf, Contains) else StartsWithLookup
    text = stored_value(field) if field.stored else F(field.column)
    return lookup(FoldCase(text), fold_case(leaf.text))


def _anniversary(field: Field, days: int, today: date) -> Q:
    by_month: dict[int, list[int]] = {}
    for month, day in sorted(returns(days, today)):
        by_month.setdefault(month, []).append(day)
    months = (
        _is(field, "month__exact", month) & _is(field, "day__in", found) for month, found in by_month.items()
    )
    return _is(field, "lte", today + timedelta(days=days)) & Q(*months, _connector=Q.OR)


def _one_of(field: Field, literals: tuple[Literal, ...], context: Context) -> Q:
    values = [resolve(literal, context) for literal in literals]
    if not values:
        return Q(pk__in=[])
    if field.type is FieldType.CHOICES:
        return Q(*(_has(field, value) for value in values), _connector=Q.OR)
    if field.type is FieldType.DATETIME:
        return Q(*(_compare(field, Operator.EQ, value, context) for value in values), _connector=Q.OR)
    return _is(field, "in", [_parameter(field, value) for value in values])


def _has(field: Field, value: Fixed) -> Q:
    """Where there is no list it may be null: whoever asks tests first that there is one (`_leaf`)."""
    return Q(HasChoice(field.stored, field.name.rpartition(".")[2], str(value), indexed=field.indexed))


def _compare(field: Field, operator: Operator, value: Fixed, context: Context) -> Q:
    if field.type is FieldType.CHOICES:
        return _has(field, value)
    if field.type is FieldType.DATETIME and is_day(value):
        return _compare_day(field, operator, value, context)
    return _is(field, _LOOKUPS[operator], _parameter(field, value))


def _compare_day(field: Field, operator: Operator, day: date, context: Context) -> Q:
    """An instant against a whole day of the reader's zone: the same bounds as the evaluator's."""
    start, end = day_start(day, context.zone), day_end(day, context.zone)
    match operator:
        case Operator.LT:
            return _is(field, "lt", start)
        case Operator.LE:
            return _is(field, "lt", end)
        case Operator.GT:
            return _is(field, "gte", end)
        case Operator.GE:
            return _is(field, "gte", start)
        case _:
            return _is(field, "gte", start) & _is(field, "lt", end)


def _parameter(field: Field, value: Fixed) -> Any:
    """Decimals carry their own type: a column of whole numbers, such as a count, would cut theirs off."""
    if field.type not in _DECIMALS or not isinstance(value, Decimal):
        return value
    places = max(-int(value.as_tuple().exponent), 0)
    return Value(value, output_field=DecimalField(max_digits=32, decimal_places=places))
