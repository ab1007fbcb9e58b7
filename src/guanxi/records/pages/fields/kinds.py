"""What the kinds of fields are called and good for, with an example each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guanxi.records.custom.definition import WIDER, CustomKind, Definition


@dataclass(frozen=True, slots=True)
class KindWords:
    """A kind in words."""

    label: str | Promise
    meaning: str | Promise
    example: str | Promise


KINDS: Mapping[CustomKind, KindWords] = {
    CustomKind.TEXT: KindWords(_("Text"), _("A line of text."), _("Nickname: Old Wang")),
    CustomKind.LONG_TEXT: KindWords(
        _("Long text"), _("Several lines; not sorted by."), _("How we met: at the fair, …")
    ),
    CustomKind.INTEGER: KindWords(
        _("Whole number"), _("Counts; can be summed and compared."), _("Employees: 120")
    ),
    CustomKind.NUMBER: KindWords(_("Number"), _("With decimals, exact to 15 digits."), _("Floor area: 86.5")),
    CustomKind.MONEY: KindWords(_("Money"), _("An amount with its currency."), _("Budget: 250,000.00 CNY")),
    CustomKind.BOOLEAN: KindWords(_("Yes or no"), _("One of two answers."), _("Has a car park: yes")),
    CustomKind.DATE: KindWords(_("Date"), _("A day of the calendar."), _("Contract until: 2026-12-31")),
    CustomKind.DATETIME: KindWords(
        _("Date and time"), _("A moment, shown in the reader's time zone."), _("Viewing: 2026-03-31 14:30")
    ),
    CustomKind.CHOICE: KindWords(
        _("One choice"), _("One of the answers that you set."), _("Intent: high / middle / low")
    ),
    CustomKind.CHOICES: KindWords(
        _("Several choices"), _("Any of the answers that you set."), _("Interests: golf, tea")
    ),
    CustomKind.REFERENCE: KindWords(
        _("Person or record"), _("Points to a colleague, a customer, a place …"), _("Adviser: Li Na")
    ),
    CustomKind.PHONE: KindWords(
        _("Phone number"), _("Can be called with a tap."), _("Hotline: 400 800 1234")
    ),
    CustomKind.EMAIL: KindWords(
        _("E-mail address"), _("Can be written to with a tap."), _("Invoices to: post@example.com")
    ),
    CustomKind.URL: KindWords(_("Web address"), _("Opens with a click."), _("Shop: https://example.com")),
    CustomKind.FILE: KindWords(
        _("File"), _("A document or picture, kept with the record."), _("Contract: contract.pdf")
    ),
    CustomKind.FORMULA: KindWords(
        _("Formula"), _("Follows from other fields; nobody fills it in."), _("Left: budget - spent")
    ),
}
"""The kinds that the page offers."""


def kinds_for(before: Definition | None) -> dict[CustomKind, KindWords]:
    """Return the kinds a field may have: any for a new one, then its own and wider ones."""
    if before is None:
        return dict(KINDS)
    allowed = {before.kind, *WIDER.get(before.kind, ())}
    return {kind: words for kind, words in KINDS.items() if kind in allowed}
