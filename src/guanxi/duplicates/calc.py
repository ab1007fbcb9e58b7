"""Which record survives, and whose value of each field: survivorship, and groups out of pairs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Survivorship(StrEnum):
    """Whose value of a field stays where several records have one."""

    COMPLETE = "complete"  # the survivor's, the most complete record's, as far as it says something
    NEWEST = "newest"  # that of the record changed last
    LONGEST = "longest"  # the longest text
    TRUSTED = "trusted"  # that of the source the home trusts most


@dataclass(frozen=True, slots=True)
class Merging:
    """A record on its way into another: what it says of each field (None or "": nothing), when it was changed.

    `ranks` tells the place of the source of a field among those that are trusted, 0 the most trusted one.
    """

    id: int
    updated_at: datetime
    values: Mapping[str, object]
    ranks: Mapping[str, int] = field(default_factory=dict)

    def says(self, name: str) -> bool:
        """Whether it says something of a field."""
        return self.values.get(name) not in (None, "", (), [])

    @property
    def filled(self) -> int:
        """Of how many fields it says something."""
        return sum(map(self.says, self.values))


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a merge would do: the record that stays, and the record each field is taken from."""

    into: int
    choices: Mapping[str, int] = field(default_factory=dict)


def propose(
    records: Sequence[Merging],
    rule: Survivorship,
    *,
    into: int | None = None,
    choices: Mapping[str, int] | None = None,
    currencies: Mapping[str, str] | None = None,
) -> Proposal:
    """Return who survives (`into`, else the most complete, the oldest of equals) and the source of each field.

    `choices` of a person go before the rule. `currencies` maps an amount to the field that says in which money it is:
    the two come from one record, and amounts in one currency field from records that agree on it, or a number would
    change its meaning.
    """
    survivor = into if into is not None else min(records, key=lambda one: (-one.filled, one.id)).id
    order = sorted(records, key=lambda one: (one.id != survivor, -one.filled, one.id))
    names = dict.fromkeys(name for one in order for name in one.values)
    found = {name: _source(name, order, _PICK[rule]) for name in names}
    found.update({name: key for name, key in (choices or {}).items() if name in found})
    _agree_on_currency(found, {one.id: one for one in records}, currencies or {})
    return Proposal(survivor, found)


def _source(name: str, order: Sequence[Merging], pick: Callable[[Sequence[Merging], str], Merging]) -> int:
    saying = [one for one in order if one.says(name)]
    return pick(saying, name).id if saying else order[0].id


def _first(saying: Sequence[Merging], _name: str) -> Merging:
    return saying[0]


def _newest(saying: Sequence[Merging], _name: str) -> Merging:
    return max(saying, key=lambda one: one.updated_at)


def _longest(saying: Sequence[Merging], name: str) -> Merging:
    return max(saying, key=lambda one: len(str(one.values[name])))


def _most_trusted(saying: Sequence[Merging], name: str) -> Merging:
    return min(saying, key=lambda one: one.ranks.get(name, NOT_RANKED))


NOT_RANKED = 1_000_000
"""The place of a source nobody put in order: behind all others."""
_PICK = {
    Survivorship.COMPLETE: _first,
    Survivorship.NEWEST: _newest,
    Survivorship.LONGEST: _longest,
    Survivorship.TRUSTED: _most_trusted,
}


def _agree_on_currency(
    found: dict[str, int], by_id: Mapping[int, Merging], currencies: Mapping[str, str]
) -> None:
    leaders: dict[str, int] = {}
    for amount, currency in currencies.items():
        if amount not in found or currency not in found or not by_id[found[amount]].says(amount):
            continue
        leader = leaders.setdefault(currency, found[amount])
        if by_id[found[amount]].values.get(currency) != by_id[leader].values.get(currency):
            found[amount] = leader
    found.update(leaders)


def groups_of(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the connected groups of pairs, each sorted, the groups by their first id.

    >>> groups_of([(1, 2), (5, 6), (2, 9)])
    [(1, 2, 9), (5, 6)]
    """
    parent: dict[int, int] = {}

    def root(key: int) -> int:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for left, right in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    found: dict[int, list[int]] = {}
    for key in sorted(parent):
        found.setdefault(root(key), []).append(key)
    return [tuple(keys) for keys in found.values()]
