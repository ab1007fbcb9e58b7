"""What a service refuses, said once for pages, API and command line."""

from __future__ import annotations

from collections.abc import Mapping


class NotFoundError(Exception):
    """It is not there, or the actor may not see it: the two are not told apart."""


class ForbiddenError(Exception):
    """The actor sees it but may not do this."""


class StaleError(Exception):
    """Someone else changed the record since it was read."""

    def __init__(self, *, version: int, current: Mapping[str, object]) -> None:
        super().__init__("the record was changed meanwhile")
        self.version = version
        self.current = current


class InvalidError(Exception):
    """Values that cannot be kept; `errors` maps a field to its messages."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(found)}" for name, found in errors.items()))
        self.errors = errors

    @property
    def texts(self) -> list[str]:
        """All messages, without their fields."""
        return [message for found in self.errors.values() for message in found]


class ConflictError(Exception):
    """It was done already, or something else stands in the way; the message says what."""
