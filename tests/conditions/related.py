"""What hangs from the sample's rows: deals with items, spots on the globe, and what the rows were on earlier days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import models
from hypothesis import strategies as st

from guanxi.conditions.context import Context
from guanxi.conditions.evaluator import evaluate
from guanxi.conditions.schema import Area, Field, FieldType, Relation, Schema
from guanxi.conditions.tree import Condition, Dated, IsEmpty, Not, StartsWith
from tests.conditions.sample import SCHEMA, TIERS, Row, Sample, days, decimals, integers, texts

SNAPSHOTS = (date(2018, 11, 3), date(2024, 11, 3))
DATED = {"visits": integers, "amount": decimals(2, 10**11), "tier": st.sampled_from(TIERS)}
"""Fields whose earlier values are kept."""


class Deal(models.Model):
    """Hangs from a sample; `gone` ones do not count."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="deals")
    day = models.DateField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    label = models.TextField(null=True)
    gone = models.BooleanField(default=False)

    class Meta:
        app_label = "conditions_sample"

    def __str__(self) -> str:
        return f"deal {self.pk}"


class Item(models.Model):
    """Hangs from a deal."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="items")
    label = models.TextField(null=True)
    code = models.TextField()

    class Meta:
        app_label = "conditions_sample"

    def __str__(self) -> str:
        return f"item {self.pk}"


class Spot(models.Model):
    """Where a sample is."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="spots")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    zone = models.TextField()
    gone = models.BooleanField(default=False)

    class Meta:
        app_label = "conditions_sample"

    def __str__(self) -> str:
        return f"spot {self.pk}"


ITEMS = Schema.of(
    "item",
    Field("label", FieldType.TEXT, "label"),
    Field("code", FieldType.TEXT, "code", nullable=False),
    Field("goods", FieldType.TEXT, "", alternatives=("label", "code")),
)
DEALS = replace(
    Schema.of(
        "deal",
        Field("day", FieldType.DATE, "day"),
        Field("amount", FieldType.MONEY, "amount", nullable=False),
        Field("label", FieldType.TEXT, "label", sensitive=True),
        Field("goods", FieldType.TEXT, "", through="items"),
    ),
    relations={"items": Relation("items", lambda: ITEMS, "conditions_sample.Item", "deal")},
)
_ZONES = {"North": "n/", "Far North": "n/far"}


def _zone(name: str) -> Condition | None:
    return StartsWith("zone", _ZONES[name]) if name in _ZONES else None


SPOTS = replace(
    Schema.of(
        "spot",
        Field("latitude", FieldType.NUMBER, "latitude"),
        Field("longitude", FieldType.NUMBER, "longitude"),
        Field("zone", FieldType.TEXT, "zone", nullable=False),
    ),
    coordinates=("latitude", "longitude"),
    areas={"area": Area(_zone, lambda name: tuple(zone for zone in _ZONES if zone[0] == name[:1]))},
)
_LIVING = (("gone", False),)


class Remembered(dict[str, Any]):
    """A row that knows what it was: `row["tier on 2026-01-01"]` is the value of the last snapshot until that day."""

    past: Mapping[date, Mapping[str, Any]]

    def __missing__(self, key: str) -> Any:
        """What a dated key means."""
        name, found, day = key.rpartition(" on ")
        if not found:
            raise KeyError(key)
        kept = [snapshot for snapshot in SNAPSHOTS if snapshot <= date.fromisoformat(day)]
        return self.past.get(kept[-1], {}).get(name)


class Memory:
    """A reader of history over rows in memory."""

    def __init__(self) -> None:
        """Begin without rows."""
        self.rows: Mapping[int, Row] = {}

    def ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """Those that the evaluator means."""
        if day < SNAPSHOTS[0]:
            return None
        return [key for key, row in self.rows.items() if evaluate(test, row, context)]

    def known_ids(self, test: Dated, day: date, context: Context) -> Sequence[int] | None:
        """Those that are not empty."""
        assert isinstance(test.test, IsEmpty)
        if day < SNAPSHOTS[0]:
            return None
        return [key for key, row in self.rows.items() if evaluate(Not(test), row, context)]

    def earliest(self) -> date | None:
        """The first snapshot."""
        return SNAPSHOTS[0]


MEMORY = Memory()
WIDE = replace(
    SCHEMA,
    fields={
        name: replace(
            field,
            dated=name in DATED,
            initials={"name": "name_initials", "电话": "phone_initials"}.get(name, ""),
        )
        for name, field in SCHEMA.fields.items()
    },
    relations={
        "deals": Relation("deals", lambda: DEALS, "conditions_sample.Deal", "sample", _LIVING, day="day"),
        "spots": Relation("spots", lambda: SPOTS, "conditions_sample.Spot", "sample", _LIVING),
    },
    places="spots",
    history=MEMORY,
)
"""The sample's schema with all that conditions can reach."""

_CORNERS = ((31.23, 121.47), (89.99, 0.0), (0.0, 179.99), (0.0, -180.0), (-33.4, -70.6), (-90.0, 10.0))
positions = st.builds(
    lambda corner, north, east: (
        min(max(corner[0] + north / 1000, -90.0), 90.0),
        min(max(corner[1] + east / 1000, -180.0), 180.0),
    ),
    st.sampled_from(_CORNERS),
    st.integers(-30, 30),
    st.integers(-30, 30),
)
_few_texts = st.sampled_from(("A", "a", "", "华东", "X 100%")) | texts
items = st.fixed_dictionaries({"label": st.none() | _few_texts, "code": _few_texts})
deals = st.fixed_dictionaries(
    {
        "day": st.none() | days,
        "amount": decimals(2, 10**6),
        "label": st.none() | _few_texts,
        "gone": st.sampled_from((False, False, False, True)),
        "items": st.lists(items, max_size=2),
    }
)


def _spot(position: tuple[float, float] | None, zone: str, *, gone: bool) -> Row:
    latitude, longitude = position or (None, None)
    return {"latitude": latitude, "longitude": longitude, "zone": zone, "gone": gone}


spots = st.builds(
    _spot,
    st.none() | positions,
    st.sampled_from(("n/", "n/far", "s/", "N/x")),
    gone=st.sampled_from((False, False, False, True)),
)
hanging = st.fixed_dictionaries(
    {
        "deals": st.lists(deals, max_size=3),
        "spots": st.lists(spots, max_size=2),
        "past": st.fixed_dictionaries(
            {
                day: st.fixed_dictionaries({name: st.none() | values for name, values in DATED.items()})
                for day in SNAPSHOTS
            }
        ),
    }
)
later_days = st.builds(
    lambda day, more: day + timedelta(days=more), st.sampled_from(SNAPSHOTS), st.integers(0, 800)
)
