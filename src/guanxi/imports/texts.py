"""What codes say to people, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.imports.reading import ReadError

Text = str | Promise

FIELD_LABELS: Mapping[str, Text] = {
    "name": _("Customer name"),
    "kind": _("Kind"),
    "contact_name": _("Contact"),
    "key_person": _("Key person"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "address": _("Address"),
    "country": _("Country"),
    "province": _("Province"),
    "city": _("City"),
    "county": _("District"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "coordinates": _("Coordinates"),
    "tax_number": _("Tax number"),
    "external_id": _("Customer number"),
    "tier": _("Own grade"),
    "amount": _("Yearly amount"),
    "currency": _("Currency"),
    "size": pgettext_lazy("size", "People"),
    "industry": _("Industry"),
    "source": _("Source"),
    "note": _("Note"),
    "birthday": _("Birthday"),
    "website": _("Website"),
}
"""The fields a column can be mapped to, in the order they are offered. A date of unknown meaning is not taken yet."""

FAULTS: Mapping[str, Text] = {
    "name_missing": _("The customer has no name: fill it in."),
    "phone_invalid": _(
        "This is no telephone number: write it with its area code, or with + and the country code."
    ),
    "phone_masked": _("The number is masked with stars: ask for the full one."),
    "phone_rounded": _(
        "The spreadsheet has rounded the number off: format the column as text and enter it again."
    ),
    "email_invalid": _("This is no e-mail address: it needs a name, an @ and a domain."),
    "amount_invalid": _("This is no amount: write figures, such as 1200.50 or 3.5万元."),
    "amount_is_range": _("This is a range, not one amount: write one figure."),
    "amount_too_large": _("The amount is larger than any that is kept: check its zeros."),
    "size_invalid": _("This is no number of people: write figures only, such as 2000."),
    "size_too_large": _("The number is too large to be one of people."),
    "date_invalid": _("This is no date: write it as 2024-03-05."),
    "date_incomplete": _("The date lacks its day: write it as 2024-03-05."),
    "date_ambiguous": _("Day and month cannot be told apart: choose the order, or write 2024-03-05."),
    "date_out_of_range": _("The year %(year)s cannot be right."),
    "coordinates_invalid": _("This is no position: write latitude and longitude, as 23.02, 113.75."),
    "coordinates_out_of_range": _(
        "There is no such place: latitude ends at 90 degrees and longitude at 180."
    ),
    "coordinates_zero": _("Zero, zero is the open sea: leave the position empty when it is not known."),
    "text_too_long": _("The text has %(length)s characters, more than the %(longest)s allowed: shorten it."),
    "website_invalid": _("This is no address of a website: write it as www.example.com."),
    "currency_invalid": _("This is no currency: write its three letters, as CNY, KRW or USD."),
    "not_yours": _("This customer is somebody else's: you may see it, but not add to it."),
    "left_out": _("Left out by decision."),
}

REFUSALS: Mapping[str, Text] = {
    "empty_file": _("The file has no filled rows: choose a spreadsheet that has rows."),
    "only_header": _("The file has a header and no rows: add the customers below it."),
    "not_a_spreadsheet": _("This is not a spreadsheet: save the list as xlsx or csv and try again."),
    "password_protected": _(
        "The file is protected by a password: open it, save it without the password, and try again."
    ),
    "zip_bomb": _("The file is refused: a real spreadsheet is not built like that."),
    "too_large": _("The file is too large: delete empty rows and columns, or split it."),
    "too_slow": _("Reading the file took too long: split it or save it as csv."),
    "cell_out_of_range": _(
        "A cell far outside the table makes the sheet enormous: delete the rows and columns after the table, "
        "and save again."
    ),
    "damaged": _("The file is damaged and cannot be opened: open it in its own program and save it again."),
    "unknown_encoding": _("The letters of this file cannot be read: save it as csv in UTF-8, or as xlsx."),
    "sheet_not_found": _("There is no such sheet in this file."),
    "unreadable": _("The file cannot be opened: choose another one."),
}

REASONS: Mapping[str, Text] = {
    "phone_other_name": _("Same phone, another name"),
    "email_other_name": _("Same e-mail, another name"),
    "external_id_other_name": _("Same customer number, another name"),
    "name_other_phone": _("Same name, another phone"),
    "name_only": _("Same name, nothing else to go by"),
    "other_tax_number": _("Much alike, but another tax number"),
    "several": _("Fits several customers"),
}

STEPS: Mapping[str, Text] = {"checking": _("looking for faults"), "importing": _("matching and writing")}


def fault_text(fault: Mapping[str, Any]) -> str:
    """Return a fault in the reader's language; one without a translation in the English it came with."""
    known = FAULTS.get(fault["code"])
    if known is None:
        return str(fault.get("message", fault["code"]))
    return str(known) % fault["parameters"] if fault.get("parameters") else str(known)


def refusal_text(error: BaseException | None, otherwise: str) -> str:
    """Return why a file was refused."""
    return str(REFUSALS.get(error.code, otherwise)) if isinstance(error, ReadError) else otherwise
