"""The fact this room gives to the warehouse."""

from __future__ import annotations

from guanxi.metrics.declared_facts import FactPlan, declared_fact
from guanxi.metrics.facts import register_fact
from guanxi.places.models import Place
from guanxi.places.records import PLACE

register_fact(declared_fact(PLACE, FactPlan("places", Place.objects.alive)))
