"""What happened around a record: what it was told in (interactions, orders) and how it was changed, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.models import ChangeAction, ChangeVerb
from guanxi.access.reasons import shown_reason
from guanxi.records.cleaning import referable
from guanxi.records.declaration import FieldDeclaration, Kind, RecordType, record_types
from guanxi.records.history import Event, record_history
from guanxi.records.presentation import currency_of, shown_plain, shown_value
from guanxi.records.queries import related
from guanxi.records.values import raw_value

LENGTH = 25
UNDONE_HERE = frozenset({ChangeVerb.CREATE, ChangeVerb.UPDATE, ChangeVerb.DELETE, ChangeVerb.UNDO})
"""What may be taken back from a record's page; imports and bulk edits concern many and are undone where they stand."""
KEYED = frozenset({ChangeVerb.UNDO, ChangeVerb.TIER})
"""Their reason is a key (the change set taken back, the scheme): the changes themselves tell more."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, as people read it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a timeline. `undo` is the change set to take back from here, 0 for none."""

    at: datetime
    timed: bool
    icon: str
    title: str
    who: str = ""
    body: str = ""
    note: str = ""
    href: str = ""
    why: str = ""
    changes: tuple[FieldChange, ...] = ()
    undo: int = 0
    undone: bool = False
    source: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A part of the timeline, and where each source goes on (empty: that was all)."""

    entries: tuple[Entry, ...]
    next: Mapping[str, str] = default(default_factory=dict)


def timeline_of(known: RecordType, row: Any, actor: Actor, places: Mapping[str, str]) -> Timeline:
    """Return the next entries of a record's timeline; `places` is the `next` of the part before, or empty.

    One query a source, whatever the number of entries. A source at place "-" has ended.
    """
    found: list[Entry] = []
    for part in told_types(known):
        if places.get(part.name) != "-":
            found += _told(part, known, row, actor, places.get(part.name, ""))
    if places.get("change") != "-":
        found += _changes(known, row, actor, places.get("change", ""))
    found.sort(key=lambda entry: entry.at, reverse=True)
    return Timeline(tuple(found[:LENGTH]), _places_after(known, found, places))


def _places_after(known: RecordType, found: list[Entry], places: Mapping[str, str]) -> dict[str, str]:
    """Where each source goes on after the first entries of all; nothing when nothing is left."""
    if len(found) <= LENGTH:
        return {}
    shown, left = found[:LENGTH], {entry.source for entry in found[LENGTH:]}
    after = {}
    for name in (*(part.name for part in told_types(known)), "change"):
        last = next((entry.place for entry in reversed(shown) if entry.source == name), places.get(name, ""))
        after[name] = last if name in left else "-"
    return {name: place for name, place in after.items() if place}


def told_types(known: RecordType) -> list[RecordType]:
    """Return the types whose records happen at a moment and point to records of this type."""
    return [part for part in record_types() if part.moment and references_to(part, known)]


def references_to(part: RecordType, known: RecordType) -> list[FieldDeclaration]:
    """Return the fields by which records of a type point to records of another."""
    return [field for field in part.fields if field.kind is Kind.REFERENCE and field.target == known.name]


def parts_of(part: RecordType, known: RecordType, row: Any, actor: Actor) -> Any:
    """Return the visible records of a type that point to a row."""
    points = Q()
    for field in references_to(part, known):
        points |= Q(**{field.attribute: row.pk})
    return part.model.objects.visible_to(actor).filter(points)


def _told(part: RecordType, known: RecordType, row: Any, actor: Actor, place: str) -> list[Entry]:
    moment = part.by_name[part.moment]
    rows = parts_of(part, known, row, actor)
    if place:
        at, key = _read_place(moment, place)
        rows = rows.filter(Q(**{f"{moment.column}__lt": at}) | Q(**{moment.column: at}, pk__lt=key))
    rows = rows.select_related(*related(part), "created_in__actor")
    return [
        _told_entry(part, found, actor) for found in rows.order_by(f"-{moment.column}", "-pk")[: LENGTH + 1]
    ]


def _read_place(moment: FieldDeclaration, place: str) -> tuple[Any, int]:
    """Read where a source goes on. What nobody gave out begins at the beginning of time: nothing is found there."""
    at, _sign, key = place.rpartition("~")
    read = date.fromisoformat if moment.kind is Kind.DATE else datetime.fromisoformat
    try:
        return read(at), int(key)
    except ValueError:
        return read("1000-01-01" if moment.kind is Kind.DATE else "1000-01-01T00:00:00+00:00"), 0


def _told_entry(part: RecordType, row: Any, actor: Actor) -> Entry:
    value = getattr(row, part.by_name[part.moment].column)
    timed = isinstance(value, datetime)
    kind = next((field for field in part.fields if field.kind is Kind.CHOICE and field.join is None), None)
    return Entry(
        at=value if timed else datetime.combine(value, time(), tzinfo=actor.zone),
        timed=timed,
        icon=_ICONS.get(str(getattr(row, kind.column, "")) if kind else "", part.icon),
        title=shown_value(kind, raw_value(row, kind))
        if kind and part.name == "interaction"
        else str(part.label),
        who=_maker(row),
        body=_body(part, row),
        note=getattr(row, "note", ""),
        href=reverse("records:record", args=[part, row.pk]),
        source=part.name,
        place=f"{value.isoformat()}~{row.pk}",
    )


_ICONS = {
    "call": "phone",
    "visit": "map-pin",
    "meeting": "users",
    "message": "message",
    "mail": "mail",
    "note": "note",
}


def _maker(row: Any) -> str:
    return str(row.created_in.actor or "") if row.created_in else ""


def _body(part: RecordType, row: Any) -> str:
    """The title, and the amount where there is one."""
    amounts = [
        field for field in part.listed if field.kind is Kind.MONEY and raw_value(row, field) is not None
    ]
    shown = [shown_value(field, raw_value(row, field), currency=currency_of(row, field)) for field in amounts]
    return " · ".join(filter(None, (str(row), *shown)))


def _changes(known: RecordType, row: Any, actor: Actor, place: str) -> list[Entry]:
    before = int(place) if place.isascii() and place.isdigit() and len(place) < 18 else None
    page = record_history(known, actor, row.pk, limit=LENGTH + 1, before=before)
    names = _names(known, page.events, actor)
    return [_change_entry(known, row, event, names, actor) for event in page.events]


Names = Mapping[tuple[str, object], str]


def _names(known: RecordType, events: list[Event], actor: Actor) -> Names:
    """Names of the people, teams and records that a history mentions; one query a kind of them."""
    wanted: dict[str, set[object]] = {}
    for event in events:
        for name, pair in event.fields.items():
            field = known.by_name.get(name)
            if field and field.target:
                wanted.setdefault(name, set()).update(value for value in pair if value is not None)
    return {
        (name, found.pk): str(found)
        for name, keys in wanted.items()
        if keys
        for found in referable(known.by_name[name], actor).filter(pk__in=keys)
    }


def _change_entry(known: RecordType, row: Any, event: Event, names: Names, actor: Actor) -> Entry:
    mine = actor.is_administrator or event.actor_id == actor.id
    may_undo = mine and not actor.read_only and event.undone_by is None and event.verb in UNDONE_HERE
    return Entry(
        at=event.at,
        timed=True,
        icon="plus" if event.action is ChangeAction.CREATE else "history",
        title=_verb(event),
        who=event.actor_name or _("Guanxi"),
        why="" if event.verb in KEYED else shown_reason(event.why),
        changes=tuple(_field_changes(known, row, event, names)),
        undo=event.changeset_id if may_undo else 0,
        undone=event.undone_by is not None,
        source="change",
        place=str(event.change_id),
    )


def _verb(event: Event) -> str:
    return str(dict(ChangeVerb.choices).get(event.verb, event.verb))


def _field_changes(known: RecordType, row: Any, event: Event, names: Names) -> list[FieldChange]:
    found = []
    for name, (before, after) in event.fields.items():
        field = known.by_name.get(name)
        if field is None:
            found.append(_nested_change(known, before, after))
            continue
        texts = [_text(field, row, value, names) for value in (before, after)]
        found.append(FieldChange(str(field.label), *texts))
    return found


def _text(field: FieldDeclaration, row: Any, value: object, names: Names) -> str:
    if field.target and value is not None:
        return names.get((field.name, value), f"#{value}")
    return shown_plain(field, value, currency=currency_of(row, field))


def _nested_change(known: RecordType, before: Any, after: Any) -> FieldChange:
    label = str(known.nested.label) if known.nested else ""
    return FieldChange(label, *(str(len(rows)) if isinstance(rows, list) else "" for rows in (before, after)))
