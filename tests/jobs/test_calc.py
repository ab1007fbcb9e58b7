"""Leases, tries and percents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guanxi.jobs.calc import LEASE, TRIES, Pace, lease_end, may_try_again, pace, percent
from tests.cast import NOW


def test_lease_is_held_for_its_length() -> None:
    assert lease_end(NOW) - NOW == LEASE


def test_tries_are_bounded() -> None:
    assert [may_try_again(tries) for tries in (0, TRIES - 1, TRIES, TRIES + 1)] == [True, True, False, False]


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_percent_never_says_all_before_the_end(done: int, total: int) -> None:
    found = percent(done, total)
    assert found is not None
    assert 0 <= found <= 99


def test_percent_of_an_unknown_total_is_unknown() -> None:
    assert (percent(5, None), percent(5, 0)) == (None, None)


def test_a_pace_is_known_once_something_was_done() -> None:
    assert pace(done=5, total=10, began_done=5, seconds=3.0) == Pace()
    assert pace(done=9, total=10, began_done=5, seconds=0.0) == Pace()
    assert pace(done=9, total=None, began_done=5, seconds=2.0) == Pace(2.0, None)
    assert pace(done=9, total=10, began_done=5, seconds=2.0) == Pace(2.0, 1)
