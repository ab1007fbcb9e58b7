"""What a cell says: each parser returns a value, a Fault with one clear line, or None for an empty cell."""

from guanxi.imports.calc.values.amount import Amount, parse_amount
from guanxi.imports.calc.values.contact import parse_email, parse_emails, parse_phone, parse_phones
from guanxi.imports.calc.values.dates import parse_date
from guanxi.imports.calc.values.fault import Cell, Fault
from guanxi.imports.calc.values.position import (
    Coordinates,
    parse_coordinates,
    parse_latitude,
    parse_longitude,
)
from guanxi.imports.calc.values.text import parse_boolean, parse_size, parse_text

__all__ = [
    "Amount",
    "Cell",
    "Coordinates",
    "Fault",
    "parse_amount",
    "parse_boolean",
    "parse_coordinates",
    "parse_date",
    "parse_email",
    "parse_emails",
    "parse_latitude",
    "parse_longitude",
    "parse_phone",
    "parse_phones",
    "parse_size",
    "parse_text",
]
