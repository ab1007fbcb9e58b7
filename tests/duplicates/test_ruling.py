"""Which source is trusted most, and whose value stays by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.customers.models import Customer
from guanxi.customers.provenance import sources_of
from guanxi.duplicates.calc import Survivorship
from guanxi.duplicates.models import PossibleDuplicate
from guanxi.duplicates.services import merge_customers, ruling, set_ruling
from guanxi.imports.models import Import
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from tests.api.client import program_of
from tests.cast import NOW, Cast
from tests.imports.bringing import bring
from tests.web.reading import body, text

pytestmark = pytest.mark.django_db


def from_list(cast: Cast, name: str, sender: str = "", **values: str) -> Customer:
    """A customer a list of somebody's brought in."""
    words = {"industry": "行业", "phone": "电话"}
    header = ",".join(["客户名称", *(words[field] for field in values)])
    bring(cast.alice, f"{header}\n{name},{','.join(values.values())}\n")
    source = Import.objects.latest("pk")
    if sender:
        Import.objects.filter(pk=source.pk).update(head={**source.head, "sender": {"id": 1, "name": sender}})
    return Customer.objects.get(name=name)


def test_the_source_of_a_value_is_who_wrote_it_last(cast: Cast) -> None:
    row = from_list(cast, "华强电子", "总部", industry="电子", phone="13800130001")
    cast.alice.browser.post(
        f"/customers/{row.pk}/cell/industry/", {"value": "制造"}, headers={"If-Match": '"1"'}
    )
    typed = cast.alice.adds("customer", name="天河贸易")
    row.refresh_from_db()
    found = sources_of([row, typed], {"industry", "phone"})
    assert found == {
        row.pk: {"industry": "hand", "phone": "sender:总部"},
        typed.pk: {"industry": "hand", "phone": "hand"},
    }


def test_the_most_trusted_source_gives_the_value_and_the_home_says_who_that_is(cast: Cast) -> None:
    typed = cast.alice.adds(
        "customer", name="华强", industry="手工", phone="13800130001", note="x", source="y"
    )
    listed = from_list(cast, "华墙电子", "总部", industry="电子")
    assert ruling().sources == ("hand", "sender:总部")
    set_ruling(actor=cast.root.actor, rule=Survivorship.TRUSTED, trusted=["sender:总部", "hand"])
    merge_customers(actor=cast.alice.actor, into=typed.pk, others=[listed.pk], now=NOW + timedelta(days=1))
    typed.refresh_from_db()
    assert (typed.name, typed.industry, typed.phone) == ("华墙电子", "电子", "13800130001")


def test_a_rule_that_is_asked_for_goes_before_the_homes(cast: Cast) -> None:
    typed = cast.alice.adds("customer", name="华强", industry="手工", phone="13800130001")
    listed = from_list(cast, "华墙电子", industry="电子")
    set_ruling(actor=cast.root.actor, rule=Survivorship.TRUSTED, trusted=["file"])
    program_of(cast.alice)(
        "POST", f"/customers/{typed.pk}/merge", {"others": [listed.pk], "rule": "complete"}
    )
    typed.refresh_from_db()
    assert typed.industry == "手工"


def test_only_who_administers_sets_the_rule_and_only_of_sources_there_are(cast: Cast) -> None:
    root, alice = program_of(cast.root), program_of(cast.alice)
    assert alice.get("/duplicates/rule").json() == {"rule": "complete", "trusted": [], "sources": ["hand"]}
    assert alice("PUT", "/duplicates/rule", {"rule": "newest"}).status_code == 403
    assert root("PUT", "/duplicates/rule", {"rule": "newest", "trusted": ["nobody"]}).status_code == 422
    assert (
        root("PUT", "/duplicates/rule", {"rule": "trusted", "trusted": ["hand"]}).json()["rule"] == "trusted"
    )
    with pytest.raises(ForbiddenError):
        set_ruling(actor=cast.alice.actor, rule=Survivorship.NEWEST, trusted=[])
    with pytest.raises(InvalidError):
        set_ruling(actor=cast.root.actor, rule=Survivorship.NEWEST, trusted=["hand", "hand"])


def test_an_administrator_orders_the_sources_in_the_browser(cast: Cast) -> None:
    from_list(cast, "华强电子", "总部", industry="电子")
    page = text(body(cast.root.browser.get("/settings/merging/")))
    assert "总部" in page
    assert "written by hand" in page
    given = {"rule": "trusted", "place.sender:总部": "1", "place.hand": "2"}
    cast.root.browser.post("/settings/merging/", given)
    assert (ruling().rule, ruling().trusted) == ("trusted", ("sender:总部", "hand"))
    cast.root.browser.post("/settings/merging/", {"rule": "no such", "place.hand": "x"})
    assert (ruling().rule, ruling().trusted) == ("trusted", ())


def test_the_likeliest_are_merged_by_the_rule_that_is_asked_for(cast: Cast) -> None:
    older = cast.alice.adds("customer", name="华强电子", industry="手工", phone="13800130001", note="x")
    newer = cast.alice.adds("customer", name="华强电子", industry="电子")
    Customer.objects.filter(pk=newer.pk).update(updated_at=NOW + timedelta(days=1))
    PossibleDuplicate.objects.create(left=older, right=newer, probability=1.0)
    cast.alice.browser.post("/duplicates/above/", {"level": "0.9", "rule": "newest"})
    done = run_job(Job.objects.latest("pk").pk, worker="test", clock=lambda: NOW)
    assert done is not None
    older.refresh_from_db()
    assert (older.industry, older.phone) == ("电子", "13800130001")
