"""Where customers are."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guanxi.customers.models import CustomerPart


class PlaceKind(models.TextChoices):
    """What a customer does at a place."""

    WORK = "work", pgettext_lazy("kind of place", "Work")
    HOME = "home", pgettext_lazy("kind of place", "Home")
    LEISURE = "leisure", pgettext_lazy("kind of place", "Leisure")
    SUPPLIES = "supplies", pgettext_lazy("kind of place", "Daily supplies")
    SHOP = "shop", pgettext_lazy("kind of place", "Shop")
    SITE = "site", pgettext_lazy("kind of place", "Site")


class PlaceLevel(models.TextChoices):
    """How exact a position is."""

    HOUSE = "house", pgettext_lazy("exactness", "House")
    STREET = "street", pgettext_lazy("exactness", "Street")
    TOWNSHIP = "township", pgettext_lazy("exactness", "Township")
    COUNTY = "county", pgettext_lazy("exactness", "County")
    CITY = "city", pgettext_lazy("exactness", "City")
    PROVINCE = "province", pgettext_lazy("exactness", "Province")


class Place(CustomerPart):
    """An address of a customer and its position in WGS-84.

    `placed_by_hand` keeps a pin where a person put it, whatever a geocoder says later; `placed_for` is the address the
    position was found for, so that an edited address is looked up again and an unchanged one is not; `city_key` is the
    gazetteer's key of the city it lies in.
    """

    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="places"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind, default=PlaceKind.WORK)
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=500, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    size = models.PositiveIntegerField(
        _("people"), null=True, blank=True, help_text=_("How many people live or work here.")
    )
    key_person = models.CharField(_("key person"), max_length=200, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    level = models.CharField(_("exactness"), max_length=10, choices=PlaceLevel, blank=True, editable=False)
    accuracy_m = models.PositiveIntegerField(_("radius in metres"), null=True, editable=False)
    provider = models.CharField(_("placed by"), max_length=40, blank=True, editable=False)
    matched = models.CharField(_("matched"), max_length=300, blank=True, editable=False)
    needs_review = models.BooleanField(_("to review"), default=False, editable=False)
    candidates = models.JSONField(default=list, editable=False)
    placed_by_hand = models.BooleanField(_("placed by hand"), default=False, editable=False)
    city_key = models.CharField(max_length=40, blank=True, editable=False)
    placed_for = models.CharField(max_length=610, blank=True, editable=False)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        indexes: ClassVar = [
            models.Index(fields=["updated_at", "id"], name="place_updated"),
            models.Index(fields=["longitude", "latitude"], name="place_position"),
            models.Index(
                fields=["id"], name="place_to_review", condition=models.Q(needs_review=True, deleted_in=None)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="place_latitude_in_range",
                condition=models.Q(latitude=None) | models.Q(latitude__gte=-90, latitude__lte=90),
            ),
            models.CheckConstraint(
                name="place_longitude_in_range",
                condition=models.Q(longitude=None) | models.Q(longitude__gte=-180, longitude__lte=180),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **settings: Any
    ) -> Self:
        """Remember the position as it was read, to tell later whether a person moved it."""
        place = super().from_db(db, field_names, values, **settings)
        known = {"latitude", "longitude"} <= set(field_names)
        place.position_as_read = (place.latitude, place.longitude) if known else (None, None)
        return place

    position_as_read: tuple[float | None, float | None] = (None, None)

    @property
    def was_moved(self) -> bool:
        """Whether someone gave it a position since it was read."""
        position = (self.latitude, self.longitude)
        return None not in position and position != self.position_as_read

    @property
    def wanted(self) -> str:
        """The address and city a position is looked up for."""
        return wanted_text(self.address, self.city)


def wanted_text(address: str, city: str) -> str:
    """Return the text a position is looked up for."""
    return "\n".join(filter(None, (address, city)))
