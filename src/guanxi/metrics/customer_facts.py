"""The facts of the rooms below this one: customers, the people at them, and how we were in touch."""

from __future__ import annotations

from guanxi.customers.models import Contact, Customer, Interaction
from guanxi.customers.records import CONTACT, CUSTOMER, INTERACTION
from guanxi.metrics.declared_facts import FactPlan, declared_fact
from guanxi.metrics.facts import register_fact

register_fact(declared_fact(CUSTOMER, FactPlan("customers", Customer.objects.alive, customer="pk")))
register_fact(declared_fact(CONTACT, FactPlan("contacts", Contact.objects.alive)))
register_fact(declared_fact(INTERACTION, FactPlan("interactions", Interaction.objects.alive)))
