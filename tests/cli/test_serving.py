"""Serving: a taken port is said at once, and processes that belong together end together."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from guanxi.cli.serving import run_together, serve
from guanxi.jobs.forking import start_beside, wait_for_parent_to_end
from guanxi.jobs.worker import run_worker


@pytest.fixture
def signals() -> Iterator[None]:
    """Give the handlers back that serving replaces."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_taken_port_is_one_clear_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(serve, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert "--port" in result.stderr


def test_a_port_that_is_none_is_wrong_use() -> None:
    assert CliRunner().invoke(serve, ["--port", "70000"]).exit_code == 2


@pytest.mark.usefixtures("signals")
def test_when_the_server_ends_its_worker_is_ended_and_its_code_is_told(tmp_path: Path) -> None:
    note = tmp_path / "worker"

    def worker() -> None:
        note.write_text(str(os.getpid()))
        signal.pause()

    def server() -> None:
        while not note.exists() or not note.read_text():
            pass
        raise SystemExit(7)

    assert run_together([server, worker]) == 7
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


@pytest.mark.django_db
def test_a_worker_whose_parent_is_gone_does_nothing_more() -> None:
    run_worker(stop_event=threading.Event(), parent=os.getppid() + 1)


def test_a_program_started_beside_shares_what_was_loaded_and_leaves_with_its_parent(tmp_path: Path) -> None:
    note = tmp_path / "child"

    def child() -> None:
        note.write_text(str(os.getpid()))
        wait_for_parent_to_end()
        note.write_text("alone")

    def parent() -> None:
        start_beside(child)
        while not note.exists() or not note.read_text():
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    process = start_beside(parent, own_session=True)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    while note.read_text() != "alone":
        pass
