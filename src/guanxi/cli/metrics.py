"""`guanxi metrics`: its commands, of which some work on a home and some on a file."""

from __future__ import annotations

import click

from guanxi.cli.main import Program, Subcommand

METRICS = {
    "refresh": Subcommand("guanxi.metrics.commands:refresh_metrics", "Compute them for every customer."),
    "fit": Subcommand("guanxi.metrics.fit_command:fit", "Fit a purchase model to a file.", needs_home=False),
}


@click.group(cls=Program, subcommands=METRICS)
def metrics() -> None:
    """Compute the numbers of each customer.

    Example: guanxi metrics refresh
    """
