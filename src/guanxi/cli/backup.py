"""`guanxi backup`, `verify` and `restore`: a home in one file, with a checksum of every part."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import click

import guanxi
from guanxi.config.environment import read_environment
from guanxi.metrics.engine.warehouse import standing_files

MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
DUMP = "database.dump"
STANDING = "warehouse/manifest.json"
BLOCK = 1 << 20


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy database, uploads, warehouse and secret into one file, while people go on working.

    Example: guanxi backup guanxi-2026-11-02.zip
    """
    environment = read_environment()
    unfinished = file.with_name(f"{file.name}.part")
    with TemporaryDirectory() as directory:
        try:
            database = _copy_database(environment.database_url, Path(directory))
            _write(unfinished, environment.home, database)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    file.chmod(0o600)
    click.echo(
        f"wrote {file} ({file.stat().st_size:,} bytes); it holds personal data: keep it safe", err=True
    )


def _copy_database(url: str, directory: Path) -> Path:
    """Return a consistent copy of the database: SQLite's online backup, or pg_dump's custom format."""
    if url.startswith("sqlite:///"):
        target = directory / DATABASE
        source = sqlite3.connect(url.removeprefix("sqlite:///"))
        copy = sqlite3.connect(target)
        with source, copy:
            source.backup(copy)
        copy.close()
        source.close()
        return target
    if shutil.which("pg_dump") is None:
        raise click.ClickException(
            "pg_dump is needed to copy a PostgreSQL database; install PostgreSQL's client"
        )
    target = directory / DUMP
    command = ["pg_dump", "--format=custom", f"--file={target}", f"--dbname={url}"]
    if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 - our own arguments
        raise click.ClickException("pg_dump could not copy the database; see its message above")
    return target


def _write(file: Path, home: Path, database: Path) -> None:
    """The warehouse goes by its manifest, as it stood at one moment: a refresh may write another meanwhile."""
    parts: dict[str, dict[str, Any]] = {}
    standing, kept = standing_files(home / "warehouse")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name, path in [(database.name, database), *_files(home, kept)]:
            with path.open("rb") as content:  # one opening: the file may be replaced meanwhile
                parts[name] = {"sha256": _digest(content), "bytes": content.tell()}
                content.seek(0)
                with archive.open(name, "w", force_zip64=True) as copy:
                    shutil.copyfileobj(content, copy, BLOCK)
        if standing is not None:
            archive.writestr(STANDING, standing)
            parts[STANDING] = {"sha256": hashlib.sha256(standing).hexdigest(), "bytes": len(standing)}
        manifest = {"guanxi": guanxi.__version__, "made": datetime.now(UTC).isoformat(), "parts": parts}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))


def _files(home: Path, kept: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    if (home / "secret_key").exists():
        yield "secret_key", home / "secret_key"
    for path in (*sorted((home / "uploads").rglob("*")), *kept):
        if path.is_file():
            yield path.relative_to(home).as_posix(), path


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while block := content.read(BLOCK):
        found.update(block)
    return found.hexdigest()


def check_backup(file: Path) -> dict[str, dict[str, Any]]:
    """Return the parts of a backup whose every checksum holds. Raises click.ClickException otherwise."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts: dict[str, dict[str, Any]] = json.loads(archive.read(MANIFEST))["parts"]
            for name, part in parts.items():
                _require_plain(name)
                with archive.open(name) as content:
                    if _digest(content) != part["sha256"]:
                        raise click.ClickException(f"{file}: '{name}' is damaged; use another backup")
    except FileNotFoundError as error:
        raise click.ClickException(f"{file} is not there") from error
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise click.ClickException(f"{file} is not a backup of Guanxi, or is damaged") from error
    return parts


def _require_plain(name: str) -> None:
    """Refuse names that would leave the directory they are unpacked into."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise click.ClickException(f"'{name}' is not a name a backup of ours has")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def verify(*, file: Path, as_json: bool) -> None:
    """Check every part of a backup against its checksum.

    Example: guanxi verify guanxi-2026-11-02.zip
    """
    parts = check_backup(file)
    if as_json:
        click.echo(json.dumps({"ok": True, "parts": parts}))
    else:
        click.echo(f"{file}: {len(parts)} parts, all sound")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty directory; by default the home.",
)
def restore(file: Path, into: Path | None) -> None:
    """Bring a home back from a backup, into an empty directory.

    Example: guanxi restore guanxi-2026-11-02.zip --into ~/guanxi-old
    """
    parts = check_backup(file)
    target = into or read_environment().home
    if target.exists() and any(target.iterdir()):
        raise click.ClickException(f"{target} is not empty; name an empty directory with --into")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    with zipfile.ZipFile(file) as archive:
        for name in parts:
            archive.extract(name, target)
    if DATABASE in parts:
        (target / DATABASE).replace(target / "guanxi.sqlite3")
        click.echo(f"restored; use it with: GUANXI_HOME={target} guanxi serve", err=True)
    else:
        click.echo(f"restored; bring the database back with: pg_restore --create {target / DUMP}", err=True)
    if (target / "secret_key").exists():
        (target / "secret_key").chmod(0o600)
