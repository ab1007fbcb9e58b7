"""Processes that go on from this one with all it has loaded, so that what is alike stands in memory once.

On Linux they are forked: whoever starts them has no threads and has closed its connections. Elsewhere forking is not
sound, and they begin anew: slower and larger, alike in all else.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import django


def share_what_is_loaded() -> None:
    """Put everything loaded so far out of the collector's reach, which would write into every page of it."""
    gc.collect()
    gc.freeze()


def start_beside(work: Callable[[], object], *, own_session: bool = False) -> BaseProcess:
    """Start a process that does `work` and ends with its exit code; `own_session`: signals of a terminal pass it by."""
    from django.db import connections  # noqa: PLC0415 - Django is set up by now

    connections.close_all()
    if sys.platform == "linux":
        process: BaseProcess = multiprocessing.get_context("fork").Process(
            target=_begin, args=(work, own_session)
        )
    else:
        process = multiprocessing.get_context("spawn").Process(target=_begin, args=(work, own_session))
    process.start()
    return process


def wait_for_parent_to_end() -> None:
    """Return when the process that started this one with `start_beside` is gone, however it went."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()


def _begin(work: Callable[[], object], own_session: bool) -> None:  # noqa: FBT001 - carried as an argument
    if own_session:
        os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    django.setup()
    work()
