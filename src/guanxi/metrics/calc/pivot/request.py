"""What is asked of a pivot: rows, columns and measures by name, checked against the catalogue of the fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from guanxi.conditions.schema import NUMBERS, TIMES, FieldType
from guanxi.metrics.calc.pivot.errors import PivotError, nearest
from guanxi.metrics.calc.pivot.fields import Catalogue, PivotField

MOST_AXES = 8
MOST_MEASURES = 20
MOST_TOP = 100
MOST_BANDS = 20
MOST_ROWS = 10_000


class Period(StrEnum):
    """By what dates are put together; a week begins on Monday."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


class Summary(StrEnum):
    """What is made of the rows of a cell."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    DISTINCT = "distinct"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SHARE = "share"


class Whole(StrEnum):
    """What a share is a part of."""

    ALL = "all"
    ROW = "row"
    COLUMN = "column"


ALLOWED = {
    Summary.COUNT: frozenset(FieldType),
    Summary.DISTINCT: frozenset(FieldType) - {FieldType.CHOICES},
    Summary.SUM: NUMBERS,
    Summary.SHARE: NUMBERS,
    Summary.MEAN: NUMBERS,
    Summary.MEDIAN: NUMBERS,
    Summary.MINIMUM: NUMBERS | TIMES,
    Summary.MAXIMUM: NUMBERS | TIMES,
}
"""Which kinds of field each summary can be made of. Texts have no order; several choices are no one value."""

COUNTED = frozenset({Summary.COUNT, Summary.DISTINCT})
"""What only counts values: it has no currency, and may be said of repeated values too."""

_PERIODS, _SUMMARIES, _WHOLES = frozenset(Period), frozenset(Summary), frozenset(Whole)

OTHER_WORDS = {
    "avg": "mean", "average": "mean", "min": "minimum", "max": "maximum", "unique": "distinct", "total": "sum",
    "percent": "share", "rows": "count",
}  # fmt: skip
"""What people write instead, to suggest the right word."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A dimension: a field, dates by `period`, numbers in bands (`edges`, or so many `quantiles`), `top` few or all.

    An edge belongs to the band above it.
    """

    key: str
    field: PivotField
    period: Period | None = None
    edges: tuple[Decimal, ...] = ()
    quantiles: int = 0
    top: int = 0

    @property
    def is_several(self) -> bool:
        """Whether a row may have several of its values: it counts in each of them, and once in the total."""
        return self.field.kind is FieldType.CHOICES


@dataclass(frozen=True, slots=True)
class Measure:
    """A number in each cell; `field` None counts rows. A share has the whole it is a part of."""

    key: str
    summary: Summary
    field: PivotField | None = None
    whole: Whole = Whole.ALL

    @property
    def is_money(self) -> bool:
        """Whether its values are amounts, which are never put together across currencies."""
        return self.field is not None and bool(self.field.currency) and self.summary not in COUNTED

    @property
    def is_minor(self) -> bool:
        """Whether its values are kept as whole minor units of a currency."""
        return self.is_money and self.field is not None and self.field.in_minor_units


@dataclass(frozen=True, slots=True)
class Sort:
    """By what the rows are sorted: the key of a measure or of a row's axis."""

    key: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Pivot:
    """A pivot that can be computed."""

    rows: tuple[Axis, ...]
    columns: tuple[Axis, ...]
    measures: tuple[Measure, ...]
    sort: Sort | None = None
    subtotals: bool = False
    limit: int = MOST_ROWS

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Rows, then columns."""
        return (*self.rows, *self.columns)


@dataclass(frozen=True, slots=True)
class Wish:
    """A pivot as somebody wrote it. `top` is said of the first row that does not say it itself."""

    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    measures: Sequence[str] = ()
    sort: str = ""
    top: int = 0
    subtotals: bool = False
    limit: int = MOST_ROWS


def split_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names in texts with commas; one that has a comma itself stands in backticks.

    >>> split_names(["city, `a,b`:month", "c"])
    ('city', 'a,b:month', 'c')
    """
    parts = (part for text in texts for part in re.findall(r"(?:`[^`]*`|[^,，])+", text))
    return tuple(name for part in parts if (name := part.replace("`", "").strip()))


def read_wish(wish: Wish, catalogue: Catalogue) -> Pivot:
    """Return the pivot that is asked for. Raises PivotError for whatever the catalogue does not have."""
    if not (wish.rows or wish.columns or wish.measures):
        raise PivotError("nothing_asked", "rows")
    if len(wish.rows) + len(wish.columns) > MOST_AXES:
        raise PivotError("too_many_axes", "rows", limit=MOST_AXES)
    if len(wish.measures) > MOST_MEASURES:
        raise PivotError("too_many_measures", "measures", limit=MOST_MEASURES)
    _require_range("top", wish.top, 0, MOST_TOP)
    _require_range("limit", wish.limit, 1, MOST_ROWS)
    rows = [read_axis(text, catalogue, "rows") for text in wish.rows]
    columns = [read_axis(text, catalogue, "columns") for text in wish.columns]
    measures = [read_measure(text, catalogue) for text in wish.measures or ("count",)]
    if wish.top and rows and not rows[0].top:
        rows[0] = _with_top(rows[0], wish.top, "rows")
    _require_once((axis.key for axis in (*rows, *columns)), "rows")
    _require_once((measure.key for measure in measures), "measures")
    sort = _read_sort(wish.sort, [axis.key for axis in rows], measures)
    return Pivot(tuple(rows), tuple(columns), tuple(measures), sort, wish.subtotals, wish.limit)


