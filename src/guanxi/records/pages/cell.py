"""One value changed where it stands."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guanxi.access.errors import ForbiddenError, InvalidError, StaleError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say_at_once
from guanxi.access.signin import signed_in
from guanxi.records.cells import cell_of
from guanxi.records.declaration import RecordType
from guanxi.records.pages.record import people_choices
from guanxi.records.presentation import shown, shown_plain
from guanxi.records.queries import get_record
from guanxi.records.services import update_record
from guanxi.records.values import MASKED, looks_masked, may_change, shows_sensitive


@signed_in
@require_POST
def edit_cell(request: ActorRequest, known: RecordType, record_id: int, name: str) -> HttpResponseBase:
    """Save one value read at the version of `If-Match`; answer the new cell, or why not.

    422 says what is wrong with the value, 403 that it may not be changed, 412 what stands there now.
    """
    field = known.by_name.get(name)
    if field is None or not field.editable:
        raise Http404
    version = request.headers.get("If-Match", "").strip('"')
    if not (version.isascii() and version.isdigit()):
        return _problem(428, _("The version of the record is missing. Load the page again."))
    value = request.POST.get("value", "")
    if field.sensitive and looks_masked(field, value):
        return _problem(422, str(MASKED))
    try:
        written = update_record(
            actor=request.actor,
            known=known,
            record_id=record_id,
            values={name: value},
            version=int(version),
            now=timezone.now(),
        )
    except InvalidError as error:
        return _problem(422, " ".join(text for found in error.errors.values() for text in found))
    except ForbiddenError:
        return _problem(403, _("You may see this, but not change it."))
    except StaleError as error:
        row = get_record(known, request.actor, record_id)
        current = error.current.get(name)
        if field.target:
            text = shown(row, field, unmasked=shows_sensitive(row, request.actor)) or "–"
        else:
            text = shown_plain(field, current)
        theirs = {"value": "" if current is None else current, "text": text, "version": error.version}
        return JsonResponse({"code": "stale", "current": theirs}, status=412)
    row = get_record(known, request.actor, record_id)
    tag = "dd" if request.GET.get("as") == "dd" else "td"
    drawn = cell_of(
        known,
        row,
        field,
        unmasked=shows_sensitive(row, request.actor),
        changeable=may_change(row, request.actor),
        choices=people_choices(field, request.actor),
        tag=tag,
    )
    response = HttpResponse(drawn.draw(tag))
    if written.changeset:
        say_at_once(
            response,
            _("%(field)s saved") % {"field": capfirst(str(field.label))},
            changeset=written.changeset,
        )
    return response


def _problem(status: int, detail: str) -> JsonResponse:
    return JsonResponse(
        {"status": status, "detail": detail}, status=status, content_type="application/problem+json"
    )
