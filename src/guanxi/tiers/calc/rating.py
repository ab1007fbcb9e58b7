"""A scheme's rule, read from data, and the class it gives to everyone. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from guanxi.tiers.calc.cuts import By, check_cuts, classify
from guanxi.tiers.calc.errors import RuleError
from guanxi.tiers.calc.segments import Segment, check_segments, segment_of

MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer as a rule sees it: contribution in the customer's currency, scores of 1 to 5."""

    customer_id: int
    currency: str
    contribution: Decimal | None
    recency: int | None
    frequency: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class CutsRule:
    """Classes by cumulative share of the contribution, each currency for itself."""

    by: By
    cuts: tuple[Decimal, ...]

    def rate(self, people: Sequence[Standing], codes: Sequence[str]) -> dict[int, str | None]:
        """Return `{customer: code}`; None where there is no contribution to rank."""
        groups: defaultdict[str, list[Standing]] = defaultdict(list)
        for person in people:
            groups[person.currency].append(person)
        rated: dict[int, str | None] = {}
        for group in groups.values():
            places = classify([person.contribution for person in group], self.cuts, self.by)
            for person, place in zip(group, places, strict=True):
                rated[person.customer_id] = None if place is None else codes[place]
        return rated


@dataclass(frozen=True, slots=True)
class SegmentsRule:
    """Segments over the RFM scores."""

    segments: tuple[Segment, ...]

    def rate(self, people: Sequence[Standing], codes: Sequence[str]) -> dict[int, str | None]:  # noqa: ARG002
        """Return `{customer: code}`; None for who never bought."""
        return {person.customer_id: self._code(person) for person in people}

    def _code(self, person: Standing) -> str | None:
        if person.recency is None or person.frequency is None or person.value is None:
            return None
        return segment_of(self.segments, person.recency, person.frequency, person.value)


Rule = CutsRule | SegmentsRule


def read_cuts(cuts: Sequence[object], tiers: int) -> tuple[Decimal, ...]:
    """Read cuts in percent from numbers or text. Raises RuleError."""
    try:
        read = tuple(Decimal(str(cut).strip().rstrip("%")) for cut in cuts)
    except InvalidOperation as error:
        raise RuleError("a cut is a number of percent") from error
    check_cuts(read, tiers)
    if any(len(cut.as_tuple().digits) > MOST_DIGITS for cut in read):
        raise RuleError(f"a cut has at most {MOST_DIGITS} digits")
    return read


def read_rule(rule: Mapping[str, Any], codes: Sequence[str]) -> Rule:
    """Read a rule as a scheme keeps it, for its classes from the best down. Raises RuleError."""
    if rule.get("kind") == "cuts":
        return CutsRule(By(rule["by"]), read_cuts(rule["cuts"], len(codes)))
    if rule.get("kind") != "segments":
        raise RuleError(f"there is no rule of kind {rule.get('kind')!r}")
    segments = tuple(
        Segment(found["code"], tuple(found["recency"]), tuple(found["worth"])) for found in rule["segments"]
    )
    check_segments(segments)
    if {segment.code for segment in segments} != set(codes):
        raise RuleError("the segments are not the scheme's classes")
    return SegmentsRule(segments)
