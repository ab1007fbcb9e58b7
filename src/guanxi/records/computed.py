"""Who computes the fields that are formulas: registered at start, asked once for each state of the fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from guanxi.records.declaration import FieldDeclaration


class Computing(Protocol):
    """What formulas compute in the rows of a type."""

    @property
    def fields(self) -> tuple[FieldDeclaration, ...]:
        """The type's fields, formulas as sensitive as what they read."""
        ...

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes of rows that are computed."""
        ...

    def __call__(self, row: Any) -> None:
        """Compute the fields of a row whose other values stand."""
        ...


Make = Callable[[tuple["FieldDeclaration", ...]], Computing | None]

_makers: list[Make] = []


def compute_by(make: Make) -> None:
    """Say who computes fields: `make` takes the fields of a type, None where nothing is computed. Called once."""
    _makers.append(make)


def computing_in(fields: tuple[FieldDeclaration, ...]) -> Computing | None:
    """Return what is computed in rows that have these fields; None where there is no formula."""
    found = (make(fields) for make in _makers)
    return next((computing for computing in found if computing is not None), None)
