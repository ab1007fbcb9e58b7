"""What was it when we decided: a snapshot a day, and conditions that ask it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.tree import Between, Change, Compare, Dated, IsEmpty, Operator
from guanxi.metrics.engine.snapshots import snapshot_days, snapshot_file, to_expire
from guanxi.metrics.history import CustomerHistory
from guanxi.metrics.services import refresh
from guanxi.records.declaration import record_type
from guanxi.records.queries import list_page, parse_where
from guanxi.tiers.services import rate_everybody
from tests.cast import NOW, Cast

HISTORY = CustomerHistory()
CONTEXT = Context(now=NOW, zone=UTC)
TODAY = NOW.date()
LATER = NOW + timedelta(days=3)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse of the test's own."""
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: tmp_path))
    return tmp_path


def order(cast: Cast, customer: Any, total: str, currency: str = "CNY") -> None:
    cast.alice.adds("order", customer=customer.pk, ordered_on="2026-10-01", currency=currency, total=total)


@pytest.fixture
def customers(cast: Cast, root: Path) -> dict[str, Any]:
    """One who grew between two days, one who stayed, one who came in between, one without orders."""
    found = {name: cast.alice.adds("customer", name=name) for name in ("grew", "stayed", "silent")}
    order(cast, found["grew"], "100")
    order(cast, found["stayed"], "200.50")
    rate_everybody(actor=None, now=NOW)
    found["came"] = cast.alice.adds("customer", name="came")
    order(cast, found["grew"], "50")
    order(cast, found["came"], "900")
    rate_everybody(actor=None, now=LATER)
    return found


def named(customers: dict[str, Any], ids: Any) -> set[str] | None:
    return None if ids is None else {name for name, row in customers.items() if row.pk in ids}


def asked(customers: dict[str, Any], test: Any, day: date, change: Change | None = None) -> set[str] | None:
    return named(customers, HISTORY.ids(Dated(test, day, change), day, CONTEXT))


@pytest.mark.django_db
def test_a_metric_on_a_day(customers: dict[str, Any]) -> None:
    above = Compare("value_total", Operator.GT, Decimal("99.99"))
    assert asked(customers, above, TODAY) == {"grew", "stayed"}
    assert asked(customers, above, TODAY + timedelta(days=2)) == {"grew", "stayed"}
    assert asked(customers, above, LATER.date()) == {"grew", "stayed", "came"}
    assert asked(customers, Compare("value_total", Operator.EQ, Decimal("200.5")), TODAY) == {"stayed"}


@pytest.mark.django_db
def test_a_tier_on_a_day_is_the_one_that_was_computed_that_day(customers: dict[str, Any]) -> None:
    assert asked(customers, Compare("tier", Operator.EQ, "A"), TODAY) == {"stayed"}
    assert asked(customers, Compare("tier", Operator.EQ, "A"), LATER.date()) == {"came"}


@pytest.mark.django_db
def test_a_change_since_a_day(customers: dict[str, Any]) -> None:
    def grew(test: Any, change: Change) -> set[str] | None:
        return asked(customers, test, TODAY, change)

    assert grew(Compare("value_total", Operator.GE, Decimal(50)), Change.AMOUNT) == {"grew"}
    assert grew(Compare("value_total", Operator.EQ, Decimal(0)), Change.AMOUNT) == {"stayed"}
    assert grew(Compare("value_total", Operator.EQ, Decimal(50)), Change.PERCENT) == {"grew"}
    assert grew(Between("value_total", Decimal(0), Decimal("49.9")), Change.PERCENT) == {"stayed"}
    assert grew(Compare("frequency", Operator.EQ, 1), Change.AMOUNT) == {"grew"}
    assert grew(Compare("frequency", Operator.GE, Decimal(100)), Change.PERCENT) == {"grew"}  # nothing from 0


