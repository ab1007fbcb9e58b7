"""Where a customer is: found from the address, moved by hand, decided among candidates."""

from __future__ import annotations

import pytest

from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.places.services import choose_candidate, move_pin
from guanxi.records.declaration import record_type
from guanxi.records.services import undo_changeset, update_record
from tests.cast import NOW, Cast, Person

pytestmark = pytest.mark.django_db


def place_of(person: Person, address: str, **values: object) -> object:
    customer = person.adds("customer", name="东莞市恒达五金厂")
    return person.adds("place", customer=customer.pk, address=address, **values)


def test_an_address_is_on_the_map_as_soon_as_it_is_written(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    assert (place.latitude, place.longitude) == pytest.approx((23.06, 113.87), abs=0.15)
    assert (place.provider, place.placed_by_hand, place.needs_review) == ("gazetteer", False, False)


def test_an_ambiguous_address_is_no_pin_until_someone_decides(cast: Cast) -> None:
    place = place_of(cast.alice, "朝阳区建国路87号")
    assert (place.latitude, place.needs_review) == (None, True)
    beijing = next(n for n, found in enumerate(place.candidates) if "北京" in found["matched"])
    settled = choose_candidate(
        actor=cast.alice.actor, place_id=place.pk, number=beijing, version=1, now=NOW
    ).row
    assert (settled.latitude, settled.longitude) == pytest.approx((39.92, 116.45), abs=0.15)
    assert not settled.needs_review


def test_a_choice_that_does_not_exist_is_refused(cast: Cast) -> None:
    place = place_of(cast.alice, "朝阳区建国路87号")
    with pytest.raises(InvalidError):
        choose_candidate(actor=cast.alice.actor, place_id=place.pk, number=99, version=1, now=NOW)


def test_a_city_beside_the_address_decides(cast: Cast) -> None:
    place = place_of(cast.alice, "朝阳区建国路87号", city="北京")
    assert (place.latitude, place.needs_review) == (pytest.approx(39.92, abs=0.15), False)


def test_a_pin_moved_by_hand_stays_when_the_address_is_corrected(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    move_pin(
        actor=cast.alice.actor, place_id=place.pk, latitude=23.0601, longitude=113.8702, version=1, now=NOW
    )
    edit = {"known": record_type("place"), "record_id": place.pk, "version": None, "now": NOW}
    row = update_record(actor=cast.alice.actor, values={"address": "东莞市茶山镇横江村环城路"}, **edit).row
    assert (row.latitude, row.longitude, row.placed_by_hand, row.level) == (23.0601, 113.8702, True, "house")


def test_a_corrected_address_is_looked_up_again(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    edit = {"known": record_type("place"), "record_id": place.pk, "version": None, "now": NOW}
    row = update_record(
        actor=cast.alice.actor, values={"address": "서울특별시 강남구 테헤란로 152"}, **edit
    ).row
    assert (row.latitude, row.longitude) == pytest.approx((37.5, 127.05), abs=0.1)


def test_undo_puts_a_moved_pin_back_where_it_was(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    found = (place.latitude, place.longitude, place.level, place.provider)
    moved = move_pin(actor=cast.alice.actor, place_id=place.pk, latitude=1, longitude=2, version=1, now=NOW)
    assert moved.changeset is not None
    undo_changeset(actor=cast.alice.actor, changeset_id=moved.changeset.pk, now=NOW)
    place.refresh_from_db()
    assert (place.latitude, place.longitude, place.level, place.provider) == found
    assert not place.placed_by_hand


def test_teammate_may_look_but_not_move_and_stranger_knows_nothing(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    move = {"place_id": place.pk, "latitude": 23.0, "longitude": 113.0, "version": 1, "now": NOW}
    with pytest.raises(ForbiddenError):
        move_pin(actor=cast.bob.actor, **move)
    with pytest.raises(NotFoundError):
        move_pin(actor=cast.charlie.actor, **move)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(91, 0), (-90.1, 0), (0, 180.5), (0, -999), (float("nan"), 0)]
)
def test_coordinates_out_of_range_are_refused_in_words(cast: Cast, latitude: float, longitude: float) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    with pytest.raises(InvalidError) as caught:
        move_pin(
            actor=cast.alice.actor,
            place_id=place.pk,
            latitude=latitude,
            longitude=longitude,
            version=1,
            now=NOW,
        )
    assert set(caught.value.errors) <= {"latitude", "longitude"}


def test_the_history_says_in_the_readers_language_that_a_pin_was_moved(cast: Cast) -> None:
    place = place_of(cast.alice, "东莞市茶山镇横江村")
    move_pin(actor=cast.alice.actor, place_id=place.pk, latitude=23, longitude=113.7, version=1, now=NOW)
    page = cast.alice.browser.get(
        f"/places/{place.pk}/", headers={"Accept-Language": "zh-CN"}
    ).content.decode()
    assert "“移动标记”" in page
    assert "pin moved" not in page
