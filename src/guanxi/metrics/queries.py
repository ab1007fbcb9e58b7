"""Reads of what the engine computed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Count, DecimalField, ExpressionWrapper, F, Value
from django.db.models.functions import Cast, Round, Upper

from guanxi.customers.models import Customer
from guanxi.metrics.models import HouseCurrency, Refresh

CURRENCY_OF_LANGUAGE = {"zh-hans": "CNY", "zh-hant": "TWD", "ko": "KRW"}
DEFAULT_CURRENCY = "CNY"


def house_currency() -> str:
    """Return the money the house reckons in: as set, else the one most customers carry, else the language's."""
    kept = HouseCurrency.objects.values_list("currency", flat=True).first()
    if kept:
        return kept
    used = (
        Customer.objects.alive()
        .exclude(currency="")
        .values(used=Upper("currency"))
        .annotate(times=Count("pk"))
        .order_by("-times", "used")
        .first()
    )
    return used["used"] if used else CURRENCY_OF_LANGUAGE.get(settings.LANGUAGE_CODE, DEFAULT_CURRENCY)


def hundredths(column: Any) -> Cast:
    """Return the expression of money (a column, or an expression) in whole hundredths, as facts give it."""
    return _whole(column, 100)


def thousandths(column: Any) -> Cast:
    """Return the expression of a number (a column, or an expression) in whole thousandths, as facts give it."""
    return _whole(column, 1000)


def _whole(column: Any, times: int) -> Cast:
    expression = F(column) if isinstance(column, str) else column
    product = ExpressionWrapper(
        expression * Value(times), output_field=DecimalField(max_digits=24, decimal_places=2)
    )
    return Cast(Round(product), BigIntegerField())


def last_refresh() -> Refresh | None:
    """Return the computation whose values stand beside the customers now, None before the first."""
    return Refresh.objects.first()
