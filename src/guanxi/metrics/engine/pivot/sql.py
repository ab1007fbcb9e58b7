"""The SQL of a pivot, put together from names the program gave and values that are bound.

`source` has the fields of every row, `kept` the rows that are meant and may be seen, `axes` the values of the
dimensions beside what is added up. Where totals follow from smaller groups, rows are grouped once (`leaf`), else by
GROUPING SETS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from guanxi.conditions.schema import TEXTS, TIMES, FieldType
from guanxi.metrics.calc.money import decimals_of
from guanxi.metrics.calc.pivot.fields import PivotField
from guanxi.metrics.calc.pivot.parts import NOT_FROM_PARTS, Adding, Part, parts_of
from guanxi.metrics.calc.pivot.request import Axis, Measure, Period, Summary
from guanxi.metrics.calc.pivot.shape import Axes
from guanxi.metrics.engine.pivot.relation import CUSTOMER, KEY, Columns, Parameters, major_units, minor_factor

MOST_GROUPS = 300_000
NOT_RANKED = -1


@dataclass(frozen=True)
class Question:
    """What a statement is made of. `meant` is the SELECT over `source` of the rows that are meant, `seen` that of the
    customers that may be seen; empty for all.

    `zone` is the reader's time zone by name; `rankings` the top few values of an axis by its place; `single` the
    currency of fields that say but one.
    """

    columns: Columns
    axes: tuple[Axis, ...]
    parts: tuple[Part, ...]
    zone: str
    meant: str = ""
    seen: str = ""
    rankings: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    single: Mapping[str, str] = field(default_factory=dict)


def grouped(question: Question, sets: Sequence[Axes]) -> tuple[str, dict[str, Any]]:
    """Return the statement of all groups: a number that says which axes are told apart, the axes, the parts."""
    parameters = Parameters()
    names = _axis_names(question)
    tables = _tables(question, parameters)
    parts = [(f"p{place}", part) for place, part in enumerate(question.parts)]
    if several_places(question):
        return _grouped_by_set(question, sets, tables), parameters.values
    from_leaf = len(sets) > 1 and not any(part.adding in NOT_FROM_PARTS for part in question.parts)
    if from_leaf:
        wanted = [*names, *(f"{_aggregate(question, part)} AS {name}" for name, part in parts)]
        grouping = f" GROUP BY {', '.join(names)}" if names else ""
        leaf = f"SELECT {', '.join(wanted) or '1'} FROM axes{grouping}"  # noqa: S608
        tables.append(f"leaf AS MATERIALIZED ({leaf})")
        cells = [_again(name, part) for name, part in parts]
    else:
        cells = [_aggregate(question, part) for _name, part in parts]
    told = f"GROUPING_ID({', '.join(names)})" if names else "0"
    listed = ", ".join(f"({', '.join(names[place] for place in axes)})" for axes in sets)
    statement = (
        f"WITH {', '.join(tables)} SELECT {', '.join([told, *names, *cells])} "  # noqa: S608
        f"FROM {'leaf' if from_leaf else 'axes'} GROUP BY GROUPING SETS ({listed}) LIMIT {MOST_GROUPS + 1}"
    )
    return statement, parameters.values


def several_places(question: Question) -> tuple[int, ...]:
    """Return the places of the axes of which a row may have several values."""
    return tuple(place for place, axis in enumerate(question.axes) if axis.is_several)


def _grouped_by_set(question: Question, sets: Sequence[Axes], tables: Sequence[str]) -> str:
    """Each set by itself: where several choices are not told apart, a row counts with the first of them only."""
    names, count = _axis_names(question), len(question.axes)
    cells = [f"{_aggregate(question, part)} AS p{place}" for place, part in enumerate(question.parts)]
    selects = []
    for axes in sets:
        told = sum(1 << (count - 1 - place) for place in range(count) if place not in axes)
        shown = [name if place in axes else f"NULL AS {name}" for place, name in enumerate(names)]
        grouping = f" GROUP BY {', '.join(names[place] for place in axes)}" if axes else ""
        selects.append(
            f"SELECT {', '.join([f'{told} AS told', *shown, *cells])} FROM axes"  # noqa: S608
            f"{_counted_once(question, axes)}{grouping}"
        )
    return f"WITH {', '.join(tables)} SELECT * FROM ({' UNION ALL '.join(selects)}) LIMIT {MOST_GROUPS + 1}"  # noqa: S608


def _counted_once(question: Question, axes: Axes) -> str:
    once = [f"n{place} = 1" for place in several_places(question) if place not in axes]
    return f" WHERE {' AND '.join(once)}" if once else ""


def told_apart(count: int, number: int) -> Axes:
    """Return the places of the axes that a group of GROUPING_ID `number` tells apart, of `count` axes.

    >>> told_apart(3, 0b001), told_apart(3, 0b111)
    ((0, 1), ())
    """
    return tuple(place for place in range(count) if not number >> (count - 1 - place) & 1)


def ranking(
    question: Question, place: int, measure: Measure, *, descending: bool
) -> tuple[str, dict[str, Any]]:
    """Return the statement of an axis' top few values by a measure, the first one first."""
    parameters = Parameters()
    tables = _tables(question, parameters)
    first, *rest = (_aggregate(question, part) for part in parts_of(measure))
    value = f"{first} / {rest[0]}" if measure.summary is Summary.MEAN else first
    name = _axis_names(question)[place]
    statement = (
        f"WITH {', '.join(tables)} SELECT {name} FROM axes{_counted_once(question, ())} GROUP BY {name} "  # noqa: S608
        f"ORDER BY {value} {'DESC' if descending else 'ASC'} NULLS LAST, {name} NULLS LAST "
        f"LIMIT {question.axes[place].top}"
    )
    return statement, parameters.values


