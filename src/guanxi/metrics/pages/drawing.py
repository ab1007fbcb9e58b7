"""Metrics as they are drawn: values as people write them, histograms, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guanxi.metrics.calc.definitions import Unit
from guanxi.metrics.calc.distribution import Bin, Distribution
from guanxi.metrics.facts import fact_named
from guanxi.metrics.pages.words import operand_label
from guanxi.metrics.previews import Example, Preview, value_in
from guanxi.records.declaration import RecordType, declared_type
from guanxi.records.presentation import shown_date, shown_money, shown_number

WIDTH, HEIGHT = 360, 96
GAP = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram, with what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """A histogram as SVG takes it, with the ends of its axis in words, and itself in one sentence."""

    bars: Sequence[Bar]
    first: str
    last: str
    said: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class DrawnSpread:
    """Smallest, median and largest in words, with the histogram."""

    count: int
    smallest: str
    median: str
    largest: str
    histogram: Histogram


def shown_in(value: Any, unit: Unit, currency: str = "") -> str:
    """Return a value of a metric as people write it; "" for none."""
    if value is None:
        return ""
    if unit is Unit.DATE:
        return shown_date(value if isinstance(value, date) else date.fromordinal(round(value)))
    if unit is Unit.TEXT:
        return str(value)
    if unit is Unit.MONEY:
        return shown_money(Decimal(str(value)), currency)
    if unit is Unit.RATIO:
        return shown_number(Decimal(str(round(value, 3))))
    return shown_number(Decimal(str(round(value, 2))))


def drawn_spread(spread: Distribution, unit: Unit, currency: str = "") -> DrawnSpread:
    """Return a distribution as it is drawn."""
    smallest, median, largest = (
        shown_in(value, unit, currency) for value in (spread.smallest, spread.median, spread.largest)
    )
    said = _("From %(smallest)s to %(largest)s, the median is %(median)s.") % {
        "smallest": smallest,
        "largest": largest,
        "median": median,
    }
    most = max(found.count for found in spread.bins)
    width = WIDTH / len(spread.bins)
    bars = [_bar(place, found, most, width, unit, currency) for place, found in enumerate(spread.bins)]
    first, last = (shown_in(spread.bins[place].low, unit, currency) for place in (0, -1))
    is_open = spread.bins[-1].low < spread.largest
    histogram = Histogram(bars, first, _("%(low)s and more") % {"low": last} if is_open else last, said)
    return DrawnSpread(spread.count, smallest, median, largest, histogram)


def _bar(place: int, found: Bin, most: int, width: float, unit: Unit, currency: str) -> Bar:
    height = round(HEIGHT * found.count / most, 1)
    if found.count:
        height = max(height, 1.5)
    low, high = (shown_in(value, unit, currency) for value in (found.low, found.high))
    customers = ngettext("%(count)s customer", "%(count)s customers", found.count) % {
        "count": shown_number(found.count)
    }
    span = (
        _("%(low)s to less than %(high)s") % {"low": low, "high": high}
        if high
        else _("%(low)s and more") % {"low": low}
    )
    return Bar(
        x=round(place * width + GAP / 2, 1),
        y=HEIGHT - height,
        width=round(width - GAP, 1),
        height=height,
        said=f"{span}: {customers}",
    )


def drawn_preview(preview: Preview, known: RecordType) -> dict[str, Any]:
    """Return a preview as its template takes it."""
    unit, figures = preview.metric.unit, preview.figures
    return {
        "fed_at": preview.fed_at,
        "figures": figures,
        "spread": drawn_spread(figures.spread, unit, figures.currency) if figures.spread else None,
        "commonest": preview.commonest,
        "without": preview.customers - figures.count,
        "seconds": shown_number(Decimal(str(round(preview.seconds, 2)))),
        "examples": [_drawn_example(example, preview, known) for example in preview.examples],
    }


def _drawn_example(example: Example, preview: Preview, known: RecordType) -> dict[str, Any]:
    metric = preview.metric
    rows = [_drawn_row(row, preview) for row in (example.rows.shown if example.rows else ())]
    return {
        "id": example.customer_id,
        "name": example.name,
        "value": shown_in(example.value, metric.unit, example.currency),
        "rows": rows,
        "more": example.rows.total - len(rows) if example.rows else 0,
        "made_of": [
            (operand_label(name, known), _shown_part(value, example))
            for name, value in example.made_of.items()
        ],
    }


def _shown_part(value: Any, example: Example) -> str:
    if value is None:
        return _("no value")
    if isinstance(value, Decimal):
        return shown_in(value, Unit.MONEY, example.currency)
    if isinstance(value, date):
        return shown_in(value, Unit.DATE)
    return shown_in(value, Unit.NUMBER) if isinstance(value, int | float) else str(value)


def _drawn_row(row: Mapping[str, Any], preview: Preview) -> dict[str, Any]:
    fact = fact_named(preview.metric.fact)  # type: ignore[union-attr]  # only what is counted has rows
    record = ""
    if fact.record_type and row["id"] is not None:
        record = f"/{declared_type(fact.record_type).plural}/{row['id']}/"
    return {"day": shown_date(row["day"]), "address": record, "value": _shown_measure(row)}


def _shown_measure(row: Mapping[str, Any]) -> str:
    """The measure of a row; money comes in minor units."""
    value = row["value"]
    if value is None:
        return ""
    if row["is_money"]:
        return shown_in(value_in(value, Unit.MONEY, row["currency"]), Unit.MONEY, row["currency"])
    if isinstance(value, date):
        return shown_date(value)
    return shown_number(value) if isinstance(value, int | float | Decimal) else str(value)
