"""The pages of metrics: all of them, one of them, the editor with its preview, each within what the reader sees."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from guanxi.jobs.models import Job
from guanxi.metrics.models import TeamMetric
from guanxi.metrics.services import refresh
from guanxi.metrics.services.definitions import define_metric
from guanxi.records.declaration import record_type
from guanxi.records.services.views import save_view
from tests.cast import NOW, Cast, Person
from tests.metrics.test_team_metrics import customers, define, order

pytestmark = pytest.mark.django_db

__all__ = ["customers"]

FORM = {
    "kind": "counted",
    "label": "Large orders",
    "unit": "count",
    "fact": "orders",
    "aggregate": "count",
    "span": "months",
    "count": "6",
    "condition": "total > 10000",
}


def text_of(answer: Any) -> str:
    """What a reader sees of a page, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def tried(person: Person, **changes: str) -> Any:
    return person.browser.post(reverse("metric_try"), {**FORM, **changes})


def faults(answer: Any) -> dict[str, str]:
    """The texts beside the fields."""
    found = re.findall(r'id="fault-(\w+)"[^>]*>([^<]*)<', answer.content.decode())
    return {name: text.strip() for name, text in found if text.strip()}


def test_the_list_tells_what_each_metric_says(cast: Cast, customers: dict[str, Any]) -> None:
    define(cast.root)
    page = text_of(cast.viola.browser.get(reverse("metrics")))
    assert "Large orders" in page
    assert "How many · Orders · the last 6 months · total &gt; 10000" in page
    assert "New metric" not in page
    assert "New metric" in text_of(cast.dana.browser.get(reverse("metrics")))


def test_an_empty_list_says_what_to_do_first(cast: Cast) -> None:
    assert "Define the first" in text_of(cast.root.browser.get(reverse("metrics")))
    assert "Define the first" not in text_of(cast.alice.browser.get(reverse("metrics")))


def test_figures_are_those_of_the_customers_the_reader_sees(cast: Cast, customers: dict[str, Any]) -> None:
    define(cast.root, unit="money", aggregate="sum", measure="total", window=None, condition="")
    refresh(actor=None, now=NOW)

    def cells(person: Person) -> list[str]:
        answer = person.browser.get(reverse("metrics_figures")).content.decode()
        return [
            re.search(rf'id="{what}-large_orders"[^>]*>([^<]*)<', answer)[1]  # type: ignore[index]
            for what in ("count", "smallest", "median", "largest")
        ]

    assert cells(cast.root) == ["3", "CN¥5.00", "CN¥10,001.00", "CN¥130,000.01"]
    assert cells(cast.bob) == ["2", "CN¥5.00", "CN¥65,002.50", "CN¥130,000.01"]
    assert cells(cast.charlie) == ["1", "CN¥10,001.00", "CN¥10,001.00", "CN¥10,001.00"]


def test_the_page_of_a_metric(cast: Cast, customers: dict[str, Any]) -> None:
    define(cast.root)
    save_view(
        actor=cast.alice.actor,
        known=record_type("customer"),
        name="Big buyers",
        where="large_orders > 1",
        columns=[],
        order="",
    )
    assert "until then nobody has one" in text_of(
        cast.alice.browser.get(reverse("metric", args=["large_orders"]))
    )
    refresh(actor=None, now=NOW)
    page = text_of(cast.alice.browser.get(reverse("metric", args=["large_orders"])))
    assert "2 customers you see have a value" in page
    assert "华强" in page
    assert "Min" not in page
    assert "Big buyers" in page
    assert "<svg" in cast.alice.browser.get(reverse("metric", args=["frequency"])).content.decode()
    assert cast.alice.browser.get(reverse("metric", args=["nothing"])).status_code == 404


def test_the_preview_shows_only_customers_the_reader_sees(cast: Cast, customers: dict[str, Any]) -> None:
    refresh(actor=None, now=NOW)
    seen = {name: text_of(tried(person)) for name, person in cast.everyone().items()}
    for name in ("alice", "bob", "dana", "viola"):
        assert "2 customers you see have a value" in seen[name]
        assert "华强 2" in seen[name]
        assert "Min" not in seen[name]
    assert "1 customer you see has a value" in seen["charlie"]
    assert "Min 1" in seen["charlie"]
    assert "华强" not in seen["charlie"]
    assert "3 customers you see have a value" in seen["root"]
    assert "CN¥20,000.00" in seen["alice"]
    assert "CN¥20,000.00" not in seen["charlie"]
    assert not TeamMetric.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"condition": "totl > 1"}, "condition", "There is no field “totl”."),
        ({"condition": "total >"}, "condition", "ends too early"),
        ({"count": "0"}, "window", "A window has"),
        ({"count": "many"}, "window", "This is not a value"),
        (
            {"kind": "combined", "left": "nothing", "right": "frequency"},
            "definition",
            "There is no such metric",
        ),
        ({"kind": "combined", "left": "last_order", "right": "frequency"}, "definition", "different units"),
        ({"name": "name"}, "name", "a field of this name already"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    cast: Cast, customers: dict[str, Any], changes: dict[str, str], field: str, said: str
) -> None:
    answer = tried(cast.root, **changes)
    assert answer.status_code == 200
    assert said in faults(answer)[field]
    kept = cast.root.browser.post(reverse("metric_new"), {**FORM, **changes})
    assert kept.status_code == 422
    assert said in faults(kept)[field]
    assert not TeamMetric.objects.exists()


