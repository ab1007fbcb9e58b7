"""Customers, the people at them, and what happened with them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.conditions.initials import LONGEST
from guanxi.records.models import OwnedRecord, Record


class CustomerKind(models.TextChoices):
    """Whether a customer is an organisation or a person."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Customer(OwnedRecord):
    """A person or organisation we serve or want to serve.

    `name_key`, `phone_key`, `email_key` and `tax_key` are what doubles are found by (see `customers.calc`),
    `name_initials` is what a name is matched by when only its initials are typed.
    """

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=CustomerKind, default=CustomerKind.COMPANY)
    external_id = models.CharField(_("customer number"), max_length=64, blank=True)
    phone = models.CharField(_("phone"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("people"), null=True, blank=True)
    amount = models.DecimalField(
        _("yearly amount"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What a year is worth where there are no orders to count."),
    )
    demand = models.DecimalField(
        _("yearly demand"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What the customer buys of our kind in a year, from anyone."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    grade = models.CharField(
        _("own grade"), max_length=40, blank=True, help_text=_("The grade written in the list it came from.")
    )
    source = models.CharField(_("source"), max_length=100, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    name_initials = models.CharField(max_length=LONGEST, blank=True, editable=False)
    phone_key = models.CharField(max_length=32, blank=True, editable=False)
    email_key = models.CharField(max_length=254, blank=True, editable=False)
    tax_key = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes: ClassVar = [
            models.Index(fields=["name", "id"]),
            models.Index(fields=["updated_at", "id"]),
            models.Index(fields=["created_at", "id"]),
            models.Index(fields=["amount", "id"]),
            models.Index(fields=["demand", "id"], name="customer_demand"),
            models.Index(fields=["owner", "id"]),
            models.Index(fields=["team", "id"]),
            models.Index(fields=["name_key"]),
            models.Index(fields=["name_initials"], name="customer_initials"),
            models.Index(fields=["phone_key"]),
            models.Index(fields=["email_key"]),
            models.Index(fields=["tax_key"]),
            models.Index(fields=["external_id"]),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerPart(Record):
    """A record that belongs to a customer and is seen by whoever sees the customer."""

    scope_root = "customer"

    class Meta:
        abstract = True


class Contact(CustomerPart):
    """A person at a customer organisation. `phone_key` and `email_key` are what the same person is found by."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("position"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_key_person = models.BooleanField(_("key person"), default=False)
    note = models.TextField(_("note"), blank=True)
    phone_key = models.CharField(max_length=32, blank=True, editable=False)
    email_key = models.CharField(max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="contact_name"),
            models.Index(fields=["updated_at", "id"], name="contact_updated"),
            models.Index(fields=["phone_key"], name="contact_phone"),
            models.Index(fields=["email_key"], name="contact_email"),
        ]

    def __str__(self) -> str:
        return self.name


class InteractionKind(models.TextChoices):
    """How we were in touch."""

    CALL = "call", pgettext_lazy("kind of interaction", "Call")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")
    MESSAGE = "message", _("Message")
    MAIL = "mail", pgettext_lazy("kind of interaction", "E-mail")
    NOTE = "note", pgettext_lazy("kind of interaction", "Note")


class Interaction(CustomerPart):
    """One time we were in touch with a customer."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="interactions",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("contact"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="interactions",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InteractionKind, default=InteractionKind.NOTE)
    happened_at = models.DateTimeField(_("when"), default=timezone.now)
    summary = models.CharField(_("summary"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes: ClassVar = [
            models.Index(fields=["customer", "-happened_at"], name="interaction_of_customer"),
            models.Index(fields=["happened_at", "id"], name="interaction_when"),
        ]

    def __str__(self) -> str:
        return self.summary
