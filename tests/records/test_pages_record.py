"""The record page: what it tells, what is changed in place, what happened, and taking it back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import NOW, Cast
from tests.web.reading import body, facts, link, text

from guanxi.access.models import ChangeSet
from guanxi.records.declaration import record_type
from guanxi.records.services import create_record, update_record
from guanxi.records.timeline import LENGTH

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(cast: Cast) -> Any:
    return cast.alice.adds(
        "customer",
        name="深圳市华强电子有限公司",
        phone="13800130001",
        size=20,
        amount="1234567.5",
        currency="KRW",
    )


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.alice.browser


def test_the_page_tells_the_facts_as_people_read_them(customer: Any, browser: Client) -> None:
    told = facts(browser.get(f"/customers/{customer.pk}/"))
    assert told["Phone"] == "13800130001"
    assert told["Yearly amount"] == "₩1,234,568"
    assert told["Kind"] == "Company"
    assert (told["Owner"], told["Team"], told["Industry"]) == ("Alice", "North", "–")


def test_who_may_not_change_it_sees_masks_and_no_way_to_edit(cast: Cast, customer: Any) -> None:
    for person in (cast.bob, cast.viola):
        page = body(person.browser.get(f"/customers/{customer.pk}/"))
        assert "138****0001" in page
        assert not re.search(r"13800130001|data-edit-url|/edit/|/delete/|note-box|\?customer=", page)


def test_what_belongs_to_it_stands_beside_it(cast: Cast, customer: Any, browser: Client) -> None:
    cast.alice.adds("contact", customer=customer.pk, name="王芳", title="采购经理", is_key_person="true")
    cast.alice.adds(
        "order", customer=customer.pk, ordered_on="2026-10-01", total="99", currency="CNY", number="A-7"
    )
    other = cast.alice.adds("customer", name="Acme")
    cast.alice.adds("contact", customer=other.pk, name="John")
    page = text(body(browser.get(f"/customers/{customer.pk}/")))
    assert "王芳 采购经理 Key person" in page
    assert "A-7" in page
    assert "CN¥99.00" in page
    assert "John" not in page


def test_more_parts_than_a_panel_holds_are_a_click_away(cast: Cast, customer: Any, browser: Client) -> None:
    for number in range(7):
        cast.alice.adds("contact", customer=customer.pk, name=f"联系人{number}")
    page = browser.get(f"/customers/{customer.pk}/")
    every = browser.get(link(page, "where=customer"))
    assert body(every).count("联系人") >= 7


class TestInlineEdit:
    def _save(self, browser: Client, customer: Any, name: str, value: str, version: str = '"1"') -> Any:
        return browser.post(
            f"/customers/{customer.pk}/cell/{name}/?as=dd",
            {"value": value},
            headers={**HTMX, "If-Match": version},
        )

    def test_a_value_is_saved_and_the_new_cell_carries_the_new_version_and_undo(
        self, customer: Any, browser: Client
    ) -> None:
        answer = self._save(browser, customer, "size", "2,500".replace(",", ""))
        assert body(answer).startswith("<dd")
        assert 'data-version="2"' in body(answer)
        assert text(body(answer)) == "2,500"
        assert f"/changes/{ChangeSet.objects.latest('id').pk}/undo/" in answer["HX-Trigger"]
        customer.refresh_from_db()
        assert customer.size == 2500

    def test_the_same_value_again_changes_nothing(self, customer: Any, browser: Client) -> None:
        before = ChangeSet.objects.count()
        answer = self._save(browser, customer, "size", "20")
        assert (answer.status_code, answer.has_header("HX-Trigger")) == (200, False)
        assert ChangeSet.objects.count() == before

    @pytest.mark.parametrize(
        ("name", "value"),
        [("size", "many"), ("name", ""), ("birthday", "2023-13-45"), ("email", "x"), ("kind", "robot")],
    )
    def test_a_value_that_cannot_be_kept_is_refused_with_the_reason(
        self, customer: Any, browser: Client, name: str, value: str
    ) -> None:
        answer = self._save(browser, customer, name, value)
        assert answer.status_code == 422
        assert answer["Content-Type"] == "application/problem+json"
        assert len(answer.json()["detail"]) > 5

    def test_a_stale_edit_shows_what_stands_there_and_loses_nothing(
        self, cast: Cast, customer: Any, browser: Client
    ) -> None:
        self._save(cast.dana.browser, customer, "amount", "5000")
        answer = self._save(browser, customer, "amount", "7000")
        assert answer.status_code == 412
        assert answer.json()["current"] == {"value": "5000.00", "text": "5,000.00", "version": 2}
        overwritten = self._save(browser, customer, "amount", "7000", version='"2"')
        assert overwritten.status_code == 200

    @pytest.mark.parametrize("version", ["", "abc", "²"])
    def test_an_edit_without_a_version_is_refused(self, customer: Any, browser: Client, version: str) -> None:
        assert (
            self._save(browser, customer, "size", "3", version=version.encode().decode("latin-1")).status_code
            == 428
        )

    @pytest.mark.parametrize("name", ["created_at", "nonsense", "version"])
    def test_only_fields_that_are_for_people_can_be_edited(
        self, customer: Any, browser: Client, name: str
    ) -> None:
        assert self._save(browser, customer, name, "3").status_code == 404


class TestTimeline:
    def test_it_tells_who_changed_what_from_what_to_what_by_name(self, cast: Cast, customer: Any) -> None:
        update_record(
            actor=cast.dana.actor,
            known=record_type("customer"),
            record_id=customer.pk,
            values={"owner": cast.bob.user.pk, "size": "25", "amount": "2000000"},
            version=None,
            now=NOW + timedelta(hours=1),
            why="新的分工",
        )
        page = text(body(cast.dana.browser.get(f"/customers/{customer.pk}/")))
        assert "Changed Dana" in page
        assert "Owner Alice → Bob" in page
        assert "People 20 → 25" in page
        assert "Yearly amount ₩1,234,568 → ₩2,000,000" in page
        assert "“新的分工”" in page

    def test_masked_values_stay_masked_in_the_history(self, cast: Cast, customer: Any) -> None:
        update_record(
            actor=cast.alice.actor,
            known=record_type("customer"),
            record_id=customer.pk,
            values={"phone": "13912345678"},
            version=None,
            now=NOW,
        )
        page = body(cast.bob.browser.get(f"/customers/{customer.pk}/"))
        assert "139****5678" in page
        assert not re.search("13912345678|13800130001", page)

    def test_interactions_orders_and_changes_are_told_together_newest_first_each_once(
        self, cast: Cast, customer: Any, browser: Client
    ) -> None:
        expected = ["Created"]
        for number in range(LENGTH + 9):
            at = NOW + timedelta(hours=number + 1)
            values = {"customer": customer.pk, "summary": f"通话{number:02}", "happened_at": at.isoformat()}
            create_record(actor=cast.alice.actor, known=record_type("interaction"), values=values, now=at)
            update_record(
                actor=cast.alice.actor,
                known=record_type("customer"),
                record_id=customer.pk,
                values={"size": 100 + number},
                version=None,
                now=at + timedelta(minutes=1),
            )
            expected += [f"通话{number:02}", f"→ {100 + number}"]
        told, pages = [], 0
        address = f"/customers/{customer.pk}/"
        while address:
            page = body(browser.get(address))
            told += _told(page)
            pages += 1
            older = re.search(r'hx-get="([^"]*timeline[^"]*)"', page)
            address = older[1].replace("&amp;", "&") if older else ""
        assert pages == 3
        assert told == expected[::-1]

    def test_a_place_of_nowhere_ends_the_timeline_quietly(self, customer: Any, browser: Client) -> None:
        for query in (
            "change=x&interaction=zzz&order=~",
            "interaction=2026-01-01T00:00:00%2B00:00~x&change=-",
        ):
            assert browser.get(f"/customers/{customer.pk}/timeline/?{query}").status_code == 200


def _told(page: str) -> list[str]:
    found = re.findall(r"(通话\d\d)|<ins>(\d+)</ins>|<b>(Created)</b>", page)
    return [summary or (f"→ {size}" if size else made) for summary, size, made in found]


class TestUndo:
    def test_a_change_is_taken_back_from_the_page(self, customer: Any, browser: Client) -> None:
        browser.post(f"/customers/{customer.pk}/cell/size/", {"value": "99"}, headers={"If-Match": '"1"'})
        page = browser.get(f"/customers/{customer.pk}/")
        changeset = ChangeSet.objects.latest("id").pk
        assert f"/changes/{changeset}/undo/" in body(page)
        address = f"/customers/{customer.pk}/"
        answer = browser.post(f"/changes/{changeset}/undo/", {"next": address})
        assert answer["Location"] == address
        customer.refresh_from_db()
        assert customer.size == 20
        assert "is-undone" in body(browser.get(address))
        again = browser.post(f"/changes/{changeset}/undo/", headers={"Accept": "application/json"})
        assert again.status_code == 409

    def test_somebody_elses_change_is_not_offered_for_undo(self, cast: Cast, customer: Any) -> None:
        assert "/undo/" not in body(cast.dana.browser.get(f"/customers/{customer.pk}/"))

    def test_undo_goes_on_to_pages_of_ours_only(self, customer: Any, browser: Client) -> None:
        browser.post(f"/customers/{customer.pk}/cell/size/", {"value": "99"}, headers={"If-Match": '"1"'})
        undo = f"/changes/{ChangeSet.objects.latest('id').pk}/undo/"
        assert browser.post(undo, {"next": "https://evil.example/"})["Location"] == "/"

    def test_deleting_leads_to_the_list_with_undo(self, customer: Any, browser: Client) -> None:
        assert browser.post(f"/customers/{customer.pk}/delete/")["Location"] == "/customers/"
        page = body(browser.get("/customers/"))
        assert "“深圳市华强电子有限公司” was deleted." in page
        assert browser.get(f"/customers/{customer.pk}/").status_code == 404
        undo = re.search(r'data-undo-url="([^"]+)"', page)
        assert undo
        browser.post(undo[1])
        assert browser.get(f"/customers/{customer.pk}/").status_code == 200