def test_a_metric_that_would_refer_to_itself(cast: Cast) -> None:
    define(cast.root)
    made = {"kind": "combined", "name": "twice", "label": "Twice", "unit": "count", "operation": "sum"}
    definition = {**made, "left": "large_orders", "right": "frequency"}
    define_metric(actor=cast.root.actor, definition=definition, now=NOW)
    answer = tried(
        cast.root,
        **{**made, "name": "large_orders", "left": "twice", "right": "frequency"},
        instead_of="large_orders",
    )
    assert "It refers to itself" in faults(answer)["definition"]


def test_choices_follow_what_was_chosen_before(cast: Cast) -> None:
    answer = tried(cast.root, aggregate="sum", measure="state").content.decode()
    assert re.search(r'<option value="total" selected>', answer)
    assert re.search(r'<option value="money" selected>', answer)


def test_before_the_first_refresh_the_preview_says_so_and_offers_it(
    cast: Cast, customers: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: tmp_path))
    answer = tried(cast.dana)
    assert "Nothing was fed to the warehouse yet" in text_of(answer)
    assert reverse("metrics_refresh") in answer.content.decode()
    browser = cast.dana.browser
    work = browser.post(reverse("metrics_refresh"), headers={"HX-Request": "true"})
    job = Job.objects.get(kind="metrics.refresh")
    assert reverse("metrics_refreshing", args=[job.pk]) in work.content.decode()
    assert browser.get(reverse("metrics_refreshing", args=[job.pk])).status_code == 200
    assert cast.alice.browser.post(reverse("metrics_refresh")).status_code == 403


def test_define_change_and_archive_in_the_browser(cast: Cast, customers: dict[str, Any]) -> None:
    browser = cast.root.browser
    assert browser.get(reverse("metric_new")).status_code == 200
    made = browser.post(reverse("metric_new"), FORM)
    assert made.url == reverse("metric", args=["large_orders"])
    refresh(actor=None, now=NOW)
    form = browser.get(reverse("metric_edit", args=["large_orders"])).content.decode()
    assert "total &gt; 10000" in form
    changed = {**FORM, "name": "large_orders", "condition": "total > 15000", "version": "1"}
    assert browser.post(reverse("metric_edit", args=["large_orders"]), changed).status_code == 302
    assert TeamMetric.objects.get().definition["condition"] == "total > 15000"
    assert browser.post(reverse("metric_archive", args=["large_orders"])).url == reverse("metrics")
    assert TeamMetric.objects.get().archived_at is not None


def test_who_does_not_manage_defines_nothing(cast: Cast) -> None:
    define(cast.root)
    for person in (cast.alice, cast.viola):
        for answer in (
            person.browser.get(reverse("metric_new")),
            person.browser.post(reverse("metric_new"), FORM),
            person.browser.get(reverse("metric_edit", args=["large_orders"])),
            person.browser.post(reverse("metric_archive", args=["large_orders"])),
        ):
            assert answer.status_code == 403
    assert TeamMetric.objects.get().archived_at is None


@pytest.mark.parametrize("kind", ["own_rhythm", "scored", "otherwise", "combined"])
def test_every_kind_can_be_tried_kept_and_opened_again(
    cast: Cast, customers: dict[str, Any], kind: str
) -> None:
    order(cast.alice, customers["hua"], "2026-08-01", "1")
    refresh(actor=None, now=NOW)
    parts = {"of": "value_total", "other": "customer.amount", "left": "value_total", "right": "frequency"}
    assert "customer you see" in text_of(tried(cast.root, kind=kind, **parts)).replace(
        "customers", "customer"
    )
    browser = cast.root.browser
    assert browser.post(reverse("metric_new"), {**FORM, **parts, "kind": kind}).status_code == 302
    assert TeamMetric.objects.get().definition["kind"] == kind
    assert browser.get(reverse("metric_edit", args=["large_orders"])).status_code == 200
    assert browser.get(reverse("metrics")).status_code == 200
    refresh(actor=None, now=NOW)
    assert browser.get(reverse("metric", args=["large_orders"])).status_code == 200


def test_names_are_made_from_labels_in_any_script(cast: Cast) -> None:
    for label, name in (("近6个月大单", "jin_6_ge_yue_da_dan"), ("Orders > 10,000", "orders_10_000")):
        made = cast.root.browser.post(reverse("metric_new"), {**FORM, "label": label})
        assert made.url == reverse("metric", args=[name])
    answer = cast.root.browser.post(reverse("metric_new"), {**FORM, "label": "큰 주문"})
    assert answer.status_code == 422
    assert "name" in faults(answer)
