"""Where the header stands among the first rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from guanxi.imports.calc.layout import (
    Layout,
    Value,
    column_letters,
    data_likeness,
    find_layout,
    is_foot_remark,
    is_total,
    unique_names,
)

ROW = ["甲公司", "13800138000", "许昌市七一路1号"]
HEADER = ["客户名称", "电话", "地址"]


@pytest.mark.parametrize(
    ("rows", "header_rows", "first_row"),
    [
        ([HEADER, ROW, ROW], (0,), 1),
        ([["名单"], [], HEADER, ROW, ROW], (2,), 3),
        ([["客户名单", "", ""], HEADER, ROW], (1,), 2),
        ([ROW, ROW], (), 0),
        ([[], ROW, ROW], (), 1),
        ([["通讯录"], ROW, ROW, ROW], (), 1),
        ([["Alpha", "Beta", "Gamma"], ["x", 5, "y"], ["z", 7, "w"]], (0,), 1),
        ([["Alpha", "Beta"], ["x", "y"], ["z", "w"]], (), 0),
        ([["Alpha", "Alpha"], ["x", 5]], (), 0),
        ([["Alpha", None, None], ["x", 5, 6]], (), 1),
        ([["A very long sentence that explains the list below", "b"], ["x", 5], ["y", 6]], (), 0),
        ([["Alpha", "Beta"]], (), 0),
        ([["客户名称", "电话", "地址", "奇怪", "13800138000"], [*ROW, "x", "y"]], (0,), 1),
        ([["地址"], ["许昌市七一路1号"], ["许昌市八一路2号"]], (0,), 1),
        ([["地址", "说不清的一列", "另一列"], ["许昌市七一路1号", "x", "y"]], (0,), 1),
        ([["说明：请按地址填写", "地址"], HEADER, ROW, ROW], (1,), 2),
        ([["A sentence as long as thirty-odd", "b"], ["x", 5], ["y", 6]], (), 0),
        ([["客户", "奇怪", "别的"], list(range(10)), list(range(10))], (), 0),
        ([["客户", None, None, None, None, None], ["x", 1, 2, 3, 4, 5]], (), 1),
    ],
)
def test_header_and_first_row(rows: list[list[Value]], header_rows: tuple[int, ...], first_row: int) -> None:
    layout = find_layout(rows)
    assert (layout.header_rows, layout.first_row) == (header_rows, first_row)


def test_nothing_has_no_header() -> None:
    assert find_layout([]) == Layout((), 0, (), ())


def test_a_header_below_many_titles_is_found_and_titles_are_told() -> None:
    titles: list[Sequence[Value]] = [[f"第{number}条说明"] for number in range(12)]
    layout = find_layout([*titles, HEADER, ROW])
    assert layout.header_rows == (12,)
    assert layout.titles == tuple(range(12))


MERGED = [
    ["客户", None, "联系方式", None],
    ["客户名称", "客户类型", "手机", "地址"],
    ["甲公司", "企业", "13800138000", "许昌市七一路1号"],
]


def test_a_merged_group_stands_over_its_columns() -> None:
    layout = find_layout(MERGED, [(0, 0, 0, 1), (0, 2, 0, 3)])
    assert layout.header == ("客户 客户名称", "客户 客户类型", "联系方式 手机", "联系方式 地址")
    assert layout.header_rows == (0, 1)


def test_a_second_row_below_the_better_one_belongs_to_it() -> None:
    rows: list[list[Value]] = [
        ["客户名称", "地址", "联系人", "等级", "联系方式", None],
        [None, None, None, None, "手机", "邮箱"],
        [*ROW, "A", "b", "c"],
    ]
    merges = [(0, column, 1, column) for column in range(4)] + [(0, 4, 0, 5)]
    layout = find_layout(rows, merges)
    assert layout.header == ("客户名称", "地址", "联系人", "等级", "联系方式 手机", "联系方式 邮箱")
    flat = find_layout(rows)
    assert flat.header == ("客户名称", "地址", "联系人", "等级", "联系方式 手机", "邮箱")


def test_a_row_of_records_is_never_taken_into_the_header() -> None:
    assert find_layout([HEADER, ["甲公司", None, "七一路"], ROW]).header_rows == (0,)
    assert find_layout([HEADER, [None, None, None], ROW]).header_rows == (0,)
    assert find_layout([["名单", "2026"], HEADER, ROW]).header_rows == (1,)


def test_a_merge_that_begins_outside_the_header_gives_no_label() -> None:
    rows: list[list[Value]] = [[None, None, "标题"], ["客户名称", "电话", None], ROW]
    assert find_layout(rows, [(0, 2, 1, 2), (1, 9, 1, 10), (0, 5, 1, 5)]).header == (
        "客户名称",
        "电话",
        "(C)",
    )
    assert find_layout(rows, [(0, 2, 1, 2)]).header_rows == (1,)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["合计", None, 5], True),
        (["合計", None, 5], True),
        (["總計", 5], True),
        (["累計金額", "大同"], False),
        (["总 计：", "5"], True),
        ([None, "합계", 12], True),
        (["Grand Total", 3, "100 items"], True),
        (["小计", "合计"], True),
        (["Total", "Energies"], False),
        (["合计电器有限公司", 5], False),
        (["合纵科技", 5], False),
        ([5, "合计"], False),
        ([None], False),
        ([], False),
        (["  ", "合计", 5], False),
    ],
)
def test_rows_that_add_up(row: list[Value], expected: bool) -> None:
    assert is_total(row) is expected


@pytest.mark.parametrize(
    ("row", "width", "expected"),
    [
        (["制表人：陈静"], 5, True),
        ([None, "Prepared by Anna"], 6, True),
        (["注：以上数据截至三月"], 3, True),
        (["製表人：陳靜"], 5, True),
        (["資料來源：業務部"], 4, True),
        (["甲公司"], 5, False),
        (["制表人", "陈", "审核", "王"], 5, False),
        ([5], 5, False),
        ([], 5, False),
    ],
)
def test_remarks_under_the_table(row: list[Value], width: int, expected: bool) -> None:
    assert is_foot_remark(row, width) is expected


def test_names_are_unique_and_letters_count_like_a_spreadsheet() -> None:
    assert unique_names(["", "电话", "电话", "", "电话 (2)"]) == (
        "(A)",
        "电话",
        "电话 (2)",
        "(D)",
        "电话 (2) (2)",
    )
    assert [column_letters(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_list_looks_more_like_data_than_a_note() -> None:
    assert (
        data_likeness([HEADER, ROW, ROW], 3) > data_likeness([["请看第二页"]], 900) > data_likeness([[]], 0)
    )
