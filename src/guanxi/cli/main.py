"""The command `guanxi`: finds a subcommand, starts Django only when it needs a home, and answers in one clear line."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from guanxi.exit_codes import FAILED


@dataclass(frozen=True, slots=True)
class Subcommand:
    """Where a command lives, what it is for, and whether it works on a home."""

    target: str
    summary: str
    needs_home: bool = True


SUBCOMMANDS = {
    "map": Subcommand("guanxi.cli.map_file:map_file", "Turn a spreadsheet into a map.", needs_home=False),
    "geocode": Subcommand("guanxi.places.commands.geocode:geocode", "Find addresses.", needs_home=False),
    "init": Subcommand("guanxi.cli.setup:init", "Prepare a home: database, secret, first administrator."),
    "demo": Subcommand("guanxi.cli.setup:demo", "Fill a home with a demo company."),
    "serve": Subcommand("guanxi.cli.serving:serve", "Serve the pages and the API."),
    "worker": Subcommand("guanxi.cli.serving:worker", "Work through long jobs."),
    "user": Subcommand("guanxi.access.commands:user", "Add people."),
    "token": Subcommand("guanxi.access.commands:token", "Make keys for programs."),
    "import": Subcommand("guanxi.imports.commands:import_file", "Bring a file in."),
    "duplicates": Subcommand(
        "guanxi.cli.duplicates:duplicates", "Search for customers that are one.", needs_home=False
    ),
    "undo": Subcommand("guanxi.records.commands:undo", "Take a change set back."),
    "export": Subcommand("guanxi.records.commands:export", "Write records to a file."),
    "metrics": Subcommand(
        "guanxi.cli.metrics:metrics", "Compute the numbers of each customer.", needs_home=False
    ),
    "pivot": Subcommand("guanxi.cli.pivot:pivot", "Count and add up a fact by its fields.", needs_home=False),
    "tiers": Subcommand("guanxi.tiers.commands:tiers", "Compute the tiers of a scheme."),
    "reindex": Subcommand("guanxi.records.search.commands:reindex", "Write the index of search anew."),
    "check": Subcommand("guanxi.cli.setup:check", "Say whether this installation is sound."),
    "backup": Subcommand("guanxi.cli.backup:backup", "Copy the home into one file.", needs_home=False),
    "verify": Subcommand("guanxi.cli.backup:verify", "Check a backup file.", needs_home=False),
    "restore": Subcommand("guanxi.cli.backup:restore", "Bring a home back from a backup.", needs_home=False),
}


class Program(click.Group):
    """Loads a subcommand when it is called, so that none pays for another."""

    def __init__(self, *, subcommands: Mapping[str, Subcommand], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.subcommands = subcommands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order people need them."""
        return list(self.subcommands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the subcommand, after Django when it works on a home."""
        found = self.subcommands.get(cmd_name)
        if found is None:
            return None
        if found.needs_home:
            start_django()
        module, _, name = found.target.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, found.summary) for name, found in self.subcommands.items()])


def start_django() -> None:
    """Set Django up over the home of this installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.config.settings")
    import django  # noqa: PLC0415 - only commands on a home pay for it

    django.setup()


@click.group(cls=Program, subcommands=SUBCOMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="guanxi")
def program() -> None:
    """Customer map, CRM and customer intelligence in one program.

    Example: guanxi map customers.xlsx --out map.html
    """


def main() -> None:
    """Run the command line; anything unforeseen is one line, never a traceback (set GUANXI_DEBUG=1 to see it)."""
    try:
        program()
    except Exception as error:
        if os.environ.get("GUANXI_DEBUG") == "1":
            raise
        sys.stderr.write(f"guanxi: {type(error).__name__}: {error}\n")
        sys.exit(FAILED)
