"""What was not taken comes back as it was written: encoding and its mark, separator, quotes, line ends."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from guanxi.customers.models import Customer
from guanxi.imports.calc.values import parse_text
from guanxi.imports.models import Import
from guanxi.imports.reading.delimited import open_delimited
from guanxi.imports.services import rejected_file
from guanxi.imports.services.dialects import Dialect, dialect_of
from guanxi.imports.services.leftovers import harmless
from tests.cast import Cast
from tests.imports.bringing import bring, carry_out, receive
from tests.imports.files import write_xls

SIMPLIFIED = "客户名称电话地址有限公司深圳市华强北路电子商贸王李张备注联系人手机"
TRADITIONAL = "客戶名稱電話地址有限公司臺北市信義區路號陳林備註聯絡人手機股份"
KOREAN = "고객명전화번호주소서울특별시강남구주식회사한빛상사담당자비고김이박"
SCRIPTS = {
    ("gb18030", b""): SIMPLIFIED,
    ("big5hkscs", b""): TRADITIONAL,
    ("cp949", b""): KOREAN,
    ("utf-8", b""): SIMPLIFIED + KOREAN,
    ("utf-8", codecs.BOM_UTF8): SIMPLIFIED + KOREAN,
    ("utf-16-le", codecs.BOM_UTF16_LE): SIMPLIFIED + KOREAN,
    ("utf-16-be", codecs.BOM_UTF16_BE): TRADITIONAL,
}
HEADERS = {SIMPLIFIED: ["客户名称", "联系人", "电话"], TRADITIONAL: ["客戶名稱", "聯絡人", "電話"]}


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[list[str]], Dialect]:
    """A list as a program writes it, its rows, and how it was written."""
    (encoding, mark), letters = draw(st.sampled_from(sorted(SCRIPTS.items())))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    line_end = draw(st.sampled_from(["\r\n", "\n"]))
    opening = draw(st.sampled_from(["", f"sep={delimiter}{line_end}"]))
    dialect = Dialect(encoding, mark, opening, delimiter, line_end, quotes_all=draw(st.booleans()))
    cell = st.one_of(
        st.text(letters, min_size=2, max_size=8),
        st.text(letters + ",;|\t\"' 0123456789-+@", max_size=12),
        st.sampled_from(["", "+86 138-0013-8000", "0755-83001234", "甲\n乙" if "客" in letters else "a\nb"]),
    )
    rows = draw(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=4, max_size=8))
    head = HEADERS.get(letters, ["고객명", "담당자", "전화번호"])
    table = [head, *[[head[0] + row[0], *row[1:]] for row in rows]]
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if dialect.quotes_all else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(table)
    return mark + (opening + out.getvalue()).encode(encoding), table, dialect


@given(files())
def test_a_text_file_is_written_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[bytes, list[list[str]], Dialect]
) -> None:
    content, table, dialect = drawn
    path = tmp_path_factory.mktemp("lists") / "list.csv"
    path.write_bytes(content)
    found = dialect_of(path, encoding=dialect.encoding, delimiter=dialect.delimiter)
    assert found == dialect
    assert found.write(table) == content


@given(files())
def test_a_file_given_back_says_what_the_first_said(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[bytes, list[list[str]], Dialect]
) -> None:
    content, table, dialect = drawn
    path = tmp_path_factory.mktemp("lists") / "list.csv"
    path.write_bytes(content)
    first = open_delimited(path)
    assert first.delimiter == dialect.delimiter
    again = dialect_of(path, encoding=first.encoding, delimiter=first.delimiter).write(
        [*row, reason]
        for row, reason in zip(table, ["Reason", *["too short"] * (len(table) - 1)], strict=True)
    )
    path.write_bytes(again)
    second = open_delimited(path)
    assert (second.encoding, second.delimiter) == (first.encoding, first.delimiter)
    read = [[cell or "" for cell in row[:3]] for row in second.rows if row]
    assert read == table


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("encoding", "mark", "letters"), [(*key, letters) for key, letters in SCRIPTS.items()], ids=str
)
@pytest.mark.parametrize("quotes_all", [False, True])
def test_rejected_rows_given_back_unmended_are_rejected_alike(
    cast: Cast, encoding: str, mark: bytes, letters: str, quotes_all: bool
) -> None:
    head = HEADERS.get(letters, ["고객명", "담당자", "전화번호"])
    dialect = Dialect(encoding, mark, "", ";", "\n", quotes_all=quotes_all)
    rows = [[head[0] + str(number), letters[:3], "138****8000"] for number in range(4)]
    first = rejects_of(cast, dialect.write([head, *rows]))
    second = rejects_of(cast, first)
    assert first.startswith(mark)
    text = first.removeprefix(mark).decode(encoding)
    cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row[:3] for row in cells] == [head, *rows]
    assert [len(row) for row in cells] == [4] * 5
    assert text.startswith('"') is quotes_all
    assert "\r" not in text
    assert second == first


def rejects_of(cast: Cast, content: bytes) -> bytes:
    """The rejected rows of a list, for somebody who reads Chinese."""
    source = receive(cast.alice, content)
    carry_out(cast.alice, source)
    with override("zh-hans"):
        return rejected_file(actor=cast.alice.actor, import_id=source.pk).content


@pytest.mark.django_db
def test_a_reason_whose_letters_the_file_lacks_is_said_in_english(cast: Cast) -> None:
    left = rejects_of(cast, "客戶名稱,電話\n大同電器行,138****8000\n".encode("big5"))
    assert left.decode("big5").splitlines() == [
        "客戶名稱,電話,原因",
        "大同電器行,138****8000,The number is masked with stars: ask for the full one.",
    ]


@pytest.mark.django_db
def test_a_letter_the_encoding_lacks_keeps_the_cell_and_changes_the_encoding(cast: Cast) -> None:
    source = receive(cast.alice, "客户名称,电话\n华强电子,138****8000\n".encode("gb2312"))
    Import.objects.filter(pk=source.pk).update(
        corrections={"2": {"0": "華強電子👍"}}, head={**source.head, "encoding": "cp936"}
    )
    source.refresh_from_db()
    carry_out(cast.alice, source)
    left = rejected_file(actor=cast.alice.actor, import_id=source.pk).content
    assert left.startswith(codecs.BOM_UTF8)
    assert "華強電子👍" in left.decode("utf-8-sig")


@pytest.mark.django_db
def test_an_old_workbook_comes_back_as_xlsx_and_the_page_says_so(cast: Cast, tmp_path: Path) -> None:
    path = write_xls(tmp_path / "list.xls", [["客户名称", "电话"], ["华强电子", "138****8000"]])
    source = receive(cast.alice, path.read_bytes(), name="list.xls")
    carry_out(cast.alice, source)
    assert rejected_file(actor=cast.alice.actor, import_id=source.pk).name == "list-rejected.xlsx"
    page = cast.alice.browser.get(f"/imports/{source.pk}/").content.decode()
    assert "The file was xls; the rows come as xlsx" in page
    other = receive(cast.alice, "客户名称,电话\n华强电子,138****8000\n")
    carry_out(cast.alice, other)
    assert "the rows come as xlsx" not in cast.alice.browser.get(f"/imports/{other.pk}/").content.decode()


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "-2+3+cmd|x", "＝1+1", "\t=1", "+A1"])
def test_a_formula_is_kept_from_running_and_comes_in_as_it_was(cell: str) -> None:
    guarded = harmless(cell)
    assert guarded == f"'{cell}"
    assert parse_text(guarded) == parse_text(cell)


@pytest.mark.parametrize(
    "cell", ["+86 138-0013-8000", "-12.5", "+1 (212) 555-0100", "'s-Hertogenbosch", 7, None]
)
def test_numbers_and_apostrophes_are_left_alone(cell: object) -> None:
    assert harmless(cell) == cell


@pytest.mark.django_db
def test_what_looks_like_a_formula_is_matched_again_after_the_round(cast: Cast) -> None:
    content = "客户名称,备注,电话\n华强电子,=1+1,138****8000\n".encode()
    left = rejects_of(cast, content)
    assert "'=1+1" in left.decode()
    bring(cast.alice, left.replace(b"138****8000", b"13800138000"))
    assert Customer.objects.get().note == "=1+1"
