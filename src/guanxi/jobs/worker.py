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
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess

from guanxi.jobs.forking import start_beside, wait_for_parent_to_end

logger = logging.getLogger("guanxi.jobs")

POLL_SECONDS = 0.25
REAP_SECONDS = 5.0
STOP_SECONDS = 20.0
LONGEST_PAUSE = 10.0
PRIORITY = 10
"""How much work in the background gives way, as `nice` counts."""


@dataclass
class _Supervisor:
    """One child at a time, started again with growing pauses while it keeps dying at once."""

    stop: threading.Event
    parent: int | None = None
    child: BaseProcess | None = None
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
        elif self.child.exitcode is not None:
            self.bury_child()
        if time.monotonic() - self.reaped > REAP_SECONDS:
            self.reaped = time.monotonic()
            _reap()

    def start_child(self) -> None:
        """Start a child under a name nobody had before."""
        self.worker = f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.born = time.monotonic()
        self.child = start_beside(partial(child_main, self.worker))

    def bury_child(self) -> None:
        """Take up what the dead child held, then make room for the next."""
        assert self.child is not None  # noqa: S101 - looked at just before
        logger.warning("worker %s ended with %s; another one starts", self.worker, self.child.exitcode)
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
        self.child.join(STOP_SECONDS)
        if self.child.exitcode is None:
            self.child.kill()
            self.child.join()
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


def give_way() -> None:
    """Let processes that answer people go first; a system without priorities stays as it is."""
    if hasattr(os, "nice"):
        os.nice(max(0, PRIORITY - os.nice(0)))


def child_main(name: str) -> None:
    """Do jobs in this process under a name until the parent is gone or sends SIGTERM."""
    give_way()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415

    worker = Worker(
        queue_names=["*"],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    signal.signal(signal.SIGTERM, worker.shutdown)
    worker.run()


def _leave_with_parent() -> None:
    wait_for_parent_to_end()
    os._exit(3)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.config.settings")
    import django

    django.setup()
    run_worker()
