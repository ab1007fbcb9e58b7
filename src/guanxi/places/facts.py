"""The fact this room gives to the warehouse."""

from __future__ import annotations

from guanxi.metrics.declared_facts import FactPlan, register_declared
from guanxi.places.models import Place
from guanxi.places.records import PLACE

register_declared(PLACE, FactPlan("places", Place.objects.alive))
