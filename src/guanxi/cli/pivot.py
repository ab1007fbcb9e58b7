"""`guanxi pivot`: measures by dimensions of a fact of the home, or of a file without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from unicodedata import east_asian_width

import click

from guanxi.metrics.calc.pivot.document import EMPTY, json_text
from guanxi.metrics.calc.pivot.errors import PivotError
from guanxi.metrics.calc.pivot.request import MOST_ROWS, Wish, split_names

Answered = TypeVar("Answered")
CANNOT_NOW = frozenset({"not_fed", "too_slow", "too_large"})
"""What is not wrong with the request: it ends with 1, not 2."""
SHOWN_ROWS = 200


@click.command()
@click.argument("fact", required=False)
@click.option(
    "--file",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A spreadsheet or Parquet file as the fact.",
)
@click.option("--sheet", help="The sheet of a workbook; by default the one that looks most like data.")
@click.option(
    "--rows", multiple=True, metavar="A,B", help="Fields: city, ordered_on:month, amount:q4, product:top10."
)
@click.option("--columns", multiple=True, metavar="C", help="Fields over the columns, written as rows are.")
@click.option(
    "--measures", multiple=True, metavar="M,N",
    help="count, and sum, mean, median, distinct, minimum, maximum or share of a field, such as sum:amount.",
)  # fmt: skip
@click.option(
    "--where", default="", help="Which rows, for example: 'amount >= 100 and customer.industry = \"五金\"'."
)
@click.option(
    "--sort", default="", metavar="[-]KEY", help="A measure or a row to sort by; - begins with the largest."
)
@click.option("--top", default=0, metavar="N", help="Only so many groups of the first row, the rest as one.")
@click.option("--subtotals", is_flag=True, help="Totals of each group of rows too.")
@click.option(
    "--limit", default=MOST_ROWS, show_default=True, help="The most rows to show; totals are of all."
)
@click.option(
    "--user", "username", help="See what this person sees; by default the program itself, which sees all."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def pivot(  # noqa: PLR0913 - what a pivot can be asked
    *,
    fact: str | None,
    path: Path | None,
    sheet: str | None,
    rows: Sequence[str],
    columns: Sequence[str],
    measures: Sequence[str],
    where: str,
    sort: str,
    top: int,
    subtotals: bool,
    limit: int,
    username: str | None,
    as_json: bool,
) -> None:
    """Count and add up a fact of the home (orders, order_lines, customers …), or a file, by any of its fields.

    Names with a comma in them stand in `backticks`.

    Example: guanxi pivot orders --rows customer.industry --columns ordered_on:quarter --measures sum:total,count

    Example: guanxi pivot --file sales.xlsx --rows 城市 --measures sum:金额
    """
    if (fact is None) == (path is None):
        raise click.UsageError("name a fact, or a file with --file")
    wish = Wish(
        rows=split_names(rows), columns=split_names(columns), measures=split_names(measures),
        sort=sort, top=top, subtotals=subtotals, limit=limit,
    )  # fmt: skip
    if path is not None:
        found = clearly(lambda: of_file(path, sheet, wish, where))
    else:
        found = clearly(lambda: of_home(str(fact), wish, where, username))
    for note in found["notes"]:
        click.echo(note["message"], err=True)
    click.echo(json_text(found) if as_json else as_table(found))


def clearly(work: Callable[[], Answered]) -> Answered:
    """Run some work; what is wrong with the request, or cannot be done, is one line."""
    from guanxi.conditions.errors import ConditionError  # noqa: PLC0415 - only when a pivot is asked for
    from guanxi.imports.reading import ReadError  # noqa: PLC0415

    try:
        return work()
    except PivotError as error:
        if error.code in CANNOT_NOW:
            raise click.ClickException(str(error)) from error
        raise click.UsageError(str(error)) from error
    except ConditionError as error:
        raise click.UsageError(f"--where {error}") from error
    except ReadError as error:
        raise click.ClickException(error.message) from error


def of_file(path: Path, sheet: str | None, wish: Wish, where: str) -> dict[str, Any]:
    """Return the answer over a file. No home, no Django. Raises PivotError, ConditionError, ReadError."""
    from guanxi.metrics.engine.pivot.file_fact import ask_file  # noqa: PLC0415 - heavy

    return ask_file(path, wish, where, sheet=sheet, now=datetime.now(UTC))


def of_home(fact: str, wish: Wish, where: str, username: str | None) -> dict[str, Any]:
    """Return the answer over a fact of the home, fed just now. Raises PivotError, ConditionError."""
    from guanxi.cli.main import start_django  # noqa: PLC0415 - a file needs no home

    start_django()
    from django.utils import timezone  # noqa: PLC0415 - after Django

    from guanxi.conditions.context import Context  # noqa: PLC0415
    from guanxi.metrics.pivot import PivotQuestion  # noqa: PLC0415
    from guanxi.metrics.pivot import pivot as answer  # noqa: PLC0415
    from guanxi.metrics.pivot.freshening import bring_up_to_date  # noqa: PLC0415
    from guanxi.records.commands import acting_as  # noqa: PLC0415

    actor = acting_as(username) if username else None
    zone = actor.zone if actor else UTC
    if not bring_up_to_date(timezone.now()):
        click.echo("the facts are being written just now; this is how they stood before", err=True)
    return answer(PivotQuestion(actor, fact, wish, where, Context(now=timezone.now(), zone=zone)))


def as_table(found: dict[str, Any]) -> str:
    """Return an answer as lines of text: rows, then the totals."""
    head = [column["label"] for column in found["columns"]]
    body = [
        [_shown(cell, column) for cell, column in zip(row, found["columns"], strict=True)]
        for row in found["rows"]
    ]
    totals = [
        "" if column["measure"] is None else _shown(cell, column)
        for cell, column in zip(found["totals"], found["columns"], strict=True)
    ]
    lines = [head, *body[:SHOWN_ROWS], totals]
    widths = [max(_width(line[place]) for line in lines) for place in range(len(head))]
    texts = [column["measure"] is None for column in found["columns"]]
    written = [
        "  ".join(
            _padded(cell, width, left=left) for cell, width, left in zip(line, widths, texts, strict=True)
        ).rstrip()
        for line in lines
    ]
    if len(body) > SHOWN_ROWS:
        written.insert(-1, f"… {len(body) - SHOWN_ROWS} more rows; ask for --json to have them all")
    return "\n".join(written)


def _shown(cell: Any, column: Mapping[str, Any]) -> str:
    if column["measure"] is None:
        plain = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
        return EMPTY if cell is None else str(column.get("labels", {}).get(str(cell), plain))
    if cell is None:
        return ""
    if column["kind"] == "ratio":
        return f"{cell:.1%}"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    return f"{cell:,f}" if isinstance(cell, Decimal) else f"{cell:,}" if isinstance(cell, int) else str(cell)


def _width(text: str) -> int:
    """How many places a text takes in a terminal: Chinese and Korean letters take two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int, *, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text
