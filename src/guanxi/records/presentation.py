"""Values as people read them, in the language and zone of the page: money, dates, choices, references."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanxi.records.custom.references import reference_name
from guanxi.records.declaration import FieldDeclaration, Kind
from guanxi.records.models import Record
from guanxi.records.values import masked, raw_value

LOCALES = {"zh-hans": "zh_Hans_CN", "zh-hant": "zh_Hant_TW", "ko": "ko_KR", "en": "en_US"}
TIME_PATTERNS = {"ko": "aaaa h:mm"}
"""CLDR's short time in Korean says AM and PM; people write 오전 and 오후, the wide names."""


def page_locale() -> Locale:
    """Return the locale of the page's language."""
    return Locale.parse(LOCALES.get(get_language() or settings.LANGUAGE_CODE, "en_US"))


def shown_number(value: Decimal | float) -> str:
    """Return a number with the separators of the language and no more decimals than it has."""
    return str(format_decimal(value, format="#,##0.######", locale=page_locale()))


def shown_money(value: Decimal, currency: str) -> str:
    """Return an amount with its currency, with as many decimals as the currency has (CLDR); plain without one."""
    if currency.upper() not in get_global("all_currencies"):
        return str(format_decimal(value, format="#,##0.00", locale=page_locale()))
    return str(format_currency(value, currency.upper(), locale=page_locale()))


def shown_date(value: date) -> str:
    """Return a day."""
    return str(format_date(value, "medium", locale=page_locale()))


def shown_moment(value: datetime) -> str:
    """Return a day and the time on the reader's wall."""
    local = timezone.localtime(value)
    return f"{shown_date(local)} {shown_time(local)}"


def shown_time(value: datetime) -> str:
    """Return the time of day on the reader's wall."""
    pattern = TIME_PATTERNS.get(page_locale().language, "short")
    return str(format_time(timezone.localtime(value), pattern, locale=page_locale()))


def shown_day(value: date, *, today: date) -> str:
    """Return a day as a heading: today and yesterday by name, the year only where it is another."""
    days = (today - value).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if value.year != today.year:
        return shown_date(value)
    local = datetime.combine(value, datetime.min.time())
    skeleton = {"zh": "M月d日 EEE", "ko": "M월 d일 (EEE)"}.get(page_locale().language, "EEE, MMM d")
    return str(format_datetime(local, skeleton, locale=page_locale()))


def shown(row: Record, field: FieldDeclaration, *, unmasked: bool) -> str:
    """Return a field of a row as text; masked where it is sensitive and the reader may not see it; "" for nothing."""
    value = raw_value(row, field)
    if value in (None, ""):
        return ""
    if field.sensitive and not unmasked:
        return masked(field, value)
    if field.kind is Kind.REFERENCE:
        return reference_name(row, field) if field.stored else str(getattr(row, field.column))
    currency = currency_of(row, field)
    return shown_value(field, value, currency=currency)


def currency_of(row: Record, field: FieldDeclaration) -> str:
    """Return the currency a row's amount is in; "" where none is known, or none is needed."""
    if not field.currency:
        return ""
    found = row.custom.get(field.currency) if field.stored else getattr(row, field.currency, "")
    return found or ""


def shown_value(field: FieldDeclaration, value: Any, *, currency: str = "") -> str:
    """Return a value of a field as text; references are not resolved here."""
    if field.kind in _SHOWN_BY_KIND:
        return _SHOWN_BY_KIND[field.kind](field, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if field.kind is Kind.MONEY:
        return shown_money(Decimal(value), currency)
    if isinstance(value, Decimal | float | int):
        return shown_number(value)
    if isinstance(value, datetime):
        return shown_moment(value)
    return shown_date(value) if isinstance(value, date) else str(value)


def choice_label(field: FieldDeclaration, value: Any) -> str:
    """Return what a choice is called, one that may not be chosen any more too."""
    found = next(
        (label for choice, label in (*field.choices, *field.former_choices) if choice == value), value
    )
    return str(found)


_SHOWN_BY_KIND: dict[Kind, Callable[[FieldDeclaration, Any], str]] = {
    Kind.CHOICE: choice_label,
    Kind.CHOICES: lambda field, value: ", ".join(choice_label(field, each) for each in value),
    Kind.FILE: lambda _field, value: str(value["name"]),
}


def shown_plain(field: FieldDeclaration, value: Any, *, currency: str = "") -> str:
    """Return a value in plain JSON form (as histories keep it) as people read it; "" for nothing."""
    if value in (None, ""):
        return ""
    try:
        return shown_value(field, _READERS.get(field.kind, _as_it_is)(value), currency=currency)
    except (ValueError, ArithmeticError):
        return str(value)  # a masked one


def _as_it_is(value: Any) -> Any:
    return value


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.MONEY: Decimal,
    Kind.NUMBER: lambda value: Decimal(str(value)),
}
