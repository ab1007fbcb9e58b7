"""Fields of every kind, and what a record holds in each of them."""

from __future__ import annotations

from typing import Any

from tests.cast import NOW, Cast

from guanxi.access.models import ChangeSet
from guanxi.records.custom.definition import Choice, CustomKind, Definition
from guanxi.records.models import CustomField
from guanxi.records.services.fields import define_field

GRADES = (Choice("", "金牌", "yellow"), Choice("", "Silver"), Choice("", "동메달"))


def define(cast: Cast, label: str, kind: str, on: str = "customer", **more: Any) -> CustomField:
    """Let the manager define a field."""
    return defined(cast, label, kind, on, **more)[0]


def defined(
    cast: Cast, label: str, kind: str, on: str = "customer", **more: Any
) -> tuple[CustomField, ChangeSet]:
    definition = Definition(label=label, kind=CustomKind(kind), **more)
    return define_field(actor=cast.dana.actor, record_type=on, definition=definition, now=NOW)


EVERY_KIND: dict[str, dict[str, Any]] = {
    "text": {"label": "预算"},
    "long_text": {"label": "Story"},
    "integer": {"label": "Seats"},
    "number": {"label": "Ratio"},
    "money": {"label": "Credit limit", "currency": "CNY"},
    "boolean": {"label": "Exclusive"},
    "date": {"label": "Contract until"},
    "datetime": {"label": "Last audit"},
    "choice": {"label": "등급", "choices": GRADES},
    "choices": {"label": "兴趣", "choices": GRADES},
    "reference": {"label": "Adviser", "target": "user"},
    "phone": {"label": "Hotline"},
    "email": {"label": "Billing mail"},
    "url": {"label": "Portal"},
}


def define_every_kind(cast: Cast, on: str = "customer") -> dict[str, str]:
    """Define a field of every kind and return their names by kind."""
    return {kind: define(cast, kind=kind, on=on, **more).name for kind, more in EVERY_KIND.items()}
