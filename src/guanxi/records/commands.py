"""`guanxi undo` and `guanxi export`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from django.utils import timezone

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, ForbiddenError, NotFoundError
from guanxi.access.queries import actor_of, first_administrator, user_named
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.records.declaration import RecordType, record_type, record_types
from guanxi.records.queries import parse_where
from guanxi.records.services import undo_changeset
from guanxi.records.services.export import export_rows


def acting_as(username: str | None) -> Actor:
    """Return the actor a command runs as: the named person, else the first administrator."""
    person = user_named(username) if username else first_administrator()
    if person is None:
        raise click.ClickException("there is nobody to act as; run: guanxi init")
    return actor_of(person)


def named_type(name: str) -> RecordType:
    """Return the record type a person named on the command line."""
    try:
        return record_type(name)
    except KeyError as error:
        known = ", ".join(found.name for found in record_types())
        raise click.UsageError(f"there is no type '{name}'; known are {known}") from error


@click.command()
@click.argument("changeset", type=int)
@click.option("--user", "username", help="Act as this person; by default the first administrator.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def undo(*, changeset: int, username: str | None, as_json: bool) -> None:
    """Take a change set back: an import, a bulk edit, a tier run.

    Example: guanxi undo 42
    """
    try:
        undone = undo_changeset(actor=acting_as(username), changeset_id=changeset, now=timezone.now())
    except NotFoundError as error:
        raise click.ClickException(f"there is no change set {changeset}") from error
    except (ConflictError, ForbiddenError) as error:
        raise click.ClickException(str(error) or "this may not be undone") from error
    result = {
        "changeset": undone.changeset.pk,
        "taken_back": dict(undone.taken_back),
        "kept": {name: list(ids) for name, ids in undone.kept.items()},
    }
    if as_json:
        click.echo(json.dumps(result))
        return
    for name, count in undone.taken_back.items():
        click.echo(f"{name}: {count} taken back")
    for name, ids in undone.kept.items():
        click.echo(f"{name}: {len(ids)} kept, because they were changed since", err=True)


@click.command()
@click.argument("type_name", metavar="TYPE")
@click.option("--where", default="", help='Which records, for example: \'city = "上海" and tier = "A"\'.')
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .csv or .xlsx file; by default csv on standard output.",
)
@click.option("--user", "username", help="Act as this person; by default the first administrator.")
def export(*, type_name: str, where: str, out: Path | None, username: str | None) -> None:
    """Write records to a file that a spreadsheet opens safely.

    Example: guanxi export customer --where 'industry = "五金"' --out customers.xlsx
    """
    known = named_type(type_name)
    form = out.suffix.lstrip(".").lower() if out else "csv"
    if form not in ("csv", "xlsx"):
        raise click.UsageError(f"'{form}' is not a format to export to; name the file .csv or .xlsx")
    actor, now = acting_as(username), timezone.now()
    try:
        chunks = export_rows(known, actor, parse_where(where, known), columns=(), form=form, now=now)
    except ConditionError as error:
        raise click.UsageError(explain(error)) from error
    if out is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    with out.open("wb") as file:
        file.writelines(chunks)
    click.echo(f"wrote {out}", err=True)