def _with_top(axis: Axis, top: int, part: str) -> Axis:
    if axis.is_several:
        raise PivotError("unknown_option", part, name=f"top{top}", field=axis.field.name)
    return Axis(axis.key, axis.field, axis.period, axis.edges, axis.quantiles, top)


def _require_range(part: str, found: int, low: int, high: int) -> None:
    if not low <= found <= high:
        raise PivotError("out_of_range", part, name=found, low=low, high=high)


def _require_once(keys: Iterable[str], part: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise PivotError("doubled", part, name=key)
        seen.add(key)


def read_axis(text: str, catalogue: Catalogue, part: str) -> Axis:
    """Read `field`, `field:month`, `field:q4`, `field:1000/5000`, each also with `:top10`. Raises PivotError."""
    name, options = _split_name(text, catalogue)
    found = catalogue.find(name, part)
    axis = Axis(found.name, found, period=Period.DAY if found.kind in TIMES else None)
    for option in options:
        axis = _with_option(axis, option, part)
    return axis


def _split_name(text: str, catalogue: Catalogue) -> tuple[str, list[str]]:
    """A name may hold colons itself when it is a column's header."""
    parts = text.strip().split(":")
    for count in range(len(parts), 0, -1):
        name = ":".join(parts[:count]).strip()
        if catalogue.knows(name):
            return name, [part.strip() for part in parts[count:]]
    return parts[0].strip(), [part.strip() for part in parts[1:]]


def _with_option(axis: Axis, option: str, part: str) -> Axis:
    if few := re.fullmatch(r"top(\d{1,6})", option):
        _require_range(part, int(few[1]), 1, MOST_TOP)
        return _with_top(axis, int(few[1]), part)
    key = f"{axis.key}:{option}"
    if axis.field.kind in TIMES and option in _PERIODS:
        return Axis(key, axis.field, period=Period(option), top=axis.top)
    if axis.field.kind in NUMBERS and (bands := re.fullmatch(r"q(\d{1,6})", option)):
        _require_range(part, int(bands[1]), 2, MOST_BANDS)
        return Axis(key, axis.field, quantiles=int(bands[1]), top=axis.top)
    if axis.field.kind in NUMBERS and re.match(r"[-.\d]", option):
        return Axis(key, axis.field, edges=_read_edges(axis.field.name, option, part), top=axis.top)
    raise PivotError("unknown_option", part, name=option[:100], field=axis.field.name)


def _read_edges(name: str, text: str, part: str) -> tuple[Decimal, ...]:
    try:
        edges = tuple(Decimal(edge) for edge in text.split("/"))
    except InvalidOperation:
        edges = ()
    finite = bool(edges) and all(edge.is_finite() and abs(edge.adjusted()) <= 15 for edge in edges)
    if not finite or list(edges) != sorted(set(edges)):
        raise PivotError("edges_not_ascending", part, name=text[:100], field=name)
    _require_range(part, len(edges), 1, MOST_BANDS)
    return edges


def read_measure(text: str, catalogue: Catalogue) -> Measure:
    """Read `count`, `sum:amount`, `share:amount`, `share:amount:row`, `share:count:column`. Raises PivotError."""
    word, _colon, rest = text.strip().partition(":")
    summary = _read_summary(word.strip().lower())
    whole = Whole.ALL
    if summary is Summary.SHARE and not catalogue.knows(rest):
        name, _colon, last = rest.rpartition(":")
        if last in _WHOLES:
            whole, rest = Whole(last), name
    rest = rest.strip()
    found = None if _is_of_rows(summary, rest, catalogue) else catalogue.find(rest, "measures")
    if found is not None and found.kind not in ALLOWED[summary]:
        raise PivotError(
            "measure_of_kind", "measures", summary=summary.value, field=found.name, kind=found.kind.value
        )
    if found is not None and not found.is_own and summary not in COUNTED:
        raise PivotError("measure_of_other", "measures", field=found.name)
    return Measure(_measure_key(summary, found, whole), summary, found, whole)


def _is_of_rows(summary: Summary, name: str, catalogue: Catalogue) -> bool:
    """Whether the measure is of the rows themselves: `count`, and a share of `count` unless a field is called so."""
    if not name and summary not in (Summary.COUNT, Summary.SHARE):
        raise PivotError("measure_without_field", "measures", name=summary.value)
    return not name or (summary is Summary.SHARE and name == "count" and not catalogue.knows(name))


def _read_summary(word: str) -> Summary:
    if word in _SUMMARIES:
        return Summary(word)
    near = (OTHER_WORDS[word],) if word in OTHER_WORDS else nearest(word, Summary)
    raise PivotError("unknown_measure", "measures", near, name=word[:100])


def _measure_key(summary: Summary, field: PivotField | None, whole: Whole) -> str:
    if summary is not Summary.SHARE:
        return summary.value if field is None else f"{summary}:{field.name}"
    of = "count" if field is None else field.name
    return f"{summary}:{of}" if whole is Whole.ALL else f"{summary}:{of}:{whole}"


def _read_sort(text: str, rows: Sequence[str], measures: Sequence[Measure]) -> Sort | None:
    if not text.strip():
        return None
    key = text.strip().removeprefix("-").strip()
    known = [*(measure.key for measure in measures), *rows]
    if key not in known:
        raise PivotError("unknown_sort", "sort", nearest(key, known), name=key[:100])
    return Sort(key, text.strip().startswith("-"))
