"""What is said about files, cells and work, in the languages of the people who read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override

import guanxi.imports
from guanxi.imports.reading import ReadError
from guanxi.imports.texts import FAULTS, NOTES, REFUSALS, failure_text, note_text
from tests.cast import Cast
from tests.imports.bringing import carry_out, receive

LANGUAGES = ("zh-hans", "zh-hant", "ko")
ROOM = Path(guanxi.imports.__file__).parent
WORDS = re.compile(r"[A-Za-z]{3,}")


def codes(kind: str, *folders: str) -> Iterator[str]:
    """Every code that the sources of these folders give out."""
    for folder in folders:
        for path in (ROOM / folder).rglob("*.py"):
            yield from re.findall(rf'\b{kind}\(\s*"([a-z_]+)"', path.read_text(encoding="utf-8"))


def test_no_code_is_without_its_words() -> None:
    tallies = {"totals_skipped", "remarks_skipped", "headers_repeated", "merged_filled", "nul_stripped"}
    assert set(codes("Note", "reading")) | tallies == set(NOTES)
    assert set(codes("ReadError", "reading")) == set(REFUSALS)
    assert set(codes("Fault", "calc", "services")) <= set(FAULTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_reader_noticed_is_told_in_the_language_of_the_page(language: str) -> None:
    note = {"code": "totals_skipped", "message": "…", "parameters": {"count": 2, "rows": "9, 17"}}
    with override(language):
        told = note_text(note)
    assert "9, 17" in told
    assert not WORDS.search(told)


def test_a_note_of_a_newer_reader_is_told_in_english() -> None:
    assert note_text({"code": "unheard_of", "message": "The moon was full."}) == "The moon was full."


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_job_failed_is_kept_so_that_every_language_finds_it(language: str) -> None:
    with override("ko"):
        kept = failure_text(ReadError("too_slow", "It took 61 s."))
    with override(language):
        assert str(REFUSALS["too_slow"]) != kept
    assert kept == "Reading the file took too long: split it or save it as csv."


def in_chinese(browser: Client, address: str) -> str:
    return browser.get(address, headers={"Accept-Language": "zh-CN"}).content.decode()


@pytest.mark.django_db
def test_the_columns_page_speaks_chinese_about_titles_and_totals(cast: Cast) -> None:
    source = receive(cast.alice, "2024年客户名单\n客户名称,年销售额\n华强电子,10\n百利五金厂,20\n合计,30\n")
    page = in_chinese(cast.alice.browser, f"/imports/{source.pk}/columns/")
    assert "已跳过表格上方的行：2024年客户名单" in page
    assert "已跳过合计行：5。" in page


@pytest.mark.django_db
def test_rejected_rows_carry_their_reason_in_the_language_of_who_asks(cast: Cast) -> None:
    source = receive(cast.alice, "客户名称,电话\n百利五金厂,138****8000\n华强电子,13800138000\n")
    carry_out(cast.alice, source)
    rows = in_chinese(cast.alice.browser, f"/imports/{source.pk}/rejected/").splitlines()
    assert rows[0].endswith(",原因")
    assert rows[1].endswith(",号码中有星号，请取得完整号码。")


@pytest.mark.django_db
def test_one_field_for_two_columns_is_refused_by_name(cast: Cast) -> None:
    source = receive(cast.alice, "客户名称,单位\n华强电子,百利五金厂\n")
    browser, address = cast.alice.browser, f"/imports/{source.pk}/columns/"
    chosen = {"column-0": "name", "column-1": "name", "region": "CN"}
    page = browser.post(address, chosen, headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 422
    assert "“客户名称”已对应列“客户名称”。" in page.content.decode()
