"""A demo company is drawn by a seed and looks like people's own lists."""

from __future__ import annotations

from datetime import date

import pytest

from guanxi.kits.calc import DemoCustomer, draw_customers
from guanxi.kits.kit import kit_names, load_kit

TODAY = date(2026, 11, 2)


def drawn(kit: str, count: int = 600, seed: int = 1) -> list[DemoCustomer]:
    return list(draw_customers(load_kit(kit).words, count=count, seed=seed, today=TODAY))


@pytest.mark.parametrize("kit", kit_names())
def test_the_same_seed_draws_the_same_customers_and_another_does_not(kit: str) -> None:
    assert drawn(kit, 50) == drawn(kit, 50)
    assert drawn(kit, 50) != drawn(kit, 50, seed=2)


@pytest.mark.parametrize("kit", kit_names())
def test_nothing_happens_in_the_future_and_every_customer_has_a_name_and_a_place(kit: str) -> None:
    for customer in drawn(kit):
        assert customer.name.strip()
        assert customer.places[0].address
        assert all(order.day <= TODAY and order.lines for order in customer.orders)
        assert all(part.day < TODAY for part in customer.interactions)


def test_the_first_kit_is_the_property_developers() -> None:
    assert kit_names()[0] == "real-estate"


def test_an_unknown_kit_is_no_path_into_the_disk() -> None:
    with pytest.raises(KeyError):
        load_kit("../kit")


def test_korean_firms_carry_their_form_as_koreans_write_it() -> None:
    names = [customer.name for customer in drawn("distribution") if customer.kind == "company"]
    assert any(name.startswith("(주)") for name in names)
    assert not any(name.endswith("(주)") for name in names)


def test_persons_live_somewhere_and_firms_have_people() -> None:
    found = drawn("real-estate")
    assert {customer.places[0].kind for customer in found if customer.kind == "person"} == {"home"}
    assert any(customer.contacts for customer in found if customer.kind == "company")
    assert all(not customer.contacts for customer in found if customer.kind == "person")
