"""The list of imports, with the place to drop the next file."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.access.calc import Sharing, may_create
from guanxi.access.errors import InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.imports.queries import imports_visible_to, open_reviews
from guanxi.imports.services import receive_file
from guanxi.imports.texts import refusal_text

SHOWN = 50
MOST_BYTES = 256 * 1024 * 1024


@signed_in
@require_http_methods(["GET", "POST"])
def imports_page(request: ActorRequest) -> HttpResponse:
    """Show former imports; take a dropped file on to its columns."""
    fault = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            fault = _("Choose a file first.")
        else:
            try:
                source = receive_file(
                    actor=request.actor, file=file, name=file.name or "", now=timezone.now()
                )
                return redirect("imports-columns", source.pk)
            except InvalidError as error:
                message = " ".join(text for found in error.errors.values() for text in found)
                fault = refusal_text(error.__cause__, message)
    context = {
        "imports": imports_visible_to(request.actor)[:SHOWN],
        "may_import": may_create(request.actor, Sharing.OWNED),
        "waiting": open_reviews(request.actor).count(),
        "fault": fault,
        "most_bytes": MOST_BYTES,
    }
    return render(request, "imports/list.html", context, status=422 if fault else 200)
