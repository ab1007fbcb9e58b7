"""Degrees of latitude and longitude."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guanxi.imports.calc.values.fault import Cell, Fault, as_entry


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A position in decimal degrees, north and east positive, in the datum of the file."""

    latitude: float
    longitude: float


_SIGNS = r"[NSEWnsew]|北纬|南纬|东经|西经|北緯|南緯|東經|西經|북위|남위|동경|서경"
_ANGLE = re.compile(
    rf"(?P<before>{_SIGNS})?[\s::]*(?P<degrees>-?\d{{1,3}}(?:\.\d+)?)\s*(?:[°度도]\s*(?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)\s*['′分분]\s*"
    rf"(?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)\s*(?:\"|''|″|秒|초)\s*)?)?)?\s*(?P<after>{_SIGNS})?"
)
_GAP = re.compile(
    r"[\s,;/、|]*(?:(?:lat|lng|lon|latitude|longitude|纬度|经度|위도|경도)\s*[:=]?\s*)?", re.IGNORECASE
)
_NEGATIVE = frozenset({"s", "w", "南纬", "西经", "南緯", "西經", "남위", "서경"})
_NORTH_SOUTH = frozenset({"n", "s", "北纬", "南纬", "北緯", "南緯", "북위", "남위"})
_INHABITED_LATITUDE = 72.0


def parse_coordinates(value: Cell) -> Coordinates | Fault | None:
    """Return the position in a cell: "113.75,23.02", "23.02, 113.75", 23°1'12"N 113°45'0"E, 北纬23.02 东经113.75.

    Without signs the order is found by plausibility: nothing lies beyond 90° of latitude and next to nobody
    lives beyond 72°; else latitude comes first. Faults: coordinates_invalid, coordinates_out_of_range,
    coordinates_zero.
    """
    text = as_entry(value).strip("()[]{} ")
    if not text:
        return None
    angles = _angles(text)
    if angles is None or len(angles) != 2:
        return Fault(
            "coordinates_invalid", "This is no position: write latitude and longitude, as 23.02, 113.75."
        )
    (first, first_axis), (second, second_axis) = angles
    if first_axis == "longitude" or second_axis == "latitude":
        return _position(second, first)
    if first_axis == "latitude" or second_axis == "longitude":
        return _position(first, second)
    if abs(first) > _INHABITED_LATITUDE and abs(second) <= _INHABITED_LATITUDE:
        return _position(second, first)
    return _position(first, second)


def _angles(text: str) -> list[tuple[float, str | None]] | None:
    """Return the angles of a text with the axis each is signed with; None when something else stands between."""
    angles: list[tuple[float, str | None]] = []
    position = 0
    while position < len(text):
        blank = _GAP.match(text, position)
        position = blank.end() if blank else position
        if position == len(text):
            break
        match = _ANGLE.match(text, position)
        if not match or not match[0].strip():
            return None
        angles.append(_angle(match, text[blank.start() : blank.end()].lower() if blank else ""))
        position = match.end()
    return angles


def _angle(match: re.Match[str], label: str) -> tuple[float, str | None]:
    degrees = (
        abs(float(match["degrees"])) + float(match["minutes"] or 0) / 60 + float(match["seconds"] or 0) / 3600
    )
    sign = (match["before"] or match["after"] or "").lower()
    negative = match["degrees"].startswith("-") or sign in _NEGATIVE
    axis = None
    if sign:
        axis = "latitude" if sign in _NORTH_SOUTH else "longitude"
    elif re.search(r"lat|纬|위도", label):
        axis = "latitude"
    elif re.search(r"lng|lon|经|경도", label):
        axis = "longitude"
    return (-degrees if negative else degrees), axis


def _position(latitude: float, longitude: float) -> Coordinates | Fault:
    if abs(latitude) > 90 or abs(longitude) > 180:
        return _out_of_range()
    if latitude == 0 and longitude == 0:
        return Fault(
            "coordinates_zero", "Zero, zero is the open sea: leave the position empty when it is not known."
        )
    return Coordinates(latitude, longitude)


def _out_of_range() -> Fault:
    return Fault(
        "coordinates_out_of_range",
        "There is no such place: latitude ends at 90 degrees and longitude at 180.",
    )


def parse_latitude(value: Cell) -> float | Fault | None:
    """Return decimal degrees of latitude, from -90 to 90."""
    return _parse_degrees(value, 90)


def parse_longitude(value: Cell) -> float | Fault | None:
    """Return decimal degrees of longitude, from -180 to 180."""
    return _parse_degrees(value, 180)


def _parse_degrees(value: Cell, most: int) -> float | Fault | None:
    text = as_entry(value)
    if not text:
        return None
    angles = _angles(text) if not isinstance(value, bool) else None
    if angles is None or len(angles) != 1:
        return Fault("coordinates_invalid", "These are no degrees: write them as 23.02.")
    degrees = angles[0][0]
    return degrees if abs(degrees) <= most else _out_of_range()
