"""What may be done from anywhere, and where one may go."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, may_create
from guanxi.access.queries import last_own_changeset
from guanxi.records.declaration import record_types
from guanxi.records.pages.listing import address_of
from guanxi.records.presentation import shown_moment
from guanxi.records.saved import all_views_visible_to
from guanxi.web.navigation import exists, groups_for, settings_for
from guanxi.web.palette.entries import PaletteEntry


def actions_of(actor: Actor, here: str) -> Iterator[PaletteEntry]:
    """Yield what the actor may do; `here` is the page to come back to."""
    yield from _additions(actor)
    yield from _files(actor)
    yield from _undo(actor, here)
    yield PaletteEntry(_("Change the theme"), "sun-moon", button="theme", also=_("dark light"))
    yield PaletteEntry(_("Keys of this page"), "keyboard", button="keys", key="?")
    for code, name in settings.LANGUAGES:
        if code != get_language():
            yield PaletteEntry(
                str(name),
                "language",
                reverse("set_language"),
                {"language": code, "next": here},
                detail=_("Language"),
                also=_("Language"),
            )
    yield PaletteEntry(_("Sign out"), "logout", reverse("account_logout"), {})


def _additions(actor: Actor) -> Iterator[PaletteEntry]:
    for known in record_types():
        if may_create(actor, known.sharing):
            name = capfirst(str(known.label))
            label = _("New: %(type)s") % {"type": name}
            yield PaletteEntry(label, "plus", reverse("records:add", args=[known]), also=name)


def _files(actor: Actor) -> Iterator[PaletteEntry]:
    if may_create(actor, record_types()[0].sharing) and exists("/imports/"):
        yield PaletteEntry(_("Import a spreadsheet"), "file-upload", "/imports/")
    for known in record_types():
        label = _("Export: %(type)s") % {"type": capfirst(str(known.label_plural))}
        address = reverse("records:export", args=[known, "xlsx"])
        yield PaletteEntry(label, "download", address, also=str(known.label_plural))


def _undo(actor: Actor, here: str) -> Iterator[PaletteEntry]:
    last = None if actor.read_only else last_own_changeset(actor)
    if last is not None:
        detail = f"{last.get_verb_display()} · {shown_moment(last.created_at)}"
        address = reverse("records:undo", args=[last.pk])
        yield PaletteEntry(_("Undo my last change"), "arrow-back-up", address, {"next": here}, detail=detail)


def pages_of(actor: Actor) -> Iterator[PaletteEntry]:
    """Yield the pages of the sidebar and the settings that the actor may open."""
    yield PaletteEntry(_("Home"), "home", reverse("home"))
    for group in groups_for(actor):
        for entry in group.entries:
            yield PaletteEntry(str(entry.label), entry.icon, entry.path, detail=str(group.label))
    for entry in settings_for(actor):
        yield PaletteEntry(str(entry.label), entry.icon, entry.path, detail=_("Settings"), also=_("Settings"))


def views_of(actor: Actor) -> Iterator[PaletteEntry]:
    """Yield the saved views the actor may use."""
    for known, view in all_views_visible_to(actor):
        yield PaletteEntry(view.name, "list", address_of(view, known), detail=str(known.label_plural))
