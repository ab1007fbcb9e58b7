"""The answer to a pivot as it is handed out: rows, columns, totals, as promised. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from guanxi.metrics.calc.pivot.errors import gettext_noop
from guanxi.metrics.calc.pivot.parts import kind_of
from guanxi.metrics.calc.pivot.request import Axis, Measure, Pivot, Summary, Whole
from guanxi.metrics.calc.pivot.shape import Key, ResultColumn, Shaped
from guanxi.metrics.calc.pivot.values import OTHER_WORD, write_value

LABELS: Mapping[Summary, str] = {
    Summary.COUNT: gettext_noop("%(field)s: filled"),
    Summary.SUM: gettext_noop("Sum of %(field)s"),
    Summary.MEAN: gettext_noop("Mean of %(field)s"),
    Summary.MEDIAN: gettext_noop("Median of %(field)s"),
    Summary.DISTINCT: gettext_noop("Different %(field)s"),
    Summary.MINIMUM: gettext_noop("Smallest %(field)s"),
    Summary.MAXIMUM: gettext_noop("Largest %(field)s"),
    Summary.SHARE: gettext_noop("Share of %(field)s"),
}
ROWS = gettext_noop("Rows")
TOTAL = gettext_noop("Total")
EMPTY = gettext_noop("(empty)")
WHOLES = {
    Whole.ALL: "%(label)s",
    Whole.ROW: gettext_noop("%(label)s in the row"),
    Whole.COLUMN: gettext_noop("%(label)s in the column"),
}
CURRENCIES_APART = gettext_noop(
    "There are several currencies: they are told apart, and amounts have no total."
)
SEVERAL_CHOICES = gettext_noop(
    "A row counts in each of its choices and once in a total: parts may add up to more than their total."
)
CUT = gettext_noop("Only the first %(shown)s of %(found)s rows are shown; totals are of all.")

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Telling:
    """What an answer is told with: the table, the pivot as answered, labels by axis, currencies that were added.

    `translate` turns an English text into the reader's language. `more` are further members of the document.
    """

    pivot: Pivot
    shaped: Shaped
    labels: Mapping[int, Mapping[Any, str]]
    single: Mapping[str, str]
    added: Sequence[str] = ()
    translate: Translate = str
    notes: Sequence[Mapping[str, str]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def document(telling: Telling, seconds: float) -> dict[str, Any]:
    """Return the answer: `{rows, columns, totals, subtotals, row_count, truncated, notes, seconds}`.

    A row, `totals` and each subtotal's `row` have a cell a column; None where there is nothing.
    """
    pivot, shaped = telling.pivot, telling.shaped
    other = _other_words(telling)
    blank = [None] * len(pivot.rows)
    return {
        "rows": [[*_written(pivot.rows, key, other), *cells] for key, cells in shaped.rows],
        "columns": [_column(telling, column, place, other) for place, column in enumerate(shaped.columns)],
        "totals": [*blank, *shaped.totals],
        "subtotals": [
            {
                "depth": len(found.values),
                "row": [
                    *_written(pivot.rows, found.values, other),
                    *blank[len(found.values) :],
                    *found.cells,
                ],
            }
            for found in shaped.subtotals
        ],
        "row_count": shaped.row_count,
        "truncated": shaped.row_count > len(shaped.rows),
        "notes": _notes(telling),
        **telling.more,
        "seconds": round(seconds, 4),
    }


def _notes(telling: Telling) -> list[Mapping[str, str]]:
    notes = list(telling.notes)
    if telling.added:
        notes.append({"code": "currencies_apart", "message": telling.translate(CURRENCIES_APART)})
    if any(axis.is_several for axis in telling.pivot.axes):
        notes.append({"code": "several_choices", "message": telling.translate(SEVERAL_CHOICES)})
    shown, found = len(telling.shaped.rows), telling.shaped.row_count
    if found > shown:
        message = telling.translate(CUT) % {"shown": shown, "found": found}
        notes.append({"code": "rows_cut", "message": message})
    return notes


def _other_words(telling: Telling) -> dict[str, str]:
    """By axis the word that stands for the rest, made different from all its values."""
    words = {}
    for place, axis in enumerate(telling.pivot.axes):
        if axis.top:
            word = OTHER_WORD
            while word in _values_of(telling, place):
                word += "*"
            words[axis.key] = word
    return words


def _values_of(telling: Telling, place: int) -> set[Any]:
    rows = len(telling.pivot.rows)
    if place < rows:
        return {key[place] for key, _cells in telling.shaped.rows}
    return {column.values[place - rows] for column in telling.shaped.columns if column.values}


def _written(axes: Iterable[Axis], key: Key, other: Mapping[str, str]) -> list[Any]:
    return [
        write_value(axis, value, other.get(axis.key, OTHER_WORD))
        for axis, value in zip(axes, key, strict=False)
    ]


def _column(telling: Telling, column: ResultColumn, place: int, other: Mapping[str, str]) -> dict[str, Any]:
    if column.axis is not None:
        return _axis_column(telling, column.axis, place, other)
    measure = column.measure
    assert measure is not None  # noqa: S101 - a column is one or the other
    described: dict[str, Any] = {
        "key": measure.key,
        "label": measure_label(measure, telling.translate),
        "kind": kind_of(measure),
        "measure": measure.key,
    }
    if measure.is_money and measure.field and telling.single.get(measure.field.currency):
        described["currency"] = telling.single[measure.field.currency]
    if not telling.pivot.columns:
        return described
    described["total"] = column.values is None
    if column.values is None:
        return {**described, "label": f"{telling.translate(TOTAL)} · {described['label']}", "values": None}
    values = _written(telling.pivot.columns, column.values, other)
    shown = " · ".join(_shown(telling, index, value) for index, value in enumerate(values))
    return {
        **described,
        "key": f"{json_text(values)}|{measure.key}",
        "label": f"{shown} · {described['label']}",
        "values": values,
    }


def _shown(telling: Telling, index: int, value: Any) -> str:
    """A value over a column as people read it."""
    if value is None:
        return telling.translate(EMPTY)
    axis = telling.pivot.columns[index]
    labels = {**dict(axis.field.choices), **telling.labels.get(len(telling.pivot.rows) + index, {})}
    return labels.get(value, str(value))


def _axis_column(telling: Telling, axis: Axis, place: int, other: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "key": axis.key,
        "label": axis.field.label,
        "kind": "text" if axis.edges else axis.field.kind.value,
        "measure": None,
    }
    if labels := {**dict(axis.field.choices), **telling.labels.get(place, {})}:
        described["labels"] = {str(code): label for code, label in labels.items()}
    if axis.edges:
        described["edges"] = list(axis.edges)
    if axis.top:
        described["other"] = other[axis.key]
    if axis.key in telling.added:
        described["added"] = True
    return described


def measure_label(measure: Measure, translate: Translate = str) -> str:
    """Return what people call a measure."""
    if measure.field is None and measure.summary is Summary.COUNT:
        return translate(ROWS)
    name = translate(ROWS) if measure.field is None else measure.field.label
    label = translate(LABELS[measure.summary]) % {"field": name}
    return translate(WHOLES[measure.whole]) % {"label": label}


def json_text(value: Any) -> str:
    """Return a value as JSON, decimals exactly and not as the nearest binary fraction.

    >>> json_text([Decimal("1200.50"), None, {"é": True}, float("nan")])
    '[1200.50, null, {"é": true}, null]'
    """
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, Mapping):
        members = (f"{json_text(str(name))}: {json_text(member)}" for name, member in value.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(json_text, value))}]"
    return json.dumps(value.isoformat() if isinstance(value, date) else value, ensure_ascii=False)


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _value: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: lambda value: repr(value) if isfinite(value) else "null",
    Decimal: lambda value: format(value, "f"),
    str: encode_basestring,
}
"""How the values of cells are written, by their exact type."""
