"""The record type of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanxi.conditions.schema import Area
from guanxi.places.areas import area_condition, near_names
from guanxi.places.models import Place
from guanxi.places.placing import place
from guanxi.records.columns import declare_field, declare_times
from guanxi.records.contributing import contribute_part
from guanxi.records.declaration import RecordType, register
from guanxi.records.reach import contribute_coordinates, register_area

PLACE = register(
    RecordType(
        name="place",
        plural="places",
        model=Place,
        label=_("Place"),
        label_plural=_("Places"),
        icon="map-pin",
        title="address",
        searched=("address", "name"),
        parent="customer",
        derive=place,
        fields=(
            declare_field(Place, "address", listed=True),
            declare_field(Place, "customer", listed=True),
            declare_field(Place, "kind", listed=True),
            declare_field(Place, "name"),
            declare_field(Place, "city", listed=True),
            declare_field(Place, "size", listed=True),
            declare_field(Place, "key_person", listed=True),
            declare_field(Place, "remark"),
            declare_field(Place, "latitude", minimum=-90, maximum=90),
            declare_field(Place, "longitude", minimum=-180, maximum=180),
            declare_field(Place, "level", listed=True),
            declare_field(Place, "accuracy_m"),
            declare_field(Place, "provider"),
            declare_field(Place, "matched"),
            declare_field(Place, "needs_review", listed=True),
            declare_field(Place, "placed_by_hand"),
            *declare_times(Place),
        ),
    )
)

contribute_coordinates("place", "latitude", "longitude")
register_area("place", "area", Area(area_condition, near_names))
contribute_part("customer", "place", is_place=True)
