"""Scores of one to five among all customers: the meaning that the engine's SQL is held against."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

BANDS = 5


def score(below: int, count: int) -> int:
    """Return the score of a value that is better than `below` of `count` values: 1 + floor(5 · below / count).

    Fifths by rank, as in the RFM of Hughes, Strategic Database Marketing (1994), except that equal values always
    get the same score: that of the worst among them.
    """
    return 1 + below * BANDS // count


def scores(values: Sequence[int | None], *, best_is_low: bool = False) -> list[int | None]:
    """Return the score of each value, None for None.

    >>> scores([10, 20, 30, 40, 50])
    [1, 2, 3, 4, 5]
    >>> scores([3, 400, None], best_is_low=True)
    [3, 1, None]
    """
    signed = [None if value is None else -value if best_is_low else value for value in values]
    ranked = sorted(value for value in signed if value is not None)
    return [None if value is None else score(bisect_left(ranked, value), len(ranked)) for value in signed]
