"""Where a customer's values came from: a quiet mark at each field, and the rows that brought them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from guanxi.access.calc import Actor
from guanxi.access.middleware import ActorRequest
from guanxi.customers.models import Customer
from guanxi.customers.provenance import Origin, OriginValue, origins_of
from guanxi.duplicates.queries import former_ids
from guanxi.records.declaration import FieldDeclaration, RecordType
from guanxi.records.pages.sections import Section, Slot, register_section
from guanxi.records.values import masked, shows_sensitive

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Said:
    """What a row said of a field, as the reader may see it."""

    field: FieldDeclaration
    text: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """A row of a source with what it said."""

    origin: Origin
    said: tuple[Said, ...]


def origins_section(request: ActorRequest, known: RecordType, row: Any) -> Mapping[str, Any] | None:
    """Return the rows that made a customer, newest first, and the mark of each field; None without any."""
    origins = _origins(request.actor, row)
    if not origins:
        return None
    unmasked = shows_sensitive(row, request.actor)
    brought = [Brought(origin, tuple(_said(known, origin.values, unmasked=unmasked))) for origin in origins]
    return {
        "brought": brought[:SHOWN],
        "more": max(0, len(brought) - SHOWN),
        "marks": dict(_marks(request, brought)),
    }


def _origins(actor: Actor, row: Customer) -> list[Origin]:
    """The rows that made a customer, and those that made the customers that became it, read beside what it says now."""
    former = []
    for key in former_ids([row.pk]):
        one = copy(row)
        one.pk = key
        former.append(one)
    found = origins_of(actor, [row, *former])
    return sorted(chain(*found.values()), key=lambda origin: (origin.at, origin.row), reverse=True)


def _said(known: RecordType, values: tuple[OriginValue, ...], *, unmasked: bool) -> Iterator[Said]:
    for value in values:
        field = known.by_name.get(value.field)
        if field is None:
            continue
        hidden = field.sensitive and not unmasked
        yield Said(field, masked(field, value.text) if hidden else value.text, value.stands)


def _marks(request: ActorRequest, brought: list[Brought]) -> Iterator[tuple[str, SafeString]]:
    """The mark of each field whose value still stands as a row said it: the first row that did."""
    first: dict[str, tuple[Brought, Said]] = {}
    for one in brought:
        first.update({said.field.name: (one, said) for said in one.said if said.stands})
    for name, (one, said) in first.items():
        context = {"origin": one.origin, "said": said}
        yield name, render_to_string("duplicates/origin_mark.html", context, request=request)


register_section(
    "customer", Section(template="duplicates/origins.html", slot=Slot.SIDE, context=origins_section)
)
