"""Merges are undone in their order: the later one first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from guanxi.access.errors import ConflictError
from guanxi.access.models import ChangeSet, ChangeVerb
from guanxi.duplicates.models import MergedCustomer


def refuse_wrong_order(changeset: ChangeSet) -> None:
    """Refuse to undo a merge whose survivor became another customer since. Raises ConflictError that names it."""
    if changeset.verb != ChangeVerb.MERGE:
        return
    survivors = MergedCustomer.objects.filter(changeset=changeset).values("into")
    later = (
        MergedCustomer.objects.filter(customer__in=survivors, changeset__undone_by=None)
        .exclude(changeset=changeset)
        .select_related("customer", "into")
        .order_by("-pk")
        .first()
    )
    if later is not None:
        raise ConflictError(
            _("“%(name)s” was merged into “%(into)s” since; undo that first (change %(number)s).")
            % {"name": later.customer, "into": later.into, "number": later.changeset_id}
        )
