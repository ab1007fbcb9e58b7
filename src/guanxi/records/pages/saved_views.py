"""Lists under a name: kept, renamed, shared, removed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.records.declaration import RecordType, record_type
from guanxi.records.habits import arranged_for, write_widths
from guanxi.records.pages.columns import view_named
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.pages.listing import address_of
from guanxi.records.services import views as services


@signed_in
@require_POST
def keep_view(request: ActorRequest, known: RecordType) -> HttpResponse:
    """Keep the list as it is now under a name."""
    asked = ListQuery.read(known, request.POST)
    try:
        view = services.save_view(
            actor=request.actor,
            known=known,
            name=request.POST.get("name", ""),
            where=asked.where,
            columns=asked.columns,
            order=asked.order,
            layout={**asked.layout, **_widths(request, known)},
            shared="shared" in request.POST,
            is_default="is_default" in request.POST,
        )
    except InvalidError as error:
        return _refused(request, error, asked.address())
    say(request, _("The view “%(name)s” was kept.") % {"name": view.name})
    return redirect(address_of(view, known))


def _widths(request: ActorRequest, known: RecordType) -> dict[str, str]:
    """How wide the columns stand now, as a view keeps it."""
    view = view_named(request.POST.get("from_view", ""), known, request.actor)
    widths = write_widths(arranged_for(request.actor, known, view).widths)
    return {"widths": widths} if widths else {}


@signed_in
@require_POST
def change_view(request: ActorRequest, view_id: int) -> HttpResponse:
    """Rename a view, share it, or let the list open with it."""
    try:
        view = services.change_view(
            actor=request.actor,
            view_id=view_id,
            name=request.POST.get("name", ""),
            shared="shared" in request.POST,
            is_default="is_default" in request.POST,
        )
    except InvalidError as error:
        return _refused(request, error, request.POST.get("next", "/"))
    return redirect(address_of(view, record_type(view.record_type)))


@signed_in
@require_POST
def remove_view(request: ActorRequest, view_id: int) -> HttpResponse:
    """Remove a view."""
    known = services.delete_view(actor=request.actor, view_id=view_id)
    say(request, _("The view was removed."))
    return redirect(ListQuery(known, view="all").address())


def _refused(request: ActorRequest, error: InvalidError, address: str) -> HttpResponse:
    say(request, " ".join(error.texts), bad=True)
    return redirect(address if address.startswith("/") and not address.startswith("//") else "/")
