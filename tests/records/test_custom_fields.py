"""A field that a team defines is at once a field like any other: kept, shown, found, sorted, told and undone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import NOW, Cast
from tests.records.custom import define, define_every_kind

from guanxi.access.errors import InvalidError
from guanxi.conditions.context import Context
from guanxi.records.completion import offers_at
from guanxi.records.declaration import record_type
from guanxi.records.history import record_history
from guanxi.records.queries import get_record, list_page, parse_where
from guanxi.records.services import create_record, undo_changeset, update_record
from guanxi.records.values import raw_value, row_values

pytestmark = pytest.mark.django_db


def given(cast: Cast) -> dict[str, Any]:
    """What a program sends for each kind."""
    return {
        "text": "很多",
        "long_text": "one\ntwo",
        "integer": 40,
        "number": "2.50",
        "money": "1200.5",
        "boolean": False,
        "date": "2027-03-31",
        "datetime": "2026-03-31T14:30:05.25+08:00",
        "choice": "金牌",
        "choices": ["동메달", "silver"],
        "reference": cast.bob.user.pk,
        "phone": "021-5555 转801",
        "email": "bill@example.com",
        "url": "https://example.com/portal",
    }


def test_every_kind_is_kept_read_and_shown_in_its_own_type(cast: Cast) -> None:
    names = define_every_kind(cast)
    assert names["text"] == "预算"
    assert names["money"] == "credit_limit"
    row = cast.alice.adds(
        "customer", name="Acme", **{names[kind]: value for kind, value in given(cast).items()}
    )
    known = record_type("customer")
    seen = get_record(known, cast.alice.actor, row.pk)
    read = {kind: raw_value(seen, known.by_name[name]) for kind, name in names.items()}
    assert read == {
        "text": "很多",
        "long_text": "one\ntwo",
        "integer": 40,
        "number": Decimal("2.5"),
        "money": Decimal("1200.50"),
        "boolean": False,
        "date": date(2027, 3, 31),
        "datetime": datetime(2026, 3, 31, 6, 30, 5, tzinfo=UTC),
        "choice": "金牌",
        "choices": ("silver", "동메달"),
        "reference": cast.bob.user.pk,
        "phone": "021-5555 转801",
        "email": "bill@example.com",
        "url": "https://example.com/portal",
    }
    body = row_values(seen, known, cast.alice.actor)
    assert (body["credit_limit"], body["credit_limit_currency"], body["ratio"]) == ("1200.50", "CNY", "2.5")
    assert (body["兴趣"], body["last_audit"]) == (["silver", "동메달"], "2026-03-31T06:30:05+00:00")


@pytest.mark.parametrize(
    ("kind", "more", "bad"),
    [
        ("integer", {}, "1.5"),
        ("number", {}, "1e400"),
        ("number", {}, "1234567890.1234567"),
        ("money", {}, "0.001"),
        ("boolean", {}, "perhaps"),
        ("date", {}, "2026-02-30"),
        ("date", {}, "0001-01-01"),
        ("datetime", {}, "soon"),
        ("email", {}, "nobody"),
        ("url", {}, "javascript:alert(1)"),
        ("text", {}, "x" * 501),
        ("text", {}, 7),
        ("reference", {"target": "user"}, "999999"),
        ("file", {}, "x.pdf"),
    ],
)
def test_a_value_of_another_kind_is_refused_under_the_field(
    cast: Cast, kind: str, more: dict[str, Any], bad: object
) -> None:
    name = define(cast, "Mine", kind, **more).name
    with pytest.raises(InvalidError) as refused:
        cast.alice.adds("customer", name="Acme", **{name: bad})
    assert set(refused.value.errors) == {name}


def test_what_is_required_must_be_given_and_a_default_is_given_by_itself(cast: Cast) -> None:
    define(cast, "Region", "text", required=True)
    define(cast, "Stars", "integer", default="3")
    with pytest.raises(InvalidError) as refused:
        cast.alice.adds("customer", name="Acme")
    assert set(refused.value.errors) == {"region"}
    assert cast.alice.adds("customer", name="Acme", region="East").custom == {"region": "East", "stars": 3}


def ids(cast: Cast, where: str = "", order: str = "", limit: int = 500) -> list[str]:
    known = record_type("customer")
    context = Context(now=NOW, zone=cast.alice.actor.zone)
    page = list_page(
        known,
        cast.alice.actor,
        context=context,
        where=parse_where(where, known),
        order=order,
        limit=limit,
    )
    return [row.name for row in page.rows]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('预算 = "很多"', "A"),
        ('预算 contains "多"', "A"),
        ("预算 is empty", "BC"),
        ("seats >= 40", "A"),
        ("seats != 40", "BC"),
        ("ratio between 2.4 and 2.5", "A"),
        ("ratio < 2.5", "B"),
        ("not ratio < 2.5", "AC"),
        ("credit_limit = 1200.50", "A"),
        ('credit_limit_currency = "CNY"', "A"),
        ("exclusive = false", "A"),
        ("exclusive = true", "B"),
        ("contract_until > 2026-12-31", "A"),
        ("contract_until within 31 days", "B"),
        ("last_audit >= 2026-03-31", "A"),
        ("last_audit = 2026-03-31", "A"),
        ('등급 in ("金牌", "silver")', "AB"),
        ('兴趣 = "silver"', "A"),
        ('兴趣 != "silver"', "BC"),
        ('兴趣 in ("金牌", "silver")', "AB"),
        ("兴趣 is empty", "C"),
        ("not 兴趣 is empty", "AB"),
        ("adviser is empty", "BC"),
        ('hotline starts with "021"', "A"),
        ('billing_mail = "bill@example.com"', "A"),
    ],
)
def test_conditions_speak_of_every_kind(cast: Cast, where: str, expected: str) -> None:
    names = define_every_kind(cast)
    cast.alice.adds("customer", name="A", **{names[kind]: value for kind, value in given(cast).items()})
    cast.alice.adds(
        "customer",
        name="B",
        ratio=-3,
        exclusive=True,
        contract_until="2020-11-20",
        등급="silver",
        兴趣=["金牌"],
    )
    cast.alice.adds("customer", name="C")
    assert "".join(sorted(ids(cast, where))) == expected


def test_pages_by_a_custom_field_hold_every_row_once_with_the_empty_ones_last(cast: Cast) -> None:
    define(cast, "Ratio", "number")
    define(cast, "Until", "date")
    for number in range(12):
        filled: dict[str, Any] = {"ratio": number % 4 - 1} if number % 3 else {}
        cast.alice.adds("customer", name=f"C{number}", until=f"2026-01-{number + 1:02d}", **filled)
    known, context = record_type("customer"), Context(now=NOW, zone=cast.alice.actor.zone)
    for order in ("ratio", "-ratio", "-until", "ratio,-until", "-ratio,name"):
        whole = ids(cast, order=order)
        after, pages = "", []
        while True:
            page = list_page(known, cast.alice.actor, context=context, order=order, limit=5, after=after)
            pages += [row.name for row in page.rows]
            if page.next is None:
                break
            after = page.next
        assert pages == whole
        assert len(set(whole)) == 12
        if "ratio" in order.split(",")[0]:
            assert set(whole[-4:]) == {"C0", "C3", "C6", "C9"}


def test_a_change_is_told_by_field_and_undone_by_field(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Until", "date")
    row = cast.alice.adds("customer", name="Acme", seats=3, until="2026-05-01")
    known = record_type("customer")
    edit: dict[str, Any] = {
        "actor": cast.alice.actor,
        "known": known,
        "record_id": row.pk,
        "version": None,
        "now": NOW,
    }
    first = update_record(values={"seats": 4}, **edit).changeset
    update_record(values={"until": None}, **edit)
    assert first is not None
    events = record_history(known, cast.alice.actor, row.pk).events
    assert [event.fields for event in events][:2] == [{"until": ("2026-05-01", None)}, {"seats": (3, 4)}]
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=first.pk, now=NOW)
    row.refresh_from_db()
    assert (row.custom, undone.kept) == ({"seats": 3}, {})


def test_undo_leaves_a_value_that_somebody_went_on_with(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    row = cast.alice.adds("customer", name="Acme", seats=3)
    known = record_type("customer")
    edit: dict[str, Any] = {"actor": cast.alice.actor, "known": known, "record_id": row.pk, "now": NOW}
    first = update_record(values={"seats": 4}, version=1, **edit).changeset
    update_record(values={"seats": 5}, version=2, **edit)
    assert first is not None
    undone = undo_changeset(actor=cast.alice.actor, changeset_id=first.pk, now=NOW)
    row.refresh_from_db()
    assert (row.custom, undone.kept) == ({"seats": 5}, {"customer": [row.pk]})


def test_who_sees_a_sensitive_field_masked_learns_nothing_by_asking(cast: Cast) -> None:
    define(cast, "Hotline", "phone", sensitive=True)
    row = cast.alice.adds("customer", name="Acme", hotline="13800130001")
    known = record_type("customer")
    for_bob = row_values(get_record(known, cast.bob.actor, row.pk), known, cast.bob.actor)
    assert for_bob["hotline"] == "138****0001"
    context = Context(now=NOW, zone=cast.bob.actor.zone)
    where = parse_where('hotline = "13800130001"', known)
    assert not list_page(known, cast.bob.actor, context=context, where=where).rows
    assert not list_page(known, cast.bob.actor, context=context, order="hotline").rows
    assert list_page(known, cast.alice.actor, context=context, where=where).rows


def test_conditions_ask_about_the_custom_fields_of_what_hangs_from_a_record(cast: Cast) -> None:
    define(cast, "Shoe size", "integer", on="contact")
    acme, other = (cast.alice.adds("customer", name=name) for name in ("Acme", "Other"))
    cast.alice.adds("contact", name="Big", customer=acme.pk, shoe_size=46)
    cast.alice.adds("contact", name="Small", customer=other.pk, shoe_size=36)
    assert ids(cast, "any contacts where shoe_size > 40") == ["Acme"]


def test_a_reference_is_shown_by_name_only_to_whoever_may_see_it(cast: Cast) -> None:
    define(cast, "Mother company", "reference", target="customer")
    mother = cast.charlie.adds("customer", name="Secret Holding")
    daughter = cast.charlie.adds("customer", name="Daughter", mother_company=mother.pk)
    type(daughter).objects.filter(pk=daughter.pk).update(team=cast.alice.user.teams.get())
    page = cast.alice.browser.get(f"/customers/{daughter.pk}/").content.decode()
    assert f"#{mother.pk}" in page
    assert "Secret Holding" not in page


def test_fields_of_one_type_are_not_fields_of_another(cast: Cast) -> None:
    define(cast, "Seats", "integer", on="contact")
    assert "seats" not in record_type("customer").by_name
    with pytest.raises(InvalidError):
        create_record(
            actor=cast.alice.actor,
            known=record_type("customer"),
            values={"name": "Acme", "seats": 1},
            now=NOW,
        )


def test_while_a_condition_is_written_fields_and_values_are_offered(cast: Cast) -> None:
    names = define_every_kind(cast)
    cast.alice.adds("customer", name="Acme", **{names[kind]: value for kind, value in given(cast).items()})
    known = record_type("customer")
    context = Context(now=NOW, zone=cast.alice.actor.zone)

    def offered(text: str) -> list[str]:
        found = offers_at(known, cast.alice.actor, text, len(text), context)
        return [offer.insert for offer in found.items]

    assert "credit_limit" in offered("Credit")
    assert offered("预算 = ") == ['"很多"']
    assert offered("등급 = ") == ['"金牌"', '"silver"', '"동메달"']
    assert offered("兴趣 = ") == ['"金牌"', '"silver"', '"동메달"']
    assert str(cast.bob.user.pk) in offered("adviser = ")
