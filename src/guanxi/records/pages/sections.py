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

ContextOf = Callable[[ActorRequest, RecordType, Any], Mapping[str, Any] | None]


class Slot(StrEnum):
    """Where a section stands."""

    TOP = "top"  # above the timeline: what is done most
    MAIN = "main"  # between the head and the timeline
    SIDE = "side"  # beside, after the details
    MENU = "menu"  # an entry of the menu of what may be done with the record
    FORM = "form"  # not there, but in the form of a new record, after its buttons: Enter saves; it is given no row


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


Follower = Callable[[ActorRequest, Any], None]
"""What a higher room does after somebody added a record with the form: it is given the request and the row."""

_followers: dict[str, list[Follower]] = defaultdict(list)


def follow_adding(type_name: str, follower: Follower) -> None:
    """Let a room act when a record of a type was added with the form, in the same transaction. Called once."""
    _followers[type_name].append(follower)


def tell_added(request: ActorRequest, known: RecordType, row: Any) -> None:
    """Tell whoever follows that the form added a record."""
    for follower in _followers[known.name]:
        follower(request, row)


def drawn_sections(
    request: ActorRequest, known: RecordType, row: Any, given: Mapping[str, object]
) -> dict[str, list[SafeString]]:
    """Draw the sections of a record, by slot, or of the form of a new one (`row` None).

    `given` is in every template's context. What a context has as `marks`, by the name of a field, stands beside the
    field's label: it is returned under `mark.` and that name.
    """
    drawn: dict[str, list[SafeString]] = defaultdict(list)
    for section in _sections[known.name]:
        if (section.slot is Slot.FORM) is not (row is None):
            continue
        context = section.context(request, known, row)
        if context is not None:
            html = render_to_string(section.template, {**given, **context}, request=request)
            drawn[section.slot.value].append(html)
            for name, mark in context.get("marks", {}).items():
                drawn[f"mark.{name}"].append(mark)
    return drawn
