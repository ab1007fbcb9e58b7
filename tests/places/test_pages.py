"""The map page, its information windows, and the queue of unclear addresses."""

from __future__ import annotations

import pytest

from tests.cast import Cast, Person
from tests.places.tile_reader import read_tile

pytestmark = pytest.mark.django_db


def placed(
    person: Person, name: str = "深圳华强电子", address: str = "深圳市福田区", **values: object
) -> tuple[int, int]:
    customer = person.adds("customer", name=name, phone="13800138000", **values)
    return customer.pk, person.adds(
        "place", customer=customer.pk, address=address, key_person="王先生", size=2000
    ).pk


def test_an_empty_map_says_what_to_do_first(cast: Cast) -> None:
    page = cast.alice.browser.get("/map/")
    assert page.status_code == 200
    assert 'href="/imports/"' in page.text


def test_the_map_lists_what_it_shows_and_a_name_is_only_text(cast: Cast) -> None:
    placed(cast.alice, name="<img src=x onerror=alert(1)>")
    page = cast.alice.browser.get("/map/").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img src=x" not in page


def test_the_map_keeps_the_filter_of_the_list(cast: Cast) -> None:
    placed(cast.alice, industry="五金")
    placed(cast.alice, name="许昌瑞贝卡", industry="发制品")
    page = cast.alice.browser.get("/map/", {"where": 'industry = "发制品"'}).text
    assert "许昌瑞贝卡" in page
    assert "深圳华强电子" not in page


def test_a_broken_filter_is_explained_on_the_page(cast: Cast) -> None:
    page = cast.alice.browser.get("/map/", {"where": 'colour = "red"'})
    assert page.status_code == 422
    assert "colour" in page.text


def test_the_window_masks_the_phone_for_who_may_not_change_the_customer(cast: Cast) -> None:
    _, place = placed(cast.alice)
    shown = {name: person.browser.get(f"/map/info/{place}/") for name, person in cast.everyone().items()}
    assert {name: answer.status_code for name, answer in shown.items() if answer.status_code != 200} == {
        "charlie": 404
    }
    assert "13800138000" in shown["alice"].json()["phone"].replace(" ", "")
    for looker in ("bob", "viola"):
        assert "*" in shown[looker].json()["phone"]
        assert shown[looker].json()["can_edit"] is False
    assert shown["dana"].json()["can_edit"] is True
    assert (shown["alice"].json()["key_person"], shown["alice"].json()["size"]) == ("王先生", 2000)


def test_customers_on_one_spot_are_named_to_those_who_may_see_them(cast: Cast) -> None:
    _, ours = placed(cast.alice)
    _, theirs = placed(cast.charlie, name="南方公司")
    items = cast.bob.browser.get("/map/stack/", {"ids": f"{ours},{theirs}"}).json()["items"]
    assert [item["name"] for item in items] == ["深圳华强电子"]
    assert cast.bob.browser.get("/map/stack/", {"ids": "x"}).status_code == 404


def test_tiles_hold_what_the_asker_may_see(cast: Cast) -> None:
    placed(cast.alice)
    placed(cast.charlie, name="南方公司", address="广州市天河区")
    counts = {}
    for name, person in cast.everyone().items():
        answer = person.browser.get("/api/v1/map/tiles/0/0/0.mvt")
        layers = read_tile(answer.content)
        counts[name] = sum(feature.properties["count"] for layer in layers for feature in layer.features)
    assert counts == {"alice": 1, "bob": 1, "charlie": 1, "dana": 1, "viola": 1, "root": 2}


def test_a_tile_that_does_not_exist_is_not_found(cast: Cast) -> None:
    assert cast.alice.browser.get("/api/v1/map/tiles/1/2/0.mvt").status_code == 404
    assert cast.alice.browser.get("/api/v1/map/tiles/40/0/0.mvt").status_code == 404


def test_an_unclear_address_is_settled_with_one_press(cast: Cast) -> None:
    _customer, place = placed(cast.alice, address="朝阳区建国路87号")
    queue = cast.alice.browser.get("/map/review/").text
    assert "朝阳区建国路87号" in queue
    assert "长春" in queue
    answer = cast.alice.browser.post(f"/map/review/{place}/choose/", {"candidate": "0", "version": "1"})
    assert answer.status_code == 302
    assert "朝阳区建国路87号" not in cast.alice.browser.get("/map/review/").text


def test_a_stale_choice_changes_nothing(cast: Cast) -> None:
    _, place = placed(cast.alice, address="朝阳区建国路87号")
    cast.alice.browser.post(f"/map/review/{place}/choose/", {"candidate": "0", "version": "7"})
    assert "朝阳区建国路87号" in cast.alice.browser.get("/map/review/").text


def test_only_who_may_change_a_place_decides_where_it_is(cast: Cast) -> None:
    _, place = placed(cast.alice, address="朝阳区建国路87号")
    codes = {
        name: person.browser.post(
            f"/map/review/{place}/choose/", {"candidate": "0", "version": "1"}
        ).status_code
        for name, person in cast.everyone().items()
        if name in ("bob", "viola", "charlie")
    }
    assert codes == {"bob": 403, "viola": 403, "charlie": 404}
