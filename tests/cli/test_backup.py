"""A home goes into one file and comes back, or is refused in one line."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from guanxi.cli.backup import backup, restore, verify


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a customer, an upload and a secret."""
    home = tmp_path / "home"
    (home / "uploads").mkdir(parents=True)
    (home / "uploads" / "许昌名单.csv").write_text("客户,地址\n", encoding="gb18030")
    (home / "secret_key").write_text("s3cret")
    with sqlite3.connect(home / "guanxi.sqlite3") as database:
        database.execute("CREATE TABLE customer (name TEXT)")
        database.execute("INSERT INTO customer VALUES ('深圳华强')")
    database.close()
    monkeypatch.setenv("GUANXI_HOME", str(home))
    monkeypatch.delenv("GUANXI_DATABASE_URL", raising=False)
    return home


def test_a_backup_comes_back_as_it_was(home: Path, tmp_path: Path) -> None:
    file, again = tmp_path / "backup.zip", tmp_path / "again"
    assert CliRunner().invoke(backup, [str(file)]).exit_code == 0
    assert json.loads(CliRunner().invoke(verify, [str(file), "--json"]).stdout)["ok"] is True
    assert CliRunner().invoke(restore, [str(file), "--into", str(again)]).exit_code == 0
    rows = sqlite3.connect(again / "guanxi.sqlite3").execute("SELECT name FROM customer").fetchall()
    assert rows == [("深圳华强",)]
    assert (again / "uploads" / "许昌名单.csv").read_bytes() == (
        home / "uploads" / "许昌名单.csv"
    ).read_bytes()
    assert (again / "secret_key").stat().st_mode & 0o077 == 0


def test_a_flipped_byte_is_found(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    CliRunner().invoke(backup, [str(file)])
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        parts = {name: archive.read(name) for name in manifest["parts"]}
    parts["secret_key"] = b"s3creT"
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))
    found = CliRunner().invoke(verify, [str(file)])
    assert (found.exit_code, "secret_key" in found.output) == (1, True)


def test_a_restore_never_writes_over_a_home(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    CliRunner().invoke(backup, [str(file)])
    found = CliRunner().invoke(restore, [str(file)])
    assert found.exit_code == 1
    assert "is not empty" in found.output


def test_a_part_may_not_leave_the_directory(tmp_path: Path) -> None:
    file = tmp_path / "evil.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../outside", "x")
        archive.writestr("manifest.json", json.dumps({"parts": {"../outside": {"sha256": "", "bytes": 1}}}))
    found = CliRunner().invoke(restore, [str(file), "--into", str(tmp_path / "into")])
    assert found.exit_code == 1
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken"])
def test_anything_else_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(content)
    found = CliRunner().invoke(verify, [str(file)])
    assert (found.exit_code, found.output.count("\n")) == (1, 1)
