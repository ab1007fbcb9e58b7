"""The form of a metric: what was chosen in it, and the definition it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.http import QueryDict

from guanxi.metrics.calc.definitions import (
    Metric,
)
from guanxi.metrics.calc.json_form import to_json

NEW = {"kind": "counted", "fact": "orders", "aggregate": "count", "span": "months", "count": "12"}
_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_FIRST = re.compile(r"^[^a-z]+")
SUGGESTED_LENGTH = 40


@dataclass(frozen=True, slots=True)
class MetricForm:
    """What stands in the form, as text; what another kind of metric wants is kept while one looks around."""

    kind: str = "counted"
    name: str = ""
    label: str = ""
    unit: str = ""
    fact: str = ""
    aggregate: str = ""
    measure: str = ""
    span: str = ""
    count: str = ""
    back: str = ""
    condition: str = ""
    left: str = ""
    operation: str = "ratio"
    right: str = ""
    of: str = ""
    other: str = ""
    best_is_low: str = ""
    quantile: str = ""
    minimum: str = ""

    @classmethod
    def read(cls, given: QueryDict | Mapping[str, str]) -> MetricForm:
        """Return what was sent."""
        return cls(**{field.name: given.get(field.name, "").strip() for field in fields(cls)})

    @classmethod
    def of_metric(cls, metric: Metric) -> MetricForm:
        """Return the form in which a metric stands."""
        plain = to_json(metric)
        window = plain.pop("window", None) or {}
        known = {field.name for field in fields(cls)}
        texts = {**plain, **{name: window.get(name) or "" for name in ("span", "count", "back")}}
        texts["best_is_low"] = "on" if plain.get("best_is_low") else ""
        return cls(**{name: str(value) for name, value in texts.items() if name in known})

    def definition(self) -> dict[str, Any]:
        """Return the JSON form of the metric, with only what its kind has."""
        common = {
            "kind": self.kind,
            "name": self.name or suggested_name(self.label),
            "unit": self.unit,
            "label": self.label,
        }
        return {**common, **_PARTS.get(self.kind, _counted)(self)}


def _counted(form: MetricForm) -> dict[str, Any]:
    found: dict[str, Any] = {"fact": form.fact, "aggregate": form.aggregate, "measure": form.measure}
    window = (
        {"span": form.span, "count": _whole(form.count, 1), "back": _whole(form.back, 0)}
        if form.span
        else None
    )
    return {**found, "window": window, "condition": form.condition}


def _combined(form: MetricForm) -> dict[str, Any]:
    return {"left": form.left, "operation": form.operation, "right": form.right}


def _rhythm(form: MetricForm) -> dict[str, Any]:
    found: dict[str, Any] = {"fact": form.fact, "condition": form.condition}
    if form.quantile:
        found["quantile"] = _number(form.quantile)
    if form.minimum:
        found["minimum"] = _whole(form.minimum, 3)
    return found


def _scored(form: MetricForm) -> dict[str, Any]:
    return {"of": form.of, "best_is_low": bool(form.best_is_low)}


def _otherwise(form: MetricForm) -> dict[str, Any]:
    return {"of": form.of, "other": form.other}


_PARTS = {
    "counted": _counted,
    "combined": _combined,
    "own_rhythm": _rhythm,
    "scored": _scored,
    "otherwise": _otherwise,
}


def _whole(text: str, usual: int) -> int | str:
    """A whole number; a text that is none is left for the definition to refuse."""
    return usual if not text else int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def suggested_name(label: str) -> str:
    """Return an identifier made of a label, Chinese as pinyin; empty where nothing is left of it.

    >>> suggested_name("Orders over 10,000"), suggested_name("近6个月大单")
    ('orders_over_10_000', 'jin_6_ge_yue_da_dan')
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - heavy

    latin = " ".join(lazy_pinyin(label)).lower()
    slug = _NOT_FIRST.sub("", _SLUG.sub("_", latin))
    return slug[:SUGGESTED_LENGTH].strip("_")
