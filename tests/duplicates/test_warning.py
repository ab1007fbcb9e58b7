"""The warning while typing: what each person learns of a customer that is there already, and what they do not."""

from __future__ import annotations

import pytest
from django.test import Client

from guanxi.access.calc import Role
from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.models import PairState, PossibleDuplicate
from guanxi.duplicates.warning import warned_of_contact, warned_of_customer
from tests.cast import Cast, Person
from tests.web.reading import body

pytestmark = pytest.mark.django_db

ALICES = {
    "name": "深圳市华强电子有限公司",
    "phone": "13800130001",
    "email": "sales@huaqiang.cn",
    "tax_number": "91440300MA5DQXXX0J",
}
ELSEWHERE = "This is there already, with a colleague"


@pytest.fixture
def hers(cast: Cast) -> Customer:
    """The customer of Alice that others are about to type."""
    found: Customer = cast.alice.adds("customer", **ALICES)
    return found


def told(person: Person, **typed: str) -> tuple[list[tuple[int, tuple[str, ...]]], bool]:
    """What a person is told: the records with reasons, and whether there is another."""
    warned = warned_of_customer(person.actor, typed)
    return [(one.row.pk, one.reasons) for one in warned.likely], warned.is_elsewhere


def page(browser: Client, **typed: str) -> str:
    return body(browser.post("/duplicates/warning/customers/", typed))


def test_who_may_change_a_customer_is_told_every_reason(cast: Cast, hers: Customer) -> None:
    every = ("same_tax_number", "same_phone", "same_email", "same_name")
    assert told(cast.alice, **ALICES) == ([(hers.pk, every)], False)
    assert told(cast.dana, **ALICES) == ([(hers.pk, every)], False)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"name": "深圳市華強電子"}, "same_name"),
        ({"phone": "+86 138-0013-0001"}, "same_phone"),
        ({"email": "Sales@HuaQiang.CN "}, "same_email"),
        ({"tax_number": "9144 0300 MA5D QXXX 0J"}, "same_tax_number"),
    ],
)
def test_each_way_of_writing_it_is_found(
    cast: Cast, hers: Customer, typed: dict[str, str], reason: str
) -> None:
    assert told(cast.alice, **typed) == ([(hers.pk, (reason,))], False)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("深圳市华墙电子", "name_sounds_alike"),
        ("华强电子", "same_name"),
        ("深圳市华强电子科技", "name_contained"),
        ("深圳市华强电机有限公司", "name_alike"),
    ],
)
def test_a_name_that_sounds_or_looks_alike_is_named_to_who_sees_it_and_to_nobody_else(
    cast: Cast, hers: Customer, name: str, reason: str
) -> None:
    for person in (cast.alice, cast.bob):
        assert told(person, name=name) == ([(hers.pk, (reason,))], False)
    assert told(cast.charlie, name=name) == ([], False)


def test_the_likeliest_is_named_first_and_a_branch_is_not_its_head_office(cast: Cast, hers: Customer) -> None:
    alike = cast.alice.adds("customer", name="深圳市华墙电子")
    shown, _hidden = told(cast.alice, name="深圳市華強電子", phone=ALICES["phone"])
    assert [key for key, _reasons in shown] == [hers.pk, alike.pk]
    assert told(cast.alice, name="深圳市华强电子有限公司广州分公司") == ([], False)


def test_a_teammate_is_told_the_name_but_not_whose_masked_phone_it_is(cast: Cast, hers: Customer) -> None:
    assert told(cast.bob, name=ALICES["name"]) == ([(hers.pk, ("same_name",))], False)
    assert told(cast.bob, phone=ALICES["phone"]) == ([], True)
    assert told(cast.bob, **ALICES) == ([(hers.pk, ("same_name",))], True), (
        "the same answer as for the phone alone"
    )


def test_who_may_not_see_it_learns_only_that_it_exists(cast: Cast, hers: Customer) -> None:
    for name, value in ALICES.items():
        assert told(cast.charlie, **{name: value}) == ([], True)
    shown = page(cast.charlie.browser, **ALICES)
    assert ELSEWHERE in shown
    for secret in (*ALICES.values(), "Alice", "North", str(hers.pk), "phone", "e-mail"):
        assert secret not in shown


def test_what_nobody_has_warns_of_nothing(cast: Cast, hers: Customer) -> None:
    for person in (cast.alice, cast.charlie):
        assert told(person, name="广州天河贸易有限公司", phone="13900139999") == ([], False)
        assert "<h2>" not in page(person.browser, name="", phone="1")


def test_a_deleted_customer_is_no_double(cast: Cast, hers: Customer) -> None:
    cast.alice.browser.post(f"/customers/{hers.pk}/delete/")
    assert told(cast.alice, **ALICES) == ([], False)
    assert told(cast.charlie, **ALICES) == ([], False)


def test_the_phone_of_a_contact_leads_to_the_customer(cast: Cast, hers: Customer) -> None:
    cast.alice.adds("contact", customer=hers.pk, name="王芳", phone="138 0013 0009")
    assert told(cast.alice, phone="13800130009") == ([(hers.pk, ("same_phone_of_contact",))], False)


