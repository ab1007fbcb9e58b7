"""Many records changed at once in the browser's pages: which ones, what becomes of them, how it is taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import Cast
from tests.records.custom import define
from tests.web.reading import body

from guanxi.customers.models import Customer
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from guanxi.records.custom.definition import Choice

pytestmark = pytest.mark.django_db
ADDRESS = "/customers/bulk/edit/"
TRADES = ("电子", "服装", "电子", "식품")


@pytest.fixture
def rows(cast: Cast) -> list[Customer]:
    """Four customers of Alice's and one of Bob's, who is her teammate."""
    hers = [
        cast.alice.adds("customer", name=f"许昌{trade}{number}", industry=trade, size=10 * number)
        for number, trade in enumerate(TRADES, 1)
    ]
    return [*hers, cast.bob.adds("customer", name="Bob's own", industry="电子", size=90)]


def run(browser: Client, **form: object) -> tuple[Job, str]:
    """Let a change run to its end; return the job and what its page says then."""
    answer = browser.post(ADDRESS, {"step": "run", **form})
    assert answer.status_code == 302, body(answer)
    job = Job.objects.latest("pk")
    assert answer["Location"] == f"/customers/bulk/work/{job.pk}/"
    assert "hx-trigger" in body(browser.get(answer["Location"]))
    done = run_job(job.pk, worker="test", clock=timezone.now)
    assert done is not None
    assert (done.state, done.error) == (JobState.DONE, "")
    return done, body(browser.get(answer["Location"]))


def test_all_that_match_are_shown_changed_and_taken_back(cast: Cast, rows: list[Customer]) -> None:
    browser = cast.alice.browser
    form = {"where": 'industry = "电子"', "change": ["industry", "size"], "industry": "电子元件", "size": ""}
    shown = body(browser.post(ADDRESS, {"step": "preview", **form}))
    assert "Left, not yours to change" in shown
    assert "Change 2 rows" in shown
    assert shown.count("电子元件") == 3, "twice in the table, once to be sent on"
    assert rows[4].name not in shown.replace("&#x27;", "'")
    _job, said = run(browser, **form)
    after = {row.name: (row.industry, row.size) for row in Customer.objects.all()}
    assert after == {
        "许昌电子1": ("电子元件", None),
        "许昌服装2": ("服装", 20),
        "许昌电子3": ("电子元件", None),
        "许昌식품4": ("식품", 40),
        "Bob's own": ("电子", 90),
    }
    assert 'action="/changes/' in said
    changeset = Job.objects.latest("pk").changeset_id
    browser.post(f"/changes/{changeset}/undo/")
    assert sorted(Customer.objects.values_list("industry", "size")) == sorted(
        [(trade, 10 * number) for number, trade in enumerate(TRADES, 1)] + [("电子", 90)]
    )
    assert "This was undone." in body(browser.get(f"/customers/bulk/work/{_job.pk}/"))


def test_only_the_selected_are_meant_unless_all_are_asked_for(cast: Cast, rows: list[Customer]) -> None:
    browser, ids = cast.alice.browser, [rows[0].pk, rows[1].pk]
    asked = body(browser.post(ADDRESS, {"ids": ids, "where": ""}))
    assert "The 2 selected" in asked
    run(browser, ids=ids, rows="selected", change="source", source="展会")
    assert Customer.objects.filter(source="展会").count() == 2
    run(browser, ids=ids, rows="all", change="source", source="Fair")
    assert Customer.objects.filter(source="Fair").count() == 4


def test_the_quick_search_narrows_too(cast: Cast, rows: list[Customer]) -> None:
    run(cast.alice.browser, q="服装", change="note", note="Autumn")
    assert [row.name for row in Customer.objects.filter(note="Autumn")] == ["许昌服装2"]


def test_choices_are_added_and_taken_away(cast: Cast, rows: list[Customer]) -> None:
    field = define(cast, "Drinks", "choices", choices=[Choice("", name) for name in ("茶", "커피", "Juice")])
    tea, coffee, juice = (choice["value"] for choice in field.definition["choices"])
    hers = [row.pk for row in rows[:2]]
    for key, likes in zip(hers, ([tea], [coffee, juice]), strict=True):
        Customer.objects.filter(pk=key).update(custom={field.name: likes})
    form = {"ids": hers, "change": field.name}

    def likes() -> list[list[str]]:
        return [Customer.objects.get(pk=key).custom[field.name] for key in hers]

    run(cast.alice.browser, **form, **{field.name: coffee, f"joining.{field.name}": "add"})
    assert likes() == [[tea, coffee], [coffee, juice]]
    run(cast.alice.browser, **form, **{field.name: [tea, juice], f"joining.{field.name}": "remove"})
    assert likes() == [[coffee], [coffee]]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"step": "preview"}, "Choose at least one field to change."),
        ({"step": "run"}, "Choose at least one field to change."),
        ({"step": "preview", "change": "size", "size": "many"}, "field-error"),
        ({"step": "preview", "change": "name", "name": ""}, "This field is required."),
        ({"step": "run", "change": "size", "size": "1", "where": "sizze > 1"}, "notice-bad"),
    ],
)
def test_what_cannot_be_done_is_said_where_it_can_be_mended(
    cast: Cast, rows: list[Customer], form: dict[str, str], said: str
) -> None:
    answer = cast.alice.browser.post(ADDRESS, form)
    assert answer.status_code == 422
    assert said in body(answer)
    assert not Job.objects.exists()


def test_whoever_sees_nothing_changes_nothing(cast: Cast, rows: list[Customer]) -> None:
    ids = [row.pk for row in rows]
    shown = body(
        cast.charlie.browser.post(ADDRESS, {"step": "preview", "ids": ids, "change": "size", "size": "1"})
    )
    assert "There is no row here that you may change." in shown
    job, _said = run(cast.charlie.browser, ids=ids, change="size", size="1")
    assert job.result["matched"] == 0
    assert sorted(Customer.objects.values_list("size", flat=True)) == [10, 20, 30, 40, 90]
    hers = f"/customers/bulk/work/{job.pk}/"
    assert cast.alice.browser.get(hers).status_code == 404
    assert cast.charlie.browser.get(hers.replace("customers", "products")).status_code == 404
