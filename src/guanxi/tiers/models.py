"""Schemes of classes, and which class each customer is in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanxi.customers.models import Customer

FIELDS = {"abcd": "tier"}
"""Under which name a scheme's class stands among the fields of a customer, where that is not the scheme's key."""


class Scheme(models.Model):
    """A set of ordered classes and the rule, as data, that puts a customer into one.

    `rule` is `{"kind": "cuts", "metric": "contribution", "by": "revenue", "cuts": ["50", "80", "95"]}` or
    `{"kind": "segments", "segments": [{"code": …, "recency": [4, 5], "worth": [4, 5]}, …]}`.
    """

    key = models.SlugField(max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    rule = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return gettext(self.name)

    @property
    def field(self) -> str:
        """The customer's field that holds the class."""
        return FIELDS.get(self.key, self.key)


class Tier(models.Model):
    """A class of a scheme. `position` 1 is the best; `colour` is a slot of the palette, 1 to 5."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="tiers")
    code = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=100)
    treatment = models.CharField(_("treatment"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()
    colour = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["scheme", "code"], name="one_tier_a_code")]

    def __str__(self) -> str:
        return gettext(self.name)


class CustomerTier(models.Model):
    """The class a customer is in, by its code. Who is not rated has no row."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tiers_beside")
    scheme = models.ForeignKey(
        Scheme, to_field="key", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    code = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "scheme"], name="one_tier_a_customer")
        ]
        indexes: ClassVar = [models.Index(fields=["scheme", "code", "customer"], name="tier_of_scheme")]

    def __str__(self) -> str:
        return f"{self.scheme_id} {self.code}"
