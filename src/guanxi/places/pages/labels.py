"""The texts of the map instrument, in the language of the page (its keys are in `frontend/src/map/labels.ts`)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def map_labels() -> dict[str, str]:
    """Return every text the map shows by itself."""
    return {
        "accuracy": _("Accuracy"),
        "accuracyWithin": _("within {distance}"),
        "address": _("Address"),
        "amount": _("Amount"),
        "borders": _("Borders"),
        "bordersNote": _("Borders are de facto (Natural Earth) and not an official map of any country."),
        "cancelMove": _("Cancel"),
        "city": pgettext("exactness", "city"),
        "county": pgettext("exactness", "county or district"),
        "customersHere": _("{count} customers on this spot"),
        "file": pgettext("placed by", "the file"),
        "fitAll": _("Show all"),
        "gazetteer": pgettext("placed by", "gazetteer"),
        "house": pgettext("exactness", "house"),
        "keyPerson": _("Key person"),
        "level": _("Placed by"),
        "loading": _("Loading …"),
        "manual": pgettext("exactness", "hand"),
        "moveFailed": _("The pin was not moved."),
        "moveHint": _("Drag the pin to the right place."),
        "movePin": _("Move pin"),
        "moveStale": _("Somebody else has changed this place meanwhile. Open it again."),
        "moved": _("Pin moved"),
        "noWebgl": _(
            "This browser cannot draw the map (WebGL is missing). The list shows the same customers."
        ),
        "noInfo": _("Nothing is known about this place, or you may not see it."),
        "open": _("Open"),
        "openList": _("Open the list"),
        "phone": _("Phone"),
        "province": pgettext("exactness", "province"),
        "size": pgettext("size", "People"),
        "street": pgettext("exactness", "street"),
        "tierNone": _("No tier"),
        "township": pgettext("exactness", "township or neighbourhood"),
        "undo": _("Undo"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
    }
