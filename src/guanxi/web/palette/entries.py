"""One line of the palette, and how it is chosen by what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guanxi.records.search.calc import SearchedText, ask, meets, rank, written


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """Something to go to (`address`), to do (`address` and `posted`: sent as a form), or a `button` of the page.

    `detail` stands after the label in small; `also` are other words it is found by.
    """

    label: str
    icon: str
    address: str = ""
    posted: Mapping[str, str] | None = None
    button: str = ""
    detail: str = ""
    key: str = ""
    also: str = ""


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """Entries under a heading."""

    label: str
    entries: tuple[PaletteEntry, ...]


def chosen(entries: Iterable[PaletteEntry], text: str, limit: int) -> tuple[PaletteEntry, ...]:
    """Return the entries that a text finds, by pinyin, initials and jamo too, the likest first."""
    asked = ask(text)
    found = []
    for entry in entries:
        lines = written([SearchedText(entry.label, sounded=True), SearchedText(entry.also)])
        if meets(asked, lines):
            found.append((rank(asked, lines), entry))
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0])[:limit])