@pytest.mark.django_db
def test_what_is_known_of_a_day_and_what_is_not(customers: dict[str, Any]) -> None:
    known = HISTORY.known_ids(Dated(IsEmpty("value_total"), TODAY), TODAY, CONTEXT)
    assert named(customers, known) == {"grew", "stayed"}
    before = TODAY - timedelta(days=1)
    assert HISTORY.ids(Dated(Compare("frequency", Operator.EQ, 1), before), before, CONTEXT) is None
    assert HISTORY.earliest() == TODAY


@pytest.mark.django_db
def test_money_of_another_currency_than_before_is_not_compared(cast: Cast, root: Path) -> None:
    customer = cast.alice.adds("customer", name="moved")
    order(cast, customer, "100")
    refresh(actor=None, now=NOW)
    order(cast, customer, "9000", "KRW")
    order(cast, customer, "9000", "KRW")
    refresh(actor=None, now=LATER)
    test = Dated(Compare("value_total", Operator.GT, Decimal(-(10**6))), TODAY, Change.AMOUNT)
    assert HISTORY.ids(test, TODAY, CONTEXT) == []


@pytest.mark.django_db
def test_lists_ask_for_earlier_days_within_what_is_seen(cast: Cast, customers: dict[str, Any]) -> None:
    def names(person: Any, where: str) -> list[str]:
        known = record_type("customer")
        condition = parse_where(where, known)
        page = list_page(known, person.actor, context=CONTEXT, where=condition, order="name")
        return [row.name for row in page.rows]

    assert names(cast.alice, 'tier on 2026-11-02 = "A"') == ["stayed"]
    assert names(cast.alice, "value_total change since 2026-11-02 > 0") == ["grew"]
    assert names(cast.alice, "value_total change since 2026-11-02 >= 50%") == ["grew"]
    assert names(cast.charlie, "value_total on 2026-11-02 > 0") == []
    with pytest.raises(ConditionError, match="2026-11-01"):
        names(cast.alice, 'tier on 2026-11-01 = "A"')


@pytest.mark.django_db
def test_nothing_is_known_before_the_first_refresh(root: Path, db: None) -> None:
    assert HISTORY.earliest() is None
    assert HISTORY.ids(Dated(Compare("frequency", Operator.EQ, 1), TODAY), TODAY, CONTEXT) is None


@pytest.mark.django_db
def test_the_first_refresh_of_a_day_keeps_it_and_the_last_replaces_it(cast: Cast, root: Path) -> None:
    customer = cast.alice.adds("customer", name="grew")
    refresh(actor=None, now=NOW)
    assert snapshot_days(root) == [TODAY]
    first = snapshot_file(root, TODAY).read_bytes()
    order(cast, customer, "1")
    refresh(actor=None, now=NOW)
    assert snapshot_file(root, TODAY).read_bytes() == first
    refresh(actor=None, now=LATER)
    assert snapshot_days(root) == [TODAY, LATER.date()]
    assert HISTORY.ids(Dated(Compare("frequency", Operator.EQ, 1), TODAY), TODAY, CONTEXT) == [customer.pk]


@pytest.mark.django_db
def test_old_snapshots_go_but_for_the_first_of_a_month(root: Path, db: None) -> None:
    for day in (1, 2, 3):
        refresh(actor=None, now=datetime(2025, 1, day, tzinfo=UTC))
    refresh(actor=None, now=datetime(2026, 11, 2, tzinfo=UTC))
    assert snapshot_days(root) == [date(2025, 1, 1), date(2026, 11, 2)]


DAYS = st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 31)), unique=True)


@given(DAYS, st.dates(date(2024, 1, 1), date(2026, 12, 31)), st.integers(0, 500))
def test_every_month_and_all_of_the_last_days_stay(days: list[date], today: date, kept: int) -> None:
    gone = set(to_expire(days, today, kept))
    left = set(days) - gone
    assert {(day.year, day.month) for day in left} == {(day.year, day.month) for day in days}
    assert {day for day in days if day >= today - timedelta(days=kept)} <= left
    assert set(to_expire(left, today, kept)) == set()
