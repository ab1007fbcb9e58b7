"""A home is prepared once, says what it needs, and fills itself with a demo company."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guanxi.access.models import User
from guanxi.cli.main import program
from guanxi.cli.setup import check, demo, init
from guanxi.customers.models import Customer
from guanxi.records.declaration import record_type

pytestmark = pytest.mark.django_db


def test_the_first_administrator_gets_a_password_once() -> None:
    first = json.loads(CliRunner().invoke(init, ["--json"]).stdout)
    again = json.loads(CliRunner().invoke(init, ["--json"]).stdout)
    assert (first["user"], again["user"], again["password"]) == ("admin", "admin", None)
    assert User.objects.get(username="admin").check_password(first["password"])


def test_check_says_what_is_missing_and_then_that_all_is_well() -> None:
    assert CliRunner().invoke(check, ["--json"]).exit_code == 1
    CliRunner().invoke(init)
    result = CliRunner().invoke(check, ["--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {"ok": True, "faults": {}})


@pytest.mark.parametrize("kit", ["real-estate", "distribution", "export"])
def test_a_demo_company_is_made_once_with_tiers_and_places(kit: str) -> None:
    made = json.loads(CliRunner().invoke(demo, ["--kit", kit, "--customers", "60", "--json"]).stdout)
    assert made["customers"] == Customer.objects.count() == 60
    manager = next(iter(name for name in made["people"] if name != "admin"))
    assert User.objects.get(username=manager).check_password(made["people"][manager])
    again = json.loads(CliRunner().invoke(demo, ["--kit", kit, "--customers", "60", "--json"]).stdout)
    assert (again["customers"], Customer.objects.count()) == (0, 60)
    placed = record_type("place").model.objects.exclude(latitude=None).count()
    assert placed >= 50


def test_every_command_has_an_example() -> None:
    for name in program.list_commands(None):  # type: ignore[arg-type]
        result = CliRunner().invoke(program, [name, "--help"])
        assert result.exit_code == 0, name
        assert (
            "Example: guanxi" in result.output
            or f"Example: GUANXI_HOME=~/guanxi guanxi {name}" in result.output
        )
