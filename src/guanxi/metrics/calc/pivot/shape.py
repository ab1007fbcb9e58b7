"""From groups to a table: rows, columns, totals, subtotals, shares, order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.parts import Group, Part, Value, all_parts, reader_of
from guanxi.metrics.calc.pivot.request import Axis, Measure, Pivot, Summary, Whole
from guanxi.metrics.calc.pivot.values import order_of

MOST_COLUMNS = 1_000
MOST_CELLS = 1_000_000

Axes = tuple[int, ...]
"""Places of axes in `Pivot.axes`, ascending."""
Key = tuple[Any, ...]
Groups = Mapping[Axes, Mapping[Key, Group]]
"""By the axes that are told apart: by their values what was added up."""


CellReader = Callable[[Axes, Key, Group | None], Value]


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the answer: the values of an axis, or a measure at `values` of the column axes (None: over all)."""

    axis: Axis | None = None
    measure: Measure | None = None
    values: Key | None = None


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The totals of the rows that begin with these values."""

    values: Key
    cells: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Shaped:
    """The answer: cells stand in the order of the columns that hold measures. `row_count` counts all rows."""

    columns: Sequence[ResultColumn]
    rows: Sequence[tuple[Key, Sequence[Value]]]
    totals: Sequence[Value]
    subtotals: Sequence[Subtotal]
    row_count: int


@dataclass(frozen=True)
class Layout:
    """Which axes are told apart for what."""

    pivot: Pivot

    def currency_of(self, measure: Measure) -> int | None:
        """Return the place of the axis that tells the currencies of a measure apart, if any."""
        if not measure.is_money or measure.field is None:
            return None
        names = [axis.field.name for axis in self.pivot.axes]
        name = measure.field.currency
        return names.index(name) if name in names else None

    @property
    def rows(self) -> Axes:
        """Places of the rows."""
        return tuple(range(len(self.pivot.rows)))

    @property
    def columns(self) -> Axes:
        """Places of the columns."""
        return tuple(range(len(self.pivot.rows), len(self.pivot.axes)))

    def whole_of(self, axes: Axes, measure: Measure) -> Axes:
        """Return which axes are told apart in what a share in a group of `axes` is a part of."""
        kept: Axes = ()
        if measure.whole is Whole.ROW:
            kept = self.rows
        elif measure.whole is Whole.COLUMN:
            kept = self.columns
        if (currency := self.currency_of(measure)) is not None:
            kept = (*kept, currency)
        return tuple(place for place in axes if place in kept)

    def needed(self) -> tuple[Axes, ...]:
        """Return every set of axes to group by, the finest first."""
        rows, columns = self.rows, self.columns
        depths = range(len(rows) + 1) if self._steps() else (0, len(rows))
        shown = [(*rows[:depth], *end) for depth in depths for end in (columns, ())]
        shares = [measure for measure in self.pivot.measures if measure.summary is Summary.SHARE]
        wholes = [self.whole_of(axes, measure) for axes in shown for measure in shares]
        return tuple(sorted({*shown, *wholes}, key=lambda axes: (-len(axes), axes)))

    def _steps(self) -> bool:
        """Whether rows are added up step by step: for subtotals, or to sort groups before what is in them."""
        sort = self.pivot.sort
        by_measure = sort is not None and any(measure.key == sort.key for measure in self.pivot.measures)
        return self.pivot.subtotals or by_measure


@dataclass
class Shaper:
    """Puts groups together; `labels` and `rankings` by the place of an axis.

    `single` has the currency of the fields that say a currency and say but one.
    """

    layout: Layout
    groups: Groups
    labels: Mapping[int, Mapping[Any, str]] = field(default_factory=dict)
    rankings: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    single: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pivot = self.layout.pivot
        parts = all_parts(self.pivot.measures)
        places: Mapping[Part, int] = {part: place for place, part in enumerate(parts)}
        self._rows, self._columns_of_axes = self.layout.rows, self.layout.columns
        self._readers = [self._reader(measure, places) for measure in self.pivot.measures]
        self._natural = [
            order_of(axis, self.labels.get(place, {}), self.rankings.get(place, ()))
            for place, axis in enumerate(self.pivot.axes)
        ]

    def shaped(self) -> Shaped:
        """Return the answer. Raises PivotError `too_many_columns`, `too_many_cells`."""
        column_keys = self._column_keys()
        row_keys = self._row_keys()
        shown = row_keys[: self.pivot.limit]
        if len(shown) * len(column_keys) * len(self.pivot.measures) > MOST_CELLS:
            raise PivotError("too_many_cells", "rows", limit=MOST_CELLS)
        steps = range(1, len(self.layout.rows)) if self.pivot.subtotals else ()
        subtotals = [
            Subtotal(key, self._cells(key, column_keys))
            for depth in steps
            for key in dict.fromkeys(key[:depth] for key in shown)
        ]
        return Shaped(
            columns=self._columns(column_keys),
            rows=[(key, self._cells(key, column_keys)) for key in shown],
            totals=self._cells((), column_keys),
            subtotals=subtotals,
            row_count=len(row_keys),
        )

    def _column_keys(self) -> list[Key | None]:
        """The values over the columns, and None for the totals of rows."""
        places = self.layout.columns
        if not places:
            return [None]
        found = list(self.groups.get(places, ()))
        if (len(found) + 1) * len(self.pivot.measures) > MOST_COLUMNS:
            count = (len(found) + 1) * len(self.pivot.measures)
            raise PivotError("too_many_columns", "columns", found=count, limit=MOST_COLUMNS)
        natural = [self._natural[place] for place in places]
        found.sort(key=lambda key: [order(value) for order, value in zip(natural, key, strict=True)])
        return [*found, None]

    def _columns(self, column_keys: Iterable[Key | None]) -> list[ResultColumn]:
        axes = [ResultColumn(axis=axis) for axis in self.pivot.rows]
        cells = [
            ResultColumn(measure=measure, values=key)
            for key in column_keys
            for measure in self.pivot.measures
        ]
        return [*axes, *cells]

    def _cells(self, row: Key, column_keys: Sequence[Key | None]) -> list[Value]:
        axes = self._rows[: len(row)]
        within = (*axes, *self._columns_of_axes)
        totals, inner = self.groups[axes], self.groups[within]
        cells = []
        for column in column_keys:
            if column is None:
                cells += [read(axes, row, totals.get(row)) for read in self._readers]
            else:
                key = (*row, *column)
                group = inner.get(key)
                cells += [read(within, key, group) for read in self._readers]
        return cells

    def _reader(self, measure: Measure, places: Mapping[Part, int]) -> CellReader:
        """What makes a measure's values out of the axes that are told apart, their values and the group."""
        read = reader_of(measure, places)
        currency_of = self._currency_reader(measure)
        if measure.summary is not Summary.SHARE:
            return lambda axes, key, group: read(group, currency_of(axes, key), None)

        def share(axes: Axes, key: Key, group: Group | None) -> Value:
            whole_axes = self.layout.whole_of(axes, measure)
            values = dict(zip(axes, key, strict=True))
            whole = self.groups[whole_axes].get(tuple(values[place] for place in whole_axes))
            return read(group, currency_of(axes, key), whole)

        return share

    def _currency_reader(self, measure: Measure) -> Callable[[Axes, Key], str | None]:
        """What tells the currency of a group's amounts, None when there may be several."""
        if not measure.is_money or measure.field is None:
            return lambda _axes, _key: ""
        single = self.single.get(measure.field.currency)
        place = self.layout.currency_of(measure)
        if place is None:
            return lambda _axes, _key: single
        return lambda axes, key: (key[axes.index(place)] or "") if place in axes else single

    def _row_keys(self) -> list[Key]:
        keys = list(self.groups[self.layout.rows])
        steps = [self._order_of_step(depth) for depth in range(1, len(self.layout.rows) + 1)]
        keys.sort(key=lambda key: [step(key) for step in steps])
        return keys

    def _order_of_step(self, depth: int) -> Callable[[Key], Any]:
        """How rows stand by their first `depth` values among those with the same ones before."""
        place = depth - 1
        natural = self._natural[place]
        sort = self.pivot.sort
        if sort is None:
            return lambda key: natural(key[place])
        measure = next((found for found in self.pivot.measures if found.key == sort.key), None)
        sign = -1 if sort.descending else 1
        if measure is not None:
            return lambda key: (self._sortable(measure, key[:depth], sign), natural(key[place]))
        if self.pivot.rows[place].key != sort.key:
            return lambda key: natural(key[place])
        ranks = {
            value: sign * rank
            for rank, value in enumerate(
                sorted({key[place] for key in self.groups[self.layout.rows]}, key=natural)
            )
        }
        return lambda key: (natural(key[place])[0], ranks[key[place]])

    def _sortable(self, measure: Measure, row: Key, sign: int) -> tuple[int, Any]:
        """Rows without a value, and the rest beyond the top, come last."""
        axes = self._rows[: len(row)]
        value = self._readers[self.pivot.measures.index(measure)](axes, row, self.groups[axes].get(row))
        is_rest = self._natural[len(row) - 1](row[-1])[0] == 1
        if value is None or is_rest:
            return (1 + is_rest, 0)
        if isinstance(value, datetime):
            return (0, sign * value.timestamp())
        if isinstance(value, date):
            return (0, sign * value.toordinal())
        assert not isinstance(value, str)  # noqa: S101 - no measure is a text
        return (0, sign * value)
