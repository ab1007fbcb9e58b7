"""Why a pair is thought to be one, or not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from guanxi.matching.columns import Pairs, Records
from guanxi.matching.comparing import Levels, level_at, rarity
from guanxi.matching.estimation import Weights
from guanxi.matching.reasons import Code, Reason
from guanxi.matching.settings import Comparison

TELLING = 0.5
"""Bits below which an answer is not worth saying: the kind of most customers is the same."""


def explained(
    comparisons: Sequence[Comparison], weights: Weights, pairs: Pairs, levels: Levels, trust: float | None
) -> list[tuple[Reason, ...]]:
    """Return the reasons of each pair, the weightiest first; fields one side does not know are no reason.

    Without `trust` how rare a value is does not count.
    """
    found: list[list[Reason]] = [[] for _ in range(len(pairs))]
    for place, comparison in enumerate(comparisons):
        table = weights.bits(place)
        rare = (
            np.zeros(len(pairs))
            if trust is None
            else rarity(comparison, place, pairs, levels, weights.u[place], trust)
        )
        for row, number in enumerate(levels[:, place]):
            if number < 0:
                continue
            level = comparison.levels[level_at(comparison, number)] if number else None
            sides = (_given(pairs.records, comparison.field, one[row]) for one in (pairs.left, pairs.right))
            found[row].append(
                Reason(
                    comparison.field,
                    level.code if level else comparison.otherwise,
                    float(table[number] + rare[row]),
                    *sides,
                )
            )
    return [tuple(sorted(reasons, key=lambda one: -abs(one.weight))) for reasons in found]


def codes_of_patterns(
    comparisons: Sequence[Comparison], weights: Weights, patterns: Levels
) -> list[tuple[Code, ...]]:
    """Return the codes of what each pattern of levels says, the weightiest first, each once.

    What says less than `TELLING` bits is left out, and so is how rare a value is: pairs are many, patterns are few.
    """
    found = []
    for pattern in patterns:
        said = []
        for place, comparison in enumerate(comparisons):
            number = int(pattern[place])
            bits = float(weights.bits(place)[number]) if number >= 0 else 0.0
            if abs(bits) >= TELLING:
                level = comparison.levels[level_at(comparison, number)] if number else None
                said.append((bits, level.code if level else comparison.otherwise))
        ordered = sorted(said, key=lambda one: -abs(one[0]))
        found.append(tuple(dict.fromkeys(code for _, code in ordered)))
    return found


def _given(records: Records, field: str, row: int) -> str:
    value = records.given.get(field)
    return "" if value is None or value[row] is None else str(value[row])
