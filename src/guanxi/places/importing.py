"""The place that comes with a row of a list: found, recognised and kept batch by batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.imports.extensions import Batch, BatchRow, Changed, PlainExtension, Values
from guanxi.places.calc.address_key import address_key
from guanxi.places.calc.row_address import city_hint, full_address, given_position, has_place
from guanxi.places.geocoding import Geocoded, geocode_many, neighbourhood
from guanxi.places.models import Place, PlaceKind
from guanxi.places.placing import FROM_FILE, apply, set_position

SURVEYED_ROWS = 5_000
FILLED = ("size", "key_person")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a row is: an address and city to show, and either given coordinates or what the geocoder found."""

    address: str
    city: str
    given: tuple[float, float] | None
    found: Geocoded | None


class PlaceExtension(PlainExtension):
    """Address, city, coordinates, people and key person of a row become a place of its customer."""

    name = "place"
    fields = frozenset(
        {
            *("address", "country", "province", "city", "county", "latitude", "longitude", "coordinates"),
            *("size", "key_person"),
        }
    )

    def survey(self, rows: Iterable[Values], options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return how many of the first rows surely lie in each city, so that the others can be decided by it."""
        sample = [values for values in islice(rows, SURVEYED_ROWS) if full_address(values)]
        return {"neighbours": neighbourhood(self._find(sample, {}, options))}

    def prepare(
        self, rows: Sequence[Values], survey: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Sequence[Position | None]:
        """Find the rows of a batch; what the file says of coordinates is believed before any geocoder."""
        asked = [
            number for number, row in enumerate(rows) if given_position(row) is None and full_address(row)
        ]
        answers = self._find([rows[number] for number in asked], survey, options)
        found = dict(zip(asked, answers, strict=True))
        return [
            Position(full_address(row)[:500], city_hint(row)[:100], given_position(row), found.get(number))
            if has_place(row)
            else None
            for number, row in enumerate(rows)
        ]

    def _find(
        self, rows: Sequence[Values], survey: Mapping[str, Any], options: Mapping[str, Any]
    ) -> list[Geocoded]:
        return geocode_many(
            [full_address(row) for row in rows],
            hint=options.get("city") or None,
            own_hints=[city_hint(row)[:100] or None for row in rows],
            neighbours=survey.get("neighbours"),
        )

    def keys_of_rows(self, rows: Sequence[Values], prepared: Sequence[Any]) -> Sequence[frozenset[str]]:
        """Return city and address of each row, normalised."""
        return [self._keys(position) for position in prepared] if prepared else [frozenset()] * len(rows)

    def _keys(self, position: Position | None) -> frozenset[str]:
        if position is None:
            return frozenset()
        return _keys(position.address, position.found.city if position.found else "")

    def keys_of_customers(self, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return city and address of the living places of customers."""
        keys: dict[int, frozenset[str]] = defaultdict(frozenset)
        places = Place.objects.alive().filter(
            customer__in=ids
        )  # house: matching looks at what it may not show
        for customer, address, city in places.values_list("customer_id", "address", "city_key"):
            keys[customer] |= _keys(address, city)
        return keys

    def write(self, batch: Batch) -> Changed:
        """Add each row's place unless its customer has one with this address; fill what is empty of that one."""
        standing = self._standing([row.customer.pk for row in batch.rows if not row.is_new])
        changed, fresh, filled = Changed(), [], []
        for row in batch.rows:
            position = row.prepared
            if position is None:
                continue
            same = standing.get((row.customer.pk, address_key(position.address)))
            if same is None:
                place = _new_place(row, position, batch)
                standing[row.customer.pk, address_key(position.address)] = place
                fresh.append(place)
                changed.added.add(row.number)
            elif same.pk and (difference := _fill(same, row.values, update=batch.update)):
                filled.append((same, difference))
                changed.updated.add(row.number)
        self._keep(batch, fresh, filled)
        return changed

    def _standing(self, customers: Sequence[int]) -> dict[tuple[int, str], Place]:
        places = (
            Place.objects.alive().filter(customer__in=customers).order_by("-id")
        )  # house: locked by the import
        return {(place.customer_id, address_key(place.address)): place for place in places}

    def _keep(
        self, batch: Batch, fresh: list[Place], filled: list[tuple[Place, dict[str, tuple[object, object]]]]
    ) -> None:
        Place.objects.bulk_create(fresh, batch_size=500)
        record_changes(
            batch.changeset,
            record_type="place",
            action=ChangeAction.CREATE,
            rows={place.pk: {} for place in fresh},
        )
        for place, _difference in filled:
            place.version += 1
            place.updated_at = batch.now
        Place.objects.bulk_update(
            [place for place, _ in filled], [*FILLED, "version", "updated_at"], batch_size=500
        )
        record_changes(
            batch.changeset,
            record_type="place",
            action=ChangeAction.UPDATE,
            rows={place.pk: difference for place, difference in filled},
        )


def _keys(address: str, city: str) -> frozenset[str]:
    keys = {f"address:{address_key(address)}"} if address_key(address) else set()
    return frozenset(keys | ({f"city:{city}"} if city else set()))


def _new_place(row: BatchRow, position: Position, batch: Batch) -> Place:
    place = Place(
        customer=row.customer,
        kind=PlaceKind.HOME if row.customer.kind == "person" else PlaceKind.WORK,
        address=position.address,
        city=position.city,
        size=row.values.get("size"),
        key_person=str(row.values.get("key_person") or "")[:200],
        created_in=batch.changeset,
        created_at=batch.now,
        updated_at=batch.now,
    )
    if position.given is not None:
        place.latitude, place.longitude = position.given
        set_position(place, provider=FROM_FILE)
    elif position.found is not None:
        apply(place, position.found)
    return place


def _fill(place: Place, values: Values, *, update: bool) -> dict[str, tuple[object, object]]:
    """Fill what is empty (or differs, when the person asked for it); return what was and what is."""
    difference: dict[str, tuple[object, object]] = {}
    for name in FILLED:
        value, standing = values.get(name), getattr(place, name)
        if value in (None, "") or value == standing or (standing not in (None, "") and not update):
            continue
        difference[name] = (standing, value)
        setattr(place, name, value)
    return difference