def distinct_currencies(
    question: Question, name: str, measured: Iterable[PivotField]
) -> tuple[str, dict[str, Any]]:
    """Return the statement of the currencies of the amounts that are meant; `name` is the field that says them."""
    columns = question.columns
    code = columns.name(next(found for found in columns.used if found.name == name))
    known = " OR ".join(f"{columns.name(found)} IS NOT NULL" for found in measured)
    parameters = Parameters()
    tables = _tables(question, parameters)
    statement = f"WITH {', '.join(tables)} SELECT DISTINCT {code} FROM kept WHERE {known}"  # noqa: S608
    return statement, parameters.values


def band_edges(question: Question, axis: Axis) -> tuple[str, dict[str, Any]]:
    """Return the statement of where the bands of an axis begin, the first at the smallest value.

    As many bands of equally many rows; of equally many customers for what is the customer's.
    """
    columns = question.columns
    name = columns.name(axis.field)
    parameters = Parameters()
    tables = _tables(question, parameters)
    once = "" if axis.field.is_own or not columns.relation.customer else "DISTINCT customer_id, "
    statement = (
        f"WITH {', '.join(tables)} SELECT MIN(v) FROM (SELECT v, NTILE({axis.quantiles}) OVER (ORDER BY v) AS tile "  # noqa: S608
        f"FROM (SELECT {once}{name} AS v FROM kept WHERE {name} IS NOT NULL)) GROUP BY tile ORDER BY tile"
    )
    return statement, parameters.values


def row_keys(question: Question, *, after: int, limit: int) -> tuple[str, dict[str, Any]]:
    """Return the statement of the numbers of the rows that are meant, ascending, those after `after`."""
    parameters = Parameters()
    statement = (
        f"WITH {', '.join(_tables(question, parameters)[:2])} SELECT {KEY} FROM kept "  # noqa: S608
        f"WHERE {KEY} > {parameters.bind(after)} ORDER BY {KEY} LIMIT {parameters.bind(limit)}"
    )
    return statement, parameters.values


def row_count(question: Question) -> tuple[str, dict[str, Any]]:
    """Return the statement of how many rows are meant."""
    parameters = Parameters()
    tables = _tables(question, parameters)[:2]
    return f"WITH {', '.join(tables)} SELECT COUNT(*) FROM kept", parameters.values  # noqa: S608


def _axis_names(question: Question) -> list[str]:
    return [f"a{place}" for place in range(len(question.axes))]


def _tables(question: Question, parameters: Parameters) -> list[str]:
    columns = question.columns
    values = [f"{_axis(question, axis, parameters)} AS a{place}" for place, axis in enumerate(question.axes)]
    added = dict.fromkeys(columns.name(part.field) for part in question.parts if part.field is not None)
    whole = f"SELECT {', '.join([*values, *added]) or '1 AS nothing'} FROM kept"  # noqa: S608
    return [
        f"source AS ({columns.source()})",
        f"kept AS ({_kept(question)})",
        f"axes AS ({_each_choice(question, _ranked(question, whole, list(added), parameters))})",
    ]


def _kept(question: Question) -> str:
    meant = question.meant or "SELECT * FROM source"
    if not question.seen:
        return meant
    return f"SELECT * FROM ({meant}) WHERE {CUSTOMER} IN (SELECT {CUSTOMER} FROM ({question.seen}))"  # noqa: S608


