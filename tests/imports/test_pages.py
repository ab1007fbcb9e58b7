"""The wizard in the browser: file, columns, check, mend, import, result, undo; and the review list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from guanxi.customers.models import Customer
from guanxi.imports.models import Import, ReviewItem
from guanxi.jobs.models import Job
from guanxi.jobs.services import run_job
from guanxi.records.declaration import record_type
from guanxi.records.services import update_record
from tests.cast import NOW, Cast, Person
from tests.imports.bringing import bring, carry_out, receive

pytestmark = pytest.mark.django_db

LIST = "客户名称,联系人,电话,年销售额(万元)\n华强电子,王经理,13800138000,120\n百利五金厂,李小姐,138****8000,35.5\n"


def drop(browser: Client, content: str, name: str = "list.csv") -> Import:
    answer = browser.post("/imports/", {"file": SimpleUploadedFile(name, content.encode())})
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.latest("pk")


def work_off() -> None:
    for job in Job.objects.filter(state="queued"):
        run_job(job.pk, worker="test", clock=lambda: NOW)


def test_a_list_goes_through_the_wizard_and_back(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, LIST)
    columns = browser.get(f"/imports/{source.pk}/columns/").content.decode()
    assert "客户名称" in columns
    assert '<option value="name" selected>' in columns
    chosen = {f"column-{column}": field for column, field in source.mapping.items()}
    answer = browser.post(f"/imports/{source.pk}/columns/", {**chosen, "region": "CN", "on_fault": "reject"})
    assert answer.headers["Location"] == f"/imports/{source.pk}/check/"
    check = browser.get(f"/imports/{source.pk}/check/").content.decode()
    assert check.count("fault-note") == 1
    mended = browser.post(f"/imports/{source.pk}/cell/3/2/", {"value": "13900139000"})
    assert "fault" not in mended.content.decode()
    browser.post(f"/imports/{source.pk}/start/")
    waiting = browser.get(f"/imports/{source.pk}/progress/").content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    work_off()
    done = browser.get(f"/imports/{source.pk}/progress/").content.decode()
    assert "hx-trigger" not in done
    assert set(Customer.objects.values_list("phone", flat=True)) == {"13800138000", "13900139000"}
    browser.post(f"/imports/{source.pk}/undo/")
    assert not Customer.objects.alive().exists()
    assert "This import was undone" in browser.get(f"/imports/{source.pk}/").content.decode()


def test_a_mended_cell_that_is_still_wrong_says_so(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, LIST)
    browser.get(f"/imports/{source.pk}/check/")
    answer = browser.post(f"/imports/{source.pk}/cell/3/2/", {"value": "12"})
    assert "fault-note" in answer.content.decode()
    assert browser.post(f"/imports/{source.pk}/cell/99/2/", {"value": "1"}).status_code == 422


def test_an_unreadable_file_is_one_line_on_the_page(cast: Cast) -> None:
    answer = cast.alice.browser.post("/imports/", {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.7\n" * 99)})
    assert answer.status_code == 422
    assert "xlsx or csv" in answer.content.decode()
    assert cast.alice.browser.post("/imports/", {}).status_code == 422


def test_a_list_without_a_customer_column_is_not_begun(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, "foo,bar\n1,2\n3,4\n")
    answer = browser.post(f"/imports/{source.pk}/columns/", {"region": "CN"})
    assert answer.status_code == 422
    assert "foo, bar" in answer.content.decode()


def test_names_are_shown_as_text(cast: Cast) -> None:
    browser = cast.alice.browser
    evil = "<img src=x onerror=alert(1)>"
    source = drop(browser, f"客户名称,{evil}\n{evil},1\n")
    pages = [f"/imports/{source.pk}/columns/", f"/imports/{source.pk}/check/", "/imports/"]
    for page in pages:
        assert evil not in browser.get(page).content.decode()


def test_rejected_rows_come_as_a_file_with_reasons(cast: Cast) -> None:
    source = receive(cast.alice, LIST.encode("gb18030"), name="客户.csv")
    carry_out(cast.alice, source)
    answer = cast.alice.browser.get(f"/imports/{source.pk}/rejected/")
    text = answer.content.decode("gb18030")
    assert text.splitlines()[0].startswith("客户名称,联系人,电话,年销售额(万元),")
    assert "138****8000" in text.splitlines()[1]
    assert "%E5%AE%A2%E6%88%B7" in answer.headers["Content-Disposition"]


def test_corrected_rejects_come_in_when_given_back(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    left = cast.alice.browser.get(f"/imports/{source.pk}/rejected/").content.decode("utf-8-sig")
    job = bring(cast.alice, left.replace("138****8000", "13900139000"))
    assert job.result is not None
    assert (job.result["added"], job.result["rejected"]) == (1, [])


def test_doubtful_rows_are_decided_one_by_one(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="老华强", phone="13800138000")
    bring(cast.alice, LIST)
    page = cast.alice.browser.get("/imports/review/").content.decode()
    assert "老华强" in page
    assert "华强电子" in page
    item = ReviewItem.objects.get()
    answer = cast.alice.browser.post(
        f"/imports/review/{item.pk}/", {"decision": f"same:{known.pk}"}, headers={"HX-Request": "true"}
    )
    assert "Nothing to review" in answer.content.decode()
    known.refresh_from_db()
    assert (known.name, str(known.amount), known.contacts.get().name) == ("老华强", "1200000.00", "王经理")


def test_kept_separate_becomes_a_customer_and_goes_with_the_undo(cast: Cast) -> None:
    cast.alice.adds("customer", name="老华强", phone="13800138000")
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    item = ReviewItem.objects.get()
    cast.alice.browser.post(f"/imports/review/{item.pk}/", {"decision": "separate"})
    assert Customer.objects.alive().filter(name="华强电子").count() == 1
    again = bring(cast.alice, LIST)
    assert again.result is not None
    assert (again.result["unchanged"], again.result["added"], again.result["needs_review"]) == (1, 0, 0)
    cast.alice.browser.post(f"/imports/{source.pk}/undo/")
    assert list(Customer.objects.alive().values_list("name", flat=True)) == ["老华强"]


def test_left_out_stays_left_out(cast: Cast) -> None:
    cast.alice.adds("customer", name="老华强", phone="13800138000")
    bring(cast.alice, LIST)
    item = ReviewItem.objects.get()
    cast.alice.browser.post(f"/imports/review/{item.pk}/", {"decision": "skip"})
    again = bring(cast.alice, LIST)
    assert again.result is not None
    assert (again.result["added"], again.result["needs_review"]) == (0, 0)
    assert cast.alice.browser.post(f"/imports/review/{item.pk}/", {"decision": "same"}).status_code == 404


@pytest.mark.parametrize("name", ["bob", "charlie", "dana", "viola"])
def test_imports_and_doubts_of_others_are_not_there(cast: Cast, name: str) -> None:
    cast.alice.adds("customer", name="老华强", phone="13800138000")
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    item = ReviewItem.objects.get()
    person: Person = getattr(cast, name)
    for page in ("", "columns/", "check/", "progress/", "rejected/"):
        assert person.browser.get(f"/imports/{source.pk}/{page}").status_code == 404
    for page in (f"{source.pk}/undo/", f"{source.pk}/start/", f"{source.pk}/stop/", f"review/{item.pk}/"):
        assert person.browser.post(f"/imports/{page}", {"decision": "skip"}).status_code == 404
    assert "华强" not in person.browser.get("/imports/review/").content.decode()
    assert source.name not in person.browser.get("/imports/").content.decode()


def test_who_only_looks_gets_no_drop_zone_and_no_import(cast: Cast) -> None:
    assert "data-drop" not in cast.viola.browser.get("/imports/").content.decode()
    answer = cast.viola.browser.post("/imports/", {"file": SimpleUploadedFile("a.csv", LIST.encode())})
    assert answer.status_code == 403
    assert not Import.objects.exists()


def test_strangers_sign_in_first() -> None:
    assert Client().get("/imports/").status_code == 302


def test_a_running_import_can_be_stopped(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, LIST)
    browser.post(f"/imports/{source.pk}/start/")
    browser.post(f"/imports/{source.pk}/stop/")
    work_off()
    assert not Customer.objects.exists()
    assert "was stopped" in browser.get(f"/imports/{source.pk}/").content.decode()


MESSY = "客户名称,电话,业态\n" + "".join(
    f"客户{number},{22345600 + number},{'餐飲' if number % 2 else '酒店'}\n" for number in range(1, 9)
)


def columns_of(source: Import, **more: object) -> dict[str, object]:
    chosen = {f"column-{column}": field for column, field in source.mapping.items()}
    return {**chosen, "region": "CN", "on_fault": "reject", **more}


def test_faults_of_one_kind_are_mended_at_once_and_the_rule_taken_away_again(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, MESSY)
    browser.post(f"/imports/{source.pk}/columns/", columns_of(source))
    check = browser.get(f"/imports/{source.pk}/check/").content.decode()
    assert '<b class="kind-count num">8</b>' in check
    assert "22345601 · 22345602 · 22345603" in check
    rule = {"column": "1", "fault": "phone_invalid", "action": "prefix", "text": "0769-"}
    answer = browser.post(f"/imports/{source.pk}/rules/", rule, follow=True).content.decode()
    assert "fault-note" not in answer
    assert "电话: “0769-” is put in front" in answer
    browser.post(f"/imports/{source.pk}/rules/", {**rule, "text": "0755-"})
    source.refresh_from_db()
    assert [found["text"] for found in source.options["rules"]] == ["0755-"], "one rule for the same cells"
    answer = browser.post(f"/imports/{source.pk}/rules/0/drop/", follow=True).content.decode()
    assert '<b class="kind-count num">8</b>' in answer
    assert browser.post(f"/imports/{source.pk}/rules/0/drop/").status_code == 404


def test_a_rule_that_cannot_be_is_told_and_changes_nothing(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, MESSY)
    for wrong in (
        {"column": "1", "fault": "phone_invalid", "action": "prefix", "text": " "},
        {"column": "99", "fault": "phone_invalid", "action": "blank"},
        {"column": "x", "action": "format the disk"},
    ):
        answer = browser.post(f"/imports/{source.pk}/rules/", wrong, follow=True)
        assert "Rule 1 " in answer.content.decode()
    source.refresh_from_db()
    assert source.options.get("rules", []) == []
    assert cast.charlie.browser.post(f"/imports/{source.pk}/rules/", {"column": "1"}).status_code == 404


def test_words_are_translated_constants_filled_in_and_the_sender_remembered(cast: Cast) -> None:
    browser = cast.alice.browser
    source = drop(browser, MESSY)
    page = browser.get(f"/imports/{source.pk}/columns/").content.decode()
    assert 'name="word-2" value="餐飲"' in page
    assert 'name="word-0"' not in page, "every row has another name"
    answer = browser.post(
        f"/imports/{source.pk}/columns/",
        columns_of(
            source,
            **{"column-2": "industry", "word-2": ["餐飲", "酒店"], "becomes-2": ["餐饮", ""]},
            **{"constant": ["country", ""], "constant-text": ["中国", ""], "sender": "华东"},
        ),
    )
    assert answer.headers["Location"] == f"/imports/{source.pk}/check/"
    source.refresh_from_db()
    assert source.options["constants"] == {"country": "中国"}
    assert [(rule["match"], rule["text"]) for rule in source.options["rules"]] == [("餐飲", "餐饮")]
    second = drop(browser, MESSY.replace("客户1", "客户一"))
    again = browser.get(f"/imports/{second.pk}/columns/").content.decode()
    assert "Read like the lists of 华东" in again
    assert 'name="becomes-2" value="餐饮"' in again
    browser.post(f"/imports/{second.pk}/sender/forget/")
    third = drop(browser, MESSY)
    assert "Read like" not in browser.get(f"/imports/{third.pk}/columns/").content.decode()
    answer = browser.post(f"/imports/{third.pk}/sender/", {"sender": "华东"}, follow=True)
    assert "nobody remembered a sender" in answer.content.decode()


def test_a_running_import_says_its_pace_and_is_paused_and_let_go_on(cast: Cast) -> None:
    source = receive(cast.alice, "客户名称\n华强电子\n百利五金\n")
    browser = cast.alice.browser
    browser.post(f"/imports/{source.pk}/start/")
    source.refresh_from_db()
    Job.objects.filter(pk=source.job_id).update(
        state="running",
        done=201_000,
        total=300_000,
        began_done=1000,
        began_at=timezone.now() - timedelta(seconds=1000),
    )
    running = browser.get(f"/imports/{source.pk}/progress/").content.decode()
    assert "201,000 of 300,000 rows" in running
    assert "200 rows a second" in running
    assert "about 0:08:1" in running
    assert browser.post(f"/imports/{source.pk}/pause/").status_code == 302
    assert "Pausing after this batch" in browser.get(f"/imports/{source.pk}/progress/").content.decode()
    Job.objects.filter(pk=source.job_id).update(state="paused", pause_requested=False)
    paused = browser.get(f"/imports/{source.pk}/").content.decode()
    assert f"/imports/{source.pk}/go-on/" in paused
    assert "rows a second" not in paused
    assert cast.bob.browser.post(f"/imports/{source.pk}/go-on/").status_code == 404
    browser.post(f"/imports/{source.pk}/go-on/")
    assert Job.objects.get(pk=source.job_id).state == "queued"


def test_what_an_undo_keeps_because_it_was_edited_since_is_listed(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="华强电子", phone="13800138000")
    cast.alice.adds("customer", name="百利五金", phone="13900139000")
    content = "客户名称,电话,备注\n华强电子,13800138000,老客户\n百利五金,13900139000,新\n한빛상사,,\nAcme,,\n"
    source = receive(cast.alice, content)
    carry_out(cast.alice, source)
    made = Customer.objects.get(name="한빛상사")
    for row, note in ((known, "by hand"), (made, "called")):
        row.refresh_from_db()
        update_record(
            actor=cast.alice.actor,
            known=record_type("customer"),
            record_id=row.pk,
            values={"note": note},
            version=row.version,
            now=NOW,
        )
    cast.alice.browser.post(f"/imports/{source.pk}/undo/")
    page = cast.alice.browser.get(f"/imports/{source.pk}/").content.decode()
    listed = page[page.index("Kept, because") : page.index("</ul>", page.index("Kept, because"))]
    assert [name for name in ("华强电子", "한빛상사", "百利五金", "Acme") if name in listed] == [
        "华强电子",
        "한빛상사",
    ]
    known.refresh_from_db()
    assert known.note == "by hand"
