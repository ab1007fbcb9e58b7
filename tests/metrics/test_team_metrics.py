"""The team's own metrics: at once a field of the customer, in every process, with history and undo."""

from __future__ import annotations

from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from guanxi.conditions.context import Context
from guanxi.conditions.errors import ConditionError
from guanxi.jobs.models import Job
from guanxi.metrics.calc.slots import SIZES, Shelf
from guanxi.metrics.models import TeamMetric, TeamValues
from guanxi.metrics.services import refresh
from guanxi.metrics.services.definitions import archive_metric, change_metric, define_metric
from guanxi.metrics.team import every_metric
from guanxi.records.declaration import declared_type, record_type
from guanxi.records.models import FieldsVersion
from guanxi.records.queries import list_page, parse_where
from guanxi.records.run_time import one_reading
from guanxi.records.services import undo_changeset
from guanxi.records.services.views import save_view
from guanxi.records.usage import views_speaking_of
from tests.cast import NOW, Cast, Person

pytestmark = pytest.mark.django_db

LARGE = {
    "kind": "counted",
    "name": "large_orders",
    "label": "Large orders",
    "unit": "count",
    "fact": "orders",
    "aggregate": "count",
    "window": {"span": "months", "count": 6},
    "condition": "total > 10000",
}
CONTEXT = Context(now=NOW, zone=UTC)


def define(person: Person, **changes: Any) -> TeamMetric:
    return define_metric(actor=person.actor, definition={**LARGE, **changes}, now=NOW)[0]


def order(person: Person, customer: Any, day: str, total: str, **more: Any) -> Any:
    values = {"currency": "CNY", "state": "done", **more}
    return person.adds("order", customer=customer.pk, ordered_on=day, total=total, **values)


@pytest.fixture
def customers(cast: Cast) -> dict[str, Any]:
    """Hua has two large orders of late and one long ago, Han a small one, Min (Charlie's) a large one."""
    found = {
        "hua": cast.alice.adds("customer", name="华强"),
        "han": cast.alice.adds("customer", name="한빛"),
        "min": cast.charlie.adds("customer", name="Min"),
    }
    order(cast.alice, found["hua"], "2026-10-01", "20000")
    order(cast.alice, found["hua"], "2026-06-01", "10000.01")
    order(cast.alice, found["hua"], "2026-05-02", "90000")  # the day before six months began
    order(cast.alice, found["hua"], "2026-09-01", "10000")
    order(cast.alice, found["han"], "2026-10-01", "5")
    order(cast.charlie, found["min"], "2026-10-01", "10001")
    return found


def names(person: Person, where: str, order: str = "name") -> list[str]:
    known = record_type("customer")
    page = list_page(known, person.actor, context=CONTEXT, where=parse_where(where, known), order=order)
    return [row.name for row in page.rows]


def test_a_metric_is_a_field_at_once_and_has_values_after_the_refresh(
    cast: Cast, customers: dict[str, Any]
) -> None:
    row = define(cast.dana)
    assert record_type("customer").by_name["large_orders"].label == "Large orders"
    assert names(cast.root, "large_orders is not empty") == []
    assert Job.objects.filter(kind="metrics.refresh").count() == 1
    refresh(actor=None, now=NOW)
    assert names(cast.root, "large_orders > 0", "-large_orders,name") == ["华强", "Min"]
    assert names(cast.alice, "large_orders >= 0", "-large_orders") == ["华强", "한빛"]
    assert names(cast.charlie, "large_orders >= 0") == ["Min"]
    assert names(cast.alice, "large_orders = 2") == ["华强"]
    row.refresh_from_db()
    assert row.computed_at is not None
    assert (row.problem, row.created_by_id) == ("", cast.dana.user.pk)


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({}, "whole_01", {"hua": 2, "han": 0, "min": 1}),
        (
            {"unit": "money", "aggregate": "sum", "measure": "total", "window": None, "condition": ""},
            "money_01",
            {"hua": Decimal("130000.01"), "han": Decimal(5), "min": Decimal(10001)},
        ),
        (
            {"unit": "date", "aggregate": "last"},
            "date_01",
            {"hua": date(2026, 10, 1), "han": None, "min": date(2026, 10, 1)},
        ),
        (
            {"unit": "ratio", "aggregate": "share", "window": None},
            "number_01",
            {"hua": 0.75, "han": 0.0, "min": 1.0},
        ),
        (
            {"unit": "text", "aggregate": "last", "measure": "currency"},
            "text_01",
            {"hua": "CNY", "han": None, "min": "CNY"},
        ),
    ],
)
def test_each_unit_has_slots_that_keep_it_exactly(
    cast: Cast, customers: dict[str, Any], changes: dict[str, Any], field: str, expected: dict[str, Any]
) -> None:
    assert define(cast.root, **changes).slot == field
    refresh(actor=None, now=NOW)
    kept = dict(TeamValues.objects.values_list("customer", field))
    assert {name: kept.get(row.pk) for name, row in customers.items()} == expected


