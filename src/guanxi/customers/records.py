"""The record types of this room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guanxi.customers.keys import derive_contact_keys, derive_keys
from guanxi.customers.models import Contact, Customer, Interaction
from guanxi.records.columns import declare_field, declare_times
from guanxi.records.contributing import contribute_part
from guanxi.records.declaration import Kind, RecordType, register

CUSTOMER = register(
    RecordType(
        name="customer",
        plural="customers",
        model=Customer,
        label=_("Customer"),
        label_plural=_("Customers"),
        icon="building-store",
        title="name",
        searched=("name", "phone", "external_id", "email"),
        derive=derive_keys,
        fields=(
            declare_field(Customer, "name", listed=True, initials="name_initials"),
            declare_field(Customer, "kind"),
            declare_field(Customer, "phone", kind=Kind.PHONE, sensitive=True, listed=True),
            declare_field(Customer, "email", sensitive=True),
            declare_field(Customer, "industry", listed=True),
            declare_field(Customer, "size"),
            declare_field(Customer, "amount", kind=Kind.MONEY, currency="currency", listed=True),
            declare_field(Customer, "demand", kind=Kind.MONEY, currency="currency"),
            declare_field(Customer, "currency"),
            declare_field(Customer, "grade"),
            declare_field(Customer, "source"),
            declare_field(Customer, "external_id"),
            declare_field(Customer, "tax_number", sensitive=True),
            declare_field(Customer, "website"),
            declare_field(Customer, "birthday", sensitive=True),
            declare_field(Customer, "owner", listed=True),
            declare_field(Customer, "team"),
            declare_field(Customer, "note", sortable=False),
            *declare_times(Customer),
        ),
    )
)

CONTACT = register(
    RecordType(
        name="contact",
        plural="contacts",
        model=Contact,
        label=_("Contact"),
        label_plural=_("Contacts"),
        icon="user",
        title="name",
        searched=("name", "phone", "email"),
        parent="customer",
        derive=derive_contact_keys,
        fields=(
            declare_field(Contact, "name", listed=True),
            declare_field(Contact, "customer", listed=True),
            declare_field(Contact, "title", listed=True),
            declare_field(Contact, "phone", kind=Kind.PHONE, sensitive=True, listed=True),
            declare_field(Contact, "email", sensitive=True, listed=True),
            declare_field(Contact, "is_key_person", listed=True),
            declare_field(Contact, "note", sortable=False),
            *declare_times(Contact),
        ),
    )
)

INTERACTION = register(
    RecordType(
        name="interaction",
        plural="interactions",
        model=Interaction,
        label=_("Interaction"),
        label_plural=_("Interactions"),
        icon="message",
        title="summary",
        searched=("summary",),
        order="-happened_at",
        parent="customer",
        moment="happened_at",
        fields=(
            declare_field(Interaction, "summary", listed=True),
            declare_field(Interaction, "customer", listed=True),
            declare_field(Interaction, "contact"),
            declare_field(Interaction, "kind", listed=True),
            declare_field(Interaction, "happened_at", listed=True),
            declare_field(Interaction, "note", sortable=False),
            *declare_times(Interaction),
        ),
    )
)

contribute_part("customer", "contact")
contribute_part("customer", "interaction")
