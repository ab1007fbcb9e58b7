"""Which metrics tell of what not everybody may see. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guanxi.conditions.text import parse
from guanxi.conditions.tree import fields_of
from guanxi.metrics.calc.checking import in_order
from guanxi.metrics.calc.definitions import Counted, Metric, OwnRhythm, named_by
from guanxi.metrics.calc.shapes import FactShape, measure_of


def secrets(metrics: Sequence[Metric], shapes: Mapping[str, FactShape]) -> frozenset[str]:
    """Return the names of the metrics that tell of sensitive fields: measured, asked for, or in what they are made of.

    The metrics are sound: `check` saw to it.
    """
    found: set[str] = set()
    for metric in in_order(metrics):
        if isinstance(metric, (Counted, OwnRhythm)) and _speaks_of(metric, shapes[metric.fact]):
            found.add(metric.name)
        if found.intersection(named_by(metric)):
            found.add(metric.name)
    return frozenset(found)


def _speaks_of(metric: Counted | OwnRhythm, shape: FactShape) -> bool:
    fields = set(fields_of(parse(metric.condition, shape.schema))) if metric.condition else set()
    if isinstance(metric, Counted) and metric.measure:
        fields.update(measure_of(metric.measure).fields)
    return any(shape.schema.fields[name].sensitive for name in fields)
