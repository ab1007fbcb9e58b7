"""Answering a pivot: what has to be asked first, the groups, the table they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from guanxi.metrics.calc.money import decimals_of
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.fields import Catalogue, PivotField
from guanxi.metrics.calc.pivot.parts import all_parts
from guanxi.metrics.calc.pivot.request import Axis, Measure, Pivot
from guanxi.metrics.calc.pivot.shape import Axes, Groups, Key, Layout, Shaped, Shaper
from guanxi.metrics.calc.pivot.values import OTHER
from guanxi.metrics.engine.pivot import sql
from guanxi.metrics.engine.pivot.relation import Columns, Relation
from guanxi.metrics.engine.pivot.running import Run

Compile = Callable[[Columns], str]
"""Returns the SELECT over `source` of the rows that are meant, empty for all."""
Labels = Callable[[PivotField, Iterable[Any]], Mapping[Any, str]]
"""Returns what people call the records of these numbers."""


@dataclass(frozen=True)
class Ground:
    """What a pivot stands on: the fact's catalogue and tables, the condition, the customers that may be `seen`.

    `asked` are the fields the condition speaks of, `currencies` those that say a currency and are known to say but
    one in the whole fact.
    """

    catalogue: Catalogue
    relation: Relation
    compile: Compile
    labels: Labels
    asked: frozenset[str] = frozenset()
    seen: str = ""
    zone: str = "UTC"
    single: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    """The table, the pivot as it was answered (bands found, currencies told apart) and the labels by axis.

    `currencies` are the fields that were added to the rows because they say several.
    """

    pivot: Pivot
    shaped: Shaped
    labels: Mapping[int, Mapping[Any, str]]
    single: Mapping[str, str]
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class Collected:
    """What DuckDB had to say to a pivot: the pivot as it could be grouped, and its groups."""

    settled: Settling
    layout: Layout
    groups: Groups


def collect(pivot: Pivot, ground: Ground, run: Run) -> Collected:
    """Ask for everything a pivot needs: all of the work that takes long. Raises PivotError, StoppedError."""
    settled = settle(pivot, ground, run)
    layout = Layout(settled.pivot)
    return Collected(settled, layout, _groups(settled.question(), layout.needed(), settled.rankings, run))


def answer(collected: Collected) -> Answer:
    """Put the answer together. Raises PivotError when it is too large."""
    settled, layout, groups = collected.settled, collected.layout, collected.groups
    labels = {
        place: settled.ground.labels(
            axis.field, {key[place] for key in groups[layout.needed()[0]]} - {None, OTHER}
        )
        for place, axis in enumerate(settled.pivot.axes)
        if axis.field.target
    }
    shaper = Shaper(layout, groups, labels, settled.rankings, settled.single)
    return Answer(settled.pivot, shaper.shaped(), labels, settled.single, settled.added)


def settle(pivot: Pivot, ground: Ground, run: Run) -> Settling:
    """Return the pivot as it can be grouped: currencies told apart, bands and top values found. Raises as `answer`."""
    settling = Settling(pivot, ground, run)
    settling.tell_currencies_apart()
    settling.find_bands()
    settling.find_top()
    return settling


def question_of(pivot: Pivot, ground: Ground) -> sql.Question:
    """Return the question a pivot puts, before anything else was asked."""
    used: dict[str, PivotField] = {name: ground.catalogue.fields[name] for name in sorted(ground.asked)}
    measured = [measure.field for measure in pivot.measures if measure.field is not None]
    for found in (*(axis.field for axis in pivot.axes), *measured):
        used[found.name] = found
    for name in [found.currency for found in used.values() if found.currency]:
        used[name] = ground.catalogue.fields[name]
    columns = Columns(ground.relation, tuple(used.values()), ground.asked)
    meant = ground.compile(columns)
    return sql.Question(columns, pivot.axes, all_parts(pivot.measures), ground.zone, meant, ground.seen)


class Settling:
    """A pivot on its way: each step asks one thing and settles it."""

    def __init__(self, pivot: Pivot, ground: Ground, run: Run) -> None:
        self.pivot = pivot
        self.ground = ground
        self.rankings: dict[int, Sequence[Any]] = {}
        self.single: dict[str, str] = dict(ground.single or {})
        self.several: dict[str, list[str]] = {}
        self.added: tuple[str, ...] = ()
        self._run = run
        self._first = question_of(pivot, ground)

    def question(self) -> sql.Question:
        """The question as far as it is settled."""
        return replace(self._first, axes=self.pivot.axes, rankings=self.rankings, single=self.single)

    def tell_currencies_apart(self) -> None:
        """Amounts are never added across currencies: where there are several they become the outermost rows."""
        told = {axis.field.name for axis in self.pivot.axes}
        banded = [axis.field for axis in self.pivot.axes if axis.quantiles]
        money = [measure.field for measure in self.pivot.measures if measure.is_money and measure.field]
        for name in dict.fromkeys(found.currency for found in (*money, *banded) if found.currency):
            if name in self.single or (name in told and not any(found.currency == name for found in banded)):
                continue
            measured = [found for found in (*money, *banded) if found.currency == name]
            asked = sql.distinct_currencies(replace(self.question(), axes=(), parts=()), name, measured)
            found = sorted(code or "" for (code,) in self._run.rows(asked))
            if len(found) <= 1:
                self.single[name] = found[0] if found else ""
            else:
                self.several[name] = found
        self._add_currencies([name for name in self.several if name not in told])

    def _add_currencies(self, names: Iterable[str]) -> None:
        needed = {
            measure.field.currency for measure in self.pivot.measures if measure.is_money and measure.field
        }
        axes = [Axis(name, self.ground.catalogue.fields[name]) for name in names if name in needed]
        self.pivot = replace(self.pivot, rows=(*axes, *self.pivot.rows))
        self.added = tuple(axis.key for axis in axes)

    def find_bands(self) -> None:
        """Quantiles become edges: where each band begins, but for the first."""
        bare = replace(self.question(), axes=(), parts=())
        for axis in self.pivot.axes:
            if axis.quantiles:
                self._refuse_several(axis.field, "rows")
                begins = [begin for (begin,) in self._run.rows(sql.band_edges(bare, axis))][1:]
                edges = sorted({self._major(axis.field, begin) for begin in begins}) or [Decimal(0)]
                self._replace(axis, replace(axis, edges=tuple(edges)))

    def _major(self, found: PivotField, value: Any) -> Decimal:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if found.in_minor_units:
            return number.scaleb(-decimals_of(self.single.get(found.currency, "")))
        return number

    def find_top(self) -> None:
        """The top few values of an axis, by what the rows are sorted by, else by the first measure."""
        measure, descending = self._ranked_by()
        question = replace(self.question(), parts=all_parts([measure]), rankings={})
        for place, axis in enumerate(self.pivot.axes):
            if axis.top:
                if measure.is_money and measure.field:
                    self._refuse_several(measure.field, "measures")
                statement = sql.ranking(question, place, measure, descending=descending)
                self.rankings[place] = [value for (value,) in self._run.rows(statement)]

    def _ranked_by(self) -> tuple[Measure, bool]:
        sort = self.pivot.sort
        if sort is not None:
            for measure in self.pivot.measures:
                if measure.key == sort.key:
                    return measure, sort.descending
        return self.pivot.measures[0], True

    def _refuse_several(self, found: PivotField, part: str) -> None:
        codes = self.several.get(found.currency, ())
        if codes:
            raise PivotError("mixed_currencies", part, name=", ".join(codes[:10]))

    def _replace(self, axis: Axis, by: Axis) -> None:
        rows = tuple(by if found is axis else found for found in self.pivot.rows)
        columns = tuple(by if found is axis else found for found in self.pivot.columns)
        self.pivot = replace(self.pivot, rows=rows, columns=columns)


def _groups(
    question: sql.Question, sets: Sequence[Axes], rankings: Mapping[int, Sequence[Any]], run: Run
) -> Groups:
    found = run.rows(sql.grouped(question, sets))
    if len(found) > sql.MOST_GROUPS:
        raise PivotError("too_many_groups", "rows", limit=sql.MOST_GROUPS)
    count = len(question.axes)
    groups: dict[Axes, dict[Key, Sequence[Any]]] = {axes: {} for axes in sets}
    by_number: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in found:
        by_number[row[0]].append(row)
    for number, rows in by_number.items():
        axes = sql.told_apart(count, number)
        if rankings:
            rows = [_unranked(row, rankings, axes) for row in rows]  # noqa: PLW2901 - the same rows
        groups[axes] = {tuple(row[1 + place] for place in axes): row[1 + count :] for row in rows}
    return groups


def _unranked(row: tuple[Any, ...], rankings: Mapping[int, Sequence[Any]], axes: Axes) -> tuple[Any, ...]:
    """The values that stand for places in a ranking."""
    cells = list(row)
    for place, values in rankings.items():
        if place in axes:
            rank = cells[1 + place]
            cells[1 + place] = OTHER if rank == sql.NOT_RANKED else values[rank]
    return tuple(cells)
