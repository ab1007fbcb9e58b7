"""`guanxi serve` and `guanxi worker`."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.process import BaseProcess
from types import FrameType

import click

from guanxi.jobs.forking import share_what_is_loaded, start_beside

Program = Callable[[], object]
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
    from guanxi.cli.web import load_site, run_web  # noqa: PLC0415 - after Django

    _require_free(host, port)
    prepare_database()
    load_site()
    share_what_is_loaded()
    programs: list[Program] = [partial(run_web, host, port, workers)]
    if not no_worker:
        programs.append(partial(_run_worker, os.getpid()))
    click.echo(f"Guanxi is at http://{host}:{port} (Ctrl+C ends it)", err=True)
    sys.exit(run_together(programs))


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
    _run_worker(parent)


def _run_worker(parent: int | None) -> None:
    from guanxi.jobs.worker import run_worker  # noqa: PLC0415 - after Django

    run_worker(parent=parent)


def run_together(programs: Sequence[Program]) -> int:
    """Run programs beside each other until the first ends or a signal comes; end the others; return its exit code."""
    asked: list[float] = []

    def stop(_signal: int, _frame: FrameType | None) -> None:
        asked.append(time.monotonic())

    processes = [start_beside(program, own_session=True) for program in programs]
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = _wait_or_end(processes[0], asked)
    asked.append(time.monotonic())
    for process in processes[1:]:
        _wait_or_end(process, asked)
    return max(code, 0)


def _wait_or_end(process: BaseProcess, asked: list[float]) -> int:
    """Wait for a process; once ending was asked, pass it on, again every few seconds, and make an end after a while.

    A server that is only just starting may miss the first asking; what it started goes with it.
    """
    passed_on = 0
    while True:
        waited = time.monotonic() - asked[0] if asked else -1.0
        if waited > STOP_SECONDS and process.pid:
            os.killpg(process.pid, signal.SIGKILL)
        elif waited >= passed_on * AGAIN_SECONDS:
            process.terminate()
            passed_on += 1
        process.join(timeout=0.5)
        if process.exitcode is not None:
            return process.exitcode
