"""`guanxi import` as people and scripts use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guanxi.customers.models import Customer
from guanxi.imports.commands import import_file
from tests.cast import Cast

pytestmark = pytest.mark.django_db

LIST = "客户名称,联系人,电话\n华强电子,王经理,13800138000\n百利五金厂,李小姐,138****8000\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(import_file, [*arguments, "--user", "root"])


@pytest.fixture
def path(tmp_path: Path, cast: Cast) -> Path:
    file = tmp_path / "客户.csv"
    file.write_text(LIST, encoding="gb18030")
    return file


def test_left_over_rows_are_named_and_the_exit_code_says_so(path: Path) -> None:
    done = run(str(path), "--json")
    assert done.exit_code == 3, done.output
    result = json.loads(done.stdout)
    assert (result["rows"], result["added"], len(result["rejected"])) == (2, 1, 1)
    left = Path(result["rejected_file"])
    assert left.parent == path.parent
    assert "138****8000" in left.read_text(encoding="gb18030")
    assert left.name in done.stderr
    left.write_text(
        left.read_text(encoding="gb18030").replace("138****8000", "13900139000"), encoding="gb18030"
    )
    assert run(str(left)).exit_code == 0
    assert Customer.objects.count() == 2


def test_again_is_nothing_new(path: Path) -> None:
    path.write_text("客户名称,电话\n华强电子,13800138000\n", encoding="utf-8-sig")
    assert run(str(path)).exit_code == 0
    again = run(str(path))
    assert (again.exit_code, Customer.objects.count()) == (0, 1)
    assert "1 unchanged" in again.stdout


def test_dry_run_tells_columns_and_faults_and_writes_nothing(path: Path) -> None:
    tried = run(str(path), "--dry-run", "--json")
    assert tried.exit_code == 3
    found = json.loads(tried.stdout)
    assert (found["faulty"], found["columns"]) == (1, {"电话": 1})
    assert found["mapping"] == {"客户名称": "name", "联系人": "contact_name", "电话": "phone"}
    assert not Customer.objects.exists()
    assert "客户名称 → name" in run(str(path), "--dry-run").stdout


def test_columns_can_be_said(path: Path) -> None:
    path.write_text("foo,bar,a=b\n华强,x,13800138000\n", encoding="utf-8")
    done = run(str(path), "--map", "foo=name", "--map", "bar=", "--map", "a=b=phone")
    assert done.exit_code == 0, done.output
    assert Customer.objects.get().phone == "13800138000"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nofile.csv"], 2), (["--map", "客户名称"], 2), (["--map", "客户名称=colour"], 2),
        (["--map", "nix=name"], 1), (["--type", "tree"], 1),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line(path: Path, arguments: list[str], code: int) -> None:
    file = [] if arguments[0].endswith(".csv") else [str(path)]
    done = run(*file, *arguments)
    assert done.exit_code == code
    assert "Traceback" not in done.output
    assert not Customer.objects.exists()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"name\n", b"foo,bar\n1,2\n"])
def test_what_is_no_customer_list_fails_in_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    done = run(str(path), "--json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1


def test_faulty_cells_can_be_left_out(path: Path) -> None:
    assert run(str(path), "--blank-faults").exit_code == 0
    assert Customer.objects.get(name="百利五金厂").phone == ""
