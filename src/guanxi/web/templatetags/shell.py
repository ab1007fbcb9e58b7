"""What templates say often: icons."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite (names in `frontend/src/icons.json`); it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("islands/icons.svg"), name
    )


_CLASSES = {
    "select": "form-select",
    "checkbox": "check",
    "checkboxselectmultiple": "check",
    "radioselect": "check",
}


@register.filter
def control(field: BoundField) -> SafeString:
    """Draw a form field with the classes of our style."""
    classes = _CLASSES.get(field.widget_type, "form-control")
    return field.as_widget(attrs={"class": classes})