def test_a_metric_made_of_two_others_divides_by_nothing(cast: Cast, customers: dict[str, Any]) -> None:
    define(cast.root)
    combined = {
        "kind": "combined",
        "name": "per_large",
        "label": "Revenue per large order",
        "unit": "money",
        "left": "value_total",
        "operation": "ratio",
        "right": "large_orders",
    }
    define_metric(actor=cast.root.actor, definition=combined, now=NOW)
    refresh(actor=None, now=NOW)
    kept = dict(TeamValues.objects.values_list("customer", "money_01"))
    assert kept[customers["hua"].pk] == Decimal("65000.01")  # 130000.01 / 2, halves up
    assert kept[customers["han"].pk] is None


def test_who_may(cast: Cast) -> None:
    for person in (cast.alice, cast.bob, cast.charlie, cast.viola):
        with pytest.raises(ForbiddenError):
            define(person)
    define(cast.dana)
    with pytest.raises(ForbiddenError):
        archive_metric(actor=cast.alice.actor, name="large_orders", now=NOW)
    with pytest.raises(NotFoundError):
        archive_metric(actor=cast.alice.actor, name="nothing", now=NOW)
    assert [metric.name for metric in every_metric()][-1] == "large_orders"


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"name": "Large Orders"}, "name"),
        ({"name": "name"}, "name"),
        ({"name": "contacts"}, "name"),
        ({"name": "frequency"}, "name"),
        ({"name": "new"}, "name"),
        ({"name": "a" * 41}, "name"),
        ({"label": " "}, "label"),
        ({"label": "x" * 101}, "label"),
        ({"fact": "ordres"}, "fact"),
        ({"aggregate": "sum"}, "measure"),
        ({"aggregate": "sum", "measure": "state"}, "measure"),
        ({"condition": "totl > 3"}, "condition"),
        ({"condition": "total >"}, "condition"),
        ({"window": {"span": "months", "count": 0}}, "window"),
        ({"window": {"span": "weeks"}}, "window"),
        ({"unit": "money"}, "unit"),
        ({"kind": "combined"}, "fact"),
        ({"kind": "nothing"}, "kind"),
        (
            {"kind": "scored", "of": "large_orders", "unit": "score"},
            "fact",
        ),
    ],
)
def test_what_cannot_be_computed_is_refused_beside_the_field(
    cast: Cast, changes: dict[str, Any], about: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        define(cast.root, **changes)
    assert list(raised.value.errors) == [about]
    assert not TeamMetric.objects.exists()


def test_a_metric_does_not_refer_to_itself_not_even_around_a_corner(cast: Cast) -> None:
    define(cast.root)
    twice = {"kind": "combined", "label": "x", "unit": "count", "operation": "sum"}
    both = {**twice, "name": "both", "left": "large_orders", "right": "frequency"}
    define_metric(actor=cast.root.actor, definition=both, now=NOW)
    around = {**twice, "name": "large_orders", "left": "both", "right": "frequency"}
    with pytest.raises(InvalidError, match="refers to itself"):
        change_metric(actor=cast.root.actor, name="large_orders", definition=around, now=NOW)
    with pytest.raises(ConflictError):
        archive_metric(actor=cast.root.actor, name="large_orders", now=NOW)


def test_a_change_hides_the_values_until_they_are_computed_anew(
    cast: Cast, customers: dict[str, Any]
) -> None:
    define(cast.root)
    refresh(actor=None, now=NOW)
    change = {**LARGE, "condition": "total > 15000"}
    change_metric(actor=cast.root.actor, name="large_orders", definition=change, version=1, now=NOW)
    assert names(cast.root, "large_orders is not empty") == []
    refresh(actor=None, now=NOW)
    assert names(cast.root, "large_orders > 0") == ["华强"]
    with pytest.raises(StaleError):
        change_metric(actor=cast.root.actor, name="large_orders", definition=LARGE, version=1, now=NOW)


def test_a_label_alone_changes_no_values(cast: Cast, customers: dict[str, Any]) -> None:
    define(cast.root)
    refresh(actor=None, now=NOW)
    renamed = {**LARGE, "label": "Big ones"}
    labels = {"zh-hans": "大单"}
    change_metric(actor=cast.root.actor, name="large_orders", definition=renamed, labels=labels, now=NOW)
    assert names(cast.root, "large_orders = 2") == ["华强"]
    assert str(record_type("customer").by_name["large_orders"].label) == "Big ones"
    same = change_metric(actor=cast.root.actor, name="large_orders", definition=renamed, now=NOW)
    assert same[1] is None
    with pytest.raises(InvalidError):
        change_metric(
            actor=cast.root.actor, name="large_orders", definition=renamed, labels={"xx": "y"}, now=NOW
        )


def test_labels_are_shown_in_the_language_of_the_reader(cast: Cast) -> None:
    labels = {"zh-hans": "大单", "ko": "큰 주문"}
    define_metric(actor=cast.root.actor, definition=LARGE, labels=labels, now=NOW)
    label = record_type("customer").by_name["large_orders"].label
    with translation.override("zh-hans"):
        assert str(label) == "大单"
    with translation.override("en"):
        assert str(label) == "Large orders"


def test_undo_takes_a_definition_a_change_and_an_archiving_back(
    cast: Cast, customers: dict[str, Any]
) -> None:
    def undo(changeset: Any) -> None:
        undone = undo_changeset(actor=cast.root.actor, changeset_id=changeset.pk, now=NOW)
        assert not undone.kept

    _, made = define_metric(actor=cast.root.actor, definition=LARGE, now=NOW)
    other = {**LARGE, "condition": "total > 1"}
    _, changed = change_metric(actor=cast.root.actor, name="large_orders", definition=other, now=NOW)
    gone = archive_metric(actor=cast.root.actor, name="large_orders", now=NOW)
    assert "large_orders" not in record_type("customer").by_name
    undo(gone)
    assert TeamMetric.objects.get().definition["condition"] == "total > 1"
    undo(changed)
    refresh(actor=None, now=NOW)
    assert names(cast.root, "large_orders = 2") == ["华强"]
    undo(made)
    assert "large_orders" not in record_type("customer").by_name
    with pytest.raises(ConditionError):
        names(cast.root, "large_orders = 2")


def test_what_was_changed_since_is_kept(cast: Cast) -> None:
    _, made = define_metric(actor=cast.root.actor, definition=LARGE, now=NOW)
    change_metric(actor=cast.root.actor, name="large_orders", definition={**LARGE, "label": "x"}, now=NOW)
    undone = undo_changeset(actor=cast.root.actor, changeset_id=made.pk, now=NOW)
    assert undone.kept == {"metric": [TeamMetric.objects.get().pk]}


def test_an_archiving_that_is_undone_before_a_refresh_brings_the_values_back_with_it(
    cast: Cast, customers: dict[str, Any]
) -> None:
    define(cast.root)
    refresh(actor=None, now=NOW)
    gone = archive_metric(actor=cast.root.actor, name="large_orders", now=NOW)
    undo_changeset(actor=cast.root.actor, changeset_id=gone.pk, now=NOW)
    refresh(actor=None, now=NOW)
    assert names(cast.root, "large_orders = 2") == ["华强"]


def test_archiving_frees_the_slot_and_nobody_sees_what_stood_in_it(
    cast: Cast, customers: dict[str, Any]
) -> None:
    define(cast.root)
    refresh(actor=None, now=NOW)
    archive_metric(actor=cast.root.actor, name="large_orders", now=NOW)
    small = define(cast.root, name="small_orders", condition="total < 10")
    assert small.slot == "whole_01"
    assert names(cast.root, "small_orders is not empty") == []
    refresh(actor=None, now=NOW)
    assert names(cast.root, "small_orders = 1") == ["한빛"]
    assert names(cast.root, "small_orders = 0") == ["Min", "华强"]


def test_there_are_only_so_many_slots(cast: Cast) -> None:
    for place in range(SIZES[Shelf.DATE]):
        define(cast.root, name=f"m{place}", unit="date", aggregate="last")
    with pytest.raises(ConflictError):
        define(cast.root, name="one_more", unit="date", aggregate="last")
    gone = archive_metric(actor=cast.root.actor, name="m0", now=NOW)
    assert define(cast.root, name="one_more", unit="date", aggregate="last").slot == "date_01"
    with pytest.raises(ConflictError):
        undo_changeset(actor=cast.root.actor, changeset_id=gone.pk, now=NOW)


def test_every_process_sees_a_change_and_a_request_one_state(cast: Cast) -> None:
    """Another process writes the rows and draws a token; nothing of it goes through this one's memory."""
    assert "elsewhere" not in record_type("customer").by_name
    with one_reading():
        before = record_type("customer")
        TeamMetric.objects.create(
            name="elsewhere",
            label="Elsewhere",
            unit="count",
            slot="whole_09",
            definition={**LARGE, "name": "elsewhere"},
            created_at=NOW,
            changed_at=NOW,
        )
        FieldsVersion.objects.update_or_create(pk=1, defaults={"token": "drawn elsewhere"})
        assert record_type("customer") is before
    assert "elsewhere" in record_type("customer").by_name
    assert "elsewhere" not in declared_type("customer").by_name


def test_what_a_request_changed_it_sees_at_once(cast: Cast) -> None:
    with one_reading():
        assert "large_orders" not in record_type("customer").by_name
        define(cast.root)
        assert "large_orders" in record_type("customer").by_name


def test_what_was_rolled_back_is_not_remembered(cast: Cast) -> None:
    with transaction.atomic():
        define(cast.root)
        assert "large_orders" in record_type("customer").by_name
        transaction.set_rollback(True)
    assert "large_orders" not in record_type("customer").by_name


def test_which_fields_stand_costs_one_query_a_request(cast: Cast, django_assert_num_queries: Any) -> None:
    define(cast.root)
    record_type("customer")
    record_type("contact")
    with one_reading(), django_assert_num_queries(1):
        assert record_type("customer") is record_type("customer")
        record_type("contact")


def test_views_that_speak_of_a_metric(cast: Cast) -> None:
    define(cast.root)
    known = record_type("customer")
    ways = {
        "a": {"where": "large_orders > 1"},
        "b": {"columns": ["large_orders"]},
        "c": {"order": "-large_orders"},
    }
    for name, asked in {**ways, "d": {"where": "frequency > 1"}}.items():
        view = {"where": "", "columns": [], "order": "", **asked}
        save_view(actor=cast.alice.actor, known=known, name=name, shared=False, **view)
    assert [view.name for view in views_speaking_of(cast.alice.actor, known, "large_orders")] == [
        "a",
        "b",
        "c",
    ]
    assert views_speaking_of(cast.bob.actor, known, "large_orders") == []


def test_a_metric_that_cannot_be_computed_any_more_is_left_out_and_says_so(
    cast: Cast, customers: dict[str, Any]
) -> None:
    define(cast.root)
    define(cast.root, name="lost", label="Lost")
    broken = TeamMetric.objects.get(name="lost")
    TeamMetric.objects.filter(pk=broken.pk).update(definition={**broken.definition, "fact": "no_more"})
    refresh(actor=None, now=NOW)
    broken.refresh_from_db()
    assert broken.computed_at is None
    assert "no_more" in broken.problem
    assert names(cast.root, "large_orders = 2") == ["华强"]
