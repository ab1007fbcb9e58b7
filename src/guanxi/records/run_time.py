"""Fields that come while the program runs: what people define in the browser, seen at once in every process.

A room that keeps such fields registers a provider. Which fields stand is told by one row with a token: a process
reads it once a request and asks the provider only when the token is another than the one it knows. The token is
drawn, never counted: one that was rolled back never comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import uuid4

from guanxi.records.models import FieldsVersion

if TYPE_CHECKING:
    from guanxi.records.declaration import FieldDeclaration

Provider = Callable[[], Iterable["FieldDeclaration"]]


class _Reading:
    """What one request knows of the token; `settled` is false once the request itself has changed the fields."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.settled = True


_providers: dict[str, list[Provider]] = {}
_for_every_type: list[Callable[[str], Iterable[FieldDeclaration]]] = []
_known: dict[str, tuple[str, tuple[FieldDeclaration, ...]]] = {}
_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


def register_fields(name: str, provider: Provider) -> None:
    """Let `provider` give fields to the record type called `name`. Called once, at start.

    It reads the database and returns declarations that are joined (`Join`) or stored in JSON, whose names no other
    field has: where one does, the declared field counts.
    """
    _providers.setdefault(name, []).append(provider)


def register_fields_of_every_type(provider: Callable[[str], Iterable[FieldDeclaration]]) -> None:
    """Let `provider` give fields to any record type, by its name. Called once, at start."""
    _for_every_type.append(provider)


def has_run_time_fields(name: str) -> bool:
    """Whether fields may come to this type while the program runs."""
    return name in _providers or bool(_for_every_type)


def run_time_fields(name: str) -> tuple[FieldDeclaration, ...]:
    """Return the fields that stand now; the same tuple as long as nothing was changed."""
    if not has_run_time_fields(name):
        return ()
    token = _token()
    known = _known.get(name)
    if known is None or known[0] != token:
        given = [
            *(provider() for provider in _providers.get(name, ())),
            *(of(name) for of in _for_every_type),
        ]
        fields = tuple(field for found in given for field in found)
        known = _known[name] = (token, fields)
    return known[1]


def lock_fields() -> None:
    """Let nobody else change fields until the end of this transaction."""
    FieldsVersion.objects.get_or_create(pk=1, defaults={"token": uuid4().hex})
    FieldsVersion.objects.select_for_update().get(pk=1)


def fields_changed() -> None:
    """Tell every process that the providers give something else now.

    Call it after the last write, in its transaction: with the commit both are seen, with a roll-back neither.
    """
    FieldsVersion.objects.update_or_create(pk=1, defaults={"token": uuid4().hex})
    reading = _reading.get()
    if reading is not None:
        reading.settled = False


@contextmanager
def one_reading() -> Iterator[None]:
    """Read the token at most once inside: a request, or a piece of work that shall see one state of the fields."""
    mark = _reading.set(_Reading())
    try:
        yield
    finally:
        _reading.reset(mark)


def _token() -> str:
    reading = _reading.get()
    if reading is None or not reading.settled:
        return _read_token()
    if reading.token is None:
        reading.token = _read_token()
    return reading.token


def _read_token() -> str:
    return FieldsVersion.objects.filter(pk=1).values_list("token", flat=True).first() or ""
