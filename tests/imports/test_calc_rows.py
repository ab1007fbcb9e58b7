"""One row read by its columns' fields."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from guanxi.imports.calc.rows import Reading, ReadRow, RowReader
from guanxi.imports.calc.rules import Action, Rule

HEADER = [
    "客户名称",
    "电话",
    "手机",
    "地址",
    "门牌",
    "备注",
    "备注2",
    "金额(万元)",
    "币种",
    "坐标",
    "网址",
    "生日",
]
FIELDS = [
    "name", "phone", "phone", "address", "address", "note", "note", "amount", "currency", "coordinates", "website",
    "birthday",
]  # fmt: skip


def read(cells: list[object], **reading: object) -> ReadRow:
    reader = RowReader(HEADER, dict(enumerate(FIELDS)), Reading(**reading))  # type: ignore[arg-type]
    return reader.read(7, cells)  # type: ignore[arg-type]


def codes(row: ReadRow) -> list[tuple[int, str]]:
    return [(found.column, found.fault.code) for found in row.faults]


def test_columns_of_one_field_are_gathered() -> None:
    row = read(["华强", "13800138000", "13800138000/13900139000", "深圳市", "科技路1号", "老客户", "常来"])
    assert [phone.e164 for phone in row.values["phone"]] == ["+8613800138000", "+8613900139000"]
    assert row.values["address"] == "深圳市 科技路1号"
    assert row.values["note"] == "老客户\n常来"
    assert row.faults == ()


def test_units_currencies_and_positions_are_read() -> None:
    row = read(["华强", *[None] * 6, "3.5", "韩元", "113.75,23.02", "www.example.cn", date(1990, 5, 1)])
    assert row.values["amount"] == Decimal(35000)
    assert (row.values["latitude"], row.values["longitude"]) == (23.02, 113.75)
    assert (row.values["website"], row.values["birthday"]) == ("https://www.example.cn", date(1990, 5, 1))


def test_an_amount_without_a_currency_says_none() -> None:
    reader = RowReader(["公司", "金额"], {0: "name", 1: "amount"}, Reading())
    assert reader.read(1, ["华强", 12]).values == {"name": "华强", "amount": Decimal(12)}


def test_every_fault_is_told_with_its_column() -> None:
    row = read(["华强", "12", None, None, None, None, None, "many", "shells", "x", "no site", "03/05/2024"])
    assert codes(row) == [
        (1, "phone_invalid"),
        (7, "amount_invalid"),
        (8, "currency_invalid"),
        (9, "coordinates_invalid"),
        (10, "website_invalid"),
        (11, "date_ambiguous"),
    ]
    assert codes(read(["x" * 201])) == [(0, "text_too_long")]
    assert codes(read(["x", *[None] * 7, "c" * 201, None, "w" * 201])) == [
        (8, "text_too_long"),
        (10, "text_too_long"),
    ]


def test_a_chosen_order_settles_dates() -> None:
    cells = ["华强", *[None] * 10, "03/05/2024"]
    assert read(cells, date_order="dmy").values["birthday"] == date(2024, 5, 3)


def test_a_row_without_a_name_is_at_fault_where_there_is_a_column_for_it() -> None:
    assert codes(read([None, "13800138000"])) == [(0, "name_missing")]


def test_a_list_without_names_goes_by_people_then_addresses() -> None:
    reader = RowReader(["联系人", "地址"], {0: "contact_name", 1: "address"}, Reading())
    assert reader.read(1, ["王经理", "深圳市"]).values["name"] == "王经理"
    assert reader.read(2, [None, "深圳市"]).values["name"] == "深圳市"
    assert codes(reader.read(3, [None, None])) == [(0, "name_missing")]


def test_short_rows_and_left_out_columns_are_no_fault() -> None:
    reader = RowReader(["a", "b", "c"], {0: "name", 1: "ignore", 2: "date"}, Reading())
    row = reader.read(1, ["华强", "x"])
    assert (row.values, row.faults) == ({"name": "华强"}, ())


def test_a_reader_may_look_at_some_fields_only() -> None:
    reader = RowReader(HEADER, dict(enumerate(FIELDS)), Reading(), frozenset({"address"}))
    row = reader.read(1, [None, "12", None, "深圳市"])
    assert (row.values, row.faults) == ({"address": "深圳市"}, ())


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=30), st.floats(), st.booleans(), st.dates()), max_size=14)
)
def test_any_row_is_read_without_an_error(cells: list[object]) -> None:
    row = read(cells)
    assert row.faults or row.values["name"]
    assert len(row.fingerprint()) == 32


@given(st.text(max_size=20), st.text(max_size=20))
def test_rows_that_say_different_things_have_different_fingerprints(left: str, right: str) -> None:
    one, other = read(["华强", None, None, left]), read(["华强", None, None, right])
    assert (one.fingerprint() == other.fingerprint()) == (one.values == other.values)


def test_the_same_phone_written_otherwise_is_the_same_row() -> None:
    one, other = read(["华强", "138 0013 8000"]), read(["华强", "+86 13800138000"])
    assert one.fingerprint() == other.fingerprint()
    priced = read(["华强", *[None] * 6, "3.50"]), read(["华强", *[None] * 6, 3.5])
    assert priced[0].fingerprint() == priced[1].fingerprint()


def test_a_cell_that_a_rule_sends_to_the_note_joins_what_is_there() -> None:
    rules = (Rule(1, Action.NOTE, fault="phone_invalid"),)
    reader = RowReader(["名称", "电话", "备注"], {0: "name", 1: "phone", 2: "note"}, Reading(rules=rules))
    row = reader.read(1, ["华强", "内线 8", "老客户"])
    assert (row.values["note"], row.faults) == ("内线 8\n老客户", ())


def test_what_every_row_has_is_filled_in_where_a_row_says_nothing() -> None:
    constants = (("country", "中国"), ("phone", "0755-82345678"), ("amount", "3万"))
    reader = RowReader(["名称", "国家"], {0: "name", 1: "country"}, Reading(constants=constants))
    first, second = reader.read(1, ["华强", None]), reader.read(2, ["삼성전자", "韩国"])
    assert (first.values["country"], second.values["country"]) == ("中国", "韩国")
    assert first.values["phone"] == second.values["phone"]
    assert first.values["phone"] is not second.values["phone"], "each row has a list of its own"
    assert first.values["amount"] == 30000
    assert (
        "amount"
        not in RowReader(["a"], {0: "name"}, Reading(constants=constants), frozenset({"name"}))
        .read(1, ["x"])
        .values
    )


def test_a_row_beside_a_customer_says_whose_it_is_and_what_about_and_a_fault_is_told_once() -> None:
    columns = {0: "name", 1: "order_date", 2: "order_amount"}
    reader = RowReader(["客户", "日期", "金额"], columns, Reading(target="order"))
    assert codes(reader.read(1, ["华强", date(2026, 5, 3), 88])) == []
    assert [column for column, _code in codes(reader.read(2, [None, date(2026, 5, 3), 88]))] == [0]
    assert [column for column, _code in codes(reader.read(3, ["华强", None, 88]))] == [1]
    assert len(codes(reader.read(4, ["华强", "昨天前后", 88]))) == 1
    without = RowReader(["金额"], {0: "order_amount"}, Reading(target="order"))
    assert {column for column, _code in codes(without.read(1, [88]))} == {0}
