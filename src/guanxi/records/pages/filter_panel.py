"""The panel in which a list is narrowed: rows and groups to choose from, or the condition as text."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.conditions.errors import ConditionError
from guanxi.conditions.messages import explain
from guanxi.conditions.text import format_condition
from guanxi.conditions.tree import Condition, Everything
from guanxi.records.builder import MOST_PARTS, Built, built, drafted, has_too_many, read_group
from guanxi.records.builder.parts import FieldRow, Group
from guanxi.records.declaration import RecordType
from guanxi.records.pages.filter_parts import (
    COMPARED,
    JOINED,
    QUANTIFIED,
    REACHES,
    THIS_UNITS,
    UNITS,
    drawn_filter,
)
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.queries import parse_where

CHOICES = {
    "joined": JOINED,
    "quantified": QUANTIFIED,
    "compared": COMPARED,
    "reaches": REACHES,
    "units": UNITS,
    "this_units": THIS_UNITS,
    "example_day": "today - 90d",
    "example_distance": "2 km",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A filter as it is being written: as parts, or as text with what is wrong with it."""

    where: str
    fault: str = ""
    group: Group | None = None
    found: Built | None = None

    @property
    def is_faulty(self) -> bool:
        """Whether it cannot be used as it is."""
        return bool(self.fault or (self.found and self.found.faults))


@signed_in
@require_GET
def panel(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Answer the panel for the filter as it is, or as it is being written; `apply` goes to the list with it.

    422 when it cannot be applied: the faults stand beside their places.
    """
    given = request.GET
    asked = ListQuery.read(known, given)
    if "part" in given:
        group = read_group(given, known.schema)
        found = built(group, known.schema)
        fault = _too_many() if has_too_many(given) else ""
        written = Written(_text(found.condition), fault, group=group, found=found)
    else:
        written = _from_text(known, asked.where, as_parts="as_text" not in given)
    if "apply" in given and not written.is_faulty:
        return HttpResponse(
            status=204, headers={"HX-Redirect": asked.address(where=written.where, view="all")}
        )
    as_text = written.group is None or ("as_text" in given and not written.is_faulty)
    context = {
        "known": known,
        "asked": asked,
        "where": written.where,
        "fault": written.fault,
        "as_text": as_text,
    }
    if not as_text and written.group and written.found:
        drawn = drawn_filter(written.group, written.found, known, request.actor)
        context = {**context, **CHOICES, "drawn": drawn}
    status = 422 if written.is_faulty and "apply" in given else 200
    return render(request, "records/filter_panel.html", context, status=status)


def _too_many() -> str:
    return _("A filter has at most %(most)s parts: remove some of them.") % {"most": MOST_PARTS}


def _from_text(known: RecordType, where: str, *, as_parts: bool) -> Written:
    """A condition in its parts where it can be read; an empty one begins with a row about the title."""
    try:
        condition = parse_where(where, known)
    except ConditionError as error:
        return Written(where, explain(error))
    if not as_parts:
        return Written(where)
    group = drafted(condition, known.schema)
    group = group if group.parts else Group(parts=(FieldRow(known.title),))
    return Written(where, group=group, found=built(group, known.schema))


def _text(where: Condition) -> str:
    return "" if isinstance(where, Everything) else format_condition(where)
