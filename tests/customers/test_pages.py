"""A note in ten seconds."""

from __future__ import annotations

import pytest

from guanxi.customers.models import Interaction
from guanxi.customers.pages import SUMMARY, split_note
from tests.cast import Cast
from tests.web.reading import body

pytestmark = pytest.mark.django_db


def test_a_note_is_kept_and_told_at_once(cast: Cast) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    answer = cast.alice.browser.post(
        f"/customers/{customer.pk}/note/", {"text": "견적 요청\n금요일까지", "kind": "call"}
    )
    note = Interaction.objects.get()
    assert (note.kind, note.summary, note.note, note.customer) == (
        "call",
        "견적 요청",
        "금요일까지",
        customer,
    )
    assert 'hx-swap-oob="true"' in body(answer)
    assert "견적 요청" in body(answer)
    assert "/undo/" in answer["HX-Trigger"]


def test_a_note_about_a_contact_belongs_to_both(cast: Cast) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    contact = cast.alice.adds("contact", customer=customer.pk, name="김민수")
    cast.alice.browser.post(f"/contacts/{contact.pk}/note/", {"text": "Called"})
    note = Interaction.objects.get()
    assert (note.customer, note.contact) == (customer, contact)
    for path in (f"/customers/{customer.pk}/", f"/contacts/{contact.pk}/"):
        assert "Called" in body(cast.bob.browser.get(path))


@pytest.mark.parametrize("form", [{"text": " \n "}, {}, {"text": "x", "kind": "smoke"}])
def test_an_empty_note_is_not_kept_and_says_so(cast: Cast, form: dict[str, str]) -> None:
    customer = cast.alice.adds("customer", name="한빛상사")
    answer = cast.alice.browser.post(f"/customers/{customer.pk}/note/", form)
    assert answer.status_code == 422
    assert "field-error" in body(answer)
    assert not Interaction.objects.exists()


def test_other_records_take_no_notes(cast: Cast) -> None:
    product = cast.root.adds("product", name="螺丝")
    assert cast.root.browser.post(f"/products/{product.pk}/note/", {"text": "x"}).status_code == 404


@pytest.mark.parametrize("length", [1, SUMMARY, SUMMARY + 1, 32_000])
def test_no_part_of_a_long_line_is_lost(length: int) -> None:
    text = "长" * length
    summary, note = split_note(text)
    assert len(summary) <= SUMMARY
    assert text in (summary, note)
