"""Vector tiles of points (Mapbox Vector Tile 2.1), encoded in columns.

Every part of a point feature is a varint (protobuf wire type 0, or a length before packed varints), so all features
of a layer are one matrix of bytes, made in a few NumPy steps a column.
Source: https://github.com/mapbox/vector-tile-spec/tree/master/2.1 and the protobuf encoding guide.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
_MOVE_TO_ONE = 9  # command 1, count 1: (1 << 3) | 1
_POINT = 1

Unsigned = NDArray[np.uint64]
Integers = NDArray[np.int64]
Sizes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A property of numbers: integers or floats of shape (n,); where `present` (n,) is false the feature has none."""

    values: NDArray[np.int64] | NDArray[np.float64]
    present: NDArray[np.bool_] | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """A property of texts: `codes` (n,) point into `texts`; -1 means that the feature has none."""

    codes: NDArray[np.int64]
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class PointLayer:
    """A layer of n points: `x`, `y` in tile units (0 … extent, right and down), `ids` unsigned or None."""

    name: str
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    ids: NDArray[np.int64] | None = None
    has_id: NDArray[np.bool_] | None = None
    properties: Mapping[str, Numbers | Texts] = field(default_factory=dict)


def encode_tile(layers: Sequence[PointLayer], *, extent: int = EXTENT) -> bytes:
    """The tile as bytes; layers without a feature are left out, so an empty tile is `b""`."""
    return b"".join(_field(3, _encode_layer(layer, extent)) for layer in layers if len(layer.x))


def _encode_layer(layer: PointLayer, extent: int) -> bytes:
    keys: list[bytes] = []
    values: list[bytes] = []
    tags: list[tuple[Unsigned, Mask | None]] = []
    known = 0
    for name, column in layer.properties.items():
        index, present, table, size = _dictionary(column)
        tags.append((index + np.uint64(known), present))
        keys.append(_field(3, name.encode()))
        values.append(table)
        known += size
    ends = _varint(5 << 3) + _varint(extent) + _varint(15 << 3) + _varint(2)
    return b"".join((_field(1, layer.name.encode()), _features(layer, tags), *keys, *values, ends))


def _dictionary(column: Numbers | Texts) -> tuple[Unsigned, Mask | None, bytes, int]:
    """The place of each value in the column's table, which features have one, the table as bytes and its length."""
    if isinstance(column, Texts):
        present = column.codes >= 0 if bool((column.codes < 0).any()) else None
        table = b"".join(_field(4, _field(1, text.encode())) for text in column.texts)
        return np.maximum(column.codes, 0).astype(np.uint64), present, table, len(column.texts)
    unique, inverse = np.unique(column.values, return_inverse=True)
    return inverse.astype(np.uint64), column.present, _numbers(unique), len(unique)


def _numbers(unique: NDArray[Any]) -> bytes:
    """`Value` messages: double_value, else uint_value, or sint_value (zigzag) when some are negative."""
    if unique.dtype.kind == "f":
        return b"".join(
            _field(4, _varint(3 << 3 | 1) + struct.pack("<d", value)) for value in unique.tolist()
        )
    signed = len(unique) > 0 and unique[0] < 0
    value = _column(_zigzag(unique.astype(np.int64)) if signed else unique.astype(np.uint64))
    size = _column((np.int64(1) + np.asarray(value.sizes)).astype(np.uint64))
    return _bytes([_column(4 << 3 | 2), size, _column((6 if signed else 5) << 3), value], len(unique))


@dataclass(frozen=True, slots=True)
class _Column:
    """One varint of every feature: values (n,) or one for all, how many bytes each takes, 0 where it is absent."""

    values: Unsigned | int
    sizes: Sizes | int
    width: int


def _column(values: Unsigned | int, present: Mask | None = None) -> _Column:
    """A column for the features where `present`; None means for all of them."""
    if isinstance(values, int):
        sizes: Sizes | int = 1 if present is None else present.astype(np.int64)
        return _Column(values, sizes, 1)
    taken = np.searchsorted(_STEPS, values, side="right") + 1
    return _Column(values, taken if present is None else taken * present, int(taken.max()))


def _features(layer: PointLayer, tags: list[tuple[Unsigned, Mask | None]]) -> bytes:
    """All `Feature` messages of the layer with their field headers."""
    x, y = _column(_zigzag(layer.x)), _column(_zigzag(layer.y))
    pairs = [
        part
        for key, (index, present) in enumerate(tags)
        for part in (_key(key, present), _column(index, present))
    ]
    inside = [
        *_identity(layer),
        *_tags(pairs, len(layer.x)),
        _column(3 << 3),
        _column(_POINT),
        _column(4 << 3 | 2),
        _column(np.asarray(np.int64(1) + x.sizes + y.sizes, dtype=np.uint64)),
        _column(_MOVE_TO_ONE),
        x,
        y,
    ]
    return _bytes([_column(2 << 3 | 2), _column(_total(inside, len(layer.x))), *inside], len(layer.x))


def _key(key: int, present: Mask | None) -> _Column:
    return _column(key, present) if key < 128 else _column(np.full(1, key, dtype=np.uint64), present)


def _identity(layer: PointLayer) -> list[_Column]:
    if layer.ids is None:
        return []
    return [_column(1 << 3, layer.has_id), _column(layer.ids.astype(np.uint64), layer.has_id)]


def _tags(pairs: list[_Column], count: int) -> list[_Column]:
    if not pairs:
        return []
    size = _total(pairs, count)
    present = size > 0
    return [_column(2 << 3 | 2, present), _column(size, present), *pairs]


def _zigzag(values: Integers) -> Unsigned:
    signed = values.astype(np.int64)
    return ((signed << 1) ^ (signed >> 63)).astype(np.uint64)


_STEPS = np.array([1 << (7 * step) for step in range(1, 10)], dtype=np.uint64)


def _total(columns: list[_Column], count: int) -> Unsigned:
    total = np.zeros(count, dtype=np.int64)
    for column in columns:
        total += column.sizes
    return total.astype(np.uint64)


def _bytes(columns: list[_Column], count: int) -> bytes:
    """The present varints, feature after feature: each byte has its place in a matrix, the absent ones fall out."""
    width = sum(column.width for column in columns)
    matrix = np.empty((width, count), dtype=np.uint8)
    filled = np.empty((width, count), dtype=np.bool_)
    place = 0
    for column in columns:
        for step in range(column.width):
            matrix[place], filled[place] = _byte(column, step)
            place += 1
    return matrix.T[filled.T].tobytes()


def _byte(column: _Column, step: int) -> tuple[NDArray[np.uint8] | int, Mask]:
    """Byte `step` of the varint of every feature, and where it is there."""
    if isinstance(column.values, int):
        return column.values, np.asarray(column.sizes) > 0
    low = (column.values >> np.uint64(7 * step)).astype(np.uint8) & np.uint8(0x7F)
    more = np.asarray(column.sizes) > step + 1
    return low | (more.astype(np.uint8) << np.uint8(7)), np.asarray(column.sizes) > step


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _field(number: int, payload: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(payload)) + payload
