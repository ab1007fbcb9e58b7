"""Reads of pairs and merges. A pair is seen by whoever sees both of its customers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.access.errors import NotFoundError
from guanxi.conditions.context import Context
from guanxi.conditions.django_compiler import to_q
from guanxi.conditions.schema import Field, FieldType, Schema
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
        MergedCustomer.objects.filter(into=customer_id, changeset__undone_by=None)
        .select_related("customer", "changeset", "changeset__actor")
        .order_by("-pk")
    )


def survivor_of(customer_id: int) -> int | None:
    """Return the customer this one became, over any number of merges; None when it did not."""
    found: int | None = None
    for _step in range(CHAIN):
        step = MergedCustomer.objects.filter(customer=found or customer_id, changeset__undone_by=None)
        into = step.order_by("-pk").values_list("into", flat=True).first()
        if into is None:
            break
        found = into
    return found


def former_ids(ids: Iterable[int]) -> dict[int, int]:
    """Return who is in these customers now: the id of each customer that became one of them, and which."""
    found: dict[int, int] = {}
    waiting = {key: key for key in ids}
    for _step in range(CHAIN):
        merges = MergedCustomer.objects.filter(into__in=list(waiting), changeset__undone_by=None)
        waiting = {
            customer: waiting[into]
            for customer, into in merges.values_list("customer", "into")
            if customer not in found
        }
        if not waiting:
            break
        found.update(waiting)
    return found
