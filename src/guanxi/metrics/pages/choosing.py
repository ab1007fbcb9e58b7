"""What can be chosen in the form of a metric, given the rest of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.conditions.schema import FieldType
from guanxi.metrics.calc.checking import check
from guanxi.metrics.calc.definitions import (
    CUSTOMER,
    Aggregate,
    Counted,
    DefinitionError,
    Metric,
    Operation,
    Span,
    Unit,
    Window,
    with_what_they_need,
)
from guanxi.metrics.calc.json_form import from_json
from guanxi.metrics.calc.shapes import FactShape
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.facts import facts
from guanxi.metrics.pages.form import NEW, MetricForm
from guanxi.metrics.pages.words import (
    AGGREGATES,
    OPERATIONS,
    SPANS,
    UNITS,
    fact_label,
    measure_label,
    operand_label,
)
from guanxi.records.declaration import RecordType

Options = list[tuple[str, str | Promise]]

KINDS = {
    "counted": _("counted from records"),
    "combined": _("made of two others"),
    "own_rhythm": _("silence against the customer's own rhythm"),
    "scored": _("a score of 1 to 5 among all customers"),
    "otherwise": _("one, and another where it has no value"),
}
TRIED, ANY = "tried", "everything"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen, given the rest of the form."""

    kinds: Options
    facts: Options
    aggregates: Options
    measures: Options
    spans: Options
    operands: Options
    metrics: Options
    operations: Options
    units: Options


def settled(form: MetricForm, others: Iterable[Metric]) -> MetricForm:
    """Return the form with what is missing, or cannot stay, replaced by the first that can.

    What another kind wants appears with it; measure and unit follow the rest.
    """
    others = tuple(others)
    first = next((metric.name for metric in others if metric.unit is not Unit.TEXT), "")
    usual = {**NEW, "operation": Operation.RATIO, **dict.fromkeys(("left", "right", "of", "other"), first)}
    wanted = _WANTED.get(form.kind, ())
    form = replace(form, **{name: str(usual[name]) for name in wanted if not getattr(form, name)})
    if form.kind == "counted":
        measures = [name for name, _label in measures_for(form)]
        if form.measure not in measures:
            form = replace(form, measure=measures[0] if measures else "")
    units = units_for(form, others)
    return form if form.unit in units or not units else replace(form, unit=units[0])


_WANTED = {
    "counted": ("fact", "aggregate"),
    "own_rhythm": ("fact",),
    "combined": ("left", "operation", "right"),
    "scored": ("of",),
    "otherwise": ("of", "other"),
}


def choices_for(form: MetricForm, others: Iterable[Metric], known: RecordType) -> Choices:
    """Return what the form offers; `others` are the metrics that it may be made of."""
    others = tuple(others)
    metrics: Options = [
        (metric.name, operand_label(metric.name, known)) for metric in others if metric.unit is not Unit.TEXT
    ]
    shape = shapes_of(facts()).get("customers")
    own: Options = [
        (f"{CUSTOMER}{name}", operand_label(name, known))
        for name, field in (shape.schema.fields.items() if shape else ())
        if field.type in (FieldType.MONEY, FieldType.NUMBER, FieldType.INTEGER, FieldType.DATE)
        and not name.endswith("_id")
    ]
    return Choices(
        kinds=list(KINDS.items()),
        facts=[
            (fact.name, fact_label(fact.name))
            for fact in facts()
            if fact.day and "customer_id" in fact.columns
        ],
        aggregates=[(str(name), label) for name, label in AGGREGATES.items()],
        measures=measures_for(form),
        spans=[(str(name), label) for name, label in SPANS.items()],
        operands=[*metrics, *own],
        metrics=metrics,
        operations=[(str(name), label) for name, label in OPERATIONS.items()],
        units=[(unit, UNITS[Unit(unit)]) for unit in units_for(form, others)],
    )


def measures_for(form: MetricForm) -> Options:
    """Return the measures that the aggregate can take; an empty one among them where it needs none."""
    shape = shapes_of(facts()).get(form.fact)
    if shape is None or form.aggregate not in tuple(Aggregate):
        return []
    found = [
        text for text in ("", *shape.schema.fields, *_differences(shape)) if _can_measure(form, shape, text)
    ]
    return [(text, measure_label(form.fact, text) if text else _("the rows themselves")) for text in found]


def _differences(shape: FactShape) -> list[str]:
    money = [name for name, field in shape.schema.fields.items() if field.type is FieldType.MONEY]
    alike = (pair for pair in permutations(money, 2) if len({*map(shape.currency_of, pair)}) == 1)
    return [f"{left} - {right}" for left, right in alike]


def _can_measure(form: MetricForm, shape: FactShape, measure: str) -> bool:
    """Whether the definition stands with this measure, whatever its unit, window and condition will be."""
    field = shape.schema.fields.get(measure)
    if field and field.column in (
        shape.key,
        "customer_id",
        shape.day,
        shape.currency,
        *shape.currencies.values(),
    ):
        return False
    tried = Counted(
        name=TRIED,
        unit=Unit.COUNT,
        fact=form.fact,
        aggregate=Aggregate(form.aggregate),
        measure=measure,
        window=Window(Span.MONTHS),
        condition=ANY,
    )
    error = _fault((tried,))
    return error is None or error.code not in ("measure", "unknown_fact", "undated_fact")


def units_for(form: MetricForm, others: tuple[Metric, ...]) -> list[str]:
    """Return the units that the value may be in; none where the rest of the definition does not stand."""
    plain = {**form.definition(), "name": TRIED}
    if form.kind == "counted":
        plain |= {"condition": ANY, "window": {"span": "months"}}
    elif form.kind == "own_rhythm":
        plain |= {"condition": ""}
    return [str(unit) for unit in Unit if _stands({**plain, "unit": str(unit)}, others)]


def _stands(plain: Mapping[str, Any], others: tuple[Metric, ...]) -> bool:
    try:
        return _fault(with_what_they_need([from_json(plain)], others)) is None
    except DefinitionError:
        return False


def _fault(metrics: tuple[Metric, ...]) -> DefinitionError | None:
    try:
        check(metrics, shapes_of(facts()))
    except DefinitionError as error:
        return error
    return None
