"""`guanxi serve` and `guanxi worker`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from types import FrameType

import click

WEB = "guanxi.config.wsgi:application"


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
    """Run processes until one ends or a signal comes; end the others; return the first's exit code."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "guanxi.config.settings"}
    processes = [subprocess.Popen(command, env=environment) for command in commands]  # noqa: S603 - ours

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = processes[0].wait()
    for process in processes[1:]:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
    return max(code, 0)
