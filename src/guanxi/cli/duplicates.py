"""`guanxi duplicates`: which customers may be one, of the home, or of a spreadsheet without a home."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guanxi.imports.calc.headers import guess_mapping
from guanxi.imports.calc.region import guess_region
from guanxi.imports.reading import ReadError, Table, read_table

if TYPE_CHECKING:
    from guanxi.matching.settings import Settings

SAMPLE_ROWS = 200
LIKELY, CONNECTING = 0.5, 0.9
"""Pairs from the first probability on are told; from the second on they make clusters."""
_FIELDS = {
    **{name: name for name in ("name", "kind", "phone", "email", "tax_number", "website", "birthday")},
    **{name: name for name in ("address", "city")},
    "contact_name": "contacts",
}
"""Fields an import knows, as the matcher names them."""
ID = "\0id"
"""No header of a file is called like this."""


@click.command()
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="A spreadsheet.")
@click.option(
    "--id", "key", metavar="COLUMN", help="The column of the ids; by default rows go by their numbers."
)
@click.option("--user", "username", help="Act as this person; by default the first administrator.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def duplicates(*, path: Path | None, key: str | None, username: str | None, as_json: bool) -> None:
    """Find the customers, or the rows of a file, that may be one, the likeliest first, and the groups they make.

    Example: guanxi duplicates --file customers.xlsx --id 编号 --json
    """
    if path is None and key is not None:
        raise click.UsageError("--id goes with --file")
    if path is not None and username is not None:
        raise click.UsageError("--user goes without --file: a file is nobody's")
    try:
        found = _of_home(username) if path is None else _of_file(path, key)
    except ReadError as error:
        raise click.ClickException(error.message) from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for pair in found["pairs"]:
        why = ", ".join(pair["reasons"])
        click.echo(f"{pair['left']} = {pair['right']}  {pair['probability']:.3f}  {why}")
    click.echo(f"{len(found['pairs']):,} pairs, {len(found['clusters']):,} clusters", err=True)


def _of_home(username: str | None) -> dict[str, Any]:
    from guanxi.cli.main import start_django  # noqa: PLC0415 - only a home needs it

    start_django()
    from guanxi.duplicates.commands import find_in_home  # noqa: PLC0415 - after Django

    return find_in_home(username)


def _of_file(path: Path, key: str | None) -> dict[str, Any]:
    from guanxi.matching.matcher import Matcher  # noqa: PLC0415 - heavy

    with read_table(path) as table:
        settings, given = _understood(table, key)
    matcher = Matcher(settings, key=ID).fit(given)
    for each in matcher.left_out_:
        click.echo(
            f"left out: {each.values:,} values of {each.block} that {each.records:,} rows share", err=True
        )
    pairs = [
        {
            "left": pair.left,
            "right": pair.right,
            "probability": round(pair.probability, 6),
            "reasons": list(dict.fromkeys(reason.code for reason in pair.reasons if reason.weight > 0)),
        }
        for pair in matcher.pairs(LIKELY)
    ]
    return {"pairs": pairs, "clusters": [list(group) for group in matcher.clusters(CONNECTING)]}


def _understood(table: Table, key: str | None) -> tuple[Settings, Mapping[str, list[str]]]:
    """The rows as columns the matcher knows: of people when the list has given names and surnames, else customers."""
    from guanxi.matching.customers import CUSTOMER_COLUMNS, customers  # noqa: PLC0415 - heavy
    from guanxi.matching.people import PEOPLE_COLUMNS, PEOPLE_HEADERS, people  # noqa: PLC0415 - heavy

    if key is not None and key not in table.header:
        known = ", ".join(table.header)
        raise ReadError("no_such_column", f"there is no column '{key}'; the columns are: {known}")
    sample = [row.values for row in table.sample(SAMPLE_ROWS)]
    names = [PEOPLE_HEADERS.get(header.strip().casefold(), "") for header in table.header]
    is_people = {"given_name", "surname"} <= set(names)
    if not is_people:
        fields = {guess.column: guess.field for guess in guess_mapping(table.header, sample)}
        names = [_FIELDS.get(fields.get(place) or "", "") for place in range(len(table.header))]
    known_columns = PEOPLE_COLUMNS if is_people else CUSTOMER_COLUMNS
    places = {name: place for place, name in reversed(list(enumerate(names))) if name in known_columns}
    if not places:
        known = ", ".join(table.header)
        raise ReadError(
            "nothing_to_compare", f"no column looks like a name, phone or address (columns: {known})"
        )
    given = _columns(table, {ID: None if key is None else table.header.index(key), **places})
    cells = [*table.header, *(str(cell) for values in sample[:50] for cell in values if cell)]
    region = guess_region(" ".join(cells), table.encoding, home="CN")
    return (people() if is_people else customers(region=region)), given


def _columns(table: Table, places: Mapping[str, int | None]) -> dict[str, list[str]]:
    """The cells of some columns as texts; a column without a place holds the rows' numbers."""
    given: dict[str, list[str]] = {name: [] for name in places}
    for row in table.rows():
        for name, place in places.items():
            cell = row.number if place is None else row.values[place]
            given[name].append("" if cell is None else str(cell))
    return given
