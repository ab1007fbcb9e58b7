"""Single tests on the value of a field, in Ibis; and what its expressions are joined with."""

from __future__ import annotations

import operator as compare_with
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from decimal import Context as DecimalContext
from typing import Any

from guanxi.conditions.context import Context, Fixed, day_end, day_start, is_day, resolve, returns
from guanxi.conditions.distance import Circle
from guanxi.conditions.evaluator import fold_case
from guanxi.conditions.schema import TEXTS, FieldType
from guanxi.conditions.tree import (
    Anniversary,
    Between,
    Compare,
    Contains,
    IsEmpty,
    Leaf,
    Literal,
    Matches,
    OneOf,
    Operator,
    StartsWith,
)

_COMPARE: Mapping[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQ: compare_with.eq,
    Operator.LT: compare_with.lt,
    Operator.LE: compare_with.le,
    Operator.GT: compare_with.gt,
    Operator.GE: compare_with.ge,
}
_OF_FLOOR: Mapping[Operator, Operator] = {
    Operator.LT: Operator.LE,
    Operator.LE: Operator.LE,
    Operator.GT: Operator.GT,
    Operator.GE: Operator.GT,
}
"""What a number says of the largest one below it that the column can hold."""
_EXACTLY = DecimalContext(prec=76)
_CAPITALS, _SMALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"


def constant(*, value: bool) -> Any:
    """The same for every row."""
    import ibis  # noqa: PLC0415 - heavy

    return ibis.literal(value)


def joined(operation: Callable[[Any, Any], Any], parts: Sequence[Any]) -> Any:
    """Many parts as a balanced tree: in a row they would be nested deeper than compilers of SQL can go."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return operation(joined(operation, parts[:middle]), joined(operation, parts[middle:]))


def meets(leaf: Leaf, kind: FieldType, column: Any, context: Context, *, negated: bool) -> Any:
    """Whether the value meets the test (`negated`: whether it does not); never null."""
    if isinstance(leaf, IsEmpty):
        return _empty(column, kind, negated=negated)
    if isinstance(leaf, Compare) and leaf.operator is Operator.NE:
        equal = Compare(leaf.field, Operator.EQ, leaf.value)
        return meets(equal, kind, column, context, negated=not negated)
    test = _chosen(leaf, column) if kind is FieldType.CHOICES else _test(leaf, column, context)
    return column.isnull() | ~test if negated else column.notnull() & test


def within(circle: Circle, latitude: Any, longitude: Any) -> Any:
    """Whether a point of two columns, in degrees, is inside a circle: first by its box, then exactly."""
    low, high = circle.latitudes()
    ranges = [longitude.between(west, east) for west, east in circle.longitudes()]
    north = ((latitude - circle.latitude).radians() / 2).sin()
    east = ((longitude - circle.longitude).radians() / 2).sin()
    haversine = north * north + latitude.radians().cos() * circle.cosine * east * east
    return latitude.between(low, high) & joined(compare_with.or_, ranges) & (haversine <= circle.haversine)


def _empty(column: Any, kind: FieldType, *, negated: bool) -> Any:
    if kind not in TEXTS:
        return column.notnull() if negated else column.isnull()
    return column.notnull() & (column != "") if negated else column.isnull() | (column == "")


def _test(leaf: Leaf, column: Any, context: Context) -> Any:  # noqa: PLR0911 - a case a test
    """What holds of a known value."""
    match leaf:
        case Compare(_, operator, literal):
            return _compare(column, operator, resolve(literal, context), context)
        case OneOf(_, literals):
            return _one_of(column, literals, context)
        case Between(_, low, high):
            return _compare(column, Operator.GE, resolve(low, context), context) & _compare(
                column, Operator.LE, resolve(high, context), context
            )
        case Contains(_, text):
            return _folded(column).contains(fold_case(text))
        case StartsWith(_, text):
            return _folded(column).startswith(fold_case(text))
        case Matches(_, text):
            return column.contains(text)
        case Anniversary(_, days):
            return _returns_within(column, days, context.today())
        case _:
            raise TypeError(f"{type(leaf).__name__} is not bound")


def _chosen(leaf: Leaf, column: Any) -> Any:
    """Whether a list has the choice, or one of them."""
    match leaf:
        case Compare(_, _, value):
            return column.contains(value)
        case OneOf(_, values) if values:
            return joined(compare_with.or_, [column.contains(value) for value in values])
        case _:
            return constant(value=False)


def _returns_within(column: Any, days: int, today: date) -> Any:
    by_month: dict[int, list[int]] = {}
    for month, day in sorted(returns(days, today)):
        by_month.setdefault(month, []).append(day)
    months = [(column.month() == month) & column.day().isin(found) for month, found in by_month.items()]
    return (column <= today + timedelta(days=days)) & joined(compare_with.or_, months)


def _folded(column: Any) -> Any:
    """A–Z as a–z and nothing else."""
    return column.translate(_CAPITALS, _SMALL)


def _one_of(column: Any, literals: Iterable[Literal], context: Context) -> Any:
    values = [resolve(literal, context) for literal in literals]
    if not values:
        return constant(value=False)
    if all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
        return column.isin(values)
    return joined(compare_with.or_, [_compare(column, Operator.EQ, value, context) for value in values])


def _compare(column: Any, operator: Operator, value: Fixed, context: Context) -> Any:
    if isinstance(value, datetime):
        return _compare_instant(column, operator, value)
    if is_day(value) and column.type().is_timestamp():
        return _compare_day(column, operator, value, context)
    if isinstance(value, Decimal):
        return _compare_number(column, operator, value)
    return _COMPARE[operator](column, value)


def _compare_instant(column: Any, operator: Operator, instant: datetime) -> Any:
    import ibis  # noqa: PLC0415 - heavy

    in_utc = instant.astimezone(UTC)
    zoned = in_utc if column.type().timezone else in_utc.replace(tzinfo=None)
    return _COMPARE[operator](column, ibis.literal(zoned))


def _compare_day(column: Any, operator: Operator, day: date, context: Context) -> Any:
    """An instant against a whole day of the reader's zone: the same bounds as the evaluator's."""
    start, end = day_start(day, context.zone), day_end(day, context.zone)
    match operator:
        case Operator.LT | Operator.GE:
            return _compare_instant(column, operator, start)
        case Operator.LE:
            return _compare_instant(column, Operator.LT, end)
        case Operator.GT:
            return _compare_instant(column, Operator.GE, end)
        case _:
            since = _compare_instant(column, Operator.GE, start)
            return since & _compare_instant(column, Operator.LT, end)


def _compare_number(column: Any, operator: Operator, value: Decimal) -> Any:
    """Exact however many places the value has: what the column cannot hold is compared by what lies below it."""
    import ibis  # noqa: PLC0415 - heavy

    kind = column.type()
    if kind.is_floating():
        return _COMPARE[operator](column, ibis.literal(float(value), "float64"))
    scale = kind.scale if kind.is_decimal() else 0
    floor = value.quantize(Decimal(1).scaleb(-scale), ROUND_FLOOR, _EXACTLY)
    if floor != value:
        if operator is Operator.EQ:
            return constant(value=False)
        operator = _OF_FLOOR[operator]
    if not kind.is_decimal():
        return _COMPARE[operator](column, int(floor))
    precision = max(kind.precision, len(floor.as_tuple().digits))
    return _COMPARE[operator](column, ibis.literal(floor, f"decimal({precision}, {scale})"))
