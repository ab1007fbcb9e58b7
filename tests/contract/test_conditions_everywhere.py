"""One condition means the same records wherever it is asked: list, API, map, export, bulk edit, command line, pivot."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import timezone

from guanxi.customers.models import Customer
from guanxi.jobs.services import run_job
from guanxi.metrics.services import refresh
from guanxi.records import jobs  # noqa: F401 - the work of a bulk change
from guanxi.records.commands import export
from guanxi.records.declaration import record_type
from tests.api.client import program_of
from tests.cast import NOW, Cast
from tests.web.reading import titles

pytestmark = pytest.mark.django_db
WHOLE_WORLD = [[[-180, -85], [180, -85], [180, 85], [-180, 85]]]
RELATED = 'orders where (total > 100 and state = "done") count >= 2'
METRIC = "frequency >= 2 and value_total > 300"
DATED = "value_total on 2026-11-02 > 300"
MEANT = ["深圳华强", "한빛상사"]
Face = Callable[[Cast, str], list[str]]


@pytest.fixture
def customers(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two customers with two large orders each, one with a single one, one of another team."""
    monkeypatch.setattr(type(settings.ENVIRONMENT), "warehouse", property(lambda _self: tmp_path))
    for name, city, totals, person in (
        ("深圳华强", "深圳市福田区", ("200", "300"), cast.alice),
        ("한빛상사", "서울특별시 강남구", ("150", "250.50"), cast.alice),
        ("許昌瑞貝卡", "河南省许昌市魏都区", ("5000", "90"), cast.alice),
        ("南方公司", "广州市天河区", ("900", "800"), cast.charlie),
    ):
        row = person.adds("customer", name=name)
        person.adds("place", customer=row.pk, address=city)
        for total in totals:
            person.adds(
                "order", customer=row.pk, ordered_on="2026-09-01", total=total, currency="CNY", state="done"
            )
    refresh(actor=None, now=NOW)


def of_ids(ids: list[int]) -> list[str]:
    return sorted(Customer.objects.filter(pk__in=ids).values_list("name", flat=True))


def of_file(content: bytes, column: int) -> list[str]:
    _heads, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return sorted(line[column] for line in lines)


def in_the_list(cast: Cast, where: str) -> list[str]:
    return sorted(titles(cast.alice.browser.get("/customers/", {"where": where, "view": "all"})))


def over_the_api(cast: Cast, where: str) -> list[str]:
    return sorted(
        item["name"] for item in program_of(cast.alice).get("/customers", where=where).json()["items"]
    )


def in_a_shape_on_the_map(cast: Cast, where: str) -> list[str]:
    asked = {"polygon": WHOLE_WORLD, "where": where}
    return of_ids(program_of(cast.alice)("POST", "/map/select", asked).json()["ids"])


def in_an_exported_list(cast: Cast, where: str) -> list[str]:
    answer = cast.alice.browser.get("/customers/export.csv", {"where": where})
    return of_file(b"".join(answer.streaming_content), 0)  # type: ignore[attr-defined]


def by_the_command(cast: Cast, where: str) -> list[str]:
    done = CliRunner().invoke(export, ["customer", "--where", where, "--user", "alice"])
    assert done.exit_code == 0, done.stderr
    return of_file(done.stdout_bytes, [field.name for field in record_type("customer").fields].index("name"))


def changed_in_bulk(cast: Cast, where: str) -> list[str]:
    asked = program_of(cast.alice)("POST", "/customers/bulk", {"where": where, "set": {"grade": "大客户"}})
    assert asked.status_code == 202
    run_job(asked.json()["id"], worker="test", clock=timezone.now)
    return sorted(Customer.objects.filter(grade="大客户").values_list("name", flat=True))


def on_the_map_page(cast: Cast, where: str) -> list[str]:
    page = cast.alice.browser.get("/map/", {"where": where})
    assert page.status_code == 200
    return sorted({place.customer.name for place, _tier in page.context["lines"]})


FACES: list[Face] = [
    in_the_list,
    over_the_api,
    in_a_shape_on_the_map,
    on_the_map_page,
    in_an_exported_list,
    by_the_command,
    changed_in_bulk,
]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
@pytest.mark.parametrize("where", [RELATED, f"({METRIC}) and size is empty and {RELATED}"])
def test_a_condition_finds_the_same_everywhere(cast: Cast, customers: None, where: str, face: Face) -> None:
    assert face(cast, where) == MEANT


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_earlier_days_are_asked_everywhere(cast: Cast, customers: None, face: Face) -> None:
    assert face(cast, DATED) == sorted(["許昌瑞貝卡", *MEANT])


def test_a_day_of_which_nothing_is_kept_is_refused_everywhere(cast: Cast, customers: None) -> None:
    where = "value_total on 2020-01-01 > 300"
    alice = program_of(cast.alice)
    answers: dict[str, Any] = {
        "list": cast.alice.browser.get("/customers/", {"where": where}),
        "map": cast.alice.browser.get("/map/", {"where": where}),
        "export": cast.alice.browser.get("/customers/export.csv", {"where": where}),
        "api": alice.get("/customers", where=where),
        "tile": alice.get("/map/tiles/0/0/0.mvt", where=where),
        "shape": alice("POST", "/map/select", {"polygon": WHOLE_WORLD, "where": where}),
        "bulk": alice("POST", "/customers/bulk", {"where": where, "set": {"grade": "A"}}),
        "pivot": alice("POST", "/pivot", {"fact": "customers", "rows": ["industry"], "where": where}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 422)
    refused = CliRunner().invoke(export, ["customer", "--where", where, "--user", "alice"])
    assert refused.exit_code == 2
    assert "Traceback" not in refused.stderr
