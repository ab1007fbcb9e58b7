"""Writes of tiers: a run of a scheme, tried first or applied, with a change set that undo takes back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from guanxi.access.calc import Actor, may_administer
from guanxi.access.errors import ForbiddenError, InvalidError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.customers.models import Customer
from guanxi.jobs.models import Job
from guanxi.jobs.queries import is_waiting
from guanxi.jobs.services import enqueue
from guanxi.metrics.engine.store import keep_beside
from guanxi.metrics.engine.warehouse import WarehouseBusyError
from guanxi.metrics.services import refresh, take_snapshot
from guanxi.tiers.calc import CutsRule, RuleError, Standing, read_cuts, read_rule
from guanxi.tiers.models import CustomerTier, Scheme, Tier
from guanxi.tiers.queries import scheme_named, schemes, standings, tier_codes
from guanxi.tiers.shipped import SCHEMES, ShippedScheme

Code = str | None
RATING = "tiers.rate"
CHUNK = 900


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who change from one class to another (None: not rated), and their contribution by currency."""

    before: Code
    after: Code
    customers: int
    revenue: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class TierRun:
    """What a run of a scheme gave: over the customers the actor sees, or moves when it was applied.

    `counts` and `revenue` (contribution by currency) are by class, None for who is not rated. `changeset` is None
    when nothing was applied or nothing was different.
    """

    scheme: str
    applied: bool
    moved: int
    moves: Sequence[Move]
    counts: Mapping[Code, int]
    revenue: Mapping[Code, Mapping[str, Decimal]]
    changeset: ChangeSet | None = None


def run_scheme(
    *, actor: Actor | None, scheme: str, apply: bool, now: datetime, cuts: Sequence[object] | None = None
) -> TierRun:
    """Put every customer into a class of the scheme; only tell who would move unless `apply`.

    Customers are ranked among all who have the same currency, whoever asks; told are those the actor sees, moved
    those the actor may change. `cuts` (percent) are tried in place of the scheme's and, when applied, kept: only an
    administrator does that. `actor` None is the program itself.
    Raises NotFoundError, ForbiddenError (members and viewers do not apply), InvalidError for cuts that do not rise.
    """
    found = scheme_named(scheme)
    if not apply:
        return _told(found, _judged(found, actor, cuts, changing=False), applied=False)
    if actor is not None and not _may_apply(actor, cuts):
        raise ForbiddenError
    with transaction.atomic():
        found = Scheme.objects.select_for_update().get(pk=found.pk)
        judged = _judged(found, actor, cuts, changing=True)
        changeset = _apply(found, judged, actor, cuts, now)
    return _told(found, judged, applied=True, changeset=changeset)


