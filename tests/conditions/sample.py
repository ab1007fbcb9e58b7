"""A table with a column of every type, and hypothesis strategies for its rows and for conditions on it."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.db import models
from hypothesis import strategies as st

from guanxi.conditions.context import Context, day_start
from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.conditions.tree import (
    Anchor,
    Relative,
    Unit,
)

Row: TypeAlias = dict[str, Any]
# Each example asks 9 to 17 conditions of up to a handful of rows: 300 examples are some 4,000 drawn conditions.
EXAMPLES = {"ci": 300, "nightly": 5_000}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 100)
TIERS = ("A", "B", "重点客户", "vip 100%")


class Owner(models.Model):
    """Somebody a row may belong to."""

    name = models.TextField(null=True)
    joined = models.DateTimeField(null=True)

    class Meta:
        app_label = "conditions_sample"

    def __str__(self) -> str:
        return f"owner {self.pk}"


class Sample(models.Model):
    """A row with a column of every type, once always filled in and once perhaps not."""

    name = models.TextField()
    phone = models.TextField(null=True)
    name_initials = models.TextField(default="")
    phone_initials = models.TextField(default="")
    visits = models.BigIntegerField()
    points = models.BigIntegerField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    margin = models.DecimalField(max_digits=15, decimal_places=6, null=True)
    alive = models.FloatField(null=True)
    active = models.BooleanField()
    consent = models.BooleanField(null=True)
    founded = models.DateField()
    birthday = models.DateField(null=True)
    created = models.DateTimeField()
    last_seen = models.DateTimeField(null=True)
    tier = models.CharField(max_length=20)
    stage = models.CharField(max_length=20, null=True)
    owner = models.ForeignKey(Owner, models.CASCADE, null=True)
    custom = models.JSONField(default=dict)

    class Meta:
        app_label = "conditions_sample"

    def __str__(self) -> str:
        return f"sample {self.pk}"


SCHEMA = Schema.of(
    "sample",
    Field("name", FieldType.TEXT, "name", nullable=False),
    Field("电话", FieldType.TEXT, "phone"),
    Field("visits", FieldType.INTEGER, "visits", nullable=False),
    Field("in", FieldType.INTEGER, "points"),
    Field("points", FieldType.NUMBER, "points"),
    Field("amount", FieldType.MONEY, "amount", nullable=False),
    Field("all", FieldType.NUMBER, "margin"),
    Field("p_alive", FieldType.NUMBER, "alive"),
    Field("active", FieldType.BOOLEAN, "active", nullable=False),
    Field("consent", FieldType.BOOLEAN, "consent"),
    Field("founded", FieldType.DATE, "founded", nullable=False),
    Field("생일", FieldType.DATE, "birthday"),
    Field("created", FieldType.DATETIME, "created", nullable=False),
    Field("last.seen", FieldType.DATETIME, "last_seen"),
    Field("tier", FieldType.CHOICE, "tier", choices=TIERS, nullable=False),
    Field("stage", FieldType.CHOICE, "stage"),
    Field("owner", FieldType.REFERENCE, "owner_id"),
    Field("owner.name", FieldType.TEXT, "owner__name", sensitive=True),
    Field("owner.joined", FieldType.DATETIME, "owner__joined"),
    Field("beside.name", FieldType.TEXT, "beside_name"),
    Field("beside.joined", FieldType.DATETIME, "beside_joined"),
)

IN_JSON = replace(
    SCHEMA,
    fields={
        name: field if "." in name or field.column.startswith("beside") else replace(field, stored="custom")
        for name, field in SCHEMA.fields.items()
    },
)
"""The same fields, those of the row itself kept inside a JSON column."""

ZONES = (
    UTC,
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("Asia/Seoul"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("America/Sao_Paulo"),  # midnight of 2018-11-04 does not exist
    ZoneInfo("Pacific/Apia"),  # the day 2011-12-30 does not exist
    ZoneInfo("America/Havana"),  # midnight of 2024-11-03 comes twice
)
_DAYS = (
    date(2018, 11, 4),
    date(2011, 12, 30),
    date(2024, 11, 3),
    date(2024, 2, 29),
    date(2026, 1, 1),
    date(1000, 1, 1),
)

_storable = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
texts = (
    st.sampled_from(
        (
            "",
            "华东",
            "上海市",
            "臺北",
            "강남구",
            "École É",
            "강남 Ä",
            "Acme",
            "ACME",
            "acme 100%",
            "a_b",
            "axb",
            "\\",
            '"',
            "é",
            "É",
        )
    )
    | st.text(st.sampled_from("aAbBzZ%_\\'\"`éÉİıßςΣ华東강 \n“”"), max_size=4)
    | st.text(_storable, max_size=6)
)
integers = st.integers(-3, 3) | st.sampled_from((2**63 - 1, 1 - 2**63)) | st.integers(-(2**40), 2**40)
days = st.builds(lambda day, more: day + timedelta(days=more), st.sampled_from(_DAYS), st.integers(0, 3))
instants = st.builds(
    lambda day, seconds, more: (
        datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(0, seconds, more)
    ),
    days,
    st.integers(-14, 14).map(lambda hours: hours * 3600) | st.integers(-100_000, 100_000),
    st.sampled_from((0, 0, 0, -1, 1, 500_000)),
)


def boundaries(zone: tzinfo) -> st.SearchStrategy[datetime]:
    """Where a day begins in the zone, and right beside it."""
    return st.builds(
        lambda day, days, more: day_start(day + timedelta(days=days), zone) + timedelta(microseconds=more),
        st.sampled_from(_DAYS[:-1]),
        st.integers(0, 1),
        st.sampled_from((-1, 0, 0, 1)),
    )


stored_instants = st.sampled_from(ZONES).flatmap(boundaries) | instants.filter(
    lambda instant: instant.year >= 1000
)
contexts = st.builds(Context, instants.filter(lambda instant: instant.year > 1900), st.sampled_from(ZONES))


def decimals(places: int, largest: int) -> st.SearchStrategy[Decimal]:
    """Numbers that a column of that many places can hold, often near each other."""
    near = st.integers(-300, 300).map(lambda number: Decimal(number).scaleb(-places))
    wide = st.decimals(-largest, largest, places=places, allow_nan=False, allow_infinity=False)
    return near | st.sampled_from((Decimal("0.1"), Decimal("0.3"), Decimal(5000))) | wide


def _offset(instant: datetime, minutes: int) -> datetime:
    return instant.astimezone(timezone(timedelta(minutes=minutes)))


relatives = st.builds(
    Relative,
    st.sampled_from(Anchor),
    st.integers(-2, 2) | st.integers(-100, 100),
    st.sampled_from(Unit),
)
_numbers = decimals(2, 10**9) | decimals(6, 10**8) | st.integers(-5000, 5000)
_times = st.builds(
    _offset, instants.filter(lambda instant: instant.year > 1900), st.sampled_from((0, 480, -210, 345))
)
VALUES: Mapping[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: texts,
    FieldType.INTEGER: integers,
    FieldType.NUMBER: _numbers,
    FieldType.MONEY: _numbers,
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: days | relatives,
    FieldType.DATETIME: days | relatives | _times,
    FieldType.CHOICE: st.sampled_from(TIERS),
    FieldType.REFERENCE: st.integers(1, 4),
}

rows = st.fixed_dictionaries(
    {
        "name": texts,
        "phone": st.none() | texts,
        "visits": integers,
        "points": st.none() | integers,
        "amount": decimals(2, 10**11),
        "margin": st.none() | decimals(6, 10**8),
        "alive": st.none() | st.sampled_from((0.1, 0.3, 0.1 + 0.2, 5000.0)) | st.floats(-1e6, 1e6, width=32),
        "active": st.booleans(),
        "consent": st.none() | st.booleans(),
        "founded": days,
        "birthday": st.none() | days,
        "created": stored_instants,
        "last_seen": st.none() | stored_instants,
        "tier": st.sampled_from(TIERS),
        "stage": st.none() | st.just("") | st.sampled_from(TIERS),
        "owner_id": st.none() | st.integers(1, 3),
    }
)


named_rows: st.SearchStrategy[dict[str, object]] = rows.map(
    lambda row: {name: row.get(field.column) for name, field in SCHEMA.fields.items()}
)
"""Rows as the evaluator takes them; what stands beside a row is null."""
