"""Which pairs are looked at: those that share the value of a block. Joined by DuckDB over Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.matching.columns import Flags, Pairs, Records, Rows
from guanxi.matching.settings import Block

_MIXER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_SIZES = """
CREATE TEMP TABLE kept AS SELECT rule, key, row, side FROM
(SELECT *, count(*) OVER (PARTITION BY rule, key) AS size FROM keys) WHERE size BETWEEN 2 AND $largest
"""
_LEFT_OUT = """
SELECT rule, count(*)::BIGINT AS keys, sum(size)::BIGINT AS rows FROM
(SELECT rule, key, count(*) AS size FROM keys GROUP BY rule, key HAVING size > $largest) GROUP BY rule ORDER BY rule
"""
_PAIRS = """
SELECT DISTINCT left_row, right_row FROM (
  SELECT one.row AS left_row, other.row AS right_row FROM kept AS one JOIN kept AS other
  ON one.rule = other.rule AND one.key = other.key AND one.row < other.row AND (one.side <> other.side OR $within))
"""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Values of a block that so many records share that they say nothing: how many, and of how many records."""

    block: str
    values: int
    records: int


def find_pairs(
    records: Records, blocks: Sequence[Block], largest: int, sides: Flags | None = None
) -> tuple[Pairs, tuple[LeftOut, ...]]:
    """Return the pairs of all blocks, each once, and what was left out.

    A value of more than `largest` records makes no pairs: so pairs grow as records do, at most
    `largest / 2` a record and block. With `sides` only pairs across the two sides are made.
    """
    import duckdb  # noqa: PLC0415 - heavy
    import pyarrow as pa  # noqa: PLC0415 - heavy

    rules, keys, rows = _keys(records, blocks)
    side = np.zeros(len(rows), bool) if sides is None else sides[rows]
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.register("keys", pa.table({"rule": rules, "key": keys, "row": rows, "side": side}))
        engine.execute(_SIZES, {"largest": largest})
        left_out = engine.execute(_LEFT_OUT, {"largest": largest}).fetchall()
        found = engine.execute(_PAIRS, {"within": sides is None}).fetchnumpy()
    pairs = Pairs(records, _rows(found["left_row"]), _rows(found["right_row"]))
    return pairs, tuple(LeftOut(blocks[rule].name, values, held) for rule, values, held in left_out)


def _rows(found: Any) -> Rows:
    return np.asarray(found, dtype=np.int32)


def _keys(
    records: Records, blocks: Sequence[Block]
) -> tuple[NDArray[np.int16], NDArray[np.uint64], NDArray[np.int32]]:
    """The key of each record under each rule; several where a record has several values. A key is 64 bits of mixing:
    two that fall together by chance make a pair more, never one less."""
    found: list[tuple[NDArray[np.int16], NDArray[np.uint64], NDArray[np.int32]]] = []
    for rule, each in enumerate(blocks):
        keys, rows = _of_block(records, each)
        found.append((np.full(len(rows), rule, np.int16), keys, rows))
    if not found:
        return np.zeros(0, np.int16), np.zeros(0, np.uint64), np.zeros(0, np.int32)
    rules, keys, rows = (np.concatenate(arrays) for arrays in zip(*found, strict=True))
    return rules, keys, rows


def _of_block(records: Records, each: Block) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    several = [list(_mixed(records, names)) for names in product(*each.parts)]
    keys = np.concatenate([keys for keys, _ in several])
    rows = np.concatenate([rows for _, rows in several])
    if len(several) > 1:  # a record whose two readings are one stands once
        order = np.lexsort((keys, rows))
        keys, rows = keys[order], rows[order]
        first = np.ones(len(rows), bool)
        first[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
        keys, rows = keys[first], rows[first]
    return keys, rows


def _mixed(records: Records, names: Sequence[str]) -> Iterator[Any]:
    key = np.zeros(records.count, np.uint64)
    known = np.ones(records.count, bool)
    for name in names:
        codes = records.columns[name].codes
        known &= codes >= 0
        key = (key ^ (codes.astype(np.int64).astype(np.uint64) + np.uint64(1))) * _MIXER
        key ^= key >> _SHIFT
    rows = np.flatnonzero(known).astype(np.int32)
    yield key[rows]
    yield rows
