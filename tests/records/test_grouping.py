"""A list in groups with totals, and as a board: counts and sums within scope, and moving a card."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, Person
from tests.web.reading import body, link, text, titles

from guanxi.access.models import ChangeSet
from guanxi.records.models import SavedView

pytestmark = pytest.mark.django_db

BOARD = "/customers/?shape=kanban&by=kind"


def add(person: Person, name: str, **values: object) -> int:
    """A customer of a person."""
    return int(person.adds("customer", name=name, **values).pk)


@pytest.fixture
def sold(cast: Cast) -> Cast:
    """Alice's customers of two kinds with amounts in two moneys, one without; one of Charlie's."""
    add(cast.alice, "华强", kind="company", amount="1000", currency="CNY", size=10)
    add(cast.alice, "한빛", kind="company", amount="5000", currency="KRW", size=20)
    add(cast.alice, "王芳", kind="person", amount="20", currency="CNY")
    add(cast.charlie, "Hidden", kind="person", amount="777", currency="CNY")
    return cast


def groups(answer: HttpResponse) -> list[str]:
    """The heads of the groups, as they are seen."""
    return [text(part.split("</summary>")[0]) for part in body(answer).split('<details class="group">')[1:]]


def test_groups_say_how_many_and_how_much_without_adding_moneys(sold: Cast) -> None:
    page = sold.alice.browser.get("/customers/?group=kind&totals=amount:sum,size:mean")
    company, person = groups(page)
    assert company.split()[1] == "2"
    assert "CN¥1,000.00" in company
    assert "₩5,000" in company
    assert company.endswith("15")
    assert person.split()[1] == "1"
    assert "777" not in body(page)
    assert "1,020" in text(body(page))


def test_a_group_opens_with_its_own_rows(sold: Cast) -> None:
    browser = sold.alice.browser
    page = browser.get("/customers/?group=kind&order=name&q=")
    addresses = [part.split('"')[0] for part in body(page).split('hx-get="/customers/group/')[1:]]
    opened = [
        titles(browser.get("/customers/group/" + address.replace("&amp;", "&"))) for address in addresses
    ]
    assert [sorted(names) for names in opened] == [sorted(["华强", "한빛"]), ["王芳"]]


@pytest.mark.parametrize("name", ["owner", "created_at.month", "kind"])
def test_every_group_narrows_to_as_many_rows_as_it_says(sold: Cast, name: str) -> None:
    browser = sold.alice.browser
    page = browser.get(f"/customers/?group={name}")
    addresses = [part.split('"')[0] for part in body(page).split('hx-get="/customers/group/')[1:]]
    assert addresses
    for head, address in zip(groups(page), addresses, strict=True):
        rows = titles(browser.get("/customers/group/" + address.replace("&amp;", "&")))
        assert head.split()[-1] == str(len(rows))


@pytest.mark.parametrize("query", ["group=nonsense", "group=phone", "group=birthday.month"])
def test_what_is_masked_or_unknown_is_nothing_to_group_by(sold: Cast, query: str) -> None:
    assert sold.alice.browser.get(f"/customers/?{query}").status_code == 422


def test_totals_of_masked_fields_are_not_told(sold: Cast) -> None:
    sold.root.adds("product", name="螺丝", price="3", cost="2.55", currency="CNY")
    page = sold.alice.browser.get("/products/?totals=price:sum,cost:sum")
    assert "3.00" in body(page)
    assert "2.55" not in body(page)


def test_groups_take_as_many_queries_for_many_rows_as_for_few(sold: Cast) -> None:
    counts = []
    for number in range(2):
        for row in range(8):
            add(sold.alice, f"客户 {number} {row}", kind="company", amount="1", currency="CNY")
        with CaptureQueriesContext(connection) as captured:
            sold.alice.browser.get("/customers/?group=kind&totals=amount:sum")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_view_keeps_groups_totals_and_shape(sold: Cast) -> None:
    browser = sold.alice.browser
    form = {"name": "By kind", "group": "kind", "totals": "amount:sum", "where": "", "order": "name"}
    page = browser.get(browser.post("/customers/views/", form)["Location"])
    assert len(groups(page)) == 2
    browser.post("/customers/views/", {"name": "Board", "shape": "kanban", "by": "owner"})
    assert SavedView.objects.get(name="Board").layout == {"shape": "kanban", "by": "owner"}
    assert "data-kanban" in body(browser.get(f"/customers/?{'shape=kanban&by=owner'}"))


class TestBoard:
    def test_columns_hold_counts_sums_and_cards_within_scope(self, sold: Cast) -> None:
        page = body(sold.alice.browser.get(BOARD))
        columns = [text(part) for part in page.split('<section class="kanban-column"')[1:]]
        assert any("华强" in column and "한빛" in column and "₩5,000" in column for column in columns)
        assert "Hidden" not in page

    def test_a_filter_survives_from_list_to_board_and_back(self, sold: Cast) -> None:
        page = sold.alice.browser.get("/customers/?where=size > 15")
        board = sold.alice.browser.get(link(page, "shape=kanban"))
        assert "한빛" in body(board)
        assert "华强" not in body(board)
        assert 'name="where" value="size &gt; 15"' in body(board)

    def test_moving_a_card_is_an_edit_with_undo_and_only_for_who_may(self, sold: Cast) -> None:
        key = add(sold.alice, "茶行", kind="person")
        address = f"/customers/{key}/cell/kind/"
        assert f'data-move-url="{address}"' in body(sold.alice.browser.get(BOARD))
        assert "data-move-url" not in body(sold.viola.browser.get(BOARD))
        before = ChangeSet.objects.count()
        answer = sold.alice.browser.post(address, {"value": "company"}, headers={"If-Match": '"1"'})
        assert answer.status_code == 200
        assert ChangeSet.objects.count() == before + 1
        stale = sold.alice.browser.post(address, {"value": "person"}, headers={"If-Match": '"1"'})
        assert stale.status_code == 412

    def test_a_column_goes_on_where_its_cards_end_and_names_each_once(self, cast: Cast) -> None:
        names = {f"客户 {number:02}" for number in range(45)}
        for name in names:
            add(cast.alice, name, kind="company")
        add(cast.charlie, "Hidden", kind="company")
        page = body(cast.alice.browser.get(f"{BOARD}&order=name"))
        seen: list[str] = []
        while True:
            seen += [
                text(part.split("</a>")[0]).split(">")[-1].strip() for part in page.split("cell-title")[1:]
            ]
            rest = page.split('hx-get="/customers/cards/')[1:]
            if not rest:
                break
            assert len(seen) < len(names)
            page = body(
                cast.alice.browser.get("/customers/cards/" + rest[0].split('"')[0].replace("&amp;", "&"))
            )
        assert len(seen) == len(names)
        assert set(seen) == names

    @pytest.mark.parametrize("query", ["by=phone", "by=kind&where=nonsense(", "by=kind&order=nonsense", ""])
    def test_more_cards_of_no_column_are_nowhere(self, cast: Cast, query: str) -> None:
        assert cast.alice.browser.get(f"/customers/cards/?{query}").status_code == 404
