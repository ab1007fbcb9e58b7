"""`guanxi metrics fit`: a purchase model fitted to a file. No home, no Django."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from guanxi.imports.reading import ReadError
from guanxi.metrics.fitting import MODELS, PERIODS, Fitted, Unit, fit_file
from guanxi.models.errors import ModelDataError, NotConvergedError


@click.command("fit")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--model", required=True, type=click.Choice(list(MODELS)), help="The model to fit.")
@click.option(
    "--unit",
    type=click.Choice(list(PERIODS)),
    default="day",
    show_default=True,
    help="Of time, for transactions.",
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day of transactions; by default the last in the file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def fit(*, file: Path, model: str, unit: Unit, until: dt.datetime | None, as_json: bool) -> None:
    """Fit a purchase model to a spreadsheet, csv or Parquet file, and print its parameters with standard errors.

    The file is a summary (frequency, recency, T, for gamma-gamma monetary_value) or transactions (customer, date,
    for gamma-gamma amount); the columns are recognised by their names in Chinese, Korean and English.

    Example: guanxi metrics fit 订单.xlsx --model bg-nbd --unit week --json
    """
    if not file.exists():
        raise click.UsageError(f"there is no file '{file}'")
    today = dt.datetime.now(dt.UTC).astimezone().date()
    day = None if until is None else until.date()
    try:
        fitted = fit_file(file, model=model, today=today, unit=unit, until=day)
    except ReadError as error:
        raise click.ClickException(error.message) from error
    except (ModelDataError, NotConvergedError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(_document(fitted)))
    else:
        _tell(fitted)


def _document(fitted: Fitted) -> dict[str, object]:
    document: dict[str, object] = {
        "model": fitted.model,
        "params": dict(fitted.params),
        "stderr": dict(fitted.stderr),
        "log_likelihood": fitted.log_likelihood,
        "n_customers": fitted.n_customers,
        "seconds": fitted.seconds,
    }
    if fitted.until is not None:
        document |= {"unit": fitted.unit, "until": fitted.until.isoformat()}
    return document


def _tell(fitted: Fitted) -> None:
    for name, value in fitted.params.items():
        click.echo(f"{name:>8} {value:12.5g}  ± {fitted.stderr[name]:.3g}")
    click.echo(f"log-likelihood {fitted.log_likelihood:,.2f}, {fitted.n_customers:,} customers")
    if fitted.until is not None:
        click.echo(f"times in {fitted.unit}s, observed until {fitted.until}", err=True)
