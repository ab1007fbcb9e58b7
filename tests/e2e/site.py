"""A site of one's own: a home, its people, and the program serving it as real processes."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import StorageState

from tests.processes import Home, own_home

PASSWORD = "Ein-langes-Geheimnis-7"
STARTING_SECONDS = 180
COMMANDS = """
import json, sys
from click.testing import CliRunner
from guanxi.cli.main import program
said = []
for arguments, given in json.loads({commands!r}):
    done = CliRunner().invoke(program, arguments, input=given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    said.append(done.stdout)
print(json.dumps(said))
"""
"""Several command lines in one process: each start of Python costs a second or more."""


@dataclass(frozen=True)
class Person:
    """Somebody of a site."""

    name: str
    role: str
    team: str = ""
    language: str = "en"

    def command(self) -> tuple[list[str], str]:
        """Return the command line that adds the person, and what is typed into it."""
        team = ["--team", self.team] if self.team else []
        words = ["user", "add", self.name, "--role", self.role, "--language", self.language, *team]
        return [*words, "--password-stdin"], f"{PASSWORD}\n"


@dataclass
class Site:
    """What a test needs to know of the served program."""

    url: str
    home: Home
    passwords: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, StorageState] = field(default_factory=dict)

    def run(self, *commands: tuple[list[str], str] | list[str]) -> list[str]:
        """Run command lines on the home of the site; return what each printed."""
        wanted = [command if isinstance(command, tuple) else (command, "") for command in commands]
        said: list[str] = json.loads(self.home.ask(COMMANDS.format(commands=json.dumps(wanted))))
        return said


@contextmanager
def served_site(directory: Path, *people: Person) -> Iterator[Site]:
    """Prepare a home with these people, serve it with its worker on a free port, and end both."""
    with own_home(directory, migrated=False) as home:
        port = _free_port()
        home.environment["GUANXI_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        home.environment.pop("GUANXI_LANGUAGE", None)
        site = Site(f"http://127.0.0.1:{port}", home)
        _settle_people(site, people)
        serving = home.start("-m", "guanxi", "serve", "--port", str(port))
        try:
            _wait_until_healthy(site, serving)
            yield site
        finally:
            serving.terminate()
            serving.wait(timeout=60)


def _settle_people(site: Site, people: Sequence[Person]) -> None:
    made, *said = site.run(
        ["init", "--json"],
        *(person.command() for person in people),
        *(["token", "create", "--user", person.name] for person in people),
    )
    first = json.loads(made)
    site.passwords[first["user"]] = first["password"]
    for person, key in zip(people, said[len(people) :], strict=True):
        site.passwords[person.name] = PASSWORD
        site.keys[person.name] = key.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(site: Site, serving: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < give_up:
        assert serving.poll() is None, "the program ended while starting"
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=5) as answer:  # noqa: S310 - ours
                assert json.load(answer)["status"] == "ok"
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the program does not answer")
