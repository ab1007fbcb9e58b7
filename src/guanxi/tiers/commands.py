"""`guanxi tiers run`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import click
from django.utils import timezone

from guanxi.access.errors import NotFoundError
from guanxi.tiers.queries import schemes
from guanxi.tiers.services import Code, TierRun, run_scheme

UNRATED = "none"


@click.group()
def tiers() -> None:
    """Compute the tiers of a scheme.

    Example: guanxi tiers run abcd --apply
    """


@tiers.command("run")
@click.argument("scheme")
@click.option("--apply", is_flag=True, help="Move the customers; without it only tell who would move.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def run_tiers(*, scheme: str, apply: bool, as_json: bool) -> None:
    """Put every customer into a class of SCHEME by its rule. Refresh the metrics before.

    Example: guanxi tiers run abcd --apply
    """
    try:
        run = run_scheme(actor=None, scheme=scheme, apply=apply, now=timezone.now())
    except NotFoundError as error:
        known = ", ".join(found.key for found in schemes())
        raise click.UsageError(f"there is no scheme '{scheme}'; known are {known}") from error
    if as_json:
        click.echo(json.dumps(as_plain(run)))
        return
    for code, count in sorted(run.counts.items(), key=lambda found: (found[0] is None, found[0] or "")):
        click.echo(f"{code or UNRATED:12} {count:>8} customers  {_money(run.revenue.get(code, {}))}")
    click.echo(f"{run.moved} {'moved' if run.applied else 'would move'}")
    if run.changeset is not None:
        click.echo(
            f"change set {run.changeset.pk}; take it back with: guanxi undo {run.changeset.pk}", err=True
        )


def as_plain(run: TierRun) -> dict[str, Any]:
    """Return a run as JSON: money as text, `none` for who is not rated."""
    return {
        "scheme": run.scheme,
        "applied": run.applied,
        "moved": run.moved,
        "changeset": run.changeset.pk if run.changeset else None,
        "counts": {_name(code): count for code, count in run.counts.items()},
        "revenue": {_name(code): _plain(found) for code, found in run.revenue.items()},
        "moves": [
            {
                "from": _name(move.before),
                "to": _name(move.after),
                "customers": move.customers,
                "revenue": _plain(move.revenue),
            }
            for move in run.moves
        ],
    }


def _name(code: Code) -> str:
    return code or UNRATED


def _plain(revenue: Mapping[str, Decimal]) -> dict[str, str]:
    return {currency: f"{amount:f}" for currency, amount in revenue.items()}


def _money(revenue: Mapping[str, Decimal]) -> str:
    return "  ".join(f"{amount:,.2f} {currency}" for currency, amount in revenue.items() if amount)
