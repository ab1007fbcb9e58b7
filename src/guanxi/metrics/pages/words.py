"""Metrics in words: what their parts are called, what a whole one says, and what is wrong with a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guanxi.access.errors import InvalidError
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.metrics.calc.definitions import (
    CUSTOMER,
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
    Window,
)
from guanxi.metrics.calc.shapes import MeasureError, Sign, measure_of
from guanxi.metrics.engine.shapes import shape_of
from guanxi.metrics.facts import Fact, facts
from guanxi.records.declaration import RecordType

UNITS = {
    Unit.COUNT: gettext_lazy("how many"),
    Unit.DAYS: gettext_lazy("days"),
    Unit.DATE: gettext_lazy("date"),
    Unit.MONEY: gettext_lazy("money"),
    Unit.RATIO: gettext_lazy("share or ratio"),
    Unit.NUMBER: gettext_lazy("number"),
    Unit.SCORE: gettext_lazy("score"),
    Unit.TEXT: gettext_lazy("text"),
}
AGGREGATES = {
    Aggregate.COUNT: gettext_lazy("how many"),
    Aggregate.SUM: gettext_lazy("sum"),
    Aggregate.MEAN: gettext_lazy("mean"),
    Aggregate.MEDIAN: gettext_lazy("median"),
    Aggregate.DISTINCT: gettext_lazy("how many different"),
    Aggregate.MINIMUM: gettext_lazy("smallest"),
    Aggregate.MAXIMUM: gettext_lazy("largest"),
    Aggregate.FIRST: gettext_lazy("first"),
    Aggregate.LAST: gettext_lazy("last"),
    Aggregate.DAYS_SINCE_FIRST: gettext_lazy("days since the first"),
    Aggregate.DAYS_SINCE_LAST: gettext_lazy("days since the last"),
    Aggregate.MONTHS: gettext_lazy("in how many months"),
    Aggregate.INTERVAL_MEAN: gettext_lazy("mean days from one to the next"),
    Aggregate.INTERVAL_MEDIAN: gettext_lazy("median days from one to the next"),
    Aggregate.SHARE: gettext_lazy("share that meets the condition"),
    Aggregate.TREND: gettext_lazy("change against the window before"),
}
OPERATIONS = {
    Operation.RATIO: gettext_lazy("divided by"),
    Operation.DIFFERENCE: gettext_lazy("minus"),
    Operation.SUM: gettext_lazy("plus"),
}
SPANS = {
    "": gettext_lazy("all time"),
    Span.MONTHS: gettext_lazy("the last months"),
    Span.DAYS: gettext_lazy("the last days"),
    Span.YEAR: gettext_lazy("this year so far"),
}
QUANTITIES = {
    Quantity.ALIVE: gettext_lazy("probability that the customer still buys"),
    Quantity.PURCHASES: gettext_lazy("purchases to expect in 12 months"),
    Quantity.VALUE: gettext_lazy("revenue to expect in 12 months"),
}
SEPARATOR = " · "

_FAULTS = {
    "circle": gettext_lazy("It refers to itself, directly or through another metric."),
    "unknown_metric": gettext_lazy("There is no such metric."),
    "doubled": gettext_lazy("There is a metric of this name already."),
    "name": gettext_lazy(
        "A small letter, then small letters, digits and _; at most 40, and no reserved word."
    ),
    "unknown_fact": gettext_lazy("There are no such records."),
    "undated_fact": gettext_lazy("These records have no date to count by."),
    "share_of_what": gettext_lazy("A share needs a condition that says which part is meant."),
    "trend_of_what": gettext_lazy("A change needs a window, to be held against the one before."),
    "window": gettext_lazy("A window has 1 to 600 months or 1 to 20,000 days."),
    "measure": gettext_lazy("Choose a field that can be reckoned with like this."),
    "quantile": gettext_lazy("Give a number between 0 and 1; 0.5 is the median."),
    "minimum": gettext_lazy("A rhythm is known from 3 days on; at most 1,000."),
    "unit": gettext_lazy("The value cannot be in this unit."),
    "scored_what": gettext_lazy("This metric cannot be scored."),
    "unknown_column": gettext_lazy("Customers have no such field."),
    "unlike": gettext_lazy("These two cannot be reckoned with each other: they have different units."),
    "missing_key": gettext_lazy("This is missing."),
    "value": gettext_lazy("This is not a value that can stand here."),
}


def faults_in_words(error: InvalidError) -> dict[str, str]:
    """Return what is wrong by part of the definition, in the reader's language."""
    cause = error.__cause__
    if isinstance(cause, DefinitionError):
        return {next(iter(error.errors)): _definition_fault(cause)}
    return {name: " ".join(texts) for name, texts in error.errors.items()}


