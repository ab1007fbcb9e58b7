"""What conditions on a record type reach beyond its own row: related records, places, areas, earlier days.

Rooms tell it once, at start; `RecordType.schema` carries it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from guanxi.conditions.schema import Area, Field, HistoryReader, Relation, Schema


@dataclass
class _Reach:
    relations: dict[str, Relation] = field(default_factory=dict)
    values: dict[str, Field] = field(default_factory=dict)
    coordinates: tuple[str, str] | None = None
    places: str = ""
    areas: dict[str, Area] = field(default_factory=dict)
    history: HistoryReader | None = None


_reaches: defaultdict[str, _Reach] = defaultdict(_Reach)


def contribute_relation(name: str, relation: Relation, *, is_place: bool = False) -> None:
    """Let conditions on the type called `name` ask about records that hang from its records and are seen with them.

    `is_place` says that these have the coordinates in its stead.
    """
    reach = _reaches[name]
    reach.relations[relation.name] = relation
    if is_place:
        reach.places = relation.name


def contribute_values(name: str, *fields: Field) -> None:
    """Give a type fields that only conditions know: of several values, found through a relation."""
    _reaches[name].values.update({found.name: found for found in fields})


def contribute_coordinates(name: str, latitude: str, longitude: str) -> None:
    """Name the two fields of a type that hold its WGS-84 position in degrees."""
    _reaches[name].coordinates = (latitude, longitude)


def register_area(name: str, kind: str, area: Area) -> None:
    """Let conditions say `in <kind> "…"` of the records of a type, or of those whose places it is."""
    _reaches[name].areas[kind] = area


def register_history(name: str, reader: HistoryReader) -> None:
    """Let conditions ask what the fields of a type that stand beside its rows were on earlier days."""
    _reaches[name].history = reader


def with_reach(schema: Schema) -> Schema:
    """The schema of a type with all that rooms have told of it."""
    reach = _reaches.get(schema.name)
    if reach is None:
        return schema
    return replace(
        schema,
        fields={**reach.values, **schema.fields},
        relations=reach.relations,
        coordinates=reach.coordinates,
        places=reach.places,
        areas=reach.areas,
        history=reach.history,
    )
