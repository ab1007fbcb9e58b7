"""`guanxi user` and `guanxi token`."""

from __future__ import annotations

import json
import secrets
import sys

import click

from guanxi.access.calc import Role
from guanxi.access.errors import InvalidError
from guanxi.access.queries import user_named
from guanxi.access.services import create_token, create_user


@click.group()
def user() -> None:
    """Add people.

    Example: guanxi user add wang --role member --team 华东
    """


@user.command("add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the person may do."
)
@click.option("--full-name", default="", help="The name others see.")
@click.option(
    "--team", "teams", multiple=True, help="A team the person belongs to; may be given several times."
)
@click.option("--language", type=click.Choice(["zh-hans", "zh-hant", "ko", "en"]), default=None)
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def add_user(
    *,
    name: str,
    role: str,
    full_name: str,
    teams: tuple[str, ...],
    language: str | None,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a person.

    Example: echo 'a long secret' | guanxi user add wang --role manager --password-stdin
    """
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else secrets.token_urlsafe(12)
    try:
        create_user(
            actor=None,
            username=name,
            password=password,
            role=Role(role),
            full_name=full_name,
            teams=teams,
            language=language or "",
        )
    except InvalidError as error:
        raise click.ClickException(str(error)) from error
    shown = None if password_stdin else password
    if as_json:
        click.echo(json.dumps({"user": name, "role": role, "password": shown}))
    else:
        click.echo(f"added {name} ({role})" + (f", password: {shown}" if shown else ""))


@click.group()
def token() -> None:
    """Make keys for programs.

    Example: guanxi token create --user wang
    """


@token.command("create")
@click.option("--user", "username", required=True, help="Whose rights the key has.")
@click.option("--name", default="command line", help="What the key is for.")
@click.option("--read-only", is_flag=True, help="A key that changes nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def create(*, username: str, name: str, read_only: bool, as_json: bool) -> None:
    """Print a new key; it is shown this once.

    Example: guanxi token create --user wang --read-only
    """
    owner = user_named(username)
    if owner is None:
        raise click.ClickException(
            f"there is no user '{username}'; run: guanxi user add {username} --role member"
        )
    _, secret = create_token(user=owner, name=name, read_only=read_only)
    click.echo(json.dumps({"token": secret, "user": username, "read_only": read_only}) if as_json else secret)
