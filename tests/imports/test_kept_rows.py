"""A long file is opened once: its rows are kept from the upload until they are written, and no longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from guanxi.customers.models import Customer
from guanxi.imports.commands import import_file
from guanxi.imports.models import Import
from guanxi.imports.reading import process
from guanxi.imports.services import choose_sheet, table
from tests.cast import Cast
from tests.imports.bringing import carry_out, receive
from tests.imports.files import write_xlsx

pytestmark = pytest.mark.django_db

LIST = "客户名称,电话\n" + "".join(f"客户第{n}号,139{n:08d}\n" for n in range(30))


@pytest.fixture
def keeps_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every list counts as a long one."""
    monkeypatch.setattr(table, "KEPT_ROWS", 1)


def files_beside(source: Import) -> list[str]:
    path = Path(source.file.path)
    return sorted(found.suffix for found in path.parent.glob(f"{path.stem}*"))


@pytest.mark.usefixtures("keeps_all")
def test_a_long_file_is_not_opened_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    source = receive(cast.alice, LIST)
    assert files_beside(source) == [".csv", ".rows"]
    monkeypatch.setattr(process, "_CHILD", "raise SystemExit(9)")  # whoever reads now fails
    carry_out(cast.alice, source)
    assert Customer.objects.count() == 30
    assert files_beside(source) == [".csv"]


@pytest.mark.usefixtures("keeps_all")
def test_rows_that_were_swept_away_are_read_again(cast: Cast) -> None:
    source = receive(cast.alice, LIST)
    table.forget_rows(source)
    carry_out(cast.alice, source)
    assert Customer.objects.count() == 30


@pytest.mark.usefixtures("keeps_all")
def test_another_sheet_has_its_own_rows(cast: Cast, tmp_path: Path) -> None:
    head = ("客户名称", "电话")
    path = write_xlsx(
        tmp_path / "两页.xlsx",
        [head, ("华强电子", "13800138000")],
        sheets={"乙": [head, ("百利五金", "13900139000")]},
    )
    source = receive(cast.alice, path.read_bytes(), name="两页.xlsx")
    other = "乙" if source.sheet == "客户" else "客户"
    source = choose_sheet(actor=cast.alice.actor, import_id=source.pk, sheet=other)
    carry_out(cast.alice, source)
    assert Customer.objects.get().name == {"客户": "华强电子", "乙": "百利五金"}[other]
    assert files_beside(source) == [".xlsx"]


@pytest.mark.usefixtures("keeps_all")
def test_a_command_that_says_a_column_wrongly_leaves_nothing_behind(cast: Cast, tmp_path: Path) -> None:
    from click.testing import CliRunner  # noqa: PLC0415 - one test runs a command

    path = tmp_path / "客户.csv"
    path.write_text(LIST, encoding="utf-8")
    before = {found for found in _uploads() if found.is_file()}
    done = CliRunner().invoke(import_file, [str(path), "--map", "公司=name", "--user", "root"])
    assert done.exit_code == 1
    assert "公司" in done.output
    assert not Import.objects.exists()
    assert {found for found in _uploads() if found.is_file()} == before


def _uploads() -> set[Path]:
    from django.core.files.storage import default_storage  # noqa: PLC0415 - after the settings

    return set(Path(default_storage.path("")).rglob("*"))
