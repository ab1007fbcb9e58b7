"""Products and orders."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.access.calc import Sharing
from guanxi.customers.models import CustomerPart
from guanxi.records.models import Record


class Product(Record):
    """Something we sell. The catalogue is everybody's to read."""

    sharing = Sharing.CATALOGUE

    name = models.CharField(_("name"), max_length=200)
    code = models.CharField(_("code"), max_length=64, blank=True)
    line = models.CharField(_("product line"), max_length=100, blank=True)
    price = models.DecimalField(_("price"), max_digits=18, decimal_places=2, null=True, blank=True)
    cost = models.DecimalField(
        _("cost"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What one costs us; margins follow from it."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    is_active = models.BooleanField(_("on sale"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["updated_at", "id"], name="product_updated"),
        ]

    def __str__(self) -> str:
        return self.name


class OrderState(models.TextChoices):
    """Whether an order counts."""

    OPEN = "open", pgettext_lazy("state of an order", "Open")
    DONE = "done", pgettext_lazy("state of an order", "Done")
    CANCELLED = "cancelled", pgettext_lazy("state of an order", "Cancelled")


class Order(CustomerPart):
    """What a customer bought on a day. `total` is the sum of the lines where there are lines."""

    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,
    )
    number = models.CharField(_("order number"), max_length=64, blank=True)
    ordered_on = models.DateField(_("date"))
    state = models.CharField(_("state"), max_length=10, choices=OrderState, default=OrderState.DONE)
    total = models.DecimalField(_("total"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-ordered_on"], name="order_of_customer"),
            models.Index(fields=["ordered_on", "id"], name="order_day"),
            models.Index(fields=["updated_at", "id"], name="order_updated"),
            models.Index(fields=["number"], name="order_number"),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


class OrderLine(models.Model):
    """One product of an order; it lives and is seen with its order.

    `cost` is what the whole line costs us, taken from the product when the line was made; unknown is empty.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="lines"
    )
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit_price = models.DecimalField(_("unit price"), max_digits=18, decimal_places=2)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.product} × {self.quantity}"
