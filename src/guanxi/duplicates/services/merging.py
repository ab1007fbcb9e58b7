"""Several customers become one: its fields by the rule or by hand, all that hangs on them, in one change set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor
from guanxi.access.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from guanxi.access.models import ChangeAction, ChangeSet, ChangeVerb
from guanxi.access.services import open_changeset, record_changes
from guanxi.customers.models import Customer
from guanxi.duplicates.calc import Merging, Proposal, Survivorship, propose
from guanxi.duplicates.models import MergedCustomer, PairState, PossibleDuplicate
from guanxi.duplicates.queries import get_pair, survivor_of
from guanxi.duplicates.services.ruling import ranks_of, ruling
from guanxi.records.custom.storage import columns_of, held
from guanxi.records.declaration import FieldDeclaration, RecordType, record_type
from guanxi.records.references import record_references
from guanxi.records.services.editing import changes_of_row
from guanxi.records.services.pointing import move_references
from guanxi.records.storing import update_rows
from guanxi.records.storing.columns import stored_values
from guanxi.records.values import raw_value

BATCH = 200


@dataclass(frozen=True, slots=True)
class Group:
    """Customers that become one. `into` None lets the rule say which; `choices` names the source of some fields."""

    ids: tuple[int, ...]
    into: int | None = None
    choices: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it: the change set, who stayed (one a group), and the groups that could not be merged."""

    changeset: ChangeSet
    survivors: tuple[int, ...]
    left: tuple[Group, ...] = ()


def proposed(
    rows: Sequence[Customer],
    rule: Survivorship | None = None,
    *,
    into: int | None = None,
    choices: Mapping[str, int] | None = None,
) -> Proposal:
    """Return what a merge of these customers would do, by a rule or by that of the home."""
    rule = rule or ruling().rule
    fields = merged_fields(record_type("customer"))
    return _proposed(fields, rows, rule, into, choices, _ranks(fields, rows, rule))


def _ranks(
    fields: Sequence[FieldDeclaration], rows: Sequence[Customer], rule: Survivorship
) -> dict[int, dict[str, int]]:
    """Where the sources of values stand among those that are trusted, when it is asked for."""
    if rule != Survivorship.TRUSTED:
        return {}
    return ranks_of(rows, {found.name: found.attribute for found in fields})


def _proposed(
    fields: Sequence[FieldDeclaration],
    rows: Sequence[Customer],
    rule: Survivorship,
    into: int | None,
    choices: Mapping[str, int] | None,
    ranks: Mapping[int, Mapping[str, int]] | None = None,
) -> Proposal:
    records = [
        Merging(
            row.pk,
            row.updated_at,
            {found.name: raw_value(row, found) for found in fields},
            (ranks or {}).get(row.pk, {}),
        )
        for row in rows
    ]
    currencies = {found.name: found.currency for found in fields if found.currency}
    return propose(records, rule, into=into, choices=choices, currencies=currencies)


def merged_fields(known: RecordType) -> list[FieldDeclaration]:
    """Return the fields a merge decides about: what people may fill in."""
    return [found for found in known.editable if found.join is None]


def merge_customers(
    *,
    actor: Actor,
    into: int,
    others: Sequence[int],
    choices: Mapping[str, int] | None = None,
    rule: Survivorship | None = None,
    now: datetime,
) -> Merged:
    """Merge customers by hand.

    Raises NotFoundError, ForbiddenError when one of them may not be changed, ConflictError when one was merged
    meanwhile, InvalidError when there is nothing to merge.
    """
    ids = tuple(dict.fromkeys((into, *others)))
    if len(ids) < 2:
        raise InvalidError({"ids": [_("Choose at least two customers.")]})
    group = Group(ids, into, choices or {})
    return merge_groups(actor=actor, groups=[group], rule=rule, now=now, must_all=True)


def merge_pair(
    *,
    actor: Actor,
    pair_id: int,
    into: int | None = None,
    choices: Mapping[str, int] | None = None,
    rule: Survivorship | None = None,
    now: datetime,
) -> Merged:
    """Merge the customers of a pair. Raises what `merge_customers` raises."""
    pair = get_pair(actor, pair_id)
    sides = (pair.left_id, pair.right_id)
    if into is not None and into not in sides:
        raise InvalidError({"into": [_("Choose one of the customers shown.")]})
    group = Group(sides, into, choices or {})
    return merge_groups(actor=actor, groups=[group], rule=rule, now=now, must_all=True)


@transaction.atomic
def merge_groups(
    *,
    actor: Actor,
    groups: Sequence[Group],
    rule: Survivorship | None = None,
    now: datetime,
    must_all: bool = False,
    changeset: ChangeSet | None = None,
) -> Merged:
    """Merge each group into one customer, set-based: so many statements a type of record, whatever their number.

    A group of which the actor may not change all, or one of which is gone, is left and named; with `must_all` that is
    an error. A customer may be in one group only. Without `rule` that of the home holds.
    """
    rule = rule or ruling().rule
    ids = [key for group in groups for key in group.ids]
    if len(set(ids)) < len(ids):
        raise InvalidError({"ids": [_("A customer can be merged only once.")]})
    rows = _locked(actor, ids)
    whole = [group for group in groups if all(key in rows for key in group.ids)]
    left = tuple(group for group in groups if group not in whole)
    if left and must_all:
        _refuse(actor, left[0], rows)
    written = changeset or open_changeset(actor=actor, verb=ChangeVerb.MERGE, now=now)
    moves = _write_survivors(
        written, [(group, [rows[key] for key in group.ids]) for group in whole], rule, now
    )
    _move_parts(written, moves, now)
    _close(written, moves, actor, now)
    return Merged(written, tuple(dict.fromkeys(moves.values())), left)


