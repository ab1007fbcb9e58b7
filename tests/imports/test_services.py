"""A list comes in: added, merged, rejected, reviewed, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.customers.models import Contact, Customer
from guanxi.imports.models import Import, ReviewItem, SourceRow
from guanxi.imports.services import (
    correct_cell,
    receive_file,
    set_mapping,
    set_options,
    start_check,
    undo_import,
)
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from tests.cast import NOW, Cast
from tests.imports.bringing import bring, carry_out, receive

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data"
LIST = """客户名称,联系人,电话,年销售额(万元),级别,备注
深圳市华强电子有限公司,王经理,13800138000,120,A,老客户
东莞百利五金厂,李小姐,0769-22334455,35.5,B,
한빛상사,,138****8000,,C,
"""


def counts(job: Job) -> dict[str, int]:
    assert job.error == ""
    assert job.result is not None
    names = ("rows", "added", "updated", "merged", "unchanged", "needs_review")
    found = {name: job.result[name] for name in names if job.result[name]}
    if job.result["rejected"]:
        found["rejected"] = len({row["row"] for row in job.result["rejected"]})
    return found


def test_a_list_becomes_customers_with_their_people(cast: Cast) -> None:
    job = bring(cast.alice, LIST, mapping=None)
    assert counts(job) == {"rows": 3, "added": 2, "rejected": 1}
    assert job.result is not None
    assert [(row["row"], row["column"]) for row in job.result["rejected"]] == [(4, "电话")]
    huaqiang = Customer.objects.get(name="深圳市华强电子有限公司")
    assert (huaqiang.phone, huaqiang.phone_key) == ("13800138000", "8613800138000")
    assert (str(huaqiang.amount), huaqiang.currency, huaqiang.grade) == ("1200000.00", "CNY", "A")
    assert (huaqiang.owner, huaqiang.team.name, huaqiang.created_in_id) == (
        cast.alice.user,
        "North",
        job.changeset_id,
    )
    assert [contact.name for contact in huaqiang.contacts.all()] == ["王经理"]
    assert Customer.objects.get(name="东莞百利五金厂").phone == "0769-22334455"


def test_the_same_file_again_changes_nothing(cast: Cast) -> None:
    bring(cast.alice, LIST)
    before = list(Customer.objects.order_by("pk").values())
    again = bring(cast.alice, LIST, name="list again.csv")
    assert counts(again) == {"rows": 3, "unchanged": 2, "rejected": 1}
    assert list(Customer.objects.order_by("pk").values()) == before
    assert Contact.objects.count() == 2


def test_every_row_of_the_file_is_kept_as_it_was(cast: Cast) -> None:
    job = bring(cast.alice, LIST)
    rows = SourceRow.objects.filter(source__job=job).order_by("number")
    assert [row.number for row in rows] == [2, 3, 4]
    assert rows[2].raw[0] == "한빛상사"
    assert rows[0].record_id == Customer.objects.get(phone_key="8613800138000").pk


def test_a_known_phone_fills_what_is_empty_and_keeps_what_differs(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="深圳市华强电子有限公司", phone="138 0013 8000", grade="B")
    job = bring(cast.alice, LIST)
    assert counts(job) == {"rows": 3, "added": 1, "merged": 1, "rejected": 1}
    known.refresh_from_db()
    assert (known.grade, known.note, str(known.amount), known.version) == ("B", "老客户", "1200000.00", 2)
    row = SourceRow.objects.get(source__job=job, number=2)
    assert {"field": "grade", "code": "kept"} in row.faults


def test_a_key_overwrites_what_differs(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="Old name", external_id="K-7", grade="B")
    job = bring(cast.alice, "客户编号,客户名称,级别\nK-7,New name,A\n", key="external_id")
    assert counts(job) == {"rows": 1, "updated": 1}
    known.refresh_from_db()
    assert (known.name, known.grade, known.name_key) == ("New name", "A", "newname")


def test_same_phone_with_another_name_waits_for_a_person(cast: Cast) -> None:
    known = cast.alice.adds("customer", name="华强电子", phone="13800138000")
    job = bring(cast.alice, LIST)
    assert counts(job) == {"rows": 3, "added": 1, "needs_review": 1, "rejected": 1}
    assert job.state == JobState.NEEDS_REVIEW
    item = ReviewItem.objects.get()
    assert (item.reason, item.candidates) == ("phone_other_name", [known.pk])
    known.refresh_from_db()
    assert known.version == 1


def test_doubles_inside_the_file_become_one_customer(cast: Cast) -> None:
    double = "客户名称,电话,备注\n华强电子有限公司,13800138000,\n华强电子,+86 138 0013 8000,深圳\n"
    job = bring(cast.alice, double)
    assert counts(job) == {"rows": 2, "added": 1, "merged": 1}
    assert Customer.objects.get().note == "深圳"


def test_same_name_and_nothing_else_to_go_by_is_doubtful(cast: Cast) -> None:
    job = bring(cast.alice, "客户名称,电话\n王芳,13800138000\n王芳,13900139000\n")
    assert counts(job) == {"rows": 2, "added": 1, "needs_review": 1}
    assert ReviewItem.objects.get().reason == "name_other_phone"


def test_undo_leaves_the_database_as_it_was(cast: Cast) -> None:
    cast.alice.adds("customer", name="深圳市华强电子有限公司", phone="13800138000", grade="B")
    columns = ["id", "name", "phone", "grade", "note", "amount", "phone_key", "name_key"]
    before = list(Customer.objects.alive().order_by("pk").values(*columns))
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert list(Customer.objects.alive().order_by("pk").values(*columns)) == before
    assert not Contact.objects.alive().exists()
    with pytest.raises(ConflictError):
        undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)


def test_after_undo_the_file_comes_in_afresh(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    undo_import(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    assert counts(bring(cast.alice, LIST)) == {"rows": 3, "added": 2, "rejected": 1}


def test_customers_of_another_team_are_neither_matched_nor_revealed(cast: Cast) -> None:
    hidden = cast.charlie.adds("customer", name="深圳市华强电子有限公司", phone="13800138000")
    job = bring(cast.alice, LIST)
    assert counts(job) == {"rows": 3, "added": 2, "rejected": 1}
    hidden.refresh_from_db()
    assert (hidden.version, hidden.note) == (1, "")


def test_a_teammates_masked_phone_cannot_be_found_out(cast: Cast) -> None:
    cast.bob.adds("customer", name="Secret Ltd", phone="13800138000")
    job = bring(cast.alice, "name,phone\nGuess,13800138000\n")
    assert counts(job) == {"rows": 1, "added": 1}


def test_a_teammates_customer_is_not_written_to(cast: Cast) -> None:
    known = cast.bob.adds("customer", name="深圳市华强电子有限公司", external_id="H-123456")
    job = bring(cast.alice, "客户编号,客户名称,备注\nH-123456,深圳市华强电子有限公司,来自展会\n")
    assert counts(job) == {"rows": 1, "rejected": 1}
    known.refresh_from_db()
    assert (known.note, known.version) == ("", 1)


def test_who_only_looks_may_not_import(cast: Cast) -> None:
    with pytest.raises(ForbiddenError):
        receive(cast.viola, LIST)


def test_imports_of_others_are_not_there(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    for person in (cast.bob, cast.charlie, cast.dana):
        with pytest.raises(NotFoundError):
            set_mapping(actor=person.actor, import_id=source.pk, mapping={0: "name"})
        with pytest.raises(NotFoundError):
            undo_import(actor=person.actor, import_id=source.pk, now=NOW)


def test_an_unreadable_file_is_one_clear_line_and_leaves_nothing(cast: Cast) -> None:
    with pytest.raises(InvalidError) as caught:
        receive(cast.alice, b"", name="empty.xlsx")
    assert "empty" in caught.value.errors["file"][0]
    assert not Import.objects.exists()


def test_faults_are_found_and_mended_in_place(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    set_options(actor=cast.alice.actor, import_id=source.pk, options={"region": "CN"})
    job = start_check(actor=cast.alice.actor, import_id=source.pk, now=NOW)
    checked = run_job(job.pk, worker="test", clock=lambda: NOW)
    assert checked is not None
    assert checked.result is not None
    (kind,) = checked.result.pop("kinds")
    assert checked.result == {"rows": 3, "faulty": 1, "columns": {"2": 1}}
    assert (kind["code"], kind["examples"]) == ("phone_masked", ["138****8000"])
    assert not Customer.objects.exists()
    _, read = correct_cell(
        actor=cast.alice.actor, import_id=source.pk, row=4, column=2, text="+82 10-1234-5678"
    )
    assert read.faults == ()
    assert counts(carry_out(cast.alice, source)) == {"rows": 3, "added": 3}
    assert Customer.objects.get(name="한빛상사").phone_key == "821012345678"


def test_faulty_cells_can_be_left_out_instead_of_rows(cast: Cast) -> None:
    job = bring(cast.alice, LIST, on_fault="blank")
    assert counts(job) == {"rows": 3, "added": 3}
    assert Customer.objects.get(name="한빛상사").phone == ""


def test_one_field_cannot_come_from_two_columns(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    with pytest.raises(InvalidError):
        set_mapping(actor=cast.alice.actor, import_id=source.pk, mapping={0: "name", 1: "name"})
    with pytest.raises(InvalidError):
        set_mapping(actor=cast.alice.actor, import_id=source.pk, mapping={99: "name"})


def test_a_begun_import_cannot_be_changed_and_starts_once(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    carry_out(cast.alice, source)
    with pytest.raises(ConflictError):
        set_mapping(actor=cast.alice.actor, import_id=source.pk, mapping={0: "name"})


def test_unknown_types_are_refused(cast: Cast) -> None:
    with (DATA / "buyers 2026.csv").open("rb") as file, pytest.raises(InvalidError):
        receive_file(actor=cast.alice.actor, file=file, name="x.csv", now=NOW, record_type="tree")


@pytest.mark.parametrize("name", ["buyers 2026.csv", "许昌拓客客户名单.csv", "거래처목록.xlsx"])
def test_realistic_lists_come_in_once(cast: Cast, name: str) -> None:
    content = (DATA / name).read_bytes()
    first = bring(cast.alice, content, name=name)
    again = bring(cast.alice, content, name=name)
    assert first.result is not None
    assert again.result is not None
    assert first.result["rows"] == again.result["rows"] > 150
    assert first.result["added"] > 0.7 * first.result["rows"]
    assert again.result["added"] == again.result["merged"] == again.result["updated"] == 0
    assert again.result["rejected_count"] == first.result["rejected_count"]
    assert SourceRow.objects.filter(source__job=first).count() == first.result["rows"]


@pytest.mark.parametrize(
    ("content", "region", "currency"),
    [
        ("客戶名稱,電話,地址\n大同電器,02-23456789,新北市板橋區文化路\n", "TW", "TWD"),
        ("客戶名稱,電話,地址\n東記茶餐廳,2123 4567,香港九龍彌敦道\n", "HK", "HKD"),
        ("客戶名稱,電話,地址\n新馬路藥房,2857 1234,澳門新馬路\n", "MO", "MOP"),
        ("客戶名稱,電話\n大同電器,0912345678\n", "TW", "TWD"),
        ("客户名称,电话\n台北豆浆店,13800138000\n", "CN", "CNY"),
    ],
)
def test_a_list_in_traditional_characters_has_the_numbers_of_its_place(
    cast: Cast, content: str, region: str, currency: str
) -> None:
    source = receive(cast.alice, content)
    assert (source.options["region"], source.options["currency"]) == (region, currency)
