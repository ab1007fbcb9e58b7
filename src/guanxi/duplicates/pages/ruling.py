"""Whose value stays in a merge by default, and the order in which sources are trusted: for administrators."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from guanxi.access.calc import may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.middleware import ActorRequest
from guanxi.access.notices import say
from guanxi.access.signin import signed_in
from guanxi.duplicates.calc import Survivorship
from guanxi.duplicates.services import Ruling, ruling, set_ruling
from guanxi.duplicates.texts import RULES, source_text


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: ActorRequest) -> HttpResponse:
    """Show the rule and the sources, or keep what was said of them."""
    if not may_administer(request.actor):
        raise ForbiddenError
    found = ruling()
    if request.method == "POST":
        try:
            set_ruling(
                actor=request.actor,
                rule=read_rule(request.POST) or found.rule,
                trusted=_trusted(request.POST, found.sources),
            )
        except InvalidError as error:
            say(request, " ".join(error.texts), bad=True)
        else:
            say(request, _("Saved."))
        return redirect("duplicates:rule")
    return render(
        request, "duplicates/rule.html", {"found": found, "rules": RULES, "lines": list(_lines(found))}
    )


def read_rule(given: QueryDict) -> Survivorship | None:
    """Read a rule; None for none, or one there is not."""
    asked = given.get("rule", "")
    return Survivorship(asked) if asked in {one.value for one in Survivorship} else None


def _lines(found: Ruling) -> Iterable[tuple[str, str, str]]:
    """Each source with its name and its place, those that are trusted first."""
    others = [name for name in found.sources if name not in found.trusted]
    for place, name in enumerate((*found.trusted, *others), start=1):
        yield name, source_text(name), str(place) if name in found.trusted else ""


def _trusted(given: QueryDict, sources: Iterable[str]) -> list[str]:
    """The sources that have a place, in its order; of equals as they stood."""
    places = {name: given.get(f"place.{name}", "").strip() for name in sources}
    kept = {name: int(text) for name, text in places.items() if text.isascii() and text.isdigit()}
    return sorted(kept, key=kept.__getitem__)
