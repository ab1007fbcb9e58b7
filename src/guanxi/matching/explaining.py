"""Why a pair is thought to be one, or not."""

from __future__ import annotations

from collections.abc import Sequence

from guanxi.matching.columns import Pairs, Records
from guanxi.matching.comparing import Levels, level_at
from guanxi.matching.estimation import Weights
from guanxi.matching.reasons import Code, Reason
from guanxi.matching.settings import Comparison

TELLING = 0.5
"""Bits below which an answer is not worth saying: the kind of most customers is the same."""


def explained(
    comparisons: Sequence[Comparison], weights: Weights, pairs: Pairs, levels: Levels, shades: int = 1
) -> list[tuple[Reason, ...]]:
    """Return the reasons of each pair, the weightiest first; fields one side does not know are no reason.

    `levels` and `weights` are of levels, or of so many shades of each.
    """
    found: list[list[Reason]] = [[] for _ in range(len(pairs))]
    for place, comparison in enumerate(comparisons):
        table = weights.bits(place)
        for row, number in enumerate(levels[:, place]):
            if number < 0:
                continue
            sides = (_given(pairs.records, comparison.field, one[row]) for one in (pairs.left, pairs.right))
            code = _code(comparison, number // shades)
            found[row].append(Reason(comparison.field, code, float(table[number]), *sides))
    return [tuple(sorted(reasons, key=lambda one: -abs(one.weight))) for reasons in found]


def _code(comparison: Comparison, number: int) -> Code:
    return comparison.levels[level_at(comparison, number)].code if number else comparison.otherwise


def codes_of_patterns(
    comparisons: Sequence[Comparison], weights: Weights, patterns: Levels, shades: int = 1
) -> list[tuple[Code, ...]]:
    """Return the codes of what each pattern of levels, or of their shades, says: the weightiest first, each once.

    What says less than `TELLING` bits is left out.
    """
    found = []
    for pattern in patterns:
        said = []
        for place, comparison in enumerate(comparisons):
            number = int(pattern[place])
            bits = float(weights.bits(place)[number]) if number >= 0 else 0.0
            if abs(bits) >= TELLING:
                said.append((bits, _code(comparison, number // shades)))
        ordered = sorted(said, key=lambda one: -abs(one[0]))
        found.append(tuple(dict.fromkeys(code for _, code in ordered)))
    return found


def _given(records: Records, field: str, row: int) -> str:
    value = records.given.get(field)
    return "" if value is None or value[row] is None else str(value[row])
