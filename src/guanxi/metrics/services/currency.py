"""The money the house reckons in."""

from __future__ import annotations

from django.db import transaction

from guanxi.access.calc import Actor, may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.metrics.models import HouseCurrency


@transaction.atomic
def set_house_currency(*, actor: Actor, currency: str) -> None:
    """Set the money the house reckons in (three letters, ISO 4217). Raises ForbiddenError, InvalidError."""
    if not may_administer(actor):
        raise ForbiddenError
    code = currency.strip().upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InvalidError({"currency": [f"'{currency}' is not a currency; write CNY, KRW, USD …"]})
    HouseCurrency.objects.update_or_create(pk=1, defaults={"currency": code})
