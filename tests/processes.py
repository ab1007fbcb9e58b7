"""A home of its own for tests that start, stop and kill real processes; on the database the run is about."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = "tests.process_settings"


@dataclass(frozen=True)
class Home:
    """Where the processes of one test live."""

    directory: Path
    environment: dict[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Python with these arguments."""
        return subprocess.Popen([sys.executable, *arguments], env=self.environment, cwd=ROOT)  # noqa: S603 - ours

    def ask(self, code: str) -> str:
        """Run code in a process with Django set up; return what it printed."""
        setup = "import django; django.setup()\n"
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", setup + code],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def own_home(directory: Path, *, migrated: bool = True) -> Iterator[Home]:
    """Make a home with an empty database, and take the database away afterwards."""
    environment = {
        **os.environ,
        "GUANXI_HOME": str(directory),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src"))),
    }
    environment.pop("GUANXI_DATABASE_URL", None)
    with _database(environment):
        home = Home(directory, environment)
        if migrated:
            home.ask("from django.core.management import call_command; call_command('migrate', verbosity=0)")
        yield home


@contextmanager
def _database(environment: dict[str, str]) -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    settings = connection.settings_dict
    name = f"gx_process_{uuid.uuid4().hex[:12]}"
    server = {"host": settings["HOST"], "port": settings["PORT"] or 5432, "user": settings["USER"]}
    if settings["PASSWORD"]:
        server["password"] = settings["PASSWORD"]
    secret = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    environment["GUANXI_DATABASE_URL"] = (
        f"postgresql://{server['user']}{secret}@{server['host']}:{server['port']}/{name}"
    )
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield
        finally:
            administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
