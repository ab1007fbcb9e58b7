"""The worker: a supervisor, and in a child process django-tasks' own worker that does the jobs.

The child may die (killed, out of memory, "database is locked"): the supervisor takes up what it held and starts
another.
The child ends by itself when the supervisor is gone.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

logger = logging.getLogger("guanxi.jobs")

POLL_SECONDS = 0.25
REAP_SECONDS = 5.0
STOP_SECONDS = 20.0
LONGEST_PAUSE = 10.0
_CHILD = "from guanxi.jobs.worker import child_main; child_main()"


@dataclass
class _Supervisor:
    """One child at a time, started again with growing pauses while it keeps dying at once."""

    stop: threading.Event
    parent: int | None = None
    child: subprocess.Popen[bytes] | None = None
    worker: str = ""
    pause: float = 0.0
    born: float = 0.0
    reaped: float = field(default=float("-inf"))

    def run(self) -> None:
        """Work until `stop` is set."""
        try:
            while not self.stop.is_set() and self.parent in (None, os.getppid()):
                self.step()
                self.stop.wait(POLL_SECONDS)
        finally:
            self.end_child()

    def step(self) -> None:
        """Look after the child and, every few seconds, after leases that ran out elsewhere and what else is due."""
        if self.child is None:
            self.start_child()
        elif self.child.poll() is not None:
            self.bury_child()
        if time.monotonic() - self.reaped > REAP_SECONDS:
            self.reaped = time.monotonic()
            _reap()

    def start_child(self) -> None:
        """Start a child under a name nobody had before."""
        self.worker = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        environment = {**os.environ, "GUANXI_WORKER": self.worker}
        self.born = time.monotonic()
        self.child = subprocess.Popen(  # noqa: S603 - our own interpreter, our own code
            [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, env=environment
        )

    def bury_child(self) -> None:
        """Take up what the dead child held, then make room for the next."""
        assert self.child is not None  # noqa: S101 - looked at just before
        logger.warning("worker %s ended with %s; another one starts", self.worker, self.child.returncode)
        _release(self.worker)
        lived = time.monotonic() - self.born
        self.pause = 0.0 if lived > 30 else min(LONGEST_PAUSE, self.pause * 2 + 0.25)
        self.child = None
        self.stop.wait(self.pause)

    def end_child(self) -> None:
        """Let the child finish its job for a while, then make an end; the job goes on with the next worker."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        _release(self.worker)


def run_worker(*, stop_event: threading.Event | None = None, parent: int | None = None) -> None:
    """Do jobs until `stop_event` is set; without one, until SIGINT or SIGTERM arrives (main thread only).

    Django must be set up. Give an event to run it in a thread beside a web server; give `parent`, the process that
    started this one, to end when that is gone, however it went.
    """
    stop = stop_event
    if stop is None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: stop.set())
    _Supervisor(stop, parent).run()


def _reap() -> None:
    from django.db import Error, close_old_connections  # noqa: PLC0415 - Django is set up by now
    from django.utils import timezone  # noqa: PLC0415

    from guanxi.jobs.services import reap_expired, watchers  # noqa: PLC0415

    close_old_connections()
    for look in (lambda now: reap_expired(now=now), *watchers()):
        try:
            look(timezone.now())
        except Error:
            logger.warning("what is due could not be looked for this time", exc_info=True)


def _release(worker: str) -> None:
    """Give back what the dead held; where the database is busy, the lease runs out by itself."""
    from django.db import Error, close_old_connections  # noqa: PLC0415 - Django is set up by now
    from django.utils import timezone  # noqa: PLC0415

    from guanxi.jobs.services import release_leases  # noqa: PLC0415

    close_old_connections()
    try:
        release_leases(worker, now=timezone.now())
    except Error:
        logger.warning("the leases of %s will run out by themselves", worker, exc_info=True)


def child_main() -> None:
    """Do jobs in this process until the parent closes our standard input or sends SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.config.settings")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()

    import django  # noqa: PLC0415 - after the settings are named

    django.setup()
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415

    worker = Worker(
        queue_names=["*"],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=os.environ.get("GUANXI_WORKER") or f"worker:{os.getpid()}",
        excluded_queue_names=[],
    )
    signal.signal(signal.SIGTERM, worker.shutdown)
    worker.run()


def _leave_with_parent() -> None:
    """The pipe on our standard input ends when the supervisor is gone, however it went."""
    while os.read(sys.stdin.fileno(), 1024):
        continue
    os._exit(3)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.config.settings")
    import django

    django.setup()
    run_worker()
