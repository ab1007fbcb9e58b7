"""What templates of records say often: values as people read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guanxi.records.cells import Cell
from guanxi.records.declaration import RecordType
from guanxi.records.models import SavedView
from guanxi.records.pages.filter_parts import Drawn
from guanxi.records.pages.list_query import ListQuery
from guanxi.records.pages.listing import address_of
from guanxi.records.presentation import shown_moment, shown_number, shown_time
from guanxi.records.queries import COUNT_LIMIT

register = template.Library()


@register.simple_tag
def count(number: int | None) -> str:
    """Say how many; None is more than anyone counts ("10,000+")."""
    return f"{shown_number(COUNT_LIMIT)}+" if number is None else shown_number(number)


@register.simple_tag
def moment(value: datetime) -> str:
    """Say when: the time when it is today, else the day too."""
    local = timezone.localtime(value)
    return shown_time(local) if local.date() == timezone.localdate() else shown_moment(local)


@register.simple_tag
def cell(drawn: Cell, tag: str, classes: str = "") -> SafeString:
    """Draw a value as `td` or `dd`."""
    return drawn.draw(tag, classes=classes)


@register.filter
def initial(text: object) -> str:
    """The first sign of a name, as its mark."""
    name = str(text).strip()
    return name[:1].upper() if name else _("?")


@register.simple_tag
def time_of(value: datetime) -> str:
    """Say the time of day."""
    return shown_time(value)


@register.filter
def get(found: Mapping[str, Any], key: str) -> Any:
    """Look up a key that is itself a variable."""
    return found.get(key)


@register.simple_tag
def address(asked: ListQuery, **changes: Any) -> str:
    """Return the address of a list with some of it changed."""
    for name in ("columns", "totals"):
        if changes.get(name) == "":
            changes[name] = ()
    return asked.address(**changes)


@register.simple_tag
def suffix(asked: ListQuery | None, names: str) -> str:
    """Return `?…` with these parameters of a list, to carry its filter elsewhere."""
    return asked.suffix(*names.split()) if asked else ""


@register.simple_tag
def view_address(view: SavedView, known: RecordType) -> str:
    """Return the address of a saved view."""
    return address_of(view, known)


@register.simple_tag
def all_of(known: RecordType) -> str:
    """Name the list of everything: "All customers"."""
    return _("All %(name)s") % {"name": _in_sentence(known.label_plural)}


@register.simple_tag
def new_of(known: RecordType) -> str:
    """Name the form of a new record: "New customer"."""
    return _("New %(name)s") % {"name": _in_sentence(known.label)}


@register.simple_tag
def none_of(known: RecordType) -> str:
    """Say that there are none: "No customers yet"."""
    return _("No %(name)s yet") % {"name": _in_sentence(known.label_plural)}


def _in_sentence(label: object) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]


@register.simple_tag
def query(parameters: Mapping[str, str]) -> str:
    """Return parameters as an address carries them."""
    return urlencode(parameters)


@register.simple_tag(name="json")
def as_json(**values: str) -> str:
    """Return values for `hx-vals`."""
    return json.dumps(values, ensure_ascii=False)


@register.simple_tag
def add_part(drawn: Drawn, kind: str, name: str = "") -> str:
    """Return what asks the filter panel for one more part in a group, for `hx-vals`."""
    return json.dumps({"add": f"{drawn.path} {kind} {name}".strip()}, ensure_ascii=False)
