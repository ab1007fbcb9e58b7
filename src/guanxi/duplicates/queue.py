"""The queue of pairs that wait for a word: the likeliest first, a page at a time by keyset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from guanxi.access.calc import Actor
from guanxi.duplicates.models import PossibleDuplicate
from guanxi.duplicates.queries import open_pairs

LENGTH = 30
COUNTED = 10_000
LEVELS = (0.99, 0.95, 0.9, 0.8)
"""Probabilities by which the queue is narrowed and merged at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue: pairs at or above `level`, of customers of `owner` (0: anybody's), after a place.

    `pair` is the one at hand, 0 for the first. `after` is `probability:id` of the pair before the part.
    """

    level: float = 0.0
    owner: int = 0
    after: str = ""
    pair: int = 0

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Asked:
        """Read what an address or a form gives; what cannot be read counts as not given."""
        return cls(
            level=_share(given.get("level", "")),
            owner=_whole(given.get("owner", "")),
            after=given.get("after", ""),
            pair=_whole(given.get("pair", "")),
        )

    @property
    def parameters(self) -> dict[str, str]:
        """What an address or a form carries."""
        found = {"level": self.level, "owner": self.owner, "after": self.after, "pair": self.pair}
        return {name: str(value) for name, value in found.items() if value}

    def address(self, **changes: object) -> str:
        """Return `?…` with some of it changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        return f"?{urlencode(changed.parameters)}"


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the queue: its pairs, the one at hand (None when there is none), and where the next part begins."""

    pairs: Sequence[PossibleDuplicate]
    current: PossibleDuplicate | None
    next: str
    count: int | None


def asked_pairs(actor: Actor, asked: Asked) -> QuerySet[PossibleDuplicate]:
    """Return the open pairs the actor may see, as narrowed, in no order."""
    pairs = open_pairs(actor)
    if asked.level:
        pairs = pairs.filter(probability__gte=asked.level)
    if asked.owner:
        pairs = pairs.filter(Q(left__owner=asked.owner) | Q(right__owner=asked.owner))
    return pairs


def part_of_queue(actor: Actor, asked: Asked) -> Part:
    """Return a part of the queue in a fixed number of queries, as quick at its end as at its beginning."""
    pairs = asked_pairs(actor, asked)
    count = pairs.order_by().values("pk")[: COUNTED + 1].count()
    found = list(_after(pairs, asked.after).order_by("-probability", "pk")[: LENGTH + 1])
    shown = found[:LENGTH]
    current = next((pair for pair in shown if pair.pk == asked.pair), None)
    if current is None and asked.pair:
        current = pairs.filter(pk=asked.pair).first()
    return Part(
        pairs=shown,
        current=current or (shown[0] if shown else None),
        next=place_of(shown[-1]) if len(found) > LENGTH else "",
        count=count if count <= COUNTED else None,
    )


def following(actor: Actor, asked: Asked, pair: PossibleDuplicate) -> int:
    """Return the id of the pair that comes after one that was just decided; 0 at the end."""
    rows = _after(asked_pairs(actor, asked), place_of(pair)).order_by("-probability", "pk")
    return rows.values_list("pk", flat=True).first() or 0


def place_of(pair: PossibleDuplicate) -> str:
    """Return the place behind a pair."""
    return f"{pair.probability!r}:{pair.pk}"


def _after(pairs: QuerySet[PossibleDuplicate], place: str) -> QuerySet[PossibleDuplicate]:
    probability, _sign, key = place.partition(":")
    share, number = _share(probability), _whole(key)
    if not share or not number:
        return pairs
    return pairs.filter(probability__lte=share).exclude(probability=share, pk__lte=number)
