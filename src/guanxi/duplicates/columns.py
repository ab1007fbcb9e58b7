"""The customers of the home as the columns the matcher reads: streamed from the database, joined in DuckDB.

Nothing here is a step a customer: rows come in chunks, contacts and addresses are brought to their customers by SQL.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast

from guanxi.customers.models import Contact, Customer
from guanxi.duplicates.addresses import address_models

CHUNK = 50_000
OWN = ("id", "name", "kind", "phone_key", "phone", "email_key", "tax_number", "website", "birthday")
SEVERAL_PHONES = 20
"""Signs beyond which the phone of a customer may be several, and its key only the first of them."""
_JOINED = f"""
SELECT customers.id, name, kind, tax_number, website, birthday,
  concat_ws(chr(10), '+' || nullif(phone_key, ''), phones,
    CASE WHEN length(phone) > {SEVERAL_PHONES} THEN phone END) AS phone,
  concat_ws(chr(10), nullif(email_key, ''), emails) AS email, names AS contacts, address, city
FROM customers
LEFT JOIN (
  SELECT customer, string_agg('+' || nullif(phone_key, ''), chr(10) ORDER BY id) AS phones,
    string_agg(nullif(email_key, ''), chr(10) ORDER BY id) AS emails,
    string_agg(nullif(name, ''), chr(10) ORDER BY id) AS names
  FROM contacts GROUP BY customer
) AS people ON people.customer = customers.id
LEFT JOIN (
  SELECT customer, arg_min(address, place) AS address, arg_min(city, place) AS city FROM addresses GROUP BY customer
) AS places ON places.customer = customers.id
ORDER BY customers.id
"""  # noqa: S608 - a number of ours
GIVEN = ("name", "kind", "phone", "email", "tax_number", "website", "address", "city", "birthday", "contacts")


def columns_of(ids: Collection[int] | None = None) -> dict[str, list[Any]]:
    """Return living customers, all or those named, as columns of one length: `id`, and texts by `GIVEN`.

    Phones and e-mail addresses are the customer's own, then those of its contacts; the address is the first it has.
    """
    import duckdb  # noqa: PLC0415 - heavy

    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        for name, table in _tables(ids).items():
            engine.register(name, table)
        found = engine.sql(_JOINED).to_arrow_table()
    return {name: found.column(name).to_pylist() for name in ("id", *GIVEN)}


def _tables(ids: Collection[int] | None) -> dict[str, Any]:
    named = {} if ids is None else {"pk__among": list(ids)}
    of_named = {} if ids is None else {"customer__id__among": list(ids)}
    customers = Customer.objects.alive().filter(**named).order_by()
    own = customers.annotate(born=Cast("birthday", CharField()))
    contacts = Contact.objects.filter(deleted_in=None, **of_named).order_by()
    places = [_addresses(model, of_named) for model in address_models()]
    of_contact = ("customer_id", "id", "name", "phone_key", "email_key")
    of_place = ("customer", "place", "address", "city")
    return {
        "customers": arrow_of(OWN, [own.values_list(*OWN[:-1], "born")]),
        "contacts": arrow_of(("customer", *of_contact[1:]), [contacts.values_list(*of_contact)]),
        "addresses": arrow_of(of_place, places),
    }


def _addresses(model: Any, of_named: dict[str, Any]) -> QuerySet[Any, Any]:
    rows = model.objects.filter(deleted_in=None, **of_named).exclude(address="").order_by()
    found: QuerySet[Any, Any] = rows.values_list("customer_id", "id", "address", "city")
    return found


def arrow_of(names: Sequence[str], queries: Sequence[QuerySet[Any, Any]]) -> Any:
    """Return the rows of queries under each other as an Arrow table: numbers and texts, as the database gives them.

    A column named `id`, `customer`, `place`, `low`, `high` or `open` holds whole numbers, `probability` numbers, others
    texts.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy

    types = {
        **dict.fromkeys(("id", "customer", "place", "low", "high", "open"), pa.int64()),
        "probability": pa.float64(),
    }
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    parts = []
    for rows in queries:
        statement, parameters = rows.query.sql_with_params()
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement, parameters)
            while chunk := cursor.fetchmany(CHUNK):
                parts.append(pa.table(list(map(list, zip(*chunk, strict=True))), schema=schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()
