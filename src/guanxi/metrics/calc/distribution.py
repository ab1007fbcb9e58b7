"""How the values of a metric are spread: smallest, median, largest, and a histogram with round edges. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

BINS = 12
TAIL = 50
"""The largest 1 in so many values share the last bin: one giant must not squeeze all others into the first."""
DAY_STEPS = (1, 7, 14, 30, 91, 182, 365, 730, 1825, 3650, 36500)


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values are at least `low` and below `high`; the last bin has all from `low` on (`high` None)."""

    low: float
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """What is known of some values; of an even number the median is the mean of the middle two."""

    count: int
    smallest: float
    median: float
    largest: float
    bins: tuple[Bin, ...]


def distribution(values: Sequence[float], *, whole: bool = False, days: bool = False) -> Distribution | None:
    """Return how values are spread, None where there are none.

    `whole` keeps the edges of bins whole numbers, `days` takes steps of days, weeks, months and years.

    >>> distribution([3, 1, 2, 2], whole=True)
    Distribution(count=4, smallest=1, median=2.0, largest=3, bins=(Bin(low=1, high=2, count=1), \
Bin(low=2, high=3, count=2), Bin(low=3, high=None, count=1)))
    """
    ordered = sorted(values)
    if not ordered:
        return None
    middle = (len(ordered) - 1) // 2
    high = ordered[len(ordered) - 1 - len(ordered) // TAIL]
    low = ordered[0]
    step = _step((high - low) / BINS, whole=whole, days=days)
    start = low if days else floor(low / step) * step
    return Distribution(
        count=len(ordered),
        smallest=low,
        median=(ordered[middle] + ordered[-1 - middle]) / 2,
        largest=ordered[-1],
        bins=_bins(ordered, start, step, floor((high - start) / step) + 1),
    )


def _step(wanted: float, *, whole: bool, days: bool) -> float:
    """The next round number that is not smaller: 1, 2 or 5 times a power of ten, or a span of days."""
    if days:
        return next((step for step in DAY_STEPS if step >= wanted), ceil(wanted))
    if whole and wanted <= 1:
        return 1
    if wanted <= 0:
        return 1.0
    power = 10.0 ** floor(log10(wanted))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= wanted * (1 - 1e-12))
    return round(step) if whole else step


def _bins(ordered: Sequence[float], start: float, step: float, number: int) -> tuple[Bin, ...]:
    counts = [0] * number
    for value in ordered:
        counts[min(floor((value - start) / step), number - 1)] += 1
    edges = [start + place * step for place in range(number)]
    highs: list[float | None] = [*edges[1:], None]
    return tuple(Bin(low, high, count) for low, high, count in zip(edges, highs, counts, strict=True))
