"""Short messages at the edge of the page, on the next full page or with an htmx answer."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from guanxi.access.models import ChangeSet


def undo_address(changeset: ChangeSet | None) -> str:
    """Return where an undo of the change set is posted to; empty when nothing was changed."""
    return reverse("records:undo", args=[changeset.pk]) if changeset else ""


def say(request: HttpRequest, message: str, *, changeset: ChangeSet | None = None, bad: bool = False) -> None:
    """Show a message on the next full page, with an undo when a change set is given."""
    level = messages.ERROR if bad else messages.SUCCESS
    messages.add_message(request, level, message, extra_tags=undo_address(changeset))


def say_at_once(
    response: HttpResponseBase, message: str, *, changeset: ChangeSet | None = None, bad: bool = False
) -> None:
    """Show a message with an htmx answer or an inline edit, with an undo when a change set is given."""
    toast: dict[str, str] = {"message": message}
    if bad:
        toast["kind"] = "bad"
    if changeset:
        toast["undoUrl"] = undo_address(changeset)
    response["HX-Trigger"] = json.dumps({"guanxi:toast": toast})
