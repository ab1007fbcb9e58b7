"""`guanxi import`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from django.db import transaction
from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.exit_codes import LEFT_OVER
from guanxi.imports.calc.header_words import FIELDS
from guanxi.imports.calc.matching import KEY_FIELDS
from guanxi.imports.calc.targets import TARGETS
from guanxi.imports.models import Import
from guanxi.imports.own_fields import target_labels
from guanxi.imports.services import (
    discard_draft,
    name_columns,
    receive_file,
    rejected_file,
    set_options,
    start_check,
    start_import,
    use_sender,
)
from guanxi.jobs.models import Job, JobState
from guanxi.jobs.services import run_job
from guanxi.records.commands import acting_as

COUNTED = ("added", "updated", "merged", "unchanged")


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--type", "record_type", default="customer", show_default=True,
    help="What the rows are: customer, or contact, interaction, order beside customers who are there.")  # fmt: skip
@click.option(
    "--sheet", default="", help="The sheet of a workbook; by default the one that looks most like data."
)
@click.option(
    "--map", "pairs", multiple=True, metavar="HEADER=FIELD",
    help="Say what a column is; may be given several times. An empty field leaves the column out.",
)  # fmt: skip
@click.option(
    "--key", default="", type=click.Choice(["", *KEY_FIELDS]), metavar="FIELD",
    help="The field that decides who is who; differing values are then overwritten.",
)  # fmt: skip
@click.option(
    "--region", default="", help="Whose telephone numbers stand without a country code: CN, KR, TW …"
)
@click.option("--city", default="", help="Where addresses without a city are.")
@click.option(
    "--sender", default="", help="Read the list as those of this sender, remembered in the browser."
)
@click.option("--blank-faults", is_flag=True, help="Leave out cells that cannot be read, not their rows.")
@click.option("--dry-run", is_flag=True, help="Only look for faults; write nothing.")
@click.option("--user", "username", help="Act as this person; by default the first administrator.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def import_file(*, file: Path, as_json: bool, username: str | None, **wishes: Any) -> None:
    """Bring a spreadsheet of customers in: xlsx, xls, ods, csv, in whatever encoding.

    Exit code 0: all rows came in; 3: some did not, and are in the file that is named, to correct and give back;
    1: the file could not be read.

    Example: guanxi import 客户名单.xlsx --map 单位=name --key tax_number
    """
    if not file.exists():
        raise click.UsageError(f"there is no file '{file}'")
    pairs = [_pair(text) for text in wishes["pairs"]]
    actor = acting_as(username)
    try:
        source = _receive(actor, file, pairs, wishes)
        job = _carry_out(actor, source, dry_run=wishes["dry_run"])
    except InvalidError as error:
        raise click.ClickException(
            " ".join(message for found in error.errors.values() for message in found)
        ) from error
    except ForbiddenError as error:
        raise click.ClickException("this person may not add customers") from error
    if job.state not in (JobState.DONE, JobState.NEEDS_REVIEW):
        raise click.ClickException(job.error or "the import was stopped; give the same file again to go on")
    result = {**(job.result or {}), "changeset": job.changeset_id}
    if wishes["dry_run"]:
        _tell_check(source, result, as_json=as_json)
        sys.exit(LEFT_OVER if result["faulty"] else 0)
    left = _keep_rejected(actor, source, file) if result["rejected"] else None
    _tell(result, left, as_json=as_json)
    sys.exit(LEFT_OVER if left or result["needs_review"] else 0)


def _pair(text: str) -> tuple[str, str]:
    header, sign, field = text.rpartition("=")
    if not sign or not header or (field and field not in {*FIELDS, *_labels()}):
        raise click.UsageError(f"'{text}' is not HEADER=FIELD; fields are {', '.join(FIELDS)}")
    return header, field


def _labels() -> set[str]:
    return {name for target in TARGETS for name in target_labels(target)}


def _receive(actor: Actor, file: Path, pairs: list[tuple[str, str]], wishes: dict[str, Any]) -> Import:
    """Read the file, which others need not wait for, and then say how; what cannot be said leaves nothing behind."""
    with file.open("rb") as content:
        source = receive_file(
            actor=actor,
            file=content,
            name=file.name,
            now=timezone.now(),
            sheet=wishes["sheet"],
            record_type=wishes["record_type"],
        )
    try:
        return _say_how(actor, source, pairs, wishes)
    except BaseException:
        discard_draft(actor=actor, import_id=source.pk)
        raise


def _say_how(actor: Actor, source: Import, pairs: list[tuple[str, str]], wishes: dict[str, Any]) -> Import:
    with transaction.atomic():
        if wishes["sender"]:
            use_sender(actor=actor, import_id=source.pk, name=wishes["sender"])
        if pairs:
            name_columns(actor=actor, import_id=source.pk, pairs=pairs)
        options = {name: wishes[name] for name in ("key", "region", "city") if wishes[name]}
        if wishes["blank_faults"]:
            options["on_fault"] = "blank"
        return set_options(actor=actor, import_id=source.pk, options=options)


def _carry_out(actor: Actor, source: Import, *, dry_run: bool) -> Job:
    """Run the job in this process, with its progress on standard error."""
    start = start_check if dry_run else start_import
    job = start(actor=actor, import_id=source.pk, now=timezone.now(), queued=False)
    done = run_job(job.pk, worker=f"command:{os.getpid()}", clock=timezone.now, observer=_progress)
    if sys.stderr.isatty():
        click.echo("", err=True)
    assert done is not None  # noqa: S101 - made just now
    return done


def _progress(job: Job) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{job.done:,} / {job.total or 0:,}", err=True, nl=False)


def _keep_rejected(actor: Actor, source: Import, file: Path) -> Path:
    """Write the rows that were not taken beside the file, else into the present directory."""
    left = rejected_file(actor=actor, import_id=source.pk)
    for directory in (file.resolve().parent, Path.cwd()):
        path = directory / left.name
        try:
            path.write_bytes(left.content)
        except OSError:
            continue
        return path
    raise click.ClickException(f"the rejected rows could not be written; fetch them from import {source.pk}")


def _tell(result: dict[str, Any], left: Path | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**result, "rejected_file": str(left) if left else None}, ensure_ascii=False))
    else:
        found = [f"{result[name]:,} {name}" for name in COUNTED if result[name]]
        click.echo(f"{result['rows']:,} rows: {', '.join(found) or 'nothing new'}")
        click.echo(f"undo: guanxi undo {result['changeset']}")
    if result["needs_review"]:
        count = f"{result['needs_review']:,}"
        click.echo(f"{count} rows may be customers who are there already: see Imports › To review", err=True)
    if left:
        count = f"{result['rejected_count']:,}"
        click.echo(f"{count} rows were not taken; correct them in {left} and give it back", err=True)


def _tell_check(source: Import, result: dict[str, Any], *, as_json: bool) -> None:
    """Tell how the columns are understood and which faults there are."""
    source.refresh_from_db()
    header = source.header
    mapping = {name: source.mapping.get(str(column), "") for column, name in enumerate(header)}
    columns = {header[int(column)]: count for column, count in result["columns"].items()}
    found = {"rows": result["rows"], "faulty": result["faulty"], "columns": columns, "mapping": mapping}
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, field in mapping.items():
        faults = f"  {columns[name]:,} faults" if name in columns else ""
        click.echo(f"{name} → {field or '(left out)'}{faults}")
    click.echo(f"{result['rows']:,} rows, {result['faulty']:,} with faults; nothing was written")
