"""What the map shows to whom."""

from __future__ import annotations

import pytest

from guanxi.conditions.context import Context
from guanxi.places.queries import MapQuestion, customers_in_polygon, customers_in_radius, map_index
from guanxi.records.declaration import record_type
from guanxi.records.queries import parse_where
from tests.cast import NOW, Cast, Person

pytestmark = pytest.mark.django_db
CHINA = [(73.0, 18.0), (122.0, 18.0), (122.0, 54.0), (73.0, 54.0)]


def asks(person: Person, where: str = "", text: str = "") -> MapQuestion:
    context = Context(now=NOW, zone=person.actor.zone)
    return MapQuestion(person.actor, parse_where(where, record_type("customer")), context, text)


@pytest.fixture
def customers(cast: Cast) -> dict[str, int]:
    found = {}
    for name, address, person in (
        ("深圳华强", "深圳市福田区", cast.alice),
        ("许昌瑞贝卡", "河南省许昌市魏都区", cast.alice),
        ("한빛상사", "서울특별시 강남구", cast.alice),
        ("南方公司", "广州市天河区", cast.charlie),
    ):
        row = person.adds("customer", name=name, industry="贸易" if "华强" in name else "")
        person.adds("place", customer=row.pk, address=address)
        found[name] = row.pk
    return found


def test_everyone_sees_on_the_map_what_they_see_in_the_list(cast: Cast, customers: dict[str, int]) -> None:
    counts = {name: len(map_index(asks(person)).points) for name, person in cast.everyone().items()}
    assert counts == {"alice": 3, "bob": 3, "charlie": 1, "dana": 3, "viola": 3, "root": 4}


def test_map_follows_the_filter_and_the_search(cast: Cast, customers: dict[str, int]) -> None:
    assert map_index(asks(cast.alice, 'industry = "贸易"')).customers.tolist() == [customers["深圳华强"]]
    assert map_index(asks(cast.alice, text="한빛")).customers.tolist() == [customers["한빛상사"]]


def test_a_new_or_moved_place_is_on_the_map_at_once(cast: Cast, customers: dict[str, int]) -> None:
    before = len(map_index(asks(cast.alice)).points)
    cast.alice.adds("place", customer=customers["深圳华强"], address="东莞市茶山镇", kind="shop")
    assert len(map_index(asks(cast.alice)).points) == before + 1


def test_selection_holds_visible_customers_only(cast: Cast, customers: dict[str, int]) -> None:
    chinese = sorted((customers["深圳华强"], customers["许昌瑞贝卡"]))
    assert customers_in_polygon(asks(cast.alice), [CHINA]) == chinese
    assert customers_in_radius(asks(cast.root), (113.33, 23.13), 30_000) == [customers["南方公司"]]
    assert customers_in_radius(asks(cast.alice), (113.33, 23.13), 30_000) == []