def _ranked(question: Question, whole: str, added: Sequence[str], parameters: Parameters) -> str:
    """The axes with a top few: their values as places in the ranking, everything else as one."""
    if not question.rankings:
        return whole
    names = _axis_names(question)
    joins = []
    for place, values in question.rankings.items():
        name, rank = f"names.a{place}", str(NOT_RANKED)
        known = [(value, number) for number, value in enumerate(values) if value is not None]
        if known:
            listed = ", ".join(f"({parameters.bind(value)}, {number})" for value, number in known)
            joins.append(f"LEFT JOIN (VALUES {listed}) AS r{place}(v, rank) ON {name} = r{place}.v")
            rank = f"COALESCE(r{place}.rank, {NOT_RANKED})"
        if None in values:
            rank = f"CASE WHEN {name} IS NULL THEN {values.index(None)} ELSE {rank} END"
        names[place] = f"{rank} AS a{place}"
    return f"SELECT {', '.join([*names, *added])} FROM ({whole}) AS names {' '.join(joins)}"  # noqa: S608


def _each_choice(question: Question, rows: str) -> str:
    """A row for each choice of each row, numbered from 1; one for a row without any."""
    for place in several_places(question):
        found = f"CASE WHEN LEN(a{place}) > 0 THEN a{place} ELSE [NULL] END"
        each = f"UNNEST({found}) AS a{place}, GENERATE_SUBSCRIPTS({found}, 1) AS n{place}"
        rows = f"SELECT * EXCLUDE (a{place}), {each} FROM ({rows})"  # noqa: S608
    return rows


def _axis(question: Question, axis: Axis, parameters: Parameters) -> str:
    name = question.columns.name(axis.field)
    if axis.field.kind in TIMES:
        return _period(question, axis, name, parameters)
    if axis.field.kind in TEXTS:
        return f"NULLIF({name}, '')"
    if axis.edges:
        return _band(question, axis, name, parameters)
    return major_units(name, _currency(question, axis)) if axis.field.in_minor_units else name


def _currency(question: Question, axis: Axis) -> str:
    """The SQL of the currency an axis' amounts are in."""
    columns = question.columns
    return columns.name(next(found for found in columns.used if found.name == axis.field.currency))


def _period(question: Question, axis: Axis, name: str, parameters: Parameters) -> str:
    if axis.field.kind is FieldType.DATETIME:
        if question.columns.relation.zoned:
            name = f"timezone({parameters.bind(question.zone)}, {name})"
        name = f"CAST({name} AS DATE)"
    if axis.period is None or axis.period is Period.DAY:
        return name
    return f"CAST(date_trunc('{axis.period.value}', {name}) AS DATE)"


def _band(question: Question, axis: Axis, name: str, parameters: Parameters) -> str:
    """The number of the band, an edge belonging to the one above it; edges in the unit that amounts are kept in."""
    edges = [parameters.bind(edge) for edge in kept_edges(axis, question.single)]
    if axis.field.in_minor_units and axis.field.currency not in question.single:
        factor = minor_factor(_currency(question, axis), {0: "1", 2: "100", 3: "1000"})
        edges = [f"{edge} * {factor}" for edge in edges]
    cases = " ".join(f"WHEN {name} < {edge} THEN {number}" for number, edge in enumerate(edges))
    return f"CASE WHEN {name} IS NULL THEN NULL {cases} ELSE {len(edges)} END"


def kept_edges(axis: Axis, single: Mapping[str, str]) -> list[Decimal]:
    """Return the edges of an axis as its values are kept, where their currency is known."""
    if not axis.field.in_minor_units or axis.field.currency not in single:
        return list(axis.edges)
    return [edge.scaleb(decimals_of(single[axis.field.currency])) for edge in axis.edges]


def _aggregate(question: Question, part: Part) -> str:
    if part.field is None:
        return "COUNT(*)"
    name = question.columns.name(part.field)
    if part.field.kind in TEXTS:
        name = f"NULLIF({name}, '')"
    return _AGGREGATES[part.adding].format(name)


_AGGREGATES = {
    Adding.COUNT: "COUNT({0})",
    Adding.SUM: "SUM({0})",
    Adding.MINIMUM: "MIN({0})",
    Adding.MAXIMUM: "MAX({0})",
    Adding.MEDIAN: "MEDIAN({0} * 1.0)",  # a decimal's median would be cut to its places
    Adding.DISTINCT: "COUNT(DISTINCT {0})",
}


def _again(name: str, part: Part) -> str:
    """What was added up for smaller groups, added up for larger ones."""
    if part.adding in (Adding.ROWS, Adding.COUNT):
        return f"COALESCE(SUM({name}), 0)"
    return _AGGREGATES[part.adding].format(name)