def _locked(actor: Actor, ids: Iterable[int]) -> dict[int, Customer]:
    """Lock the customers the actor may change, in one order for everybody."""
    allowed = Customer.objects.changeable_by(actor).filter(pk__among=list(ids)).values_list("pk", flat=True)
    rows = Customer.objects.alive().select_for_update(of=("self",)).filter(pk__among=list(allowed))
    return {row.pk: row for row in rows.order_by("pk")}


def _refuse(actor: Actor, group: Group, rows: Mapping[int, Customer]) -> None:
    """Say why a group cannot be merged: merged meanwhile, not to be changed, or not to be seen."""
    missing = [key for key in group.ids if key not in rows]
    if any(survivor_of(key) in group.ids for key in missing):
        raise ConflictError(_("They were merged meanwhile; nothing was changed."))
    if Customer.objects.visible_to(actor).filter(pk__in=missing).count() < len(missing):
        raise NotFoundError
    raise ForbiddenError


def _write_survivors(
    changeset: ChangeSet,
    groups: Iterable[tuple[Group, list[Customer]]],
    rule: Survivorship,
    now: datetime,
) -> dict[int, int]:
    """Give each survivor its fields; return who becomes whom."""
    known = record_type("customer")
    fields = merged_fields(known)
    attributes = {found.name: found.attribute for found in fields}
    groups = list(groups)
    ranks = _ranks(fields, [row for _group, rows in groups for row in rows], rule)
    moves: dict[int, int] = {}
    changes: dict[int, dict[str, tuple[object, object]]] = {}
    survivors: dict[int, Customer] = {}
    for group, rows in groups:
        wanted = _proposed(fields, rows, rule, group.into, group.choices, ranks)
        by_id = {row.pk: row for row in rows}
        survivor = by_id[wanted.into]
        taken = {
            attributes[name]: held(by_id[key], attributes[name])
            for name, key in wanted.choices.items()
            if key != wanted.into and key in by_id
        }
        moves.update({key: wanted.into for key in by_id if key != wanted.into})
        survivors[wanted.into] = survivor
        if changed := changes_of_row(known, survivor, taken):
            changes[wanted.into] = changed
    for survivor in survivors.values():
        survivor.version += 1
        survivor.updated_at = now
    names = {
        "version",
        "updated_at",
        *known.computed,
        *(name for found in changes.values() for name in found),
    }
    columns = sorted(columns_of(names))
    update_rows(Customer, columns, {key: _stored(row, columns) for key, row in survivors.items()})
    record_changes(changeset, record_type=known.name, action=ChangeAction.UPDATE, rows=changes)
    return moves


def _stored(row: Customer, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(stored_values(Customer, {name: getattr(row, name) for name in columns}).values())


def _move_parts(changeset: ChangeSet, moves: Mapping[int, int], now: datetime) -> None:
    """Hang whatever hung on those who go on those who stay: a few statements a reference, however many customers.

    Parts that were deleted move too: whoever brings one back finds it where the rest is.
    """
    gone = list(moves)
    for reference in record_references(Customer):
        model, attribute = reference.part.model, reference.attribute
        parts = model.objects.select_for_update(of=("self",)).filter(
            **{f"{reference.column}__id__among": gone}
        )
        held_by = {
            key: (holder, version)
            for key, holder, version in parts.order_by("pk").values_list("pk", attribute, "version")
        }
        values = {key: (moves[holder], version + 1) for key, (holder, version) in held_by.items()}
        update_rows(model, (attribute, "version"), values, {"updated_at": now})
        moved = {key: {attribute: (holder, moves[holder])} for key, (holder, _version) in held_by.items()}
        record_changes(changeset, record_type=reference.part.name, action=ChangeAction.UPDATE, rows=moved)
    move_references(target="customer", moves=moves, changeset=changeset, now=now)


def _close(changeset: ChangeSet, moves: Mapping[int, int], actor: Actor, now: datetime) -> None:
    """Take away those who became others, remember whom, and settle the pairs among them."""
    leaving = Customer.objects.filter(pk__among=list(moves))
    leaving.update(deleted_in=changeset, version=F("version") + 1)
    gone: dict[int, dict[str, tuple[object, object]]] = {key: {} for key in moves}
    record_changes(changeset, record_type="customer", action=ChangeAction.DELETE, rows=gone)
    MergedCustomer.objects.bulk_create(
        [MergedCustomer(customer_id=key, into_id=into, changeset=changeset) for key, into in moves.items()],
        batch_size=BATCH,
    )
    pairs = PossibleDuplicate.objects.filter(pk__among=_pairs_within(moves))
    pairs.exclude(state=PairState.SEPARATE).update(
        state=PairState.MERGED, changeset=changeset, decided_by_id=actor.id, decided_at=now
    )


def _pairs_within(moves: Mapping[int, int]) -> list[int]:
    """The pairs both of whose customers are one now."""
    gone = list(moves)
    ends = {**moves, **{into: into for into in moves.values()}}
    pairs = PossibleDuplicate.objects.filter(Q(left__id__among=gone) | Q(right__id__among=gone))
    return [
        pk
        for pk, left, right in pairs.values_list("pk", "left", "right")
        if ends.get(left) is not None and ends.get(left) == ends.get(right)
    ]
