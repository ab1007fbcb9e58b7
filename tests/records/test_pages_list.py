"""The list page: what it shows, how it is narrowed, ordered and paged."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast
from tests.web.reading import body, facets, heads, link, text, titles

from guanxi.access.models import ChangeSet
from guanxi.records.declaration import record_type
from guanxi.records.models import SavedView
from guanxi.records.pages.listing import PAGE_SIZE
from guanxi.records.services import undo_changeset

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
NAMES = ["深圳市华强电子有限公司", "臺北茶行", "한빛상사", "Acme Trading Ltd"]


@pytest.fixture
def browser(cast: Cast) -> Client:
    """Alice, who has four customers."""
    for number, name in enumerate(NAMES):
        cast.alice.adds(
            "customer",
            name=name,
            size=10 * number or None,
            phone="13800130001",
            amount="1234.5",
            currency="KRW",
        )
    return cast.alice.browser


def test_a_list_shows_the_declared_columns_and_how_many_there_are(browser: Client) -> None:
    page = browser.get("/customers/?order=name")
    listed = [str(field.label).capitalize() for field in record_type("customer").listed]
    assert sorted(heads(page)) == sorted(listed)
    assert heads(page)[0] == "Name"
    assert sorted(titles(page)) == sorted(NAMES)
    assert "₩1,234" in body(page)
    assert "1,234.5" not in body(page)


def test_chosen_columns_replace_the_usual_ones_and_unknown_ones_are_dropped(browser: Client) -> None:
    assert heads(browser.get("/customers/?columns=size,nonsense&columns=source")) == [
        "Name",
        "People",
        "Source",
    ]


def test_a_head_orders_by_its_column_and_turns_round(browser: Client) -> None:
    page = browser.get(link(browser.get("/customers/?columns=size&order=name"), "order=-size"))
    assert titles(page) == ["Acme Trading Ltd", "한빛상사", "臺北茶行", "深圳市华强电子有限公司"]
    assert 'aria-sort="descending"' in body(page)
    assert link(page, "order=size")


def test_a_condition_narrows_the_list_and_stands_as_chips_that_can_be_taken_away(browser: Client) -> None:
    page = browser.get('/customers/?where=size > 5 and name contains "A"')
    assert titles(page) == ["Acme Trading Ltd"]
    assert facets(page) == [("People", "> 5"), ("Name", "contains “A”")]
    rest = browser.get(link(page, "Remove the filter on Name").replace("view=all", "order=name"))
    assert facets(rest) == [("People", "> 5")]
    assert len(titles(rest)) == 3


def test_references_in_chips_are_named_only_to_who_may_know(cast: Cast, browser: Client) -> None:
    assert facets(browser.get(f"/customers/?where=owner = {cast.bob.user.pk}")) == [("Owner", "Bob")]
    stranger = f"/customers/?where=owner = {cast.charlie.user.pk}"
    assert facets(browser.get(stranger)) == [("Owner", str(cast.charlie.user.pk))]


@pytest.mark.parametrize("where", ["size >", "nonsense = 1", 'size = "many"', "((((", 'kind = "robot"'])
def test_a_condition_that_cannot_be_read_is_explained_in_place(browser: Client, where: str) -> None:
    page = browser.get("/customers/", {"where": where})
    assert page.status_code == 422
    assert "At character" in body(page)
    assert titles(page) == []


def test_an_order_or_cursor_of_nowhere_is_refused_in_one_line(browser: Client) -> None:
    for query in ("order=password", "after=xyz", "before=W10"):
        page = browser.get(f"/customers/?{query}")
        assert page.status_code == 422
        assert "Remove the filter" in body(page)


def test_quick_search_with_htmx_answers_the_table_and_what_changes_with_it(browser: Client) -> None:
    page = browser.get("/customers/?q=华强", headers=HTMX)
    assert titles(page) == [NAMES[0]]
    assert "<html" not in body(page)
    assert "HX-Request" in page["Vary"]
    assert 'id="list-count" hx-swap-oob="true">1<' in body(page)
    assert "export.csv?q=%E5%8D%8E%E5%BC%BA" in body(page)


def test_no_match_and_nothing_yet_are_told_apart(cast: Cast, browser: Client) -> None:
    assert "Nothing matches" in body(browser.get("/customers/?q=zzz"))
    empty = body(cast.charlie.browser.get("/customers/"))
    assert "No customers yet" in empty
    assert empty.count("btn-accent") == 1


def test_the_pager_meets_every_row_once_and_finds_the_way_back(cast: Cast) -> None:
    model = record_type("customer").model
    model.objects.bulk_create(
        model(name=f"客户{number:03}", owner=cast.alice.user) for number in range(2 * PAGE_SIZE + 7)
    )
    browser = cast.alice.browser
    page, seen = browser.get("/customers/?order=name"), []
    assert not link(page, 'rel="prev"')
    while True:
        seen += titles(page)
        onwards = link(page, 'rel="next"')
        if not onwards:
            break
        page = browser.get(onwards)
    assert seen == [f"客户{number:03}" for number in range(2 * PAGE_SIZE + 7)]
    assert f"{2 * PAGE_SIZE + 1}–{2 * PAGE_SIZE + 7}" in text(body(page))
    back = browser.get(link(page, 'rel="prev"'))
    assert titles(back) == seen[PAGE_SIZE : 2 * PAGE_SIZE]
    assert titles(browser.get(link(back, "First page"))) == seen[:PAGE_SIZE]


def test_phone_numbers_are_masked_for_who_may_not_change_the_row(cast: Cast, browser: Client) -> None:
    assert 'href="tel:13800130001"' in body(browser.get("/customers/"))
    seen = body(cast.bob.browser.get("/customers/"))
    assert "138****0001" in seen
    assert "13800130001" not in seen


def test_masked_phone_numbers_cannot_be_found_by_asking(cast: Cast, browser: Client) -> None:
    for query in ("q=13800130001", 'where=phone = "13800130001"'):
        assert len(titles(browser.get(f"/customers/?{query}"))) == 4
        assert titles(cast.bob.browser.get(f"/customers/?{query}")) == []


def test_only_rows_one_may_change_can_be_selected_and_edited(cast: Cast, browser: Client) -> None:
    cast.bob.adds("customer", name="Bob's own")
    page = body(browser.get("/customers/"))
    assert page.count("data-select-row") == 4
    viewer = body(cast.viola.browser.get("/customers/"))
    assert "data-select-row" not in viewer
    assert "data-edit-url" not in viewer


class TestBulk:
    def test_assigning_changes_what_may_be_changed_says_what_not_and_is_undone(
        self, cast: Cast, browser: Client
    ) -> None:
        bobs = cast.bob.adds("customer", name="Bob's own")
        mine = list(record_type("customer").model.objects.exclude(pk=bobs.pk).values_list("pk", flat=True))
        form = {"action": "owner", "owner": cast.bob.user.pk, "ids": [*mine, bobs.pk], "where": "size > 1"}
        answer = browser.post("/customers/bulk/", form)
        assert answer["Location"] == "/customers/?where=size+%3E+1"
        owned = record_type("customer").model.objects.filter(owner=cast.bob.user)
        assert owned.count() == 5
        assert "4 rows were changed. 1 is not yours to change." in body(browser.get("/customers/"))
        undo_changeset(
            actor=cast.alice.actor, changeset_id=ChangeSet.objects.latest("id").pk, now=bobs.updated_at
        )
        assert owned.count() == 1

    def test_deleting_offers_undo_on_the_next_page(self, browser: Client) -> None:
        ids = list(record_type("customer").model.objects.values_list("pk", flat=True))[:2]
        browser.post("/customers/bulk/", {"action": "delete", "ids": ids})
        page = browser.get("/customers/")
        assert len(titles(page)) == 2
        changeset = ChangeSet.objects.latest("id").pk
        assert f'data-undo-url="/changes/{changeset}/undo/"' in body(page)
        undone = browser.post(f"/changes/{changeset}/undo/", headers={"Accept": "application/json"})
        assert undone.json() == {"kept": 0}
        assert len(titles(browser.get("/customers/"))) == 4

    def test_exporting_a_selection_gives_only_it(self, browser: Client) -> None:
        row = record_type("customer").model.objects.get(name=NAMES[2])
        answer = browser.post(
            "/customers/bulk/", {"action": "export.csv", "ids": [row.pk], "columns": "size"}
        )
        assert b"".join(answer).decode("utf-8-sig").splitlines() == ["name,people", "한빛상사,20"]

    @pytest.mark.parametrize("form", [{"action": "delete"}, {"action": "owner", "owner": "x"}, {}])
    def test_what_cannot_be_done_is_said_and_changes_nothing(
        self, browser: Client, form: dict[str, str]
    ) -> None:
        before = ChangeSet.objects.count()
        ids = [record_type("customer").model.objects.first().pk] if "owner" in form else []
        assert browser.post("/customers/bulk/", {**form, "ids": ids}).status_code == 302
        assert 'data-kind="bad"' in body(browser.get("/customers/"))
        assert ChangeSet.objects.count() == before


class TestSavedViews:
    FORM = {"name": "Large ones", "where": "size > 15", "order": "-size", "columns": "size,source"}

    def test_a_kept_view_opens_as_it_was(self, browser: Client) -> None:
        page = browser.get(browser.post("/customers/views/", self.FORM)["Location"])
        assert titles(page) == ["Acme Trading Ltd", "한빛상사"]
        assert heads(page) == ["Name", "People", "Source"]
        assert "Large ones" in body(browser.get("/customers/"))

    def test_only_shared_views_are_seen_by_the_team_and_none_by_others(
        self, cast: Cast, browser: Client
    ) -> None:
        browser.post("/customers/views/", self.FORM)
        assert "Large ones" not in body(cast.bob.browser.get("/customers/"))
        view = SavedView.objects.get()
        browser.post(f"/views/{view.pk}/", {"name": "Big ones", "shared": "on"})
        assert "Big ones" in body(cast.bob.browser.get("/customers/"))
        assert "Big ones" not in body(cast.charlie.browser.get("/customers/"))

    def test_the_list_opens_with_the_default_view_unless_all_is_asked_for(self, browser: Client) -> None:
        browser.post("/customers/views/", {**self.FORM, "is_default": "on"})
        browser.post("/customers/views/", {**self.FORM, "name": "Other", "is_default": "on"})
        assert SavedView.objects.get(is_default=True).name == "Other"
        assert browser.get("/customers/").status_code == 302
        assert len(titles(browser.get("/customers/?view=all"))) == 4

    def test_a_view_needs_a_name_of_its_own_and_can_be_removed(self, browser: Client) -> None:
        browser.post("/customers/views/", self.FORM)
        browser.post("/customers/views/", {**self.FORM, "name": "Other"})
        view = SavedView.objects.get(name="Other")
        for name in ("", " ", "Large ones", "x" * 101):
            browser.post(f"/views/{view.pk}/", {"name": name})
            view.refresh_from_db()
            assert view.name == "Other"
        browser.post(f"/views/{view.pk}/delete/")
        assert not SavedView.objects.filter(name="Other").exists()

    def test_a_view_of_a_broken_condition_is_not_kept(self, browser: Client) -> None:
        browser.post("/customers/views/", {"name": "Broken", "where": "size >"})
        assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("moving", "chip"),
    [
        ("today - 30d", "≥ 30 days ago"),
        ("today - 1d", "≥ 1 day ago"),
        ("today", "≥ today"),
        ("today + 7d", "≥ today + 7d"),
        ("today - 2w", "≥ today - 2w"),
    ],
)
def test_days_gone_by_are_told_in_words(moving: str, chip: str, browser: Client) -> None:
    page = browser.get("/customers/", {"where": f"created_at >= {moving}"})
    assert facets(page) == [("Created", chip)]
