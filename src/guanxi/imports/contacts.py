"""The person to talk to, when a row names one: the import's own extension, and the example for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.customers.models import Contact
from guanxi.imports.extensions import Batch, BatchRow, Changed, PlainExtension, Values


class ContactExtension(PlainExtension):
    """Adds `contact_name` and `key_person` as contacts of the row's customer, each name once."""

    name = "contact"
    fields = frozenset({"contact_name", "key_person"})

    def write(self, batch: Batch) -> Changed:
        """Add the people whom the customer does not have yet."""
        wanted = [(row, name, key) for row in batch.rows for name, key in people_of(row.values)]
        known = _known_people({row.customer.pk for row, _, _ in wanted if not row.is_new})
        made: list[Contact] = []
        changed = Changed()
        for row, name, is_key in wanted:
            names = known[row.customer.pk]
            if name in names:
                continue
            contact = _contact(batch, row, name, is_key=is_key)
            names[name] = contact
            made.append(contact)
            changed.added.add(row.number)
        Contact.objects.bulk_create(made)
        if made:
            rows: dict[int, dict[str, tuple[object, object]]] = {contact.pk: {} for contact in made}
            record_changes(batch.changeset, record_type="contact", action=ChangeAction.CREATE, rows=rows)
        return changed


def people_of(values: Values) -> list[tuple[str, bool]]:
    """Return the people a row names and whether each opens the door; nobody is the customer itself.

    >>> people_of({"name": "华强电子", "contact_name": "王经理", "key_person": "李总"})
    [('王经理', False), ('李总', True)]
    """
    contact, key = values.get("contact_name", ""), values.get("key_person", "")
    found = [(name, name == key) for name in dict.fromkeys((contact, key)) if name]
    return [(name, is_key) for name, is_key in found if name != values.get("name")]


def _known_people(ids: Iterable[int]) -> defaultdict[int, dict[str, Any]]:
    known: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    ordered = sorted(ids)
    for start in range(0, len(ordered), 900):
        contacts = Contact.objects.alive().filter(customer_id__in=ordered[start : start + 900])
        for contact in contacts.only("customer_id", "name"):
            known[contact.customer_id][contact.name] = contact
    return known


def _contact(batch: Batch, row: BatchRow, name: str, *, is_key: bool) -> Contact:
    return Contact(
        customer=row.customer,
        name=name[:200],
        is_key_person=is_key,
        created_in=batch.changeset,
        created_at=batch.now,
        updated_at=batch.now,
    )
