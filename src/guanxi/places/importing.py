"""The place that comes with a row of a list: found, recognised and kept batch by batch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.imports.extensions import Batch, BatchRow, Changed, PlainExtension, Values
from guanxi.imports.own_fields import fill_fields, own_values
from guanxi.places.calc.address_key import address_key
from guanxi.places.calc.row_address import city_hint, full_address, given_position
from guanxi.places.geocoding import Geocoded, geocode_many, neighbourhood
from guanxi.places.models import Place, PlaceKind
from guanxi.places.placing import FROM_FILE, PIN_COLUMNS, Pin, apply, set_position
from guanxi.records.storing import insert_rows, reserve_ids, update_rows

SURVEYED_ROWS = 5_000
FILLED = ("size", "key_person")
PREPARED = ("size", "key_person", *PIN_COLUMNS)
Prepared = Sequence[Any]
"""A row's place as it is prepared: city and address it is recognised by, then the columns of `PREPARED` as they are
stored, and last the fields the team has defined, by attribute."""
PlaceKey = tuple[int, str]
"""A customer's number and the key of an address."""
CANDIDATES = PIN_COLUMNS.index("candidates")
CITY, ADDRESS, FIRST, FIELDS = 0, 1, 2, -1


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
        sample = [(full_address(values), values) for values in islice(rows, SURVEYED_ROWS)]
        return {"neighbours": neighbourhood(self._find([row for row in sample if row[0]], {}, options))}

    def prepare(
        self, rows: Sequence[Values], survey: Mapping[str, Any], options: Mapping[str, Any]
    ) -> Sequence[Prepared | None]:
        """Find the rows of a batch; what the file says of coordinates is believed before any geocoder."""
        read = [(full_address(row), given_position(row), row) for row in rows]
        answers = iter(
            self._find([(at, row) for at, given, row in read if at and not given], survey, options)
        )
        return [
            _prepared(row, at, given, next(answers) if at and not given else None) if at or given else None
            for at, given, row in read
        ]

    def _find(
        self,
        rows: Sequence[tuple[str, Values]],
        survey: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> list[Geocoded]:
        return geocode_many(
            [address for address, _row in rows],
            hint=options.get("city") or None,
            own_hints=[city_hint(row)[:100] or None for _address, row in rows],
            neighbours=survey.get("neighbours"),
        )

    def keys_of_rows(self, prepared: Sequence[Any]) -> Sequence[frozenset[str]]:
        """Return city and address of each row, normalised."""
        return [frozenset() if made is None else _keys(made[ADDRESS], made[CITY]) for made in prepared]

    def keys_of_customers(self, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        """Return city and address of the living places of customers."""
        keys: dict[int, frozenset[str]] = defaultdict(frozenset)
        places = _places_of(ids)  # matching looks at what it may not show
        for customer, address, city in places.values_list("customer_id", "address", "city_key"):
            keys[customer] |= _keys(address_key(address), city)
        return keys

    def write(self, batch: Batch) -> Changed:
        """Add each row's place unless its customer has one with this address; fill what is empty of that one."""
        standing = _standing([row.customer for row in batch.rows if not row.is_new])
        changed = Changed()
        fresh: list[tuple[Any, ...]] = []
        keys: list[PlaceKey] = []
        filled: dict[int, _Filled] = {}
        for row in batch.rows:
            made: Prepared | None = row.prepared
            if made is None:
                continue
            key = (row.customer, made[ADDRESS])
            same = standing.get(key)
            if same is None:
                standing[key] = {}
                fresh.append(_new_place(row, made))
                keys.append(key)
                changed.added.add(row.number)
            elif same and (difference := _fill(same, made, update=batch.update)):
                filled.setdefault(same["id"], _Filled(same)).note(difference)
                changed.updated.add(row.number)
        new = dict(zip(keys, _add(batch, fresh), strict=True))
        _change(batch, filled)
        there = {key: same["id"] for key, same in standing.items() if same}
        _fill_fields(batch, there | new, set(new.values()), changed)
        return changed


def _fill_fields(batch: Batch, numbers: Mapping[PlaceKey, int], new: set[int], changed: Changed) -> None:
    """Fill the team's own fields of the places of rows."""
    said = [
        (row.number, numbers[row.customer, row.prepared[ADDRESS]], row.prepared[FIELDS])
        for row in batch.rows
        if row.prepared is not None and row.prepared[FIELDS]
    ]
    given: dict[int, dict[str, Any]] = {}
    for _row, number, fields in said:
        given.setdefault(number, {}).update(fields)
    filled = fill_fields(batch, "place", given, new) - new
    changed.updated |= {row for row, number, _ in said if number in filled}


@dataclass(slots=True)
class _Filled:
    """A place that is there, with what the batch changed of it."""

    place: dict[str, Any]
    changes: dict[str, tuple[object, object]] = field(default_factory=dict)

    def note(self, difference: Mapping[str, tuple[object, object]]) -> None:
        for name, (before, after) in difference.items():
            self.changes[name] = (self.changes.get(name, (before,))[0], after)


def _places_of(customers: Sequence[int]) -> QuerySet[Place]:
    found: QuerySet[Place] = Place.objects.alive().filter(customer__id__among=list(customers))
    return found


def _standing(customers: Sequence[int]) -> dict[tuple[int, str], dict[str, Any]]:
    """The places of customers who are there, which the import has locked; of two with one address the older."""
    if not customers:
        return {}
    rows = _places_of(customers).order_by("-id").values("id", "customer_id", "address", "version", *FILLED)
    return {(row["customer_id"], address_key(row["address"])): row for row in rows}


def _add(batch: Batch, fresh: Sequence[tuple[Any, ...]]) -> Sequence[int]:
    if not fresh:
        return ()
    ids = reserve_ids(Place, len(fresh))
    insert_rows(
        Place,
        ("id", "customer_id", "kind", *PREPARED),
        [(number, *values) for number, values in zip(ids, fresh, strict=True)],
        {"created_in_id": batch.changeset.pk, "created_at": batch.now, "updated_at": batch.now},
    )
    record_changes(
        batch.changeset,
        record_type="place",
        action=ChangeAction.CREATE,
        rows={number: {} for number in ids},
    )
    return ids


def _change(batch: Batch, filled: Mapping[int, _Filled]) -> None:
    if not filled:
        return
    update_rows(
        Place,
        (*FILLED, "version"),
        {
            number: (*(found.place[name] for name in FILLED), found.place["version"] + 1)
            for number, found in filled.items()
        },
        {"updated_at": batch.now},
    )
    record_changes(
        batch.changeset,
        record_type="place",
        action=ChangeAction.UPDATE,
        rows={number: found.changes for number, found in filled.items()},
    )


def _prepared(
    row: Values, address: str, given: tuple[float, float] | None, found: Geocoded | None
) -> Prepared:
    """A row's place but its customer and kind; a position that was given is final."""
    pin = Pin(address[:500], city_hint(row)[:100])
    if given is not None:
        pin.latitude, pin.longitude = given
        set_position(pin, provider=FROM_FILE)
    elif found is not None:
        apply(pin, found)
    city = found.city if found else ""
    people = row.get("size"), str(row.get("key_person") or "")[:200]
    position = [getattr(pin, name) for name in PIN_COLUMNS]
    position[CANDIDATES] = json.dumps(pin.candidates, ensure_ascii=False) if pin.candidates else "[]"
    return (city, address_key(pin.address), *people, *position, own_values(row, "place"))


def _keys(address: str, city: str) -> frozenset[str]:
    """By what a place is recognised: its address (as `address_key` gives it) and the key of its city."""
    found = (f"address:{address}" if address else "", f"city:{city}" if city else "")
    return frozenset(filter(None, found))


def _new_place(row: BatchRow, made: Prepared) -> tuple[Any, ...]:
    kind = PlaceKind.HOME if row.values.get("kind") == "person" else PlaceKind.WORK
    return (row.customer, kind.value, *made[FIRST:FIELDS])


def _fill(place: dict[str, Any], values: Prepared, *, update: bool) -> dict[str, tuple[object, object]]:
    """Fill what is empty (or differs, when the person asked for it); return what was and what is."""
    difference: dict[str, tuple[object, object]] = {}
    for name, value in zip(FILLED, values[FIRST:FIELDS], strict=False):
        standing = place[name]
        if value in (None, "") or value == standing or (standing not in (None, "") and not update):
            continue
        difference[name] = (standing, value)
        place[name] = value
    return difference
