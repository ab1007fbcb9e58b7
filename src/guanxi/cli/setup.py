"""`guanxi init`, `guanxi demo` and `guanxi check`."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from guanxi.access.calc import Role
from guanxi.access.queries import first_administrator
from guanxi.access.services import create_user
from guanxi.kits.demo import Demo, make_demo
from guanxi.kits.kit import kit_names
from guanxi.metrics.engine.warehouse import is_complete, read_manifest
from guanxi.records.search.commands import check_search


def prepare_database() -> None:
    """Make the home and bring its database up to date; doing it again changes nothing."""
    settings.ENVIRONMENT.home.mkdir(parents=True, exist_ok=True)
    settings.ENVIRONMENT.uploads.mkdir(exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)


def pending_migrations() -> int:
    """Count the migrations this database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ensure_administrator() -> tuple[str, str | None]:
    """Return the administrator's name, and the password when one was made just now."""
    standing = first_administrator()
    if standing is not None:
        return standing.username, None
    password = secrets.token_urlsafe(12)
    create_user(actor=None, username="admin", password=password, role=Role.ADMINISTRATOR, full_name="")
    return "admin", password


@click.command()
@click.option("--kit", type=click.Choice(kit_names()), help="Begin with a trade's tiers and methods.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def init(*, kit: str | None, as_json: bool) -> None:
    """Prepare a home; a home that stands is brought up to date.

    Example: GUANXI_HOME=~/guanxi guanxi init
    """
    prepare_database()
    name, password = ensure_administrator()
    found = {"home": str(settings.ENVIRONMENT.home), "user": name, "password": password, "kit": kit}
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"home: {found['home']}")
    click.echo(
        f"sign-in: {name}" + (f", password: {password}" if password else " (its password stays as it is)")
    )
    click.echo("next: guanxi serve")


@click.command()
@click.option("--kit", type=click.Choice(kit_names()), default=kit_names()[0], show_default=True)
@click.option("--customers", default=413, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same company.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def demo(*, kit: str, customers: int, seed: int, as_json: bool) -> None:
    """Fill a home with a demo company: people, customers, places, orders; print a sign-in.

    Example: guanxi demo --customers 1000
    """
    prepare_database()
    name, password = ensure_administrator()
    made: Demo = make_demo(kit=kit, customers=customers, seed=seed, now=timezone.now())
    people = [*([(name, password)] if password else []), *made.people]
    if as_json:
        click.echo(json.dumps({"kit": kit, "customers": made.customers, "people": dict(people)}))
        return
    click.echo(
        f"{made.customers} customers of '{made.company}'" if made.customers else "the demo is there already"
    )
    for username, secret in people:
        click.echo(f"sign-in: {username}  password: {secret}")


def _check_database() -> str:
    pending = pending_migrations()
    return f"{pending} migrations to do; run: guanxi init" if pending else ""


def _check_administrator() -> str:
    return "" if first_administrator() else "there is no administrator; run: guanxi init"


def _check_home() -> str:
    home = settings.ENVIRONMENT.home
    mode = (home / "secret_key").stat().st_mode & 0o077
    return f"others may read {home / 'secret_key'}; run: chmod 600 on it" if mode else ""


def _check_warehouse() -> str:
    root = settings.ENVIRONMENT.warehouse
    standing = read_manifest(root)
    if standing is None or is_complete(root, standing):
        return ""
    return f"files of {root} are missing; run: guanxi metrics refresh"


CHECKS: dict[str, Callable[[], str]] = {
    "home": _check_home,
    "database": _check_database,
    "administrator": _check_administrator,
    "warehouse": _check_warehouse,
    "search": check_search,
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(*, as_json: bool) -> None:
    """Say whether this installation is sound, and what to do where it is not.

    Example: guanxi check
    """
    faults = {name: fault for name, test in CHECKS.items() if (fault := test())}
    if as_json:
        click.echo(json.dumps({"ok": not faults, "faults": faults}))
    else:
        for name in CHECKS:
            click.echo(f"{name}: {faults.get(name, 'ok')}")
    sys.exit(1 if faults else 0)
