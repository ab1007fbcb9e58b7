"""`guanxi geocode`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from guanxi.exit_codes import LEFT_OVER
from guanxi.imports.reading import ReadError, read_table
from guanxi.places.geocoding import Geocoded, geocode_many


@click.command()
@click.argument("addresses", nargs=-1)
@click.option(
    "--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="A spreadsheet of addresses."
)
@click.option("--column", help="The column of the addresses in the file.")
@click.option("--city", help="Where addresses without a city lie.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def geocode(
    *, addresses: tuple[str, ...], path: Path | None, column: str | None, city: str | None, as_json: bool
) -> None:
    """Find addresses without network: China, Taiwan, Hong Kong, Macau, Korea and the world's towns.

    Ends with 3 when some could not be placed or could be several places.

    Example: guanxi geocode 东莞市茶山镇横江村 '서울특별시 강남구 테헤란로 152'
    """
    if bool(addresses) == (path is not None):
        raise click.UsageError("give addresses, or --file with --column")
    asked = list(addresses) if path is None else _column(path, column)
    found = geocode_many(asked, hint=city)
    if as_json:
        click.echo(json.dumps({"results": [as_result(one) for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(_line(one))
    sys.exit(LEFT_OVER if any(one.latitude is None or one.needs_review for one in found) else 0)


def as_result(found: Geocoded) -> dict[str, Any]:
    """Return one answer as the contract writes it."""
    return {
        "address": found.address,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "level": found.level,
        "accuracy_m": found.accuracy_m,
        "provider": found.provider,
        "matched": found.matched,
        "needs_review": found.needs_review,
        "candidates": [asdict(candidate) for candidate in found.candidates],
    }


def _column(path: Path, column: str | None) -> list[str]:
    try:
        with read_table(path) as table:
            if column is None or column not in table.header:
                raise click.UsageError(
                    f"name the column of the addresses with --column: {', '.join(table.header)}"
                )
            number = table.header.index(column)
            return ["" if row.values[number] is None else str(row.values[number]) for row in table.rows()]
    except ReadError as error:
        raise click.ClickException(error.message) from error


def _line(found: Geocoded) -> str:
    if found.latitude is None:
        return f"{found.address}: not found"
    where = f"{found.latitude:.5f},{found.longitude:.5f} {found.level} ±{found.accuracy_m} m {found.matched}"
    if not found.needs_review:
        return f"{found.address}: {where}"
    others = "; ".join(candidate.matched for candidate in found.candidates) or "too coarse"
    return f"{found.address}: to review ({others})"
