"""Which function does which kind of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from guanxi.jobs.services.run import JobRun

Handler = Callable[[JobRun], Mapping[str, Any] | None]

_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """Make a kind of work known. Called once at start, from the room's `jobs.py`."""
    _handlers[kind] = handler


def handler_of(kind: str) -> Handler | None:
    """Return who does this kind of work, or None."""
    return _handlers.get(kind)


Follower = Callable[[datetime], None]
"""What happens when work of a kind has ended well; it is given the moment, inside the transaction of the end."""

Watcher = Callable[[datetime], None]
"""What the worker's supervisor asks every few seconds: whether there is work nobody has asked for."""

_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Let a room look every few seconds whether something is due, as long as a worker runs. Called once, at start."""
    _watchers.append(watcher)


def watchers() -> Sequence[Watcher]:
    """Return who looks."""
    return tuple(_watchers)


_followers: dict[str, list[Follower]] = {}


def follow(kind: str, follower: Follower) -> None:
    """Let a higher room act whenever work of a lower one has ended well. Called once, at start."""
    _followers.setdefault(kind, []).append(follower)


def followers_of(kind: str) -> Sequence[Follower]:
    """Return who waits for the end of work of a kind."""
    return tuple(_followers.get(kind, ()))
