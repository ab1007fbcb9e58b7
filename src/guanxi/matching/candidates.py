"""One record against a few, while somebody types it: no fitting, no database, no blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from guanxi.matching.columns import Pairs
from guanxi.matching.comparing import all_levels
from guanxi.matching.estimation import believed, log_odds, pattern_bits, probability
from guanxi.matching.explaining import explained
from guanxi.matching.reasons import Pair
from guanxi.matching.settings import Settings

ONE_IN = 1000
"""Of so many candidates that were looked up one is believed to be the record before anything is compared."""


def score_candidates(
    record: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]], settings: Settings, *, key: str = "id"
) -> list[Pair]:
    """Return how probably each candidate is the record, in their order; `left` is "", `right` the candidate's id.

    Weights are those believed beforehand. A candidate kept apart (a branch of the record) has probability 0.
    """
    if not candidates:
        return []
    rows = [record, *candidates]
    names = dict.fromkeys(name for row in rows for name in row if name != key)
    records = settings.prepare({name: [row.get(name) for row in rows] for name in names})
    count = len(candidates)
    pairs = Pairs(records, np.zeros(count, np.int32), np.arange(1, count + 1, dtype=np.int32))
    comparisons = tuple(one for one in settings.comparisons if one.needed <= set(records.columns))
    levels = all_levels(comparisons, pairs)
    weights = believed(comparisons, 1 / ONE_IN)
    chances = probability(pattern_bits(levels, weights) + log_odds(weights.prior))
    for predicate in settings.apart:
        chances[predicate.holds(pairs)] = 0.0
    reasons = explained(comparisons, weights, pairs, levels)
    return [
        Pair("", str(row.get(key, "")), float(chance), why)
        for row, chance, why in zip(candidates, chances, reasons, strict=True)
    ]
