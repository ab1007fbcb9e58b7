"""Hypothesis strategies for conditions that reach beyond a row: related records, places, earlier days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from typing import Any

from hypothesis import strategies as st

from guanxi.conditions.check import as_dated
from guanxi.conditions.context import Context
from guanxi.conditions.distance import EARTH_RADIUS
from guanxi.conditions.schema import FieldType
from guanxi.conditions.tree import (
    EVERYTHING,
    Anchor,
    And,
    Between,
    Change,
    Compare,
    Condition,
    Counted,
    Dated,
    InArea,
    IsEmpty,
    Near,
    Not,
    Operator,
    Or,
    Quantifier,
    Related,
    Relative,
)
from tests.conditions.drawing import leaves, spans
from tests.conditions.related import (
    DATED,
    DEALS,
    ITEMS,
    SNAPSHOTS,
    SPOTS,
    WIDE,
    hanging,
    later_days,
    positions,
)
from tests.conditions.sample import Row, contexts, rows

WIDE_FIELDS = tuple(WIDE.fields.values())
_COMPARISONS = st.sampled_from(Operator)


def _values_of(drawn: Sequence[Row], *names: str) -> list[Row]:
    found: list[Row] = list(drawn)
    for name in names:
        found = [part for row in found for part in row.get(name, ())]
    return found


def _of_items(drawn: Sequence[Row]) -> st.SearchStrategy[Condition]:
    known = [{**item, "": item["label"]} for item in _values_of(drawn, "deals", "items")]
    fields = [replace(field, initials="") for field in ITEMS.fields.values()]
    return leaves(known, UTC, fields)


def _of_deals(drawn: Sequence[Row], zone: tzinfo) -> st.SearchStrategy[Condition]:
    known = _values_of(drawn, "deals")
    goods = [item["label"] for item in _values_of(drawn, "deals", "items")]
    for deal, name in zip(known, goods, strict=False):
        known = [*known, {**deal, "": name}]
    own = leaves(known, zone, tuple(DEALS.fields.values()))
    below = st.builds(Related, st.sampled_from(Quantifier), st.just("items"), _of_items(drawn))
    one = own | own | own | below
    return (
        one | one.map(Not) | st.tuples(one, one).map(And) | st.tuples(one, one).map(Or) | st.just(EVERYTHING)
    )


def _of_spots(drawn: Sequence[Row], zone: tzinfo) -> st.SearchStrategy[Condition]:
    own = leaves(_values_of(drawn, "spots"), zone, tuple(SPOTS.fields.values()))
    return own | circles(drawn) | areas


areas: st.SearchStrategy[Condition] = st.sampled_from((InArea("area", "North"), InArea("area", "Far North")))


def distance(spot: Row, near: Near) -> float:
    """Metres from a spot to the middle of a circle, by the haversine formula with its arcsine."""
    north, east = radians(spot["latitude"]), radians(spot["longitude"])
    middle, meridian = radians(float(near.latitude)), radians(float(near.longitude))
    half = sin((north - middle) / 2) ** 2 + cos(north) * cos(middle) * sin((east - meridian) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(sqrt(half), 1.0))


def circles(drawn: Sequence[Row]) -> st.SearchStrategy[Condition]:
    """Circles on whose line no spot lies, to a metre: there rounding would decide."""
    known = [spot for spot in _values_of(drawn, "spots") if spot["latitude"] is not None]
    middles = positions | st.sampled_from(
        [(spot["latitude"], spot["longitude"]) for spot in known] or [(0.0, 0.0)]
    )
    sizes = st.sampled_from((1, 500, 2_000, 30_000, 2_500_000, 10_007_000, 20_000_000)) | st.integers(
        1, 100_000
    )

    def circle(middle: tuple[float, float], metres: int) -> Near:
        return Near(*(Decimal(f"{degrees:.6f}") for degrees in middle), Decimal(metres))

    def is_clear(near: Near) -> bool:
        return all(abs(distance(spot, near) - float(near.metres)) > 1 for spot in known)

    return st.builds(circle, middles, sizes).filter(is_clear)


@st.composite
def _dated(draw: st.DrawFn, drawn: Sequence[Row], context: Context) -> Dated:
    then = [{name: row["past"][day][name] for name in DATED} for row in drawn for day in SNAPSHOTS]
    name = draw(st.sampled_from(tuple(DATED)))
    anchors = (
        [Relative(Anchor.TODAY), Relative(Anchor.MONTH)] if context.today().year > SNAPSHOTS[0].year else []
    )
    day = draw(later_days | st.sampled_from(anchors) if anchors else later_days)
    if WIDE.fields[name].type is FieldType.CHOICE or draw(st.booleans()):
        field = replace(as_dated(WIDE.fields[name], None), initials="")
        return Dated(draw(leaves([*then, *drawn], context.zone, (field,))), day)
    change = draw(st.sampled_from(Change))
    amounts = [
        _difference(row, row["past"][past][name], name, change)
        for row in drawn
        for past in SNAPSHOTS
        if row["past"][past][name] is not None
    ]
    value = st.sampled_from([0, 100, -100, *amounts])
    test = draw(
        st.builds(lambda operator, value: Compare(name, operator, value), _COMPARISONS, value)
        | st.builds(lambda low, high: Between(name, low, high), value, value)
        | st.just(IsEmpty(name))
    )
    return Dated(test, day, change)


def _difference(row: Row, then: Any, name: str, change: Change) -> Any:
    """The change of a row, as a value that can be written; 0 where it cannot."""
    difference = row[name] - then
    if change is Change.AMOUNT:
        return difference if abs(difference) < 2**63 else 0
    share = round(Decimal(difference) * 100 / abs(Decimal(then)), 2) if then else Decimal(0)
    return share if abs(share) < 10**12 else 0


def wide_leaves(drawn: Sequence[Row], context: Context) -> st.SearchStrategy[Condition]:
    """A test of any kind about the rows, what hangs from them and what they were."""
    span = st.none() | spans
    own = leaves(drawn, context.zone, WIDE_FIELDS)
    inside = _of_deals(drawn, context.zone)
    deals = st.builds(Related, st.sampled_from(Quantifier), st.just("deals"), inside, span)
    counts = st.builds(Counted, st.just("deals"), _COMPARISONS, st.integers(0, 4), inside, span)
    spots = st.builds(Related, st.sampled_from(Quantifier), st.just("spots"), _of_spots(drawn, context.zone))
    return own | deals | counts | counts | spots | circles(drawn) | areas | _dated(drawn, context)


@st.composite
def wide_questions(draw: st.DrawFn) -> tuple[list[Row], list[Condition], Context]:
    """Rows with what hangs from them, conditions about all that, and a reader."""
    context = draw(contexts)
    plain = draw(st.lists(rows, min_size=1, max_size=3))
    drawn = [{**row, **draw(hanging)} for row in plain]
    single = wide_leaves(drawn, context)
    asked = draw(st.lists(single | single.map(Not), min_size=8, max_size=10))
    pair = st.tuples(single, single)
    asked += draw(st.lists(pair.map(And) | pair.map(Or), min_size=1, max_size=3))
    return drawn, asked, context