def _definition_fault(error: DefinitionError) -> str:
    if isinstance(error.__cause__, ConditionError):
        return explain(error.__cause__)
    return str(_FAULTS.get(error.code, error))


def fact_label(name: str) -> str:
    """Return what people call the rows of a fact."""
    found = _fact(name)
    return str(found.label or name) if found else name


def column_label(fact: str, name: str) -> str:
    """Return what people call a field of a fact."""
    found = _fact(fact)
    field = shape_of(found).schema.fields.get(name) if found else None
    return str(found.label_of(field.column)) if found and field else name


def measure_label(fact: str, text: str) -> str:
    """Return a measure in words; as it is written if it cannot be read."""
    try:
        measure = measure_of(text)
    except MeasureError:
        return text
    left, *others = (column_label(fact, column) for column in measure.fields)
    if measure.sign is None:
        return left
    sign = "−" if measure.sign is Sign.MINUS else "×"
    return f"{left} {sign} {others[0]}"


def _fact(name: str) -> Fact | None:
    return next((fact for fact in facts() if fact.name == name), None)


def window_label(window: Window | None) -> str:
    """Return a window in words."""
    if window is None:
        return _("all time")
    if window.span is Span.YEAR:
        return _("this year so far") if not window.back else _("the same part of an earlier year")
    if window.span is Span.MONTHS:
        said = ngettext("the last %(count)d month", "the last %(count)d months", window.count)
    else:
        said = ngettext("the last %(count)d day", "the last %(count)d days", window.count)
    said %= {"count": window.count}
    if not window.back:
        return said
    moved = ngettext(
        "%(window)s, moved back %(back)d time", "%(window)s, moved back %(back)d times", window.back
    )
    return moved % {"window": said, "back": window.back}


def meaning(metric: Metric, known: RecordType) -> str:
    """Return what a metric says, part by part; `known` has the fields of the customer, for what others are called."""
    parts = [part for part in _MEANINGS[type(metric)](metric, known) if part]
    text = SEPARATOR.join(parts)
    return text[:1].upper() + text[1:]


def operand_label(name: str, known: RecordType) -> str:
    """Return what people call an operand: a metric, a field of the customer, today."""
    if name == TODAY:
        return _("today")
    field = known.by_name.get(name.removeprefix(CUSTOMER))
    return str(field.label) if field else name


def _counted(metric: Counted, _known: RecordType) -> list[str]:
    measure = measure_label(metric.fact, metric.measure) if metric.measure else ""
    return [
        str(AGGREGATES[metric.aggregate]),
        measure,
        fact_label(metric.fact),
        window_label(metric.window),
        metric.condition,
    ]


def _rhythm(metric: OwnRhythm, _known: RecordType) -> list[str]:
    return [
        _("days since the last, divided by the customer's own interval"),
        fact_label(metric.fact),
        metric.condition,
    ]


def _combined(metric: Combined, known: RecordType) -> list[str]:
    operation = str(OPERATIONS[metric.operation])
    return [f"{operand_label(metric.left, known)} {operation} {operand_label(metric.right, known)}"]


def _otherwise(metric: Otherwise, known: RecordType) -> list[str]:
    names = {"of": operand_label(metric.of, known), "other": operand_label(metric.other, known)}
    return [_("%(of)s; where there is none, %(other)s") % names]


def _scored(metric: Scored, known: RecordType) -> list[str]:
    low = _("the lowest is best") if metric.best_is_low else ""
    return [_("score of 1 to 5 among all: %(of)s") % {"of": operand_label(metric.of, known)}, low]


def _predicted(metric: Predicted, _known: RecordType) -> list[str]:
    return [str(QUANTITIES[metric.quantity]), fact_label(metric.fact)]


_MEANINGS: Mapping[type[Any], Callable[[Any, RecordType], list[str]]] = {
    Counted: _counted,
    OwnRhythm: _rhythm,
    Combined: _combined,
    Otherwise: _otherwise,
    Scored: _scored,
    Predicted: _predicted,
}
