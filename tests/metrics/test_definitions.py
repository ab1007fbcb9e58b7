"""Definitions of metrics: their JSON form, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.conditions.errors import ConditionError
from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.metrics.calc.built_in import BUILT_IN
from guanxi.metrics.calc.checking import check, in_order
from guanxi.metrics.calc.definitions import (
    Aggregate,
    Combined,
    Counted,
    DefinitionError,
    Metric,
    Operation,
    Otherwise,
    OwnRhythm,
    Predicted,
    Quantity,
    Scored,
    Span,
    Unit,
    Window,
    before,
    facts_of,
    last,
    with_what_they_need,
)
from guanxi.metrics.calc.json_form import from_json, to_json
from guanxi.metrics.calc.shapes import FactShape, currencies_of, measure_of
from guanxi.metrics.engine.shapes import shapes_of
from guanxi.metrics.facts import facts

TYPES = {
    "visit_id": FieldType.INTEGER,
    "customer_id": FieldType.INTEGER,
    "day": FieldType.DATE,
    "paid_on": FieldType.DATE,
    "people": FieldType.INTEGER,
    "hours": FieldType.NUMBER,
    "price": FieldType.MONEY,
    "cost": FieldType.MONEY,
    "purpose": FieldType.TEXT,
    "agreed": FieldType.BOOLEAN,
}
VISITS = FactShape(
    Schema.of("visits", *(Field(name, kind, name) for name, kind in TYPES.items())),
    columns=dict.fromkeys(TYPES, "int64"),
    day="day",
    key="visit_id",
)
CUSTOMERS = FactShape(
    Schema.of("customers", Field("amount", FieldType.MONEY, "amount"), Field("day", FieldType.DATE, "day")),
    columns={"customer_id": "int64"},
    day="day",
)
SHAPES = {"visits": VISITS, "customers": CUSTOMERS}
PAID_IN_CASH = FactShape(
    VISITS.schema, VISITS.columns, day="day", currency="currency", currencies={"cost": "cost_currency"}
)
WINDOWS = st.none() | st.builds(Window, st.sampled_from(Span), st.integers(-5, 10**6), st.integers(-5, 10**6))
NAMED: dict[str, Any] = {"name": st.text(), "label": st.text(), "unit": st.sampled_from(Unit)}
METRICS: st.SearchStrategy[Metric] = st.one_of(
    st.builds(
        Counted,
        **NAMED,
        fact=st.text(),
        aggregate=st.sampled_from(Aggregate),
        measure=st.text(),
        window=WINDOWS,
        condition=st.text(),
    ),
    st.builds(OwnRhythm, **NAMED, fact=st.text(), quantile=st.floats(0, 1), minimum=st.integers()),
    st.builds(Combined, **NAMED, left=st.text(), operation=st.sampled_from(Operation), right=st.text()),
    st.builds(Otherwise, **NAMED, of=st.text(), other=st.text()),
    st.builds(Scored, **NAMED, of=st.text(), best_is_low=st.booleans()),
    st.builds(Predicted, **NAMED, quantity=st.sampled_from(Quantity), fact=st.text(), measure=st.text()),
)


def counted(name: str = "a", **wishes: Any) -> Counted:
    usual: dict[str, Any] = {"unit": Unit.COUNT, "fact": "visits", "aggregate": Aggregate.COUNT}
    return Counted(name=name, **{**usual, **wishes})


MONEY = counted("money", aggregate=Aggregate.SUM, measure="price", unit=Unit.MONEY)
SILENCE = counted("silence", aggregate=Aggregate.DAYS_SINCE_LAST, unit=Unit.DAYS)
NEWEST = counted("newest", aggregate=Aggregate.LAST, unit=Unit.DATE)
COUNT = counted("visits")


@given(METRICS)
def test_json_gives_the_same_metric_back(metric: Metric) -> None:
    assert from_json(json.loads(json.dumps(to_json(metric)))) == metric


@pytest.mark.parametrize("metric", BUILT_IN, ids=lambda metric: metric.name)
def test_every_built_in_metric_goes_through_json(metric: Metric) -> None:
    assert from_json(json.loads(json.dumps(to_json(metric)))) == metric


def test_what_is_usual_may_be_left_out_of_json() -> None:
    plain = {"kind": "counted", "name": "visits", "unit": "count", "fact": "visits", "aggregate": "count"}
    assert from_json(plain) == COUNT
    assert from_json({**plain, "window": {"span": "months", "count": 12}}) == replace(COUNT, window=last(12))


@pytest.mark.parametrize(
    ("change", "code", "about"),
    [
        ({"kind": "magic"}, "kind", "kind"),
        ({"kind": None}, "kind", "kind"),
        ({"colour": "red"}, "unknown_key", "colour"),
        ({"window": {"span": "months", "count": 1, "from": 2}}, "unknown_key", "window.from"),
        ({"window": {"count": 12}}, "missing_key", "window.span"),
        ({"window": "12 months"}, "value", "window"),
        ({"window": {"span": "months", "count": "12"}}, "value", "window.count"),
        ({"window": {"span": "months", "count": True}}, "value", "window.count"),
        ({"aggregate": "guess"}, "value", "aggregate"),
        ({"aggregate": ["count"]}, "value", "aggregate"),
        ({"condition": None}, "value", "condition"),
        ({"window": {"span": "fortnights", "count": 1}}, "value", "window.span"),
        ({"name": 5}, "value", "name"),
    ],
)
def test_json_that_is_no_metric_is_refused_with_the_place(
    change: dict[str, Any], code: str, about: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        from_json({**to_json(COUNT), **change})
    assert (caught.value.code, caught.value.about) == (code, about)


def test_a_whole_number_is_taken_where_any_number_may_stand() -> None:
    rhythm = OwnRhythm(name="a", fact="visits", quantile=1.0)
    assert from_json({**to_json(rhythm), "quantile": 1}) == rhythm


def test_json_that_lacks_something_or_is_not_an_object_is_refused() -> None:
    with pytest.raises(DefinitionError, match="'fact' is missing"):
        from_json({"kind": "counted", "name": "a", "unit": "count", "aggregate": "count"})
    with pytest.raises(DefinitionError, match="an object"):
        from_json(["counted"])


@pytest.mark.django_db
def test_the_built_in_metrics_can_be_computed_from_the_facts_there_are() -> None:
    check(BUILT_IN, shapes_of(facts()))
    assert facts_of(BUILT_IN)[0] == "orders"


def ratio(name: str, left: str, right: str, unit: Unit = Unit.RATIO) -> Combined:
    return Combined(name=name, unit=unit, left=left, operation=Operation.RATIO, right=right)


def difference(name: str, left: str, right: str, unit: Unit) -> Combined:
    return Combined(name=name, unit=unit, left=left, operation=Operation.DIFFERENCE, right=right)


@pytest.mark.parametrize(
    "metric",
    [
        counted(aggregate=Aggregate.MEAN, measure="price - cost", unit=Unit.MONEY),
        counted(aggregate=Aggregate.SUM, measure="hours * price", unit=Unit.MONEY),
        counted(aggregate=Aggregate.SUM, measure="hours * people", unit=Unit.NUMBER),
        counted(aggregate=Aggregate.SUM, measure="hours - people", unit=Unit.NUMBER),
        counted(aggregate=Aggregate.MEDIAN, measure="paid_on - day", unit=Unit.DAYS),
        counted(aggregate=Aggregate.LAST, measure="people", unit=Unit.SCORE),
        counted(aggregate=Aggregate.LAST, measure="purpose", unit=Unit.TEXT),
        counted(aggregate=Aggregate.MAXIMUM, measure="paid_on", unit=Unit.DATE),
        counted(aggregate=Aggregate.DISTINCT, measure="agreed"),
        counted(aggregate=Aggregate.MONTHS, window=last(12)),
        counted(aggregate=Aggregate.INTERVAL_MEDIAN, unit=Unit.DAYS),
        counted(aggregate=Aggregate.SHARE, condition="people > 3", unit=Unit.RATIO),
        counted(aggregate=Aggregate.SHARE, measure="price", condition='purpose = "展厅"', unit=Unit.RATIO),
        counted(aggregate=Aggregate.TREND, measure="people", window=last(3), unit=Unit.RATIO),
        counted(window=Window(Span.YEAR, back=1)),
        counted(window=before(600)),
        OwnRhythm(name="a", fact="visits", quantile=0.8, condition="agreed = true"),
        ratio("a", "money", "visits", Unit.MONEY),
        ratio("a", "money", "customer.amount"),
        difference("a", "today", "newest", Unit.DAYS),
        difference("a", "today", "customer.day", Unit.DAYS),
        difference("a", "newest", "silence", Unit.DATE),
        Combined(name="a", unit=Unit.DATE, left="newest", operation=Operation.SUM, right="silence"),
        Otherwise(name="a", unit=Unit.MONEY, of="money", other="customer.amount"),
        Scored(name="a", of="silence", best_is_low=True),
        Predicted(name="a", unit=Unit.MONEY, quantity=Quantity.VALUE, fact="visits", measure="price"),
    ],
    ids=str,
)
def test_what_can_be_computed_is_taken(metric: Metric) -> None:
    check([metric, MONEY, COUNT, SILENCE, NEWEST], SHAPES)


@pytest.mark.parametrize(
    ("metric", "code"),
    [
        (counted("visits"), "doubled"),
        (counted("Visits!"), "name"),
        (counted("a__b"), "name"),
        (counted("today"), "name"),
        (counted(fact="visit"), "unknown_fact"),
        (counted(aggregate=Aggregate.SUM, measure="prize", unit=Unit.MONEY), "measure"),
        (counted(aggregate=Aggregate.SUM, measure="price + cost", unit=Unit.MONEY), "measure"),
        (counted(aggregate=Aggregate.SUM, measure="price - hours", unit=Unit.MONEY), "measure"),
        (counted(aggregate=Aggregate.SUM, measure="price * cost", unit=Unit.MONEY), "measure"),
        (counted(aggregate=Aggregate.SUM, measure="purpose", unit=Unit.NUMBER), "measure"),
        (counted(aggregate=Aggregate.SUM, unit=Unit.NUMBER), "measure"),
        (counted(measure="price"), "measure"),
        (counted(unit=Unit.MONEY), "unit"),
        (counted(aggregate=Aggregate.SUM, measure="price", unit=Unit.NUMBER), "unit"),
        (counted(aggregate=Aggregate.FIRST, unit=Unit.COUNT), "unit"),
        (counted(window=Window(Span.MONTHS, 0)), "window"),
        (counted(window=Window(Span.DAYS, 20_001)), "window"),
        (counted(window=Window(Span.MONTHS, 1, back=-1)), "window"),
        (counted(aggregate=Aggregate.TREND, unit=Unit.RATIO), "trend_of_what"),
        (counted(aggregate=Aggregate.SHARE, unit=Unit.RATIO), "share_of_what"),
        (counted(condition="peple > 3"), "condition"),
        (counted(condition="people >"), "condition"),
        (OwnRhythm(name="a", fact="visits", quantile=1.0), "quantile"),
        (OwnRhythm(name="a", fact="visits", minimum=2), "minimum"),
        (OwnRhythm(name="a", fact="visits", unit=Unit.DAYS), "unit"),
        (ratio("a", "a", "visits"), "circle"),
        (ratio("a", "nothing", "visits"), "unknown_metric"),
        (ratio("a", "money", "customer.anount"), "unknown_column"),
        (ratio("a", "newest", "visits"), "unlike"),
        (ratio("a", "visits", "money"), "unlike"),
        (ratio("a", "money", "visits"), "unit"),
        (difference("a", "money", "visits", Unit.MONEY), "unlike"),
        (difference("a", "newest", "today", Unit.DATE), "unit"),
        (Otherwise(name="a", unit=Unit.MONEY, of="money", other="visits"), "unlike"),
        (Scored(name="a", of="customer.amount"), "unknown_metric"),
        (Scored(name="a", of="visits", unit=Unit.COUNT), "unit"),
        (Predicted(name="a", unit=Unit.RATIO, quantity=Quantity.VALUE, fact="visits"), "unit"),
        (Predicted(name="a", unit=Unit.MONEY, quantity=Quantity.VALUE, fact="visits"), "measure"),
        (
            Predicted(name="a", unit=Unit.MONEY, quantity=Quantity.VALUE, fact="visits", measure="hours"),
            "measure",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_computed_is_refused_with_a_code(metric: Metric, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check([COUNT, MONEY, SILENCE, NEWEST, metric], SHAPES)
    assert caught.value.code == code
    assert caught.value.metric == metric.name
    assert f"'{metric.name}'" in str(caught.value)


def test_a_circle_is_named_from_end_to_end() -> None:
    with pytest.raises(DefinitionError, match="b → c → b"):
        check([COUNT, ratio("b", "c", "visits"), ratio("c", "b", "visits")], SHAPES)


def test_a_score_of_a_score_or_of_a_text_is_refused() -> None:
    words = counted("words", aggregate=Aggregate.LAST, measure="purpose", unit=Unit.TEXT)
    for of in (Scored(name="words", of="visits"), words):
        with pytest.raises(DefinitionError, match="cannot be scored"):
            check([COUNT, of, Scored(name="a", of="words")], SHAPES)


def test_a_wrong_condition_tells_its_place() -> None:
    with pytest.raises(DefinitionError) as caught:
        check([counted(condition="people > 3 and colour = 5")], SHAPES)
    cause = caught.value.__cause__
    assert isinstance(cause, ConditionError)
    assert cause.position == 15


def test_facts_that_nobody_owns_or_dates_cannot_be_counted() -> None:
    products = replace(VISITS, columns={"product_id": "int64"})
    undated = replace(VISITS, day="")
    for shape, code in ((products, "nobodys_fact"), (undated, "undated_fact")):
        with pytest.raises(DefinitionError) as caught:
            check([COUNT], {"visits": shape})
        assert caught.value.code == code


def test_metrics_stand_after_those_they_are_made_of() -> None:
    names = [metric.name for metric in in_order([ratio("a", "money", "visits"), COUNT, MONEY])]
    assert names == ["money", "visits", "a"]


def test_a_metric_brings_what_it_is_made_of() -> None:
    wanted = ratio("a", "b", "visits")
    known = [COUNT, MONEY, SILENCE, ratio("b", "money", "visits"), Scored(name="c", of="money")]
    assert {metric.name for metric in with_what_they_need([wanted], known)} == {"a", "b", "visits", "money"}


@pytest.mark.parametrize(
    ("measure", "currencies"),
    [
        ("price", ("currency",)),
        ("cost", ("cost_currency",)),
        ("price - cost", ("currency", "cost_currency")),
        ("people * cost", ("cost_currency",)),
        ("people", ()),
    ],
)
def test_an_amount_is_in_its_own_currency_else_in_the_rows(measure: str, currencies: tuple[str, ...]) -> None:
    assert currencies_of(measure_of(measure), PAID_IN_CASH) == currencies
