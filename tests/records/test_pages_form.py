"""The form and its reference picker."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.reading import body, text

from guanxi.access.models import ChangeSet
from guanxi.customers.models import Contact, Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.alice.browser


def _form(page: str) -> dict[str, str]:
    """What a browser would send for a form as it was loaded."""
    fields = re.findall(r'<input[^>]* name="([^"]+)"[^>]*?value="([^"]*)"', page)
    chosen = re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', page, re.DOTALL)
    selected = {name: re.search(r'value="([^"]*)" selected', options) for name, options in chosen}
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {
        **dict(fields),
        **dict(areas),
        **{name: found[1] if found else "" for name, found in selected.items()},
    }


def test_what_is_needed_is_asked_for_in_place_and_what_was_typed_stays(browser: Client) -> None:
    page = browser.post("/customers/new/", {"name": "", "size": "many", "industry": "电子"})
    assert page.status_code == 422
    assert body(page).count("field-error") == 2
    assert 'value="many"' in body(page)
    assert 'value="电子"' in body(page)
    assert not Customer.objects.exists()


def test_a_customer_is_added_with_messy_input_kept_as_written(cast: Cast, browser: Client) -> None:
    sent = {
        "name": "  臺北茶行\x00 ",
        "phone": "02-2345 6789 轉 12",
        "amount": "1234.50",
        "currency": "TWD",
        "kind": "company",
    }
    answer = browser.post("/customers/new/", sent)
    row = Customer.objects.get()
    assert answer["Location"] == f"/customers/{row.pk}/"
    assert (row.name, row.phone, str(row.amount), row.owner) == (
        "臺北茶行",
        "02-2345 6789 轉 12",
        "1234.50",
        cast.alice.user,
    )


def test_a_part_is_added_from_its_parent_and_leads_back_to_it(cast: Cast, browser: Client) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    page = body(browser.get(f"/contacts/new/?customer={customer.pk}"))
    assert "한빛상사" in page
    answer = browser.post("/contacts/new/", {**_form(page), "name": "김민수", "is_key_person": "true"})
    assert answer["Location"] == f"/customers/{customer.pk}/"
    assert Contact.objects.get().is_key_person is True


def test_a_parent_one_may_not_see_is_neither_named_nor_taken(cast: Cast, browser: Client) -> None:
    secret = cast.charlie.adds("customer", name="Secret Ltd")
    page = browser.get(f"/contacts/new/?customer={secret.pk}")
    assert "Secret" not in body(page)
    answer = browser.post("/contacts/new/", {"name": "X", "customer": secret.pk})
    assert answer.status_code == 422
    assert "Secret" not in body(answer)


def test_an_untouched_form_changes_nothing_and_a_touched_field_only_itself(
    cast: Cast, browser: Client
) -> None:
    row = cast.alice.adds("customer", name="Acme", size=5, amount="10", note="one\ntwo")
    kept = cast.alice.adds(
        "interaction", customer=row.pk, summary="Called", happened_at="2026-10-01T10:11:12+08:00"
    )
    address, before = f"/customers/{row.pk}/edit/", ChangeSet.objects.count()
    browser.post(address, _form(body(browser.get(address))))
    untouched = f"/interactions/{kept.pk}/edit/"
    browser.post(untouched, _form(body(browser.get(untouched))))
    assert ChangeSet.objects.count() == before
    browser.post(address, {**_form(body(browser.get(address))), "size": "6", "why": "moved house"})
    row.refresh_from_db()
    assert (row.size, row.note, ChangeSet.objects.latest("id").why) == (6, "one\ntwo", "moved house")


def test_a_stale_form_shows_both_values_and_then_keeps_mine_but_not_what_i_left_alone(
    cast: Cast, browser: Client
) -> None:
    row = cast.alice.adds("customer", name="Acme", size=5, industry="电子")
    address = f"/customers/{row.pk}/edit/"
    mine = {**_form(body(browser.get(address))), "size": "7"}
    hers = cast.dana.browser
    hers.post(address, {**_form(body(hers.get(address))), "size": "6", "industry": "五金"})
    page = browser.post(address, mine)
    assert page.status_code == 422
    assert "Now it says: 6" in text(body(page))
    again = _form(body(page))
    assert (again["size"], again["industry"]) == ("7", "五金")
    browser.post(address, again)
    row.refresh_from_db()
    assert (row.size, row.industry) == (7, "五金")


def test_the_picker_offers_only_what_one_may_see_and_puts_the_choice_into_the_form(
    cast: Cast, browser: Client
) -> None:
    seen = cast.alice.adds("customer", name="深圳市华强电子有限公司")
    hidden = cast.charlie.adds("customer", name="华强集团")
    offered = body(browser.get("/contacts/pick/?field=customer&find=华强"))
    assert seen.name in offered
    assert hidden.name not in offered
    chosen = body(browser.get(f"/contacts/pick/?field=customer&choose={seen.pk}"))
    assert f'name="customer" value="{seen.pk}"' in chosen
    for wrong in (hidden.pk, "x", "²", "9" * 30, ""):
        assert 'name="customer" value=""' in body(
            browser.get("/contacts/pick/", {"field": "customer", "choose": wrong})
        )


@pytest.mark.parametrize("field", ["", "name", "owner", "nonsense"])
def test_only_references_to_records_are_picked(browser: Client, field: str) -> None:
    assert browser.get("/customers/pick/", {"field": field}).status_code == 404


def test_values_of_other_kinds_of_text_do_not_break_the_form(browser: Client) -> None:
    hostile: dict[str, Any] = {
        "name": "x",
        "owner": "1 OR 1=1",
        "team": "²",
        "kind": "<b>",
        "birthday": "٣",
        "amount": "1e999",
    }
    page = browser.post("/customers/new/", hostile)
    assert page.status_code == 422
    assert not Customer.objects.exists()
