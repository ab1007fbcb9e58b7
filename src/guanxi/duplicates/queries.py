"""Reads of pairs and merges. A pair is seen by whoever sees both of its customers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.access.errors import NotFoundError
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.schema import Field, FieldType, Schema
from guanxi.customers.models import Customer
from guanxi.duplicates.models import MergedCustomer, PairState, PossibleDuplicate

CHAIN = 50
"""Merges that are followed from one record; a longer chain ends there."""


def pairs_allowed(actor: Actor, verb: Verb) -> QuerySet[PossibleDuplicate]:
    """Return the pairs on both of whose customers, living ones, the actor may do `verb`."""
    context = Context(now=datetime.now(UTC), zone=actor.zone)
    both = Q(left__deleted_in=None, right__deleted_in=None)
    for side in ("left", "right"):
        both &= to_q(scope(actor, verb, Sharing.OWNED, root=side), _schema(side), context)
    shown = ("left__owner", "left__team", "right__owner", "right__team", "changeset")
    return PossibleDuplicate.objects.filter(both).select_related(*shown)


def _schema(side: str) -> Schema:
    """Owner and team of a customer of the pair, as scopes speak of them."""
    fields = {
        f"{side}.{name}": Field(
            name=f"{side}.{name}", type=FieldType.REFERENCE, column=f"{side}__{name}_id", nullable=True
        )
        for name in ("owner", "team")
    }
    return Schema(name="pair", fields=fields)


IS_OPEN = Q(state=PairState.OPEN) | Q(state=PairState.MERGED, changeset__undone_by__isnull=False)


def open_pairs(actor: Actor, verb: Verb = Verb.VIEW) -> QuerySet[PossibleDuplicate]:
    """Return the pairs that wait for a word."""
    return pairs_allowed(actor, verb).filter(IS_OPEN)


def get_pair(actor: Actor, pair_id: int) -> PossibleDuplicate:
    """Return one pair, decided or not, whose customers both live and are seen. Raises NotFoundError."""
    found = pairs_allowed(actor, Verb.VIEW).filter(pk=pair_id).first()
    if found is None:
        raise NotFoundError
    return found


def get_decided(actor: Actor, pair_id: int) -> PossibleDuplicate:
    """Return a pair the actor decided about: after a merge one of its customers lives no more.

    Raises NotFoundError for pairs others decided about, but for administrators.
    """
    pairs = PossibleDuplicate.objects.select_related("changeset")
    mine = pairs if actor.is_administrator else pairs.filter(decided_by=actor.id)
    found = mine.filter(pk=pair_id).first()
    if found is None:
        raise NotFoundError
    return found


def open_pairs_of(actor: Actor, customer_id: int) -> QuerySet[PossibleDuplicate]:
    """Return the open pairs of one customer, the likeliest first."""
    mine = Q(left=customer_id) | Q(right=customer_id)
    return open_pairs(actor).filter(mine).order_by("-probability", "pk")


def merges_into(customer_id: int) -> QuerySet[MergedCustomer]:
    """Return the merges by which others became this customer, the newest first."""
    return (
        _standing()
        .filter(into=customer_id)
        .select_related("customer", "changeset", "changeset__actor")
        .order_by("-pk")
    )


def survivor_of(customer_id: int) -> int | None:
    """Return the customer this one became, over any number of merges; None when it did not."""
    return survivors_of([customer_id]).get(customer_id)


def survivors_of(ids: Iterable[int]) -> dict[int, int]:
    """Return whom these customers became, over any number of merges; who became nobody is left out.

    One query a link of the longest chain, however many customers.
    """
    found: dict[int, int] = {}
    now = {key: key for key in ids}
    for _step in range(CHAIN):
        if not now:
            break
        merges = _standing().filter(customer__id__among=sorted(set(now.values()))).order_by("pk")
        became = dict(merges.values_list("customer", "into"))
        now = {key: became[current] for key, current in now.items() if current in became}
        found.update(now)
    return found


def merged_under(keys: Mapping[str, Collection[str]]) -> list[tuple[int, dict[str, str]]]:
    """Return what merged customers were known by: each one's survivor, and its own former keys by column.

    `keys` holds the wanted values by column of the customer; found is who had one of them. For services that settle
    by the survivor who may see it. One query a column, and a single one where nothing was ever merged.
    """
    if not _standing().exists():
        return []
    is_merged = Exists(_standing().filter(customer=OuterRef("pk")))
    found: dict[int, dict[str, str]] = {}
    for column, wanted in keys.items():
        if wanted:
            rows = Customer.objects.filter(is_merged, **{f"{column}__among": wanted})
            for number, *values in rows.values_list("pk", *keys):
                found[number] = dict(zip(keys, values, strict=True))
    survivors = survivors_of(found)
    return [(survivors[number], found[number]) for number in sorted(found)]


def _standing() -> QuerySet[MergedCustomer]:
    """Merges that were not undone."""
    return MergedCustomer.objects.filter(changeset__undone_by=None)


def former_ids(ids: Iterable[int]) -> dict[int, int]:
    """Return who is in these customers now: the id of each customer that became one of them, and which."""
    found: dict[int, int] = {}
    waiting = {key: key for key in ids}
    for _step in range(CHAIN):
        merges = _standing().filter(into__id__among=list(waiting))
        waiting = {
            customer: waiting[into]
            for customer, into in merges.values_list("customer", "into")
            if customer not in found
        }
        if not waiting:
            break
        found.update(waiting)
    return found
