"""What an actor may see, in the warehouse: the scope of the ORM (`RecordQuerySet.visible_to`) in Ibis.

The warehouse holds living customers only and no sensitive field: a condition on one is not known here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from guanxi.access.calc import Actor, Sharing, Verb, scope
from guanxi.conditions.context import Context
from guanxi.conditions.ibis_compiler import to_ibis
from guanxi.conditions.tree import Everything
from guanxi.customers.models import Customer

_NO_DATES = datetime(2000, 1, 1, tzinfo=UTC)  # scopes speak of none


def visible_to(actor: Actor, customers: Any) -> Any:
    """Return the rows of the Ibis table `customers` (with `owner_id` and `team_id`) the actor may see."""
    condition = scope(actor, Verb.VIEW, Sharing.OWNED)
    columns = {"owner": customers.owner_id, "team": customers.team_id}
    context = Context(now=_NO_DATES, zone=actor.zone)
    return customers.filter(to_ibis(condition, Customer.scope_schema(), context, columns))


def of_visible(actor: Actor, rows: Any, customers: Any) -> Any:
    """Return the rows of an Ibis table with `customer_id` that belong to customers the actor may see.

    Who sees everything gets the rows as they are, also those without a customer; others only those with one.
    """
    if isinstance(scope(actor, Verb.VIEW, Sharing.OWNED), Everything):
        return rows
    return rows.semi_join(visible_to(actor, customers), "customer_id")
