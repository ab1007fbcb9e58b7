"""Segments over the scores of recency, frequency and value. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guanxi.tiers.calc.errors import RuleError


@dataclass(frozen=True, slots=True)
class Segment:
    """A rectangle of scores: recency from `recency[0]` to `recency[1]`, worth likewise (both of 1 to 5)."""

    code: str
    recency: tuple[int, int]
    worth: tuple[int, int]

    def holds(self, recency: int, worth: int) -> bool:
        """Whether the pair of scores lies in the segment."""
        return self.recency[0] <= recency <= self.recency[1] and self.worth[0] <= worth <= self.worth[1]


RFM_SEGMENTS = (
    Segment("champion", (4, 5), (4, 5)),
    Segment("loyal", (3, 3), (4, 5)),
    Segment("promising", (4, 5), (2, 3)),
    Segment("newcomer", (4, 5), (1, 1)),
    Segment("fading", (3, 3), (1, 3)),
    Segment("not_to_lose", (1, 2), (4, 5)),
    Segment("at_risk", (1, 2), (3, 3)),
    Segment("dormant", (1, 2), (1, 2)),
)


def check_segments(segments: Sequence[Segment]) -> None:
    """Raise RuleError unless every pair of scores from 1 to 5 lies in exactly one segment."""
    for recency in range(1, 6):
        for worth in range(1, 6):
            found = [segment.code for segment in segments if segment.holds(recency, worth)]
            if len(found) != 1:
                told = " and ".join(found) or "no segment"
                raise RuleError(f"recency {recency} with worth {worth} lies in {told}")


def worth(frequency: int, value: int) -> int:
    """Return one score from those of frequency and value: their mean, halves up.

    >>> worth(5, 4), worth(1, 1)
    (5, 1)
    """
    return (frequency + value + 1) // 2


def segment_of(segments: Sequence[Segment], recency: int, frequency: int, value: int) -> str:
    """Return the code of the segment for three scores of 1 to 5. The segments were checked before."""
    score = worth(frequency, value)
    return next(segment.code for segment in segments if segment.holds(recency, score))
