"""A person's word on a doubtful row: another customer, the same one, or neither."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guanxi.access.calc import Actor, Sharing, may_create
from guanxi.access.errors import ForbiddenError, InvalidError, NotFoundError
from guanxi.access.models import ChangeVerb
from guanxi.access.services import open_changeset
from guanxi.customers.models import Customer
from guanxi.customers.queries import customer_values_of
from guanxi.duplicates.queries import survivor_of
from guanxi.imports.calc.targets import CUSTOMER
from guanxi.imports.models import Decision, Outcome, ReviewItem, SourceRow
from guanxi.imports.queries import candidates_now, get_review
from guanxi.imports.services.preparing import PreparedRow, Preparer
from guanxi.imports.services.resolving import Resolved, keys_of_row
from guanxi.imports.services.standing import COLUMNS, Standing, keys_of_values
from guanxi.imports.services.table import reader_of
from guanxi.imports.services.writing import BatchWriter

LEFT_OUT: dict[str, Any] = {
    "column": None,
    "code": "left_out",
    "message": "Left out by decision.",
    "parameters": {},
}


@transaction.atomic
def decide_review(
    *, actor: Actor, review_id: int, decision: Decision, customer_id: int | None = None, now: datetime
) -> ReviewItem:
    """Decide about a row. `customer_id` names which candidate it is, when it is the same; one alone need not be named.

    The row is then written like any other, in a change set of its own that is undone with the import. Raises
    NotFoundError (also when somebody decided meanwhile), ForbiddenError, or InvalidError.
    """
    get_review(actor, review_id)
    if not may_create(actor, Sharing.OWNED):
        raise ForbiddenError
    review = ReviewItem.objects.select_for_update(of=("self",)).filter(pk=review_id, decision="").first()
    if review is None:
        raise NotFoundError
    row = review.row
    if decision is Decision.SKIP:
        _settle(row, None, Outcome.REJECTED)
    else:
        customer = _candidate(actor, review, customer_id) if decision is Decision.SAME else None
        review.changeset = open_changeset(actor=actor, verb=ChangeVerb.IMPORT, why=row.source.name, now=now)
        record_id, outcome = _write(actor, review, customer, now)
        _settle(row, record_id, outcome)
    review.decision = decision
    review.decided_by_id = actor.id
    review.decided_at = now
    review.save()
    return review


def _candidate(actor: Actor, review: ReviewItem, customer_id: int | None) -> Standing:
    """Return the customer a row is said to be; who names one that was merged since means whom it became."""
    shown = candidates_now([review])[review.pk]
    ids = shown if customer_id is None else [survivor_of(customer_id) or customer_id]
    if len(ids) != 1 or ids[0] not in shown:
        raise InvalidError({"customer": [_("Choose one of the customers shown.")]})
    if not Customer.objects.changeable_by(actor).filter(pk=ids[0]).exists():
        raise ForbiddenError
    values = customer_values_of(ids, COLUMNS)[ids[0]]
    known = keys_of_values(values, frozenset(), is_open=True)
    return Standing(values["id"], values, known, created_in=values["created_in_id"])


def _write(actor: Actor, review: ReviewItem, customer: Standing | None, now: datetime) -> tuple[int, Outcome]:
    """Write the row into a customer, or as a new one; return its id and what came of the row."""
    source, changeset = review.row.source, review.changeset
    assert changeset is not None  # noqa: S101 - opened by the caller
    read = _prepared(review)
    new = Standing(-read.number, dict(read.columns), keys_of_row(read), is_new=True)
    beside = source.record_type != CUSTOMER and customer is not None
    row = Resolved(read, customer=customer or new, is_new=customer is None, beside=beside)
    writer = BatchWriter(source, actor, changeset, now)
    filled = writer.keep_customers([row])
    parts = writer.write_parts([row])
    changed = filled.get(read.number, (False, []))[0]
    if row.is_new:
        outcome = Outcome.ADDED
    else:
        outcome = Outcome.MERGED if changed or parts.added or parts.updated else Outcome.UNCHANGED
    return (customer or new).number, outcome


def _prepared(review: ReviewItem) -> PreparedRow:
    """Read the row again as it was read then; what has faults meanwhile is taken without those cells."""
    preparer = Preparer(review.row.source)
    said = reader_of(review.row.source).read(review.row.number, review.row.raw)
    read = preparer.prepare_values(said, "")
    read.parts = {name: prepared[0] for name, prepared in preparer.parts_of([said.values]).items()}
    return read


def _settle(row: SourceRow, record_id: int | None, outcome: Outcome) -> None:
    """Keep what came of the row, and of the same row in files given again meanwhile."""
    row.record_id, row.outcome = record_id, outcome
    if outcome is Outcome.REJECTED:
        row.faults = [LEFT_OUT]
    row.save(update_fields=["record_id", "outcome", "faults"])
    again = SourceRow.objects.filter(
        source__created_by_id=row.source.created_by_id,
        fingerprint=row.fingerprint,
        outcome=Outcome.NEEDS_REVIEW,
        review=None,
    )
    again.update(record_id=record_id, outcome=Outcome.UNCHANGED)