def test_a_new_contact_with_the_phone_of_another_is_warned_of(cast: Cast, hers: Customer) -> None:
    wang = cast.alice.adds("contact", customer=hers.pk, name="王芳", phone="13800130009", email="w@hq.cn")
    typed = {"phone": "+8613800130009", "email": "W@hq.cn"}
    warned = warned_of_contact(cast.alice.actor, typed)
    assert [(one.row, one.reasons) for one in warned.likely] == [(wang, ("same_phone", "same_email"))]
    assert not warned.is_elsewhere
    for stranger in (cast.charlie, cast.bob):
        assert warned_of_contact(stranger.actor, typed).likely == ()
        assert warned_of_contact(stranger.actor, typed).is_elsewhere


def test_the_page_names_it_says_why_and_leads_there(cast: Cast, hers: Customer) -> None:
    shown = page(cast.alice.browser, phone=ALICES["phone"])
    assert f'href="/customers/{hers.pk}/"' in shown
    assert "the same phone" in shown
    assert ALICES["name"] in shown


def test_a_form_that_begins_with_a_known_phone_warns_at_once(cast: Cast, hers: Customer) -> None:
    assert ALICES["name"] in body(cast.alice.browser.get(f"/customers/new/?phone={ALICES['phone']}"))
    assert "duplicate-warned" not in body(cast.alice.browser.get(f"/customers/{hers.pk}/edit/"))


def test_using_the_one_that_is_there_fills_its_gaps_and_overwrites_nothing(cast: Cast) -> None:
    there = cast.alice.adds("customer", name="华强电子", phone="13800130001")
    typed = {"name": "深圳华强", "phone": "13911112222", "email": "a@hq.cn", "industry": "电子"}
    answer = cast.alice.browser.post(f"/duplicates/use/customers/{there.pk}/", typed)
    assert answer["Location"] == f"/customers/{there.pk}/"
    there.refresh_from_db()
    assert (there.name, there.phone, there.email, there.industry) == (
        "华强电子",
        "13800130001",
        "a@hq.cn",
        "电子",
    )
    assert there.email_key == "a@hq.cn"
    assert Customer.objects.count() == 1


def test_using_one_that_may_only_be_seen_leads_there_and_changes_nothing(cast: Cast, hers: Customer) -> None:
    browser = cast.bob.browser
    answer = browser.post(f"/duplicates/use/customers/{hers.pk}/", {"industry": "电子"})
    assert answer["Location"] == f"/customers/{hers.pk}/"
    hers.refresh_from_db()
    assert (hers.industry, hers.version) == ("", 1)
    assert (
        cast.charlie.browser.post(f"/duplicates/use/customers/{hers.pk}/", {"industry": "x"}).status_code
        == 404
    )


def test_saving_all_the_same_is_allowed(cast: Cast, hers: Customer) -> None:
    answer = cast.charlie.browser.post("/customers/new/", {"kind": "company", **ALICES})
    assert answer.status_code == 302
    assert Customer.objects.filter(name=ALICES["name"]).count() == 2


def test_saving_all_the_same_is_remembered_of_those_that_were_shown_and_seen(
    cast: Cast, hers: Customer
) -> None:
    strange = cast.charlie.adds("customer", name="华强")
    sent = {"kind": "company", "name": "华强", "not_same": [hers.pk, strange.pk]}
    answer = cast.alice.browser.post("/customers/new/", sent)
    assert answer.status_code == 302
    pair = PossibleDuplicate.objects.get()
    assert (pair.left, pair.right.name, pair.state) == (hers, "华强", PairState.SEPARATE)


@pytest.mark.parametrize("plural", ["orders", "products"])
def test_other_types_have_no_warning(cast: Cast, plural: str) -> None:
    assert cast.root.browser.post(f"/duplicates/warning/{plural}/", {"name": "x"}).status_code == 404


def test_who_may_add_nothing_may_ask_nothing(cast: Cast, hers: Customer) -> None:
    assert cast.viola.actor.role is Role.VIEWER
    assert (
        cast.viola.browser.post("/duplicates/warning/customers/", {"phone": ALICES["phone"]}).status_code
        == 403
    )


def test_the_keys_of_a_contact_follow_what_is_written(cast: Cast, hers: Customer) -> None:
    wang = cast.alice.adds("contact", customer=hers.pk, name="王芳", phone="138 0013 0009", email="W@hq.cn")
    assert (wang.phone_key, wang.email_key) == ("8613800130009", "w@hq.cn")
    cast.alice.browser.post(f"/contacts/{wang.pk}/cell/phone/", {"value": ""}, headers={"If-Match": '"1"'})
    assert Contact.objects.get().phone_key == ""


def test_asking_costs_the_same_however_many_there_are(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(12):
        cast.alice.adds("customer", name="华强", phone="13800130001", external_id=str(number))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        told(cast.alice, **{**ALICES, "name": "华强"})
