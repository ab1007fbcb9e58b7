"""What templates of metrics say often."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(faults: Mapping[str, str], name: str) -> str:
    """Return what is wrong with a part of a definition; "" for nothing."""
    return faults.get(name, "")
