"""The rows of a fact in Ibis: their measures and which of them count."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from guanxi.conditions.context import Context
from guanxi.conditions.ibis_compiler import to_ibis
from guanxi.conditions.schema import FieldType
from guanxi.conditions.text import parse
from guanxi.conditions.tree import fields_of
from guanxi.metrics.calc.definitions import Window
from guanxi.metrics.calc.money import DECIMALS
from guanxi.metrics.calc.shapes import FactShape, Sign, currencies_of, measure_of, type_of_measure
from guanxi.metrics.calc.windows import bounds

UTC = ZoneInfo("UTC")
_MAJOR = "decimal(24, 3)"


def day_of(table: Any, shape: FactShape) -> Any:
    """Return the day of a row; of an instant its day in UTC."""
    return whole_days(table[shape.day])


def measured(table: Any, shape: FactShape, text: str) -> Any:
    """Return the value of a measure of a row: money whole minor units, numbers as they are, instants as days."""
    measure = measure_of(text)
    left, *others = (whole_days(table[shape.column_of(name)]) for name in measure.fields)
    if measure.sign is None:
        return left
    right = others[0]
    if measure.sign is Sign.TIMES:
        product = left * right
        is_money = type_of_measure(measure, shape) is FieldType.MONEY
        return half_up(product) if is_money else product
    return left.delta(right, unit="day") if left.type().is_date() else left - right


def whole_days(value: Any) -> Any:
    """Return the day of an instant in UTC; anything else as it is."""
    return value.date() if value.type().is_timestamp() else value


def half_up(value: Any) -> Any:
    """Return a number rounded to a whole one, halves up, the same in every engine."""
    import ibis  # noqa: PLC0415 - heavy

    if value.type().is_integer():
        return value.cast("int64")
    half = ibis.literal(0.5) if value.type().is_floating() else ibis.literal("0.5").cast("decimal(2, 1)")
    return (value + half).floor().cast("int64")


def within(day: Any, window: Window | None, today: date) -> Any:
    """Return whether a day lies in a window; None where every day up to today does."""
    if window is None:
        return None
    after, until = bounds(window, today)
    return (day > after) if until == today else (day > after) & (day <= until)


def meeting(table: Any, shape: FactShape, condition: str, today: date) -> Any:
    """Return whether a row meets a condition, relative dates counted from `today` in UTC; None without a condition.

    Raises ConditionError.
    """
    if not condition:
        return None
    tree = parse(condition, shape.schema)
    columns = {name: _asked(table, shape, name) for name in fields_of(tree)}
    context = Context(now=datetime.combine(today, time(12), UTC), zone=UTC)
    return to_ibis(tree, shape.schema, context, columns)


def _asked(table: Any, shape: FactShape, name: str) -> Any:
    column = table[shape.column_of(name)]
    return major(column, table[shape.currency_of(name)]) if shape.type_of(name) is FieldType.MONEY else column


def major(minor: Any, currency: Any) -> Any:
    """Return money in major units, exactly, as people write it in conditions."""
    import ibis  # noqa: PLC0415 - heavy

    groups: dict[int, list[str]] = {}
    for code, decimals in DECIMALS.items():
        groups.setdefault(decimals, []).append(code)
    thousandths = ibis.cases(
        *((currency.isin(codes), minor * 10 ** (3 - decimals)) for decimals, codes in groups.items()),
        else_=minor * 10,
    )
    return thousandths.cast(_MAJOR) * ibis.literal("0.001").cast("decimal(4, 3)")


def in_currency(table: Any, shape: FactShape, measure: str, currency: Any) -> Any:
    """Return whether all amounts of a measure are in that currency; None where it has none.

    What has no amount is in any currency.
    """
    found = None
    for name in currencies_of(measure_of(measure), shape):
        found = both(found, (table[name] == currency) | table[name].isnull())
    return found


def both(one: Any, other: Any) -> Any:
    """Return the conjunction of two tests, either of which may be None."""
    if one is None or other is None:
        return other if one is None else one
    return one & other
