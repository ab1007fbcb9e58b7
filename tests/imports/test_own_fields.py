"""Fields that a team has defined are filled from lists: found by their label, read by what they hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from guanxi.customers.models import Contact, Customer
from guanxi.imports.calc.own_fields import OwnField, own_field_of, parser_of
from guanxi.imports.calc.values import Fault
from guanxi.imports.models import SourceRow
from guanxi.places.models import Place
from guanxi.records.services import undo_changeset
from guanxi.sales.models import Order
from tests.cast import NOW, Cast
from tests.imports.bringing import bring, receive
from tests.records.custom import GRADES, define

pytestmark = pytest.mark.django_db

LIST = """客户名称,Seats,Ratio,Credit limit (万元),Exclusive,Contract until,Last audit,等级,兴趣,Story
深圳华强电子有限公司,120,0.85,3.5,是,2026/12/31,2026-03-31 09:30,金牌,"Silver，금메달",Met at the fair
"""


def define_fields(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Ratio", "number")
    define(cast, "Credit limit", "money", currency="CNY")
    define(cast, "Exclusive", "boolean")
    define(cast, "Contract until", "date")
    define(cast, "Last audit", "datetime")
    define(cast, "等级", "choice", choices=GRADES)
    define(cast, "兴趣", "choices", choices=GRADES)
    define(cast, "Story", "long_text")


def test_columns_called_like_a_field_fill_it(cast: Cast) -> None:
    define_fields(cast)
    double = define(cast, "Double", "formula", formula="seats * 2").name
    job = bring(cast.alice, LIST.replace("금메달", "동메달"), region="CN")
    assert job.result["added"] == 1
    customer = Customer.objects.get()
    written = datetime(2026, 3, 31, 9, 30, tzinfo=cast.alice.actor.zone)
    assert customer.custom == {
        "seats": 120,
        "ratio": "0.85",
        "credit_limit": "35000.00",
        "credit_limit_currency": "CNY",
        "exclusive": True,
        "contract_until": "2026-12-31",
        "last_audit": written.astimezone(UTC).isoformat(),
        "等级": "金牌",
        "兴趣": ["silver", "동메달"],
        "story": "Met at the fair",
        double: 240,
    }


def test_what_a_field_cannot_hold_is_a_fault_of_the_cell(cast: Cast) -> None:
    define_fields(cast)
    job = bring(cast.alice, LIST)
    assert job.result["added"] == 0
    assert [fault["column"] for fault in job.result["rejected"]] == ["兴趣"]


def test_who_is_there_is_filled_where_empty_and_undo_takes_it_back(cast: Cast) -> None:
    define(cast, "Seats", "integer")
    define(cast, "Ratio", "number")
    row = cast.alice.adds("customer", name="深圳华强电子有限公司", phone="0755-83001234", seats=7)
    job = bring(cast.alice, "客户名称,电话,Seats,Ratio\n深圳华强电子有限公司,0755-83001234,9,0.5\n")
    assert Customer.objects.get().custom == {"seats": 7, "ratio": "0.5"}
    undo_changeset(actor=cast.alice.actor, changeset_id=job.changeset_id, now=NOW)
    assert Customer.objects.get(pk=row.pk).custom == {"seats": 7}


def test_a_field_is_guessed_by_its_label(cast: Cast) -> None:
    define(cast, "预算", "money", currency="CNY")
    source = receive(cast.alice, "客户名称,预算（万元）\n华东公司,3\n")
    assert source.mapping == {"0": "name", "1": "custom.预算"}


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("integer", "12.5", "whole_number_invalid"),
        ("number", "a lot", "number_invalid"),
        ("choice", "Bronze", "choice_unknown"),
        ("choices", "Gold, Bronze", "choice_unknown"),
        ("boolean", "perhaps", "boolean_invalid"),
        ("date", "soon", "date_invalid"),
        ("datetime", "soon", "date_invalid"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why(kind: str, cell: str, code: str) -> None:
    field = OwnField("x", "X", kind, choices=(("gold", "Gold"),))
    found = parser_of(field, currency=None, order=None, unit=None)(cell)
    assert isinstance(found, Fault)
    assert found.code == code


@pytest.mark.parametrize("cell", ["是", "예", "yes", "✓", True])
def test_yes_is_understood_in_four_languages(cell: str | bool) -> None:
    field = OwnField("x", "X", "boolean")
    assert parser_of(field, currency=None, order=None, unit=None)(cell) is True


def test_a_header_is_compared_without_case_brackets_and_spaces() -> None:
    fields = [OwnField("credit_limit", "Credit limit", "money")]
    assert own_field_of("CREDIT LIMIT (万元)", fields) == fields[0]
    assert own_field_of("credit_limit", fields) == fields[0]
    assert own_field_of("Limit", fields) is None


@pytest.mark.parametrize(
    ("kind", "cell", "read"),
    [
        ("integer", "12", 12),
        ("integer", "12.5", "whole_number_invalid"),
        ("integer", None, None),
        ("number", "viele", "number_invalid"),
        ("datetime", datetime(2026, 3, 31, 9, 30, tzinfo=UTC), datetime(2026, 3, 31, 9, 30, tzinfo=UTC)),
        ("datetime", "2026/03/31", datetime(2026, 3, 31)),  # noqa: DTZ001 - as it is written
        ("datetime", "31. März", "date_invalid"),
        ("datetime", None, None),
        ("choice", None, None),
        ("choice", "金牌", "gold"),
        ("choice", "铜牌", "choice_unknown"),
        ("choices", None, None),
        ("choices", "金牌、gold", ("gold",)),
        ("choices", "、", None),
        ("choices", "金牌/银牌|A/B；铜｜金牌", "choice_unknown"),
        ("choices", "金牌、铜牌", "choice_unknown"),
    ],
)
def test_a_cell_is_read_by_what_its_field_holds(kind: str, cell: object, read: object) -> None:
    field = OwnField("grade", "等级", kind, choices=(("gold", "金牌"),))
    found = parser_of(field, currency=None, order=None, unit=None)(cell)  # type: ignore[arg-type]
    assert (found.code if isinstance(found, Fault) else found) == read


PARTS_LIST = """客户名称,电话,联系人,地址,订单日期,订单金额,Level,Contact: Position,Rent,Terms,Shelves
深圳华强电子有限公司,0755-83001234,王芳,深圳市福田区振华路1号,2026-01-05,100,金牌,经理,3500,月结,"Silver / 금메달"
"""


def define_fields_of_parts(cast: Cast) -> None:
    define(cast, "Level", "choice", on="contact", choices=GRADES)
    define(cast, "Rent", "money", on="place", currency="CNY")
    define(cast, "Shelves", "choices", on="place", choices=GRADES)
    define(cast, "Terms", "text", on="order")


def test_fields_of_contacts_places_and_orders_come_with_the_row(cast: Cast) -> None:
    define_fields_of_parts(cast)
    twice = define(cast, "Twice", "formula", on="place", formula="rent * 2").name
    job = bring(cast.alice, PARTS_LIST.replace("금메달", "동메달"))
    assert job.result["added"] == 1, job.result
    contact, place, order = Contact.objects.get(), Place.objects.get(), Order.objects.get()
    assert (contact.title, contact.custom) == ("经理", {"level": "金牌"})
    assert place.custom == {
        "rent": "3500.00", "rent_currency": "CNY", "shelves": ["silver", "동메달"], twice: "7000.00",
        f"{twice}_currency": "CNY",
    }  # fmt: skip
    assert order.custom == {"terms": "月结"}
    assert [row.version for row in (contact, place, order)] == [1, 1, 1]
    undo_changeset(actor=cast.alice.actor, changeset_id=job.changeset_id, now=NOW)
    assert not any(model.objects.alive().exists() for model in (Customer, Contact, Place, Order))


def test_parts_that_are_there_are_filled_where_empty_and_undo_empties_them(cast: Cast) -> None:
    bring(cast.alice, PARTS_LIST.replace("Level,Contact: Position,Rent,Terms,Shelves", "a,b,c,d,e"))
    contact = Contact.objects.get()
    Contact.objects.filter(pk=contact.pk).update(title="总监")
    define_fields_of_parts(cast)
    before = [list(model.objects.values("pk", "custom")) for model in (Contact, Place, Order)]
    job = bring(cast.alice, PARTS_LIST.replace("금메달", "동메달"), name="again.csv")
    assert (job.result["added"], job.result["merged"]) == (0, 1), job.result
    contact.refresh_from_db()
    assert (contact.title, contact.custom, contact.version) == ("总监", {"level": "金牌"}, 2)
    assert Order.objects.get().custom == {"terms": "月结"}
    assert Place.objects.get().custom["shelves"] == ["silver", "동메달"]
    undo_changeset(actor=cast.alice.actor, changeset_id=job.changeset_id, now=NOW)
    assert [list(model.objects.values("pk", "custom")) for model in (Contact, Place, Order)] == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("客户名称,Level\n华强,金牌\n", "contact_missing"),
        ("客户名称,Rent\n华强,3500\n", "place_missing"),
        ("客户名称,Terms\n华强,月结\n", "order_missing"),
    ],
)
def test_what_is_said_of_a_part_that_is_not_there_is_a_fault(cast: Cast, content: str, code: str) -> None:
    define_fields_of_parts(cast)
    bring(cast.alice, content)
    assert [fault["code"] for fault in SourceRow.objects.get().faults] == [code]


def test_a_contact_that_is_the_customer_itself_keeps_its_fields(cast: Cast) -> None:
    define_fields_of_parts(cast)
    bring(cast.alice, "客户名称,联系人,Level\n王芳,王芳,金牌\n")
    assert Contact.objects.get().custom == {"level": "金牌"}


def test_a_choice_with_a_stroke_is_one(cast: Cast) -> None:
    field = OwnField("x", "X", "choices", choices=(("a_b", "A/B"), ("c", "C")))
    parse = parser_of(field, currency=None, order=None, unit=None)
    assert parse("A/B|C") == ("a_b", "c")
    assert parse("C/A/B").code == "choice_unknown"


def test_a_phone_of_a_contact_is_found_by_its_key(cast: Cast) -> None:
    bring(
        cast.alice,
        "客户名称,联系人,联系人手机\n华强电子,王芳,138 0013 8000\n",
        mapping={0: "name", 1: "contact_name", 2: "contact.phone"},
    )
    contact = Contact.objects.get()
    assert (contact.phone, contact.phone_key) == ("138 0013 8000", "8613800138000")
    assert Customer.objects.get().phone == ""


def test_formulas_of_parts_are_computed_from_what_the_row_brings(cast: Cast) -> None:
    define(cast, "Tax", "formula", on="order", formula="total * 0.5")
    bring(cast.alice, "客户名称,订单日期,订单金额\n华强电子,2026-01-05,100\n")
    assert Order.objects.get().custom["tax"] == "50.00"
