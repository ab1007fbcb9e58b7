"""What every page shows around itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.web.navigation import (
    Entry,
    Group,
    current_entry,
    groups_for,
    on_phone,
    settings_for,
    views_of,
)

FACES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant"}
"""How the page's language is told to the browser: it chooses the face of the characters by it."""


@dataclass(frozen=True)
class Shell:
    """The frame of a page for one person: read by `web/base.html`, made only when it is drawn."""

    actor: Actor
    path: str

    @property
    def groups(self) -> list[Group]:
        """The sidebar."""
        return groups_for(self.actor)

    @property
    def settings(self) -> tuple[Entry, ...]:
        """The lines of the settings."""
        return settings_for(self.actor)

    @property
    def on_phone(self) -> list[Entry]:
        """The bar at the foot of a phone."""
        return on_phone(self.groups)

    @property
    def current(self) -> Entry | None:
        """The line of the page that is open."""
        entries = [entry for group in self.groups for entry in group.entries]
        return current_entry(self.path, [*entries, *self.settings])

    @property
    def views(self) -> dict[str, tuple[Entry, ...]]:
        """Other views of a record type, by its name."""
        return {"customer": views_of("customer")}


def shell_context(request: HttpRequest) -> dict[str, object]:
    """Return what the layout needs on every page."""
    actor = getattr(request, "actor", None)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "actor": actor,
        "shell": Shell(actor, request.path) if actor else None,
        "language": language,
        "page_language": FACES.get(language, language),
        "languages": settings.LANGUAGES,
        "app_labels": app_labels,
    }


def app_labels() -> dict[str, str]:
    """Return the texts of `app.js` in the page's language; the keys stand in `frontend/src/app/labels.ts`."""
    return {
        "cancel": _("Cancel"),
        "close": _("Close"),
        "confirm": _("Go on"),
        "confirmTitle": _("Are you sure?"),
        "copied": _("Link copied"),
        "copyRest": _("Copy what is left"),
        "failed": _("That did not work. Nothing was changed."),
        "fileTooBig": _("This file is larger than {limit} MB."),
        "fileWrongType": _("This kind of file cannot be read. Allowed: {types}"),
        "keepTheirs": _("Keep theirs"),
        "keyApart": _("Not the same"),
        "keyCells": _("From cell to cell"),
        "keyChoose": _("Whose value stays"),
        "keyClose": _("Close what is open"),
        "keyCopy": _("Copy the cells"),
        "keyCreate": _("New"),
        "keyEdit": _("Edit"),
        "keyHelp": _("This list"),
        "keyLines": _("Another field"),
        "keyMerge": _("Merge"),
        "keyMoveColumn": _("Move the column (on its head)"),
        "keyOpen": _("Open the row"),
        "keyPairs": _("Next and previous pair"),
        "keyPalette": _("Search or do"),
        "keyPaste": _("Paste a block"),
        "keyRows": _("Next and previous row"),
        "keySave": _("Save the form"),
        "keySearch": _("Search"),
        "keySelect": _("Select the row"),
        "keySkip": _("Skip"),
        "keyTakeBack": _("Undo the last word"),
        "keyWiden": _("Column wider or narrower (on its head)"),
        "leftOver": _("{count} rows of the block are left over."),
        "offline": _("No connection. Try again when you are back online."),
        "overwrite": _("Save mine"),
        "refused": _("{reason} Not written: {text}. It still says: {current}"),
        "selected": _("{count} selected"),
        "stale": _("Somebody else has changed this meanwhile. Now it says: {current}"),
        "themeAuto": _("Theme: as the system"),
        "themeDark": _("Theme: dark"),
        "themeLight": _("Theme: light"),
        "undo": _("Undo"),
    }
