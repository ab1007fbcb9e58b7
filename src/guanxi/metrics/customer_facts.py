"""The facts of the rooms below this one: customers, the people at them, and how we were in touch."""

from __future__ import annotations

from guanxi.customers.models import Contact, Customer, Interaction
from guanxi.customers.records import CONTACT, CUSTOMER, INTERACTION
from guanxi.metrics.declared_facts import FactPlan, register_declared

register_declared(CUSTOMER, FactPlan("customers", Customer.objects.alive, customer="pk"))
register_declared(CONTACT, FactPlan("contacts", Contact.objects.alive))
register_declared(INTERACTION, FactPlan("interactions", Interaction.objects.alive))
