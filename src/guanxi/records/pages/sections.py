"""What higher rooms add to the page of a record: a section each, registered once from their `pages`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guanxi.access.middleware import ActorRequest
from guanxi.records.declaration import RecordType

ContextOf = Callable[[ActorRequest, RecordType, Any], Mapping[str, object] | None]


class Slot(StrEnum):
    """Where a section stands."""

    TOP = "top"  # above the timeline: what is done most
    MAIN = "main"  # between the head and the timeline
    SIDE = "side"  # beside, after the details


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record page. `context` gives the template's context, or None when there is nothing to show."""

    template: str
    slot: Slot
    context: ContextOf


_sections: dict[str, list[Section]] = defaultdict(list)


def register_section(type_name: str, section: Section) -> None:
    """Add a section to the pages of a type. A second registration of the same section does nothing."""
    if section not in _sections[type_name]:
        _sections[type_name].append(section)


def drawn_sections(
    request: ActorRequest, known: RecordType, row: Any, given: Mapping[str, object]
) -> dict[str, list[SafeString]]:
    """Draw the sections of a record, by slot; `given` is in every template's context."""
    drawn: dict[str, list[SafeString]] = defaultdict(list)
    for section in _sections[known.name]:
        context = section.context(request, known, row)
        if context is not None:
            html = render_to_string(section.template, {**given, **context}, request=request)
            drawn[section.slot.value].append(html)
    return drawn
