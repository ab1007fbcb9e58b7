"""What a quick search means, said once in `calc.matches`: the databases find just that, whatever is typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.cast import make_cast

from guanxi.records.declaration import record_type
from guanxi.records.search.calc import SearchedText, ask, folding, grams_of, matches, rank, written
from guanxi.records.search.calc.folding import fold, squeeze
from guanxi.records.search.calc.pinyin import SYLLABLES, readings
from guanxi.records.search.queries import search_records

PIECES = tuple("华,東,东,公司,강,삼성,ㅅ,ㄳ,é,Acme,a,hd,huado,1,00, ,-,ガ,ﬁ,★".split(","))  # noqa: SIM905
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
any_text = st.one_of(texts, st.text(max_size=12))


@given(any_text, any_text)
def test_a_part_of_a_text_folds_to_a_part_of_what_the_text_folds_to(left: str, right: str) -> None:
    assert fold(left + right) == fold(left) + fold(right)
    assert fold(fold(left)) == fold(left)


@given(any_text, st.data())
def test_any_part_of_a_name_of_two_characters_and_more_finds_it(name: str, data: st.DataObject) -> None:
    letters = squeeze(fold(name))
    assume(len(letters) > 2)
    start = data.draw(st.integers(0, len(letters) - 3))
    part = letters[start : data.draw(st.integers(start + 3, len(letters)))]
    assert matches(part, [SearchedText(name)])
    assert matches(part, [SearchedText("else"), SearchedText(name, sounded=True)])


@given(texts, st.lists(st.builds(SearchedText, texts, st.booleans()), min_size=1, max_size=3))
@example("8000", [SearchedText("138-0013-8000")])
def test_whatever_meets_a_word_has_the_grams_it_is_looked_up_by(
    query: str, searched: Sequence[SearchedText]
) -> None:
    asked, lines = ask(query), written(searched)
    grams = grams_of(lines)
    for patterns in asked.words:
        for pattern in patterns:
            assert pattern.grams
            assert pattern.text not in lines or grams.issuperset(pattern.grams)


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=4))
def test_joined_syllables_are_read_back_or_there_are_very_many_ways(syllables: list[str]) -> None:
    found = readings("".join(syllables))
    assert tuple(syllables) in found or len(found) == 24
    assert all("".join(reading) == "".join(syllables) for reading in found)


def test_a_word_that_reads_in_no_way_ends_quickly() -> None:
    assert readings("a" * 40 + "v") == []


@pytest.mark.parametrize(("name", "place"), [("华东", 0), ("华东公司", 1), ("大 华东", 2), ("新华东", 3)])
def test_rank(name: str, place: int) -> None:
    assert rank(ask("华东"), written([SearchedText(name, sounded=True)])) == place


class SameOnTheDatabase(TestCase):
    """The database in use against the definition."""

    def setUp(self) -> None:
        self.cast = make_cast()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(texts, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=4))
    def test_the_database_finds_what_the_definition_says(self, names: list[str], asked: list[str]) -> None:
        alice, known = self.cast.alice, record_type("customer")
        rows = [alice.adds("customer", name=f"{name}x", external_id=name[:20]) for name in names]
        for text in asked:
            search = search_records(known, alice.actor, text)
            found = (
                set()
                if search is None
                else set(
                    search.narrow(known.model.objects.visible_to(alice.actor)).values_list("pk", flat=True)
                )
            )
            meant = {
                row.pk
                for row in rows
                if matches(
                    text, [SearchedText(row.name, sounded=True), SearchedText(row.external_id, sounded=True)]
                )
            }
            assert found == meant or not text.strip(), (text, names)


def test_what_characters_fold_to_is_kept_for_so_many_only(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = dict(folding._FOLDED)
    folding._FOLDED.clear()
    monkeypatch.setattr(folding, "MOST_KEPT", 1)
    try:
        assert fold("華华") == "华华"
        assert len(folding._FOLDED) == 1
    finally:
        folding._FOLDED.update(kept)
