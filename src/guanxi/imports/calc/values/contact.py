"""Telephone numbers and e-mail addresses in a cell."""

from __future__ import annotations

import re

from guanxi.customers.calc import Phone, read_phones
from guanxi.imports.calc.values.fault import Cell, Fault, as_entry

_PHONE_MESSAGES = {
    "phone_invalid": "This is no telephone number: write it with its area code, or with + and the country code.",
    "phone_masked": "The number is masked with stars: ask for the full one.",
    "phone_rounded": "The spreadsheet has rounded the number off: format the column as text and enter it again.",
}
_EMAIL = re.compile(r"^[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}$")
_EMAIL_SEPARATORS = re.compile(r"[;,、，；|\s]+|(?<=\w)/(?=\w+[\w.]*@)")
_LONGEST_EMAIL = 254


def parse_phones(value: Cell, region: str = "CN") -> tuple[Phone, ...] | Fault | None:
    """Return every number of the cell; a Fault when one of them is none. `region` as in `read_phones`."""
    text = _phone_text(value)
    if not text:
        return None
    reading = read_phones(text, region)
    if reading.problem:
        return Fault(reading.problem, _PHONE_MESSAGES[reading.problem])
    return reading.phones


def parse_phone(value: Cell, region: str = "CN") -> Phone | Fault | None:
    """Return the first number of the cell, even if others in it are unreadable."""
    text = _phone_text(value)
    if not text:
        return None
    reading = read_phones(text, region)
    if reading.phones:
        return reading.phones[0]
    code = reading.problem or "phone_invalid"
    return Fault(code, _PHONE_MESSAGES[code])


def _phone_text(value: Cell) -> str:
    """Return the cell with its line breaks, which separate numbers."""
    entry = as_entry(value)
    return value.replace("\x00", "").strip() if entry and isinstance(value, str) else entry


def parse_emails(value: Cell) -> tuple[str, ...] | Fault | None:
    """Return the addresses of the cell, domain in lower case; "Wang <w@x.cn>" and "mailto:w@x.cn" are understood."""
    text = as_entry(value)
    if not text:
        return None
    if bracketed := re.findall(r"<([^<>\s]+@[^<>\s]+)>", text):
        pieces = bracketed
    else:
        pieces = [piece for piece in _EMAIL_SEPARATORS.split(text) if piece]
    addresses: dict[str, None] = {}
    for piece in pieces:
        address = piece.removeprefix("mailto:").strip("<>.()\"'")
        if not _EMAIL.match(address) or ".." in address or len(address) > _LONGEST_EMAIL:
            return Fault("email_invalid", "This is no e-mail address: it needs a name, an @ and a domain.")
        local, _at, domain = address.rpartition("@")
        addresses[f"{local}@{domain.lower()}"] = None
    return tuple(addresses)


def parse_email(value: Cell) -> str | Fault | None:
    """Return the first address of the cell; a Fault when any of them is none."""
    addresses = parse_emails(value)
    return addresses[0] if isinstance(addresses, tuple) else addresses
