"""What the codes of reasons say, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "same_name": _("the same name"),
    "name_alike": _("the names are alike"),
    "name_sounds_alike": _("the names sound alike"),
    "same_phone": _("the same phone"),
    "same_phone_of_contact": _("the same phone, of a contact there"),
    "same_email": _("the same e-mail address"),
    "same_email_of_contact": _("the same e-mail address, of a contact there"),
    "same_tax_number": _("the same tax number"),
}
