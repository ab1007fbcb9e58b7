"""Relative dates and days against calendars with their traps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.context import Context, day_end, day_start, relative_day, resolve
from guanxi.conditions.tree import Anchor, Relative, Unit

NOW = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)


def test_today_is_the_readers_day() -> None:
    assert Context(NOW, UTC).today() == date(2026, 11, 2)
    assert Context(NOW, ZoneInfo("Asia/Shanghai")).today() == date(2026, 11, 3)
    assert resolve(Relative(), Context(NOW, ZoneInfo("Asia/Seoul"))) == date(2026, 11, 3)
    assert resolve("today", Context(NOW, UTC)) == "today"


@pytest.mark.parametrize(
    ("relative", "day"),
    [
        (Relative(), date(2024, 3, 31)),
        (Relative(amount=-90), date(2024, 1, 1)),
        (Relative(amount=2, unit=Unit.WEEK), date(2024, 4, 14)),
        (Relative(amount=-1, unit=Unit.MONTH), date(2024, 2, 29)),
        (Relative(amount=-13, unit=Unit.MONTH), date(2023, 2, 28)),
        (Relative(amount=1, unit=Unit.QUARTER), date(2024, 6, 30)),
        (Relative(amount=-1, unit=Unit.YEAR), date(2023, 3, 31)),
        (Relative(Anchor.WEEK), date(2024, 3, 25)),
        (Relative(Anchor.MONTH), date(2024, 3, 1)),
        (Relative(Anchor.MONTH, -1, Unit.MONTH), date(2024, 2, 1)),
        (Relative(Anchor.QUARTER), date(2024, 1, 1)),
        (Relative(Anchor.QUARTER, 1, Unit.QUARTER), date(2024, 4, 1)),
        (Relative(Anchor.YEAR, -1, Unit.DAY), date(2023, 12, 31)),
    ],
)
def test_relative_days_of_a_sunday_at_the_end_of_march(relative: Relative, day: date) -> None:
    assert relative_day(relative, date(2024, 3, 31)) == day


def test_a_leap_day_has_its_anniversary_at_the_end_of_february() -> None:
    assert relative_day(Relative(amount=1, unit=Unit.YEAR), date(2024, 2, 29)) == date(2025, 2, 28)


def test_days_begin_and_end_where_the_reader_is() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert day_start(date(2026, 1, 1), shanghai) == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert day_end(date(2026, 1, 1), shanghai) == datetime(2026, 1, 1, 16, tzinfo=UTC)


def test_a_skipped_midnight_begins_at_the_change_of_clocks() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    start = day_start(date(2018, 11, 4), sao_paulo)
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert start.astimezone(sao_paulo).hour == 1
    assert day_end(date(2018, 11, 4), sao_paulo) - start == timedelta(hours=23)


def test_a_day_that_never_was_has_no_instant() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert day_start(date(2011, 12, 30), apia) == day_end(date(2011, 12, 30), apia)


def test_of_two_midnights_the_first_begins_the_day() -> None:
    havana = ZoneInfo("America/Havana")
    day = date(2024, 11, 3)
    assert day_end(day, havana) - day_start(day, havana) == timedelta(hours=25)


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["Asia/Shanghai", "Africa/Cairo", "Asia/Seoul"]),
)
def test_days_follow_each_other_without_gap(day: date, zone: str) -> None:
    place = ZoneInfo(zone)
    assert day_end(day, place) == day_start(day + timedelta(days=1), place)
    assert day_start(day, place) < day_end(day, place)
    assert day_start(day, place).astimezone(place).date() == day
