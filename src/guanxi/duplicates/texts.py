"""What the codes of reasons say, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.customers.provenance import HAND
from guanxi.duplicates.calc import Survivorship

REASONS: dict[str, str | Promise] = {
    "same_name": _("the same name"),
    "name_sounds_alike": _("the names sound alike"),
    "name_contained": _("one name is part of the other"),
    "name_alike": _("the names are alike"),
    "same_phone": _("the same phone"),
    "same_phone_of_contact": _("the same phone, of a contact there"),
    "same_email": _("the same e-mail address"),
    "same_email_of_contact": _("the same e-mail address, of a contact there"),
    "same_tax_number": _("the same tax number"),
    "same_website": _("the same website"),
    "same_address": _("the same address"),
    "address_alike": _("the addresses are alike"),
    "same_city": _("the same city"),
    "same_birthday": _("the same birthday"),
    "birthday_alike": _("the birthdays are alike"),
    "same_contact": _("the same contact"),
    "same_kind": _("the same kind"),
    "same_number": _("the same number"),
    "number_alike": _("the numbers are alike"),
}
"""What speaks for a pair."""

OBJECTIONS: dict[str, str | Promise] = {
    "different_name": _("another name"),
    "different_phone": _("another phone"),
    "different_email": _("another e-mail address"),
    "different_tax_number": _("another tax number"),
    "different_website": _("another website"),
    "different_address": _("another address"),
    "different_city": _("another city"),
    "different_birthday": _("another birthday"),
    "different_contact": _("other contacts"),
    "different_kind": _("another kind"),
    "different_number": _("another number"),
}
"""What speaks against it."""

RULES: dict[str, str | Promise] = {
    Survivorship.COMPLETE.value: _("that of the most complete record"),
    Survivorship.NEWEST.value: _("that of the record changed last"),
    Survivorship.LONGEST.value: _("the longest text"),
    Survivorship.TRUSTED.value: _("that of the most trusted source"),
}
"""What each rule of merging says."""


def source_text(name: str) -> str:
    """Return a source of values (`customers.provenance`) in words."""
    if name == HAND:
        return str(_("written by hand, or by programs"))
    _kind, _sign, sender = name.partition(":")
    return sender or str(_("lists whose sender is not known"))
