"""Whose value stays in a merge by default, and which sources are trusted more than others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.customers.models import Customer
from guanxi.customers.provenance import known_sources, sources_of
from guanxi.duplicates.calc import Survivorship
from guanxi.duplicates.models import MergeRule


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rule of the home, its sources in the order they are trusted, and the sources there are."""

    rule: Survivorship
    trusted: tuple[str, ...]
    sources: tuple[str, ...]


def ruling() -> Ruling:
    """Return what holds in this home: the most complete record unless an administrator said otherwise."""
    row = MergeRule.objects.first()
    rule = Survivorship(row.rule) if row else Survivorship.COMPLETE
    return Ruling(rule, tuple(row.trusted) if row else (), known_sources())


@transaction.atomic
def set_ruling(*, actor: Actor, rule: Survivorship, trusted: Sequence[str]) -> Ruling:
    """Say whose value stays by default. Raises ForbiddenError, or InvalidError for a source there is not, or twice."""
    if not may_administer(actor):
        raise ForbiddenError
    known = known_sources()
    if len(set(trusted)) < len(trusted) or not set(trusted) <= set(known):
        raise InvalidError({"trusted": [_("Name each source once, of those there are.")]})
    MergeRule.objects.update_or_create(pk=1, defaults={"rule": rule.value, "trusted": list(trusted)})
    return ruling()


def ranks_of(rows: Sequence[Customer], attributes: Mapping[str, str]) -> dict[int, dict[str, int]]:
    """Return, by customer and field, the place of the source of its value; `attributes` are those of the fields."""
    places = {name: place for place, name in enumerate(ruling().trusted)}
    sources = sources_of(rows, set(attributes.values()))
    return {
        key: {name: places[found[held]] for name, held in attributes.items() if found.get(held) in places}
        for key, found in sources.items()
    }
