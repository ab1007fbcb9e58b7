"""What codes say to people, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from guanxi.imports.calc.rules import Action
from guanxi.imports.reading import ReadError

Text = str | Promise

FIELD_LABELS: Mapping[str, Text] = {
    "name": _("Customer name"),
    "kind": _("Kind"),
    "contact_name": _("Contact"),
    "surname": _("Contact’s surname"),
    "given_name": _("Contact’s given name"),
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
    "order_date": _("Order date"),
    "order_number": _("Order number"),
    "order_amount": _("Order amount"),
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
    "boolean_invalid": _("This is neither yes nor no: write one of them."),
    "number_invalid": _("This is no number: write figures, such as 86.5."),
    "whole_number_invalid": _("This is no whole number: write figures only, such as 120."),
    "whose_missing": _("The row does not say whose it is: fill in the customer’s name or number."),
    "contact_name_missing": _("The row names nobody: fill in the contact’s name."),
    "text_missing": _("The row says nothing: fill in the summary or the note."),
    "order_incomplete": _("The row is no order yet: fill in its day and its amount."),
    "customer_unknown": _(
        "There is no such customer: bring the customers in first, or mend the name or number."
    ),
    "contact_missing": _("This is about a contact, but the row names none."),
    "place_missing": _("This is about a place, but the row names none."),
    "order_missing": _("This is about an order, but the row has none: it lacks the day."),
    "choice_unknown": _("“%(value)s” is not one of the choices: %(offered)s."),
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
    "key_repeated": _("The list gives this key to another name, too"),
}

NOTES: Mapping[str, Text] = {
    "encoding_guessed": _("The encoding is most likely %(encoding)s: look at the letters before importing."),
    "quotes_open": _("A quotation mark is never closed: quotation marks were read as letters."),
    "bytes_replaced": _("%(count)s bytes are no letters in %(encoding)s; each was replaced by the sign �."),
    "hidden_sheets": _("Hidden sheets were not read: %(sheets)s."),
    "other_sheets": _("The sheet “%(sheet)s” was read; there are others: %(sheets)s."),
    "html_table": _("The file is a web page with a table, whatever its name says; the table was read."),
    "byte_order_mark": _("The file begins with a byte order mark; it was taken off."),
    "titles_skipped": _("Rows above the table were left out: %(text)s"),
    "no_header": _("The table has no header: columns are called by their letters."),
    "header_joined": _("The header has two rows; they were joined."),
    "totals_skipped": _("Rows that add up others were left out: %(rows)s."),
    "remarks_skipped": _("Rows with a remark under the table were left out: %(rows)s."),
    "headers_repeated": _("Rows that repeat the header were left out: %(rows)s."),
    "merged_filled": _("Cells filled from the merged cell they belong to: %(count)s."),
    "nul_stripped": _("Cells that held NUL characters, which were taken out: %(count)s."),
    "error_cells": _("Cells with an error such as #N/A, read as empty: %(count)s."),
}
"""What a reader noticed, by the code of its note."""

RULE_FAULTS: Mapping[str, Text] = {
    "too_many": _("There are more than %(place)s rules."),
    "not_a_rule": _("Rule %(place)s cannot be read."),
    "unknown_column": _("Rule %(place)s is for a column that is not there."),
    "unknown_action": _("Rule %(place)s does something unknown."),
    "too_long": _("Rule %(place)s has a text of more than 500 characters."),
    "nothing_to_match": _("Rule %(place)s does not say for which cells it is."),
    "nothing_to_write": _("Rule %(place)s does not say what to write."),
}
"""Why a rule was refused; `place` counts from one."""

_RULE_TEXTS: Mapping[Action, Text] = {
    Action.REPLACE: _("%(column)s: “%(match)s” becomes “%(text)s”"),
    Action.SUBSTITUTE: _("%(column)s: “%(match)s” in a cell becomes “%(text)s”"),
    Action.PREFIX: _("%(column)s: “%(text)s” is put in front"),
    Action.FILL: _("%(column)s: empty cells become “%(text)s”"),
    Action.BLANK: _("%(column)s: left out"),
    Action.NOTE: _("%(column)s: moved to the note"),
}


def rule_text(rule: Mapping[str, Any], column: str) -> str:
    """Return what a rule does, and to which cells."""
    parts = {"column": column, "match": rule.get("match", ""), "text": rule.get("text", "")}
    said = str(_RULE_TEXTS[Action(rule["action"])]) % parts
    cells = str(FAULTS.get(rule["fault"], rule["fault"])) if rule.get("fault") else rule.get("match", "")
    told_already = rule["action"] in (Action.REPLACE, Action.SUBSTITUTE)
    return said if told_already or not cells else f"{said} ({cells})"


STEPS: Mapping[str, Text] = {"checking": _("looking for faults"), "importing": _("matching and writing")}


def fault_text(fault: Mapping[str, Any]) -> str:
    """Return a fault in the reader's language; one without a translation in the English it came with."""
    return _told(FAULTS, fault)


def note_text(note: Mapping[str, Any]) -> str:
    """Return what a reader noticed in the reader's language; without a translation in the English it came with."""
    return _told(NOTES, note)


def _told(texts: Mapping[str, Text], found: Mapping[str, Any]) -> str:
    known = texts.get(found["code"])
    if known is None:
        return str(found.get("message", found["code"]))
    return str(known) % found["parameters"] if found.get("parameters") else str(known)


def failure_text(error: ReadError) -> str:
    """Return why a file was refused in English, as a job keeps it; a page finds its translation by it."""
    with override("en"):
        return refusal_text(error, error.message)


def refusal_text(error: BaseException | None, otherwise: str) -> str:
    """Return why a file was refused."""
    return str(REFUSALS.get(error.code, otherwise)) if isinstance(error, ReadError) else otherwise
