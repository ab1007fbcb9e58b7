"""How somebody has the columns of a list: which, in which order, how wide. Kept per person, list and saved view."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default

from guanxi.access.calc import Actor
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType
from guanxi.records.models import ListHabit, SavedView

NARROWEST, WIDEST = 48, 900
"""The least and greatest width of a column, in CSS pixels."""
TITLE_WIDTH = 280
_TEXT_WIDTH = 170
_WIDTHS: Mapping[Kind, int] = {
    Kind.LONG_TEXT: 280,
    Kind.EMAIL: 200,
    Kind.URL: 200,
    Kind.PHONE: 140,
    Kind.INTEGER: 110,
    Kind.NUMBER: 120,
    Kind.MONEY: 140,
    Kind.DATE: 130,
    Kind.BOOLEAN: 100,
    Kind.CHOICE: 130,
}


@dataclass(frozen=True, slots=True)
class Arranged:
    """The columns somebody has chosen (none: as usual) and the widths they gave, in CSS pixels by field."""

    columns: tuple[str, ...] = ()
    widths: Mapping[str, int] = default(default_factory=dict)


def arranged_for(actor: Actor, known: RecordType, view: SavedView | None) -> Arranged:
    """Return how the actor has a list, or a saved view of it; what they did not change is as the view keeps it."""
    habit = ListHabit.objects.filter(owner_id=actor.id, record_type=known.name, view=view).first()
    kept = read_widths(str(view.layout.get("widths", ""))) if view else {}
    if habit is None:
        return Arranged(widths=kept)
    columns = tuple(name for name in habit.columns if name in known.by_name)  # a field may have gone since
    return Arranged(columns, {**kept, **habit.widths})


def read_widths(text: str) -> dict[str, int]:
    """Read `name:240,phone:120`; what is no width is left out."""
    found = {}
    for part in text.split(","):
        name, _, width = part.partition(":")
        if width.isascii() and width.isdigit() and len(width) < 6:
            found[name] = bounded(int(width))
    return found


def write_widths(widths: Mapping[str, int]) -> str:
    """Write widths as a saved view keeps them."""
    return ",".join(f"{name}:{width}" for name, width in widths.items())


def bounded(width: int) -> int:
    """Return the nearest width that a column may have."""
    return max(NARROWEST, min(WIDEST, width))


def widths_of(
    known: RecordType, fields: Iterable[FieldDeclaration], given: Mapping[str, int]
) -> dict[str, int]:
    """Return how wide each column is: as given, else as its kind usually needs."""
    return {field.name: given.get(field.name) or _usual(known, field) for field in fields}


def _usual(known: RecordType, field: FieldDeclaration) -> int:
    return TITLE_WIDTH if field.name == known.title else _WIDTHS.get(field.kind, _TEXT_WIDTH)
