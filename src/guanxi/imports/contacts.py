"""The person to talk to, when a row names one: the import's own extension, and the example for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.customers.models import Contact
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.records.storing import insert_rows, reserve_ids


class ContactExtension(PlainExtension):
    """Adds `contact_name` and `key_person` as contacts of the row's customer, each name once."""

    name = "contact"
    fields = frozenset({"contact_name", "surname", "given_name", "key_person"})

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return the people of each row."""
        return [people_of(row) or None for row in rows]

    def write(self, batch: Batch) -> Changed:
        """Add the people whom the customer does not have yet."""
        wanted = [(row, name, key) for row in batch.rows if row.prepared for name, key in row.prepared]
        known = _known_people({row.customer for row, _, _ in wanted if not row.is_new})
        made: list[tuple[int, str, bool]] = []
        changed = Changed()
        for row, name, is_key in wanted:
            names = known[row.customer]
            if name in names:
                continue
            names.add(name)
            made.append((row.customer, name[:200], is_key))
            changed.added.add(row.number)
        _add(batch, made)
        return changed


def people_of(values: Values) -> list[tuple[str, bool]]:
    """Return the people a row names and whether each opens the door; nobody is the customer itself.

    >>> people_of({"name": "华强电子", "contact_name": "王经理", "key_person": "李总"})
    [('王经理', False), ('李总', True)]
    """
    contact, key = values.get("contact_name", ""), values.get("key_person", "")
    found = [(name, name == key) for name in dict.fromkeys((contact, key)) if name]
    return [(name, is_key) for name, is_key in found if name != values.get("name")]


def _known_people(ids: Iterable[int]) -> defaultdict[int, set[str]]:
    known: defaultdict[int, set[str]] = defaultdict(set)
    wanted = sorted(ids)
    contacts = (
        Contact.objects.alive().filter(customer__id__among=wanted) if wanted else Contact.objects.none()
    )
    for customer, name in contacts.values_list("customer_id", "name"):
        known[customer].add(name)
    return known


def _add(batch: Batch, made: Sequence[tuple[int, str, bool]]) -> None:
    if not made:
        return
    ids = reserve_ids(Contact, len(made))
    insert_rows(
        Contact,
        ("id", "customer_id", "name", "is_key_person"),
        [(number, *values) for number, values in zip(ids, made, strict=True)],
        {"created_in_id": batch.changeset.pk, "created_at": batch.now, "updated_at": batch.now},
    )
    record_changes(
        batch.changeset,
        record_type="contact",
        action=ChangeAction.CREATE,
        rows={number: {} for number in ids},
    )
