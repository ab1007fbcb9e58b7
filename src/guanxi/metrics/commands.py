"""`guanxi metrics refresh`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from django.utils import timezone

from guanxi.metrics.engine.computation import UnknownEngineError
from guanxi.metrics.engine.running import EngineMissingError
from guanxi.metrics.engine.warehouse import WarehouseBusyError
from guanxi.metrics.services import Refreshed, refresh


@click.command("refresh")
@click.option("--engine", help="Which engine computes; by default GUANXI_ENGINE, else duckdb.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def refresh_metrics(*, engine: str | None, as_json: bool) -> None:
    """Compute recency, frequency, value and the rest for every customer, and keep them beside the customers.

    Example: guanxi metrics refresh --json
    """
    try:
        done = refresh(actor=None, now=timezone.now(), engine=engine)
    except UnknownEngineError as error:
        raise click.UsageError(str(error)) from error
    except (EngineMissingError, WarehouseBusyError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(asdict(done)))
        return
    _tell(done)


def _tell(done: Refreshed) -> None:
    seconds = sum(done.seconds.values())
    click.echo(f"{done.customers} customers as of {done.as_of}, {seconds:.1f} s")
    if done.other_currency_rows:
        click.echo(
            f"{done.other_currency_rows} orders of {done.other_currency_customers} customers are in another "
            "currency than most of theirs and are not in their sums",
            err=True,
        )
    if done.future_rows:
        click.echo(f"{done.future_rows} orders are dated in the future and do not count yet", err=True)
