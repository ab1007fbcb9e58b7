"""What is done with the rows that were selected in a list."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.conditions.tree import Everything
from guanxi.records.declaration import RecordType
from guanxi.records.pages.export import file_answer
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.services.selected import Selected, change_selected, delete_selected


@signed_in
@require_POST
def act(request: ActorRequest, known: RecordType) -> HttpResponseBase:
    """Assign the selected rows to somebody, delete them, or export them; then back to the list as it was."""
    asked = ListQuery.read(known, request.POST)
    ids = [
        int(key) for key in request.POST.getlist("ids") if key.isascii() and key.isdigit() and len(key) < 18
    ]
    wish = request.POST.get("action", "")
    if wish.startswith("export.") and ids:
        columns = [field.name for field in asked.fields]
        return file_answer(
            request, known, Everything(), wish.removeprefix("export."), columns=columns, ids=ids
        )
    return _change(request, asked, ids, wish)


def _change(request: ActorRequest, asked: ListQuery, ids: Sequence[int], wish: str) -> HttpResponse:
    back = redirect(asked.address())
    actor, known, now = request.actor, asked.known, timezone.now()
    try:
        if wish == "delete":
            _tell(request, delete_selected(actor=actor, known=known, ids=ids, now=now), deleted=True)
        elif wish == "owner":
            values = {"owner": request.POST.get("owner", "")}
            _tell(request, change_selected(actor=actor, known=known, ids=ids, values=values, now=now))
        else:
            say(request, _("Choose what to do with the selected rows."), bad=True)
    except InvalidError as error:
        say(request, " ".join(text for found in error.errors.values() for text in found), bad=True)
    return back


def _tell(request: ActorRequest, selected: Selected, *, deleted: bool = False) -> None:
    if deleted:
        message = ngettext("%(count)s row was deleted.", "%(count)s rows were deleted.", selected.done)
    else:
        message = ngettext("%(count)s row was changed.", "%(count)s rows were changed.", selected.done)
    message %= {"count": selected.done}
    if selected.refused:
        left = ngettext(
            "%(count)s is not yours to change.", "%(count)s are not yours to change.", selected.refused
        )
        message = f"{message} {left % {'count': selected.refused}}"
    say(request, message, changeset=selected.changeset)
