"""What templates of tiers say often."""

from __future__ import annotations

from django import template

from guanxi.tiers.presentation import shown_percent

register = template.Library()


@register.simple_tag
def percent(share: float) -> str:
    """Say a share of 0 to 100."""
    return shown_percent(share)
