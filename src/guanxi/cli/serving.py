"""`guanxi serve` and `guanxi worker`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click

WEB = "guanxi.config.wsgi:application"
STOP_SECONDS = 25.0
AGAIN_SECONDS = 4.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--no-worker", is_flag=True, help="Leave long jobs to `guanxi worker` elsewhere.")
def serve(*, host: str, port: int, workers: int, no_worker: bool) -> None:
    """Serve the pages and the API, with a worker for long jobs beside it.

    Example: guanxi serve --port 8080
    """
    from guanxi.cli.setup import prepare_database  # noqa: PLC0415 - after Django

    _require_free(host, port)
    prepare_database()
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "8", "--backpressure", "64", "--no-ws"),
        *("--respawn-failed-workers", "--log-level", "error", WEB),
    ]
    commands = (
        [web]
        if no_worker
        else [web, [sys.executable, "-m", "guanxi", "worker", "--parent", str(os.getpid())]]
    )
    click.echo(f"Guanxi is at http://{host}:{port} (Ctrl+C ends it)", err=True)
    sys.exit(run_together(commands))


def _require_free(host: str, port: int) -> None:
    """Say at once when somebody else listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another --port"
            ) from error


@click.command()
@click.option(
    "--parent", type=int, hidden=True, help="End when this process, which started the worker, is gone."
)
def worker(parent: int | None) -> None:
    """Work through long jobs: imports, bulk edits, metrics.

    Example: guanxi worker
    """
    from guanxi.jobs.worker import run_worker  # noqa: PLC0415 - after Django

    run_worker(parent=parent)


def run_together(commands: list[list[str]]) -> int:
    """Run processes until the first ends or a signal comes; end the others; return the first's exit code."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
    asked: list[float] = []

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked.append(time.monotonic())

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    processes = [
        subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - ours
        for command in commands
    ]
    code = _wait_or_end(processes[0], asked)
    asked.append(time.monotonic())
    for process in processes[1:]:
        _wait_or_end(process, asked)
    return max(code, 0)


def _wait_or_end(process: subprocess.Popen[bytes], asked: list[float]) -> int:
    """Wait for a process; once ending was asked, pass it on, again every few seconds, and make an end after a while.

    A server that is only just starting may miss the first asking; what it started goes with it.
    """
    passed_on = 0
    while True:
        waited = time.monotonic() - asked[0] if asked else -1.0
        if waited > STOP_SECONDS:
            os.killpg(process.pid, signal.SIGKILL)
        elif waited >= passed_on * AGAIN_SECONDS:
            process.terminate()
            passed_on += 1
        try:
            return process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            continue
