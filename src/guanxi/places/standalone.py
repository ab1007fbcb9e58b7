"""The self-contained map file: one HTML page that opens without a network, with the customers inside it.

The page is built from `frontend/src/standalone/`; here its data are written into it, in columns, so that a hundred
thousand rows stay small and no text of a customer can end the block it stands in.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEMPLATE = Path(__file__).parent / "static" / "standalone" / "map.html"
UNITS_PER_DEGREE = 100_000  # 1.1 m
_DATA = "__GUANXI_DATA__"
_TITLE = "__GUANXI_TITLE__"
# Inside <script type="application/json"> only these could end the block or confuse a reader of it.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


class MapTemplateMissingError(RuntimeError):
    """The page was not built; the message says how to build it."""


@dataclass(frozen=True, slots=True)
class MapCandidate:
    """A place that an ambiguous address may be; degrees WGS-84."""

    latitude: float
    longitude: float
    level: str
    matched: str


@dataclass(frozen=True, slots=True)
class MapCustomer:
    """A row of the list, WGS-84; without coordinates when it could not be placed; `tier` is a code of the legend."""

    row: int
    name: str
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None
    level: str = ""
    accuracy_m: float | None = None
    provider: str = ""
    candidates: Sequence[MapCandidate] = ()
    tier: str | None = None
    phone: str = ""
    key_person: str = ""
    size: str = ""
    amount: float | None = None
    needs_review: bool = False


@dataclass(frozen=True, slots=True)
class TierLegend:
    """A tier of the legend, the best first: its code, as short as a letter, and what it means in words."""

    code: str
    label: str = ""


def render_map(
    customers: Sequence[MapCustomer],
    *,
    title: str,
    tiers: Sequence[TierLegend] = (),
    language: str | None = None,
    template: Path = TEMPLATE,
) -> str:
    """The page as text (write it as UTF-8). `language`: zh-hans, zh-hant, ko, en, or None for the browser's.

    Raises MapTemplateMissingError when the page was not built, ValueError for a tier that is not in the legend, for
    half a pair of coordinates, or one out of range.
    """
    document = _document(customers, title, tiers, language)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter, escape in _ESCAPES.items():
        text = text.replace(letter, escape)
    head, middle, tail = _parts(template)
    return "".join((head, html.escape(title), middle, text, tail))


@cache
def _parts(template: Path) -> tuple[str, str, str]:
    """The template before the title, between title and data, and after the data."""
    if not template.is_file():
        raise MapTemplateMissingError("The map page is not built yet. Run: python scripts/build_islands.py")
    head, _, rest = template.read_text(encoding="utf-8").partition(_TITLE)
    middle, _, tail = rest.partition(_DATA)
    return head, middle, tail


def _document(
    customers: Sequence[MapCustomer], title: str, tiers: Sequence[TierLegend], language: str | None
) -> dict[str, object]:
    positions = {tier.code: position for position, tier in enumerate(tiers, 1)}
    document: dict[str, object] = {
        "title": title,
        "language": language,
        "unit": UNITS_PER_DEGREE,
        "tiers": [
            {"position": positions[tier.code], "name": tier.code, "label": tier.label} for tier in tiers
        ],
        "count": len(customers),
        "row": [customer.row for customer in customers],
        "name": [customer.name for customer in customers],
        "address": [customer.address for customer in customers],
        "longitude": [_units(customer, customer.longitude, 180) for customer in customers],
        "latitude": [_units(customer, customer.latitude, 90) for customer in customers],
        "level": _coded(customer.level for customer in customers),
        "provider": _coded(customer.provider for customer in customers),
        "needsReview": [index for index, customer in enumerate(customers) if customer.needs_review],
        "candidates": {
            str(index): [_candidate(candidate) for candidate in customer.candidates]
            for index, customer in enumerate(customers)
            if customer.candidates
        },
    }
    return document | _optional(customers, lambda customer: _position(customer, positions))


def _optional(customers: Sequence[MapCustomer], tier: Callable[[MapCustomer], int]) -> dict[str, object]:
    """The columns that many lists do not have; left out when no row has a value."""
    columns: dict[str, list[object]] = {
        "tier": [tier(customer) for customer in customers],
        "accuracy": [
            None if customer.accuracy_m is None else round(customer.accuracy_m) for customer in customers
        ],
        "phone": [customer.phone for customer in customers],
        "keyPerson": [customer.key_person for customer in customers],
        "size": [customer.size for customer in customers],
        "amount": [_amount(customer.amount) for customer in customers],
    }
    return {
        name: values
        for name, values in columns.items()
        if any(value not in (None, "", 0) for value in values)
    }


def _position(customer: MapCustomer, positions: dict[str, int]) -> int:
    if customer.tier is None:
        return 0
    if customer.tier not in positions:
        raise ValueError(f"row {customer.row}: the tier {customer.tier!r} is not in the legend")
    return positions[customer.tier]


def _units(customer: MapCustomer, degrees: float | None, limit: float) -> int | None:
    if (customer.latitude is None) != (customer.longitude is None):
        raise ValueError(f"row {customer.row}: latitude and longitude belong together")
    if degrees is None:
        return None
    if not -limit <= degrees <= limit:
        raise ValueError(f"row {customer.row}: {degrees} is not a coordinate")
    return round(degrees * UNITS_PER_DEGREE)


def _candidate(candidate: MapCandidate) -> list[object]:
    longitude, latitude = (
        round(degrees * UNITS_PER_DEGREE) for degrees in (candidate.longitude, candidate.latitude)
    )
    return [longitude, latitude, candidate.level, candidate.matched]


def _amount(amount: float | None) -> float | None:
    """An amount that JSON can hold, whole numbers without a fraction."""
    if amount is None or not math.isfinite(amount):
        return None
    return int(amount) if float(amount).is_integer() else round(amount, 2)


def _coded(texts: Iterable[str]) -> dict[str, list[str] | list[int]]:
    """A column of texts that repeat: the distinct ones in order of appearance, and which each row has."""
    places: dict[str, int] = {}
    codes = [places.setdefault(text, len(places)) for text in texts]
    return {"texts": list(places), "codes": codes}
