"""Sums of an order."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanxi.sales.calc import line_amount, total_of

AMOUNTS = st.decimals(min_value=-1_000_000, max_value=1_000_000, places=2)


def test_won_have_no_decimals_and_yuan_have_two() -> None:
    assert line_amount(Decimal("2.5"), Decimal(1333), decimals=0) == Decimal("3333.00")
    assert line_amount(Decimal("2.5"), Decimal("13.33"), decimals=2) == Decimal("33.33")


@given(st.lists(AMOUNTS))
def test_total_does_not_depend_on_the_order_of_the_lines(amounts: list[Decimal]) -> None:
    assert total_of(amounts) == total_of(reversed(amounts)) == -total_of(-amount for amount in amounts)
