"""The person to talk to, when a row names one: the import's own extension, and the example for others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guanxi.access.models import ChangeAction
from guanxi.access.services import record_changes
from guanxi.customers.models import Contact
from guanxi.imports.extensions import Batch, Changed, PlainExtension, Values
from guanxi.imports.own_fields import fill_fields, own_values
from guanxi.records.storing import insert_rows, reserve_ids


class ContactExtension(PlainExtension):
    """Adds `contact_name` and `key_person` as contacts of the row's customer, each name once."""

    name = "contact"
    fields = frozenset({"contact_name", "surname", "given_name", "key_person"})

    def prepare(
        self, rows: Sequence[Values], _survey: Mapping[str, Any], _options: Mapping[str, Any]
    ) -> Sequence[Any]:
        """Return the people of each row, the first with what the row says of a contact's own fields."""
        return [_people_with_fields(row) for row in rows]

    def write(self, batch: Batch) -> Changed:
        """Add the people whom the customer does not have yet; fill the fields of those it has."""
        known = _known_people({row.customer for row in batch.rows if row.prepared and not row.is_new})
        made: list[tuple[int, str, bool]] = []
        said: list[tuple[int, int, str, dict[str, Any]]] = []
        changed = Changed()
        for row in batch.rows:
            for name, is_key, *fields in row.prepared or ():
                if fields:
                    said.append((row.number, row.customer, name, fields[0]))
                if (row.customer, name) in known:
                    continue
                known[row.customer, name] = 0
                made.append((row.customer, name, is_key))
                changed.added.add(row.number)
        new = _add(batch, made)
        _fill(batch, said, known | new, set(new.values()), changed)
        return changed


def _people_with_fields(row: Values) -> list[tuple[Any, ...]] | None:
    """The people of a row; one that has fields of its own is kept, too, when it is the customer itself."""
    people: list[tuple[Any, ...]] = [*people_of(row)]
    if fields := own_values(row, "contact"):
        name = row.get("contact_name") or row.get("key_person", "")
        first = people[0] if people else (name, name == row.get("key_person"))
        people[:1] = [(*first, fields)]
    return people or None


def _fill(
    batch: Batch,
    said: Sequence[tuple[int, int, str, dict[str, Any]]],
    numbers: Mapping[tuple[int, str], int],
    new: set[int],
    changed: Changed,
) -> None:
    given: dict[int, dict[str, Any]] = {}
    for _row, customer, name, fields in said:
        given.setdefault(numbers[customer, name], {}).update(fields)
    filled = fill_fields(batch, "contact", given, new) - new
    changed.updated |= {row for row, customer, name, _ in said if numbers[customer, name] in filled}


def people_of(values: Values) -> list[tuple[str, bool]]:
    """Return the people a row names and whether each opens the door; nobody is the customer itself.

    >>> people_of({"name": "华强电子", "contact_name": "王经理", "key_person": "李总"})
    [('王经理', False), ('李总', True)]
    """
    contact, key = values.get("contact_name", ""), values.get("key_person", "")
    found = [(name, name == key) for name in dict.fromkeys((contact, key)) if name]
    return [(name, is_key) for name, is_key in found if name != values.get("name")]


def _known_people(ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """The numbers of the people of customers, by customer and name; of two of one name the older."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    contacts = Contact.objects.alive().filter(customer__id__among=wanted).order_by("-pk")
    return {
        (customer, name): number
        for customer, name, number in contacts.values_list("customer_id", "name", "pk")
    }


def _add(batch: Batch, made: Sequence[tuple[int, str, bool]]) -> dict[tuple[int, str], int]:
    if not made:
        return {}
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
    return {(customer, name): number for number, (customer, name, _) in zip(ids, made, strict=True)}
