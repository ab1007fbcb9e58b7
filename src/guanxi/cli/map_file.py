"""`guanxi map`: a spreadsheet becomes one self-contained map. No home, no network, no Django."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from guanxi.customers.calc import shown_phones
from guanxi.exit_codes import LEFT_OVER
from guanxi.imports.reading import ReadError
from guanxi.places.geocoding import Level
from guanxi.places.sheet import PlacedRow, PlacedSheet, place_sheet
from guanxi.places.standalone import MapCandidate, MapCustomer, TierLegend, render_map
from guanxi.tiers.calc import abcd

LEVELS: tuple[Level, ...] = ("house", "street", "township", "county", "city", "province")
LEGEND_LENGTH = 12
SHOWN_FAULTS = 10


@dataclass(frozen=True, slots=True)
class MappedSheet:
    """A placed sheet with a tier a row, and the tiers that are there, the best first."""

    sheet: PlacedSheet
    tiers: Sequence[str | None]
    legend: Sequence[str]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=Path("map.html"), show_default=True
)
@click.option("--address", help="The column of the addresses, when it is not found by itself.")
@click.option("--city", help="Where addresses without a city lie.")
@click.option("--tier", help="The column of the tiers; without one, A to D come from the amounts.")
@click.option(
    "--language", type=click.Choice(["zh-hans", "zh-hant", "ko", "en"]), help="By default the browser's."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def map_file(
    *,
    file: Path,
    out: Path,
    address: str | None,
    city: str | None,
    tier: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Turn a spreadsheet (xlsx, xls, ods, csv) into a map that opens without a network.

    Ends with 3 when rows are left over: those that could not be placed, or could be several places, are listed in the
    map's review list.

    Example: guanxi map customers.xlsx --out map.html --city 东莞
    """
    began = perf_counter()
    columns = {field: header for field, header in (("address", address), ("tier", tier)) if header}
    try:
        mapped = _with_tiers(place_sheet(file, columns=columns, city=city))
    except ReadError as error:
        raise click.ClickException(error.message) from error
    out.write_text(_page(mapped, file.stem, language), encoding="utf-8")
    summary = _summary(mapped, out)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
    _tell(mapped, summary, perf_counter() - began)
    sys.exit(LEFT_OVER if summary["unplaced"] or summary["needs_review"] else 0)


def _with_tiers(sheet: PlacedSheet) -> MappedSheet:
    """Take the tiers of the list where it has them, else class its amounts."""
    own = [_text(row, "tier") or None for row in sheet.rows]
    if any(own):
        frequent = [name for name, _ in Counter(filter(None, own)).most_common(LEGEND_LENGTH)]
        return MappedSheet(sheet, own, sorted(frequent) if _are_letters(frequent) else frequent)
    tiers = abcd([None if row.is_double else row.row.values.get("amount") for row in sheet.rows])
    return MappedSheet(sheet, tiers, sorted(set(filter(None, tiers))))


def _are_letters(names: Sequence[str]) -> bool:
    """Whether the tiers are graded A, B, C (also A级, B类): then A is the best, else the most frequent comes first."""
    return all(name[:1].isascii() and name[:1].isalpha() and len(name) <= 3 for name in names)


def _text(row: PlacedRow, field: str) -> str:
    return str(row.row.values.get(field) or "")


def _page(mapped: MappedSheet, title: str, language: str | None) -> str:
    customers = [
        _customer(row, tier, mapped.legend, mapped.sheet.region)
        for row, tier in zip(mapped.sheet.rows, mapped.tiers, strict=True)
    ]
    return render_map(
        customers, title=title, tiers=[TierLegend(code) for code in mapped.legend], language=language
    )


def _customer(row: PlacedRow, tier: str | None, legend: Sequence[str], region: str) -> MapCustomer:
    latitude, longitude = _pin(row)
    amount = row.row.values.get("amount")
    return MapCustomer(
        row=row.row.number,
        name=_text(row, "name"),
        address=row.address,
        latitude=latitude,
        longitude=longitude,
        level=row.position.level or "",
        accuracy_m=row.position.accuracy_m,
        provider=row.position.provider,
        candidates=[MapCandidate(**asdict(candidate)) for candidate in row.position.candidates],
        tier=tier if tier in legend else None,
        phone=shown_phones(row.row.values.get("phone", ()), region),
        key_person=_text(row, "key_person") or _text(row, "contact_name"),
        size=_text(row, "size"),
        amount=None if amount is None else float(amount),
        needs_review=_needs_review(row),
    )


def _pin(row: PlacedRow) -> tuple[float | None, float | None]:
    """A guess among several places is never a pin."""
    if row.position.is_ambiguous:
        return None, None
    return row.position.latitude, row.position.longitude


def _needs_review(row: PlacedRow) -> bool:
    return row.position.needs_review or _pin(row)[0] is None


def _summary(mapped: MappedSheet, out: Path) -> dict[str, Any]:
    rows = mapped.sheet.rows
    placed = [row for row in rows if _pin(row)[0] is not None]
    levels = Counter(row.position.level for row in placed)
    tiers = Counter(tier for tier in mapped.tiers if tier)
    return {
        "rows": len(rows),
        "placed": len(placed),
        "unplaced": len(rows) - len(placed),
        "needs_review": sum(row.position.needs_review for row in rows),
        "levels": {level: levels[level] for level in LEVELS},
        "tiers": dict(tiers.most_common()),
        "duplicates": sum(row.is_double for row in rows),
        "out": str(out),
        "customers": [_line(row, tier) for row, tier in zip(rows, mapped.tiers, strict=True)],
    }


def _line(row: PlacedRow, tier: str | None) -> dict[str, Any]:
    latitude, longitude = _pin(row)
    is_pin = latitude is not None
    return {
        "row": row.row.number,
        "name": _text(row, "name"),
        "address": row.address,
        "latitude": latitude,
        "longitude": longitude,
        "level": row.position.level if is_pin else None,
        "accuracy_m": row.position.accuracy_m if is_pin else None,
        "provider": row.position.provider if is_pin else None,
        "candidates": [asdict(candidate) for candidate in row.position.candidates],
        "tier": tier,
    }


def _tell(mapped: MappedSheet, summary: Mapping[str, Any], seconds: float) -> None:
    for note in mapped.sheet.notes:
        click.echo(note, err=True)
    faults = [(row.row.number, fault.fault.message) for row in mapped.sheet.rows for fault in row.row.faults]
    for number, message in faults[:SHOWN_FAULTS]:
        click.echo(f"row {number}: {message}", err=True)
    if len(faults) > SHOWN_FAULTS:
        click.echo(f"… and {len(faults) - SHOWN_FAULTS} more cells that could not be read", err=True)
    understood = ", ".join(f"{header} = {field}" for header, field in mapped.sheet.columns.items())
    click.echo(f"columns: {understood}", err=True)
    click.echo(
        f"{summary['rows']} rows: {summary['placed']} on the map, {summary['needs_review']} to review, "
        f"{summary['unplaced']} without a place, {summary['duplicates']} doubles; {seconds:.1f} s -> {summary['out']}",
        err=True,
    )
