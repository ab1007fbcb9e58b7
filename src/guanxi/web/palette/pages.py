"""The answer to what is typed into the palette."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from guanxi.access.middleware import ActorRequest
from guanxi.access.signin import signed_in
from guanxi.web.palette.queries import palette


@signed_in
@require_GET
def offered(request: ActorRequest) -> HttpResponse:
    """Answer what the palette offers for `q`; actions come back to the page the asking one shows."""
    text = request.GET.get("q", "")
    current = request.htmx.current_url_abs_path or "/"
    here = current if url_has_allowed_host_and_scheme(current, {request.get_host()}) else "/"
    groups = palette(request.actor, text, here=here)
    return render(request, "web/palette_options.html", {"groups": groups, "text": text.strip()})