def _may_apply(actor: Actor, cuts: Sequence[object] | None) -> bool:
    return not actor.read_only and (may_administer(actor) if cuts is not None else actor.manages)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A customer with the class it has and the one the rule gives."""

    person: Standing
    before: Code
    after: Code


def _judged(
    scheme: Scheme, actor: Actor | None, cuts: Sequence[object] | None, *, changing: bool
) -> list[_Judged]:
    """Rate everyone, and return those the actor sees (or may change)."""
    people = list(standings())
    codes = [tier.code for tier in scheme.tiers.all()]
    try:
        rule = read_rule(scheme.rule, codes)
        if cuts is not None:
            if not isinstance(rule, CutsRule):
                raise RuleError("this scheme has no cuts to move")  # noqa: TRY301 - told with the others
            rule = CutsRule(rule.by, read_cuts(cuts, len(codes)))
    except RuleError as error:
        raise InvalidError({"cuts": [str(error)]}) from error
    after = rule.rate(people, codes)
    before = tier_codes(scheme.key)
    allowed = _allowed(actor, changing=changing)
    return [
        _Judged(person, before.get(person.customer_id), after[person.customer_id])
        for person in people
        if allowed is None or person.customer_id in allowed
    ]


def _allowed(actor: Actor | None, *, changing: bool) -> set[int] | None:
    """The customers an actor sees or may change; None means all."""
    if actor is None or actor.is_administrator:
        return None
    customers = Customer.objects.changeable_by(actor) if changing else Customer.objects.visible_to(actor)
    return set(customers.values_list("pk", flat=True))


class Sums(dict[str, Decimal]):
    """Contributions added up, each currency for itself."""

    def add(self, person: Standing) -> None:
        """Add what a customer contributes, if anything is known of it."""
        if person.contribution is not None:
            self[person.currency] = self.get(person.currency, Decimal(0)) + person.contribution


def _told(
    scheme: Scheme, judged: Iterable[_Judged], *, applied: bool, changeset: ChangeSet | None = None
) -> TierRun:
    counts: Counter[Code] = Counter()
    sizes: Counter[tuple[Code, Code]] = Counter()
    revenue: defaultdict[Code, Sums] = defaultdict(Sums)
    moved: defaultdict[tuple[Code, Code], Sums] = defaultdict(Sums)
    for one in judged:
        counts[one.after] += 1
        revenue[one.after].add(one.person)
        if one.before != one.after:
            sizes[one.before, one.after] += 1
            moved[one.before, one.after].add(one.person)
    return TierRun(
        scheme=scheme.key,
        applied=applied,
        moved=sum(sizes.values()),
        moves=[Move(*pair, size, dict(moved[pair])) for pair, size in sizes.most_common()],
        counts=dict(counts),
        revenue={code: dict(found) for code, found in revenue.items()},
        changeset=changeset,
    )


def _apply(
    scheme: Scheme,
    judged: Iterable[_Judged],
    actor: Actor | None,
    cuts: Sequence[object] | None,
    now: datetime,
) -> ChangeSet | None:
    """Write the moves and the cuts, and leave one change set when there was anything to write."""
    moves = {one.person.customer_id: (one.before, one.after) for one in judged if one.before != one.after}
    former = scheme.rule.get("cuts")
    kept = None if cuts is None else [str(cut) for cut in read_cuts(cuts, len(former or ()) + 1)]
    recut = kept is not None and kept != former
    changeset = None
    if moves or recut:
        changeset = open_changeset(actor=actor, verb=ChangeVerb.TIER, why=scheme.key, now=now)
    if changeset and moves:
        set_codes(scheme.key, {key: after for key, (_, after) in moves.items()}, now)
        rows = {key: {scheme.field: pair} for key, pair in moves.items()}
        record_changes(changeset, record_type="customer", action=ChangeAction.UPDATE, rows=rows)
    if changeset and recut:
        scheme.rule = {**scheme.rule, "cuts": kept}
        rows_of_scheme = {scheme.pk: {"cuts": (former, kept)}}
        record_changes(changeset, record_type="scheme", action=ChangeAction.UPDATE, rows=rows_of_scheme)
    scheme.computed_at = now
    scheme.save(update_fields=["rule", "computed_at"])
    return changeset


def set_codes(scheme: str, codes: Mapping[int, object], now: datetime) -> None:
    """Put customers into classes of a scheme (None: not rated any more), set-based."""
    gone = [key for key, code in codes.items() if code is None]
    for start in range(0, len(gone), CHUNK):
        CustomerTier.objects.filter(scheme_id=scheme, customer_id__in=gone[start : start + CHUNK]).delete()
    rows = ((key, scheme, str(code), now) for key, code in codes.items() if code is not None)
    keep_beside(CustomerTier, ("customer", "scheme", "code", "since"), rows, keys=2)


def cuts_of_schemes(ids: Iterable[int]) -> dict[int, object]:
    """Return the cuts each scheme has now: what undo compares."""
    return {pk: rule.get("cuts") for pk, rule in Scheme.objects.filter(pk__in=ids).values_list("pk", "rule")}


def restore_cuts(former: Mapping[int, object], _now: datetime) -> None:
    """Put former cuts back: undo's hook."""
    for scheme in Scheme.objects.select_for_update().filter(pk__in=former):
        scheme.rule = {**scheme.rule, "cuts": former[scheme.pk]}
        scheme.save(update_fields=["rule"])


@transaction.atomic
def ship_schemes(shipped: Sequence[ShippedScheme] = SCHEMES) -> None:
    """Bring the shipped schemes into the database; those that are there keep what the team made of them."""
    for position, scheme in enumerate(shipped):
        kept, is_new = Scheme.objects.get_or_create(
            key=scheme.key,
            defaults={"name": scheme.name, "rule": dict(scheme.rule), "position": position},
        )
        if is_new:
            Tier.objects.bulk_create(
                Tier(
                    scheme=kept,
                    code=tier.code,
                    name=tier.name,
                    treatment=tier.treatment,
                    position=place,
                    colour=tier.colour,
                )
                for place, tier in enumerate(scheme.tiers, 1)
            )


def rate_everybody(*, actor: Actor | None, now: datetime) -> dict[str, Any]:
    """Refresh the metrics, then apply every scheme. Returns plain JSON. Raises ForbiddenError, WarehouseBusyError."""
    if actor is not None and (actor.read_only or not actor.manages):
        raise ForbiddenError
    refreshed = refresh(actor=actor, now=now)
    runs = [run_scheme(actor=actor, scheme=scheme.key, apply=True, now=now) for scheme in schemes()]
    with suppress(WarehouseBusyError):  # whoever holds it keeps the day as well
        take_snapshot(now=now)
    return {
        "metrics": asdict(refreshed),
        "moved": {run.scheme: run.moved for run in runs},
        "changesets": [run.changeset.pk for run in runs if run.changeset is not None],
    }


def request_rating(*, actor: Actor, now: datetime) -> Job:
    """Ask for `rate_everybody` as a job. Raises ForbiddenError."""
    if actor.read_only or not actor.manages:
        raise ForbiddenError
    return enqueue(kind=RATING, actor=actor, parameters={}, now=now)


def rate_soon(now: datetime) -> None:
    """Ask for `rate_everybody` on the program's own account, unless it is asked for already and has not begun."""
    if not is_waiting(RATING):
        enqueue(kind=RATING, actor=None, parameters={}, now=now)
