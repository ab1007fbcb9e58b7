"""A reader of vector tiles written from the specification alone: what the encoder is held against."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass
class ReadFeature:
    id: int | None
    kind: int
    points: list[tuple[int, int]]
    properties: dict[str, object]


@dataclass
class ReadLayer:
    name: str
    version: int
    extent: int
    features: list[ReadFeature]


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    at = 0
    while at < len(data):
        head, at = varint(data, at)
        number, wire = head >> 3, head & 7
        if wire == 0:
            value, at = varint(data, at)
            yield number, wire, value
        elif wire == 1:
            yield number, wire, data[at : at + 8]
            at += 8
        elif wire == 2:
            size, at = varint(data, at)
            assert at + size <= len(data), "a length points beyond the end"
            yield number, wire, data[at : at + size]
            at += size
        else:
            raise AssertionError(f"wire type {wire}")


def packed(data: bytes) -> list[int]:
    at, out = 0, []
    while at < len(data):
        value, at = varint(data, at)
        out.append(value)
    return out


def unzigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def read_value(data: bytes) -> object:
    [(number, _, raw)] = list(fields(data))
    match number, raw:
        case 1, bytes():
            return raw.decode()
        case 3, bytes():
            return struct.unpack("<d", raw)[0]
        case ((4 | 5), int()):
            return raw
        case 6, int():
            return unzigzag(raw)
    raise AssertionError(f"value field {number}")


def read_feature(data: bytes, keys: list[str], values: list[object]) -> ReadFeature:
    feature = ReadFeature(None, 0, [], {})
    for number, _, raw in fields(data):
        if number == 1 and isinstance(raw, int):
            feature.id = raw
        elif number == 2 and isinstance(raw, bytes):
            numbers = packed(raw)
            assert len(numbers) % 2 == 0
            for key, value in zip(numbers[::2], numbers[1::2], strict=True):
                assert keys[key] not in feature.properties, "a key twice in one feature"
                feature.properties[keys[key]] = values[value]
        elif number == 3 and isinstance(raw, int):
            feature.kind = raw
        elif number == 4 and isinstance(raw, bytes):
            command, *moves = packed(raw)
            assert command & 7 == 1, "a point begins with MoveTo"
            assert len(moves) == 2 * (command >> 3)
            feature.points = [
                (unzigzag(x), unzigzag(y)) for x, y in zip(moves[::2], moves[1::2], strict=True)
            ]
    return feature


def read_layer(data: bytes) -> ReadLayer:
    layer = ReadLayer("", 1, 4096, [])
    keys: list[str] = []
    values: list[object] = []
    waiting: list[bytes] = []
    for number, _, raw in fields(data):
        if number == 15 and isinstance(raw, int):
            layer.version = raw
        elif number == 5 and isinstance(raw, int):
            layer.extent = raw
        elif isinstance(raw, bytes):
            if number == 1:
                layer.name = raw.decode()
            elif number == 2:
                waiting.append(raw)
            elif number == 3:
                keys.append(raw.decode())
            elif number == 4:
                values.append(read_value(raw))
    layer.features = [read_feature(feature, keys, values) for feature in waiting]
    return layer


def read_tile(data: bytes) -> list[ReadLayer]:
    return [read_layer(raw) for number, _, raw in fields(data) if number == 3 and isinstance(raw, bytes)]
