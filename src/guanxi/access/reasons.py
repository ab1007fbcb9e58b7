"""Why a change set came about, where the program itself says so: kept in English, translated where it is shown."""

from __future__ import annotations

from django.utils.translation import pgettext

WHY = "why"


def pgettext_noop(context: str, message: str) -> str:  # noqa: ARG001 - read by scripts/messages.py
    """Mark a text for the catalogues and return it as it is: what Django has for texts without a context only."""
    return message


def shown_reason(why: str) -> str:
    """Return a reason in the reader's language; what a person wrote stays as it was written."""
    return pgettext(WHY, why)
