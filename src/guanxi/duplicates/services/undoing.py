"""Merges are undone in their order: the later one first, and before what they were made of."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guanxi.access.errors import ConflictError
from guanxi.access.models import Change, ChangeAction, ChangeSet, ChangeVerb
from guanxi.duplicates.models import MergedCustomer


def refuse_wrong_order(changeset: ChangeSet) -> None:
    """Refuse an undo that would leave values or parts with the wrong customer.

    That is: of a merge whose survivor became another customer since, or took the same fields from a third one; of the
    write that made a customer who was merged since; and of a merge's undo. Raises ConflictError that names what to do.
    """
    if changeset.verb == ChangeVerb.MERGE:
        later = _swallowed(changeset) or _overwritten(changeset)
    elif changeset.verb == ChangeVerb.UNDO:
        if ChangeSet.objects.filter(undone_by=changeset, verb=ChangeVerb.MERGE).exists():
            raise ConflictError(_("This took a merge back; merge the records again instead."))
        return
    else:
        later = _standing().filter(customer__created_in=changeset).first()
    if later is not None:
        raise ConflictError(
            _("“%(name)s” was merged into “%(into)s” since; undo that first (change %(number)s).")
            % {"name": later.customer, "into": later.into, "number": later.changeset_id}
        )


def _standing() -> QuerySet[MergedCustomer]:
    """Merges that hold, the latest first."""
    holding = MergedCustomer.objects.filter(changeset__undone_by=None)
    return holding.select_related("customer", "into").order_by("-pk")


def _swallowed(changeset: ChangeSet) -> MergedCustomer | None:
    """The latest merge by which a survivor of this one became another customer."""
    survivors = MergedCustomer.objects.filter(changeset=changeset).values("into")
    return _standing().filter(customer__in=survivors).exclude(changeset=changeset).first()


def _overwritten(changeset: ChangeSet) -> MergedCustomer | None:
    """The latest merge that gave a survivor of this one other values in fields this one had given it."""
    survivors = MergedCustomer.objects.filter(changeset=changeset).values("into")
    later = list(_standing().filter(into__in=survivors, changeset__gt=changeset.pk))
    if not later:
        return None
    given = _fields_given({changeset.pk})
    given_since = _fields_given({merge.changeset_id for merge in later})
    for merge in later:
        mine = given.get((changeset.pk, merge.into_id), set())
        if mine & given_since.get((merge.changeset_id, merge.into_id), set()):
            return merge
    return None


def _fields_given(changesets: set[int]) -> dict[tuple[int, int], set[str]]:
    """Which fields merges gave their survivors, by change set and customer."""
    changes = Change.objects.filter(
        changeset__in=changesets, record_type="customer", action=ChangeAction.UPDATE
    )
    return {
        (change.changeset_id, int(key)): set(values)
        for change in changes
        for key, values in change.rows.items()
    }
