"""The laws of matching, whatever the records are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanxi.matching.blocking import find_pairs
from guanxi.matching.clusters import components, one_to_one
from guanxi.matching.columns import Records, encode
from guanxi.matching.matcher import STEPS, Matcher
from guanxi.matching.people import people
from guanxi.matching.settings import block

EDGES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)).filter(lambda edge: edge[0] < edge[1]))


@settings(max_examples=15, deadline=None)  # each opens an engine
@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=12))
def test_a_block_makes_each_pair_of_equals_once(texts: list[str]) -> None:
    records = Records(len(texts), {"text": encode(texts)}, {})
    pairs, left_out = find_pairs(records, [block("text"), block("text")], 100)
    expected = [
        (left, right)
        for right in range(len(texts))
        for left in range(right)
        if texts[left] and texts[left] == texts[right]
    ]
    assert sorted(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == sorted(expected)
    assert left_out == ()


def test_a_value_that_too_many_share_makes_no_pairs_and_is_told() -> None:
    texts = ["switchboard"] * 30 + ["own", "own"]
    pairs, left_out = find_pairs(Records(32, {"text": encode(texts)}, {}), [block("text")], 20)
    assert list(zip(pairs.left, pairs.right, strict=True)) == [(30, 31)]
    assert [(each.block, each.values, each.records) for each in left_out] == [("text", 1, 30)]


@given(EDGES)
def test_groups_hold_what_pairs_connect_and_nothing_twice(edges: list[tuple[int, int]]) -> None:
    left = np.array([one for one, _ in edges], np.int32)
    right = np.array([other for _, other in edges], np.int32)
    groups = components(left, right)
    rows = [row for group in groups for row in group]
    assert sorted(rows) == sorted({row for edge in edges for row in edge})
    for one, other in edges:
        assert any(one in group and other in group for group in groups)


@given(EDGES)
def test_one_to_one_uses_no_record_twice(edges: list[tuple[int, int]]) -> None:
    left = np.array([one for one, _ in edges], np.int32)
    right = np.array([other for _, other in edges], np.int32)
    kept = one_to_one(left, right, np.arange(len(edges), dtype=float))
    rows = [*left[kept].tolist(), *right[kept].tolist()]
    assert len(rows) == len(set(rows))
    assert len(kept) > 0 or not edges


PEOPLE = {
    "id": ["1", "2", "3", "4"],
    "given_name": ["Michaela", "Michaella", "Neumann", "John"],
    "surname": ["Neumann", "Neumann", "Michaela", "Smith"],
    "birthday": ["19151111", "19151111", "19151111", "19800101"],
    "number": ["5304218", "5304281", "5304218", "1111111"],
}


def test_people_with_typing_errors_and_exchanged_names_are_one() -> None:
    matcher = Matcher(people()).fit(PEOPLE)
    assert matcher.clusters() == [("1", "2", "3")]
    table = matcher.predict()
    assert table.column_names[:4] == ["left", "right", "probability", "weight"]
    assert {"level_surname", "level_birthday", "level_number"} <= set(table.column_names)


def test_two_lists_are_linked_across_only_and_each_record_once() -> None:
    right = {name: values[:1] for name, values in PEOPLE.items()} | {"id": ["x"]}
    left = {name: values[:2] for name, values in PEOPLE.items()}
    table = Matcher(people()).fit(left, right).predict(0.1, single=True)
    assert [(row["left"], row["right"]) for row in table.to_pylist()] == [("1", "x")]


def test_weights_add_up_to_the_reasons() -> None:
    matcher = Matcher(people()).fit(PEOPLE)
    pair = matcher.pairs(0.0)[0]
    row = matcher.predict(0.0).to_pylist()[0]
    assert sum(reason.weight for reason in pair.reasons) == pytest.approx(row["weight"])
    assert matcher.explain(pair.left, pair.right) == pair.reasons


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Matcher(people()).fit({"id": ["1"], "surname": ["a", "b"]})


def test_no_record_and_one_record_have_no_double() -> None:
    assert Matcher(people()).fit({"id": [], "surname": []}).clusters() == []
    assert Matcher(people()).fit({"id": ["1"], "surname": ["a"]}).clusters() == []


def test_the_weights_of_one_fit_score_other_records() -> None:
    known = Matcher(people()).fit(PEOPLE)
    kept = json.loads(json.dumps(known.kept()))
    again = Matcher(people()).fit(PEOPLE, weights=kept)
    assert again.kept() == kept
    now, before = ({(pair.left, pair.right) for pair in matcher.pairs(0.5)} for matcher in (again, known))
    assert now == before
    fewer = {name: values for name, values in kept["fields"].items() if name != "surname"}
    believed = Matcher(people()).fit(PEOPLE, weights={**kept, "fields": fewer})
    assert set(believed.kept()["fields"]) == set(kept["fields"]), "what was not known is believed"


def test_pairs_by_their_places_say_what_pairs_by_their_ids_say() -> None:
    matcher = Matcher(people()).fit(PEOPLE)
    coded = {
        frozenset((matcher.ids_[row["left"]], matcher.ids_[row["right"]])): row
        for row in matcher.coded(0.5).to_pylist()
    }
    assert len(coded) == len(matcher.pairs(0.5)) > 0
    for pair in matcher.pairs(0.5):
        row = coded[frozenset((pair.left, pair.right))]
        assert row["probability"] == pytest.approx(pair.probability)
        assert set(json.loads(row["reasons"])) <= {reason.code for reason in pair.reasons}
    empty = Matcher(people()).fit({"id": [], "surname": []})
    assert empty.coded().num_rows == 0


def test_who_listens_hears_of_each_step_and_may_end_the_work() -> None:
    heard: list[str] = []
    Matcher(people()).fit(PEOPLE, tell=heard.append)
    assert heard == list(STEPS)

    def stop(step: str) -> None:
        raise KeyboardInterrupt(step)

    with pytest.raises(KeyboardInterrupt, match="normalising"):
        Matcher(people()).fit(PEOPLE, tell=stop)
