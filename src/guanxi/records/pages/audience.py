"""Who may see a record and why, in words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guanxi.access.calc import Actor, Ground, Verb
from guanxi.access.middleware import ActorRequest
from guanxi.access.models import RoleChoices
from guanxi.access.signin import signed_in
from guanxi.records.audience import audience_of, team_of
from guanxi.records.declaration import RecordType
from guanxi.records.queries import get_record
from guanxi.records.values import grounds_on


def own_grounds(known: RecordType, row: Any, actor: Actor) -> list[str]:
    """Return in words why the reader sees a record."""
    parent = str(known.by_name[known.parent].label) if known.parent else ""
    return [_own(ground, row, parent) for ground in grounds_on(row, actor, Verb.VIEW)]


def _own(ground: Ground, row: Any, parent: str) -> str:
    if ground is Ground.OWNER:
        return _("You own the %(record)s it belongs to.") % {"record": parent} if parent else _("You own it.")
    if ground is Ground.TEAM:
        return _("It is in your team %(team)s.") % {"team": team_of(row)}
    if ground is Ground.ROLE:
        return _("You are an administrator and see everything.")
    return _("Everybody who signs in sees it.")


def _heading(ground: Ground, team: str) -> str:
    return {
        Ground.OWNER: _("The owner"),
        Ground.TEAM: _("Members of team %(team)s") % {"team": team},
        Ground.ROLE: _("By role"),
        Ground.EVERYBODY: _("Everybody who signs in"),
    }[ground]


@signed_in
@require_GET
def audience(request: ActorRequest, known: RecordType, record_id: int) -> HttpResponse:
    """Answer who may see a record and why; people whom the reader may not name are counted only."""
    row = get_record(known, request.actor, record_id)
    roles = dict(RoleChoices.choices)
    groups = [
        {
            "heading": _heading(found.ground, found.team),
            "viewers": [(viewer, roles[viewer.role.value]) for viewer in found.viewers],
            "others": found.others,
        }
        for found in audience_of(row, request.actor)
    ]
    return render(request, "records/audience.html", {"groups": groups})
