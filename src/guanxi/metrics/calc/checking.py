"""Whether metrics can be computed, and in which order. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import FieldType
from guanxi.conditions.text import parse
from guanxi.metrics.calc.definitions import (
    CUSTOMER,
    CUSTOMERS,
    TODAY,
    Aggregate,
    Combined,
    Counted,
    DefinitionError,
    Metric,
    Operation,
    Otherwise,
    OwnRhythm,
    Predicted,
    Quantity,
    Scored,
    Span,
    Unit,
    is_metric,
    named_by,
    operands,
)
from guanxi.metrics.calc.shapes import (
    UNITS_OF_TYPES,
    FactShape,
    MeasureError,
    measure_of,
    type_of_measure,
)

_NAME = re.compile(r"(?=.{1,60}$)[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
MOST = {Span.DAYS: 20_000, Span.MONTHS: 600, Span.YEAR: 1}
MOST_BACK = 60
RESERVED = frozenset({TODAY, "customer", "customer_id", "currency", "other_currency_rows"})

_NEVER, _MAY, _MUST = "takes no measure", "may have a measure", "needs a measure"
_MEASURES = {
    **dict.fromkeys((Aggregate.SUM, Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.DISTINCT), _MUST),
    **dict.fromkeys((Aggregate.MINIMUM, Aggregate.MAXIMUM), _MUST),
    **dict.fromkeys((Aggregate.FIRST, Aggregate.LAST, Aggregate.SHARE, Aggregate.TREND), _MAY),
}
_FIXED_UNITS = {
    **dict.fromkeys((Aggregate.COUNT, Aggregate.DISTINCT, Aggregate.MONTHS), Unit.COUNT),
    **dict.fromkeys((Aggregate.DAYS_SINCE_FIRST, Aggregate.DAYS_SINCE_LAST), Unit.DAYS),
    **dict.fromkeys((Aggregate.INTERVAL_MEAN, Aggregate.INTERVAL_MEDIAN), Unit.DAYS),
    **dict.fromkeys((Aggregate.SHARE, Aggregate.TREND), Unit.RATIO),
}
_ADDED_UP = (FieldType.INTEGER, FieldType.NUMBER, FieldType.MONEY)
_IN_ORDER = (*_ADDED_UP, FieldType.DATE, FieldType.DATETIME)
_KEPT = (*_IN_ORDER, FieldType.TEXT)
_TYPES = {
    **dict.fromkeys(
        (Aggregate.SUM, Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.SHARE, Aggregate.TREND), _ADDED_UP
    ),
    **dict.fromkeys((Aggregate.MINIMUM, Aggregate.MAXIMUM), _IN_ORDER),
    **dict.fromkeys((Aggregate.FIRST, Aggregate.LAST), _KEPT),
    Aggregate.DISTINCT: (*_KEPT, FieldType.BOOLEAN),
}

Shapes = Mapping[str, FactShape]
Fail = Callable[[str, str, str], DefinitionError]


def check(metrics: Sequence[Metric], shapes: Shapes) -> None:
    """Raise DefinitionError for the first metric that cannot be computed from these facts.

    Doubled or impossible names, references to itself, in a circle or to nothing, unknown facts and columns, measures
    that do not fit, wrong units, empty windows, conditions that cannot be read. Every code has its own message.
    """
    _check_names(metrics)
    for metric in in_order(metrics):
        fail = partial(_failure, metric.name)
        match metric:
            case Counted():
                _check_counted(metric, shapes, fail)
            case OwnRhythm():
                _check_rhythm(metric, shapes, fail)
            case Predicted():
                _check_predicted(metric, shapes, fail)
            case Scored():
                _check_scored(metric, metrics, fail)
            case _:
                _check_made_of_others(metric, metrics, shapes, fail)


def in_order(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """Return the metrics, each after those it refers to. Raises DefinitionError for a circle and unknown names."""
    by_name = {metric.name: metric for metric in metrics}
    done: dict[str, Metric] = {}

    def visit(metric: Metric, way: tuple[str, ...]) -> None:
        if metric.name in way:
            circle = " → ".join((*way[way.index(metric.name) :], metric.name))
            raise _failure(metric.name, "circle", f"refers to itself: {circle}")
        for name in named_by(metric):
            if name not in by_name:
                raise _failure(
                    metric.name, "unknown_metric", f"there is no metric '{name}'{_near(name, by_name)}"
                )
            if name not in done:
                visit(by_name[name], (*way, metric.name))
        done[metric.name] = metric

    for metric in metrics:
        if metric.name not in done:
            visit(metric, ())
    return tuple(done.values())


def _failure(name: str, code: str, text: str, about: str = "") -> DefinitionError:
    return DefinitionError(code, f"metric '{name}': {text}", metric=name, about=about)


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _check_names(metrics: Sequence[Metric]) -> None:
    seen: set[str] = set()
    for metric in metrics:
        if not _NAME.fullmatch(metric.name) or metric.name in RESERVED:
            text = "a name is made of small letters, digits and single _, at most 60, and is no reserved word"
            raise _failure(metric.name, "name", text, "name")
        if metric.name in seen:
            raise _failure(metric.name, "doubled", "is defined twice", "name")
        seen.add(metric.name)


def _shape(name: str, shapes: Shapes, fail: Fail) -> FactShape:
    shape = shapes.get(name)
    if shape is None:
        raise fail("unknown_fact", f"there is no fact '{name}'{_near(name, shapes)}", "fact")
    if not shape.is_of_customers:
        raise fail("nobodys_fact", f"the rows of fact '{name}' belong to no customer", "fact")
    if not shape.day:
        raise fail("undated_fact", f"the rows of fact '{name}' have no date to count by", "fact")
    return shape


def _check_condition(text: str, shape: FactShape, fail: Fail) -> None:
    if not text:
        return
    try:
        parse(text, shape.schema)
    except ConditionError as error:
        raise fail("condition", f"the condition cannot be read: {error}", "condition") from error


def _check_counted(metric: Counted, shapes: Shapes, fail: Fail) -> None:
    shape = _shape(metric.fact, shapes, fail)
    _check_condition(metric.condition, shape, fail)
    _check_window(metric, fail)
    if metric.aggregate is Aggregate.SHARE and not metric.condition:
        raise fail("share_of_what", "a share needs a condition that says which part", "condition")
    units = _units_of_measure(metric, shape, fail)
    if metric.aggregate in _FIXED_UNITS:
        units = (_FIXED_UNITS[metric.aggregate],)
    if metric.unit not in units:
        raise fail("unit", f"its unit is {' or '.join(units)}, not {metric.unit}", "unit")


def _check_window(metric: Counted, fail: Fail) -> None:
    window = metric.window
    if window is None:
        if metric.aggregate is Aggregate.TREND:
            raise fail("trend_of_what", "a trend needs a window, to hold it against the one before", "window")
        return
    most = MOST[window.span]
    if not 1 <= window.count <= most:
        raise fail("window", f"a window has 1 to {most} {window.span}, not {window.count}", "window")
    if not 0 <= window.back <= MOST_BACK:
        raise fail("window", f"a window lies 0 to {MOST_BACK} of its lengths back", "window")


def _units_of_measure(metric: Counted, shape: FactShape, fail: Fail) -> tuple[Unit, ...]:
    wish = _MEASURES.get(metric.aggregate, _NEVER)
    if (wish is _MUST and not metric.measure) or (wish is _NEVER and metric.measure):
        raise fail("measure", f"{metric.aggregate} {wish}", "measure")
    if not metric.measure:
        return (Unit.DATE,)
    try:
        found = type_of_measure(measure_of(metric.measure), shape)
    except MeasureError as error:
        raise fail("measure", str(error), "measure") from error
    if found not in _TYPES[metric.aggregate]:
        raise fail("measure", f"'{metric.measure}' ({found}) has no {metric.aggregate}", "measure")
    return UNITS_OF_TYPES[found]


def _check_rhythm(metric: OwnRhythm, shapes: Shapes, fail: Fail) -> None:
    _check_condition(metric.condition, _shape(metric.fact, shapes, fail), fail)
    if not 0 < metric.quantile < 1:
        raise fail("quantile", "a quantile lies between 0 and 1; 0.5 is the median", "quantile")
    if not 3 <= metric.minimum <= 1000:
        raise fail("minimum", "a rhythm is known from 3 days with rows on (at most 1000)", "minimum")
    if metric.unit is not Unit.RATIO:
        raise fail("unit", f"its unit is ratio, not {metric.unit}", "unit")


def _check_predicted(metric: Predicted, shapes: Shapes, fail: Fail) -> None:
    shape = _shape(metric.fact, shapes, fail)
    unit = {Quantity.ALIVE: Unit.RATIO, Quantity.PURCHASES: Unit.NUMBER, Quantity.VALUE: Unit.MONEY}
    if metric.unit is not unit[metric.quantity]:
        raise fail("unit", f"its unit is {unit[metric.quantity]}, not {metric.unit}", "unit")
    if (metric.quantity is Quantity.VALUE) is not bool(metric.measure):
        wish = _MUST if metric.quantity is Quantity.VALUE else _NEVER
        raise fail("measure", f"{metric.quantity} {wish}", "measure")
    if metric.measure and shape.type_of(metric.measure) is not FieldType.MONEY:
        raise fail("measure", f"fact '{metric.fact}' has no money '{metric.measure}'", "measure")


def _check_scored(metric: Scored, metrics: Sequence[Metric], fail: Fail) -> None:
    of = next((found for found in metrics if found.name == metric.of), None)
    if of is None:
        raise fail("unknown_metric", f"a score is of a metric, not of '{metric.of}'", "of")
    if isinstance(of, Scored) or of.unit is Unit.TEXT:
        raise fail("scored_what", f"'{metric.of}' ({of.unit}) cannot be scored", "of")
    if metric.unit is not Unit.SCORE:
        raise fail("unit", f"its unit is score, not {metric.unit}", "unit")


def unit_of(operand: str, metrics: Sequence[Metric], shapes: Shapes) -> Unit | None:
    """Return the unit of an operand, None when there is no such thing."""
    if operand == TODAY:
        return Unit.DATE
    if is_metric(operand):
        return next((metric.unit for metric in metrics if metric.name == operand), None)
    shape = shapes.get(CUSTOMERS)
    found = shape.type_of(operand.removeprefix(CUSTOMER)) if shape else None
    return next(iter(UNITS_OF_TYPES.get(found, ())), None) if found else None


def _check_made_of_others(
    metric: Combined | Otherwise, metrics: Sequence[Metric], shapes: Shapes, fail: Fail
) -> None:
    units = []
    for field, operand in operands(metric).items():
        unit = unit_of(operand, metrics, shapes)
        if unit is None:
            raise fail("unknown_column", f"a customer has no '{operand.removeprefix(CUSTOMER)}'", field)
        units.append(unit)
    found = _units_otherwise(*units) if isinstance(metric, Otherwise) else units_of(metric.operation, *units)
    if not found:
        what = "otherwise" if isinstance(metric, Otherwise) else metric.operation
        raise fail("unlike", f"there is no {what} of {units[0]} and {units[1]}", "")
    if metric.unit not in found:
        raise fail("unit", f"its unit is {' or '.join(found)}, not {metric.unit}", "unit")


def _units_otherwise(of: Unit, other: Unit) -> tuple[Unit, ...]:
    return (of,) if of is other else ()


def units_of(operation: Operation, left: Unit, right: Unit) -> tuple[Unit, ...]:
    """Return the units the outcome may have, the usual one first; none where it has no meaning."""
    if Unit.DATE in (left, right) or Unit.TEXT in (left, right):
        return _with_dates(operation, left, right)
    if operation is not Operation.RATIO:
        return (left,) if left is right else ()
    if left is Unit.MONEY:
        return (Unit.RATIO,) if right is Unit.MONEY else (Unit.MONEY,)
    return () if right is Unit.MONEY else (Unit.RATIO, Unit.NUMBER)


def _with_dates(operation: Operation, left: Unit, right: Unit) -> tuple[Unit, ...]:
    if operation is Operation.DIFFERENCE and left is right is Unit.DATE:
        return (Unit.DAYS,)
    if operation is not Operation.RATIO and (left, right) == (Unit.DATE, Unit.DAYS):
        return (Unit.DATE,)
    return ()
