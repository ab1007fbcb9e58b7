"""What is wrong with a condition, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanxi.conditions.errors import ConditionError

MESSAGES = {
    "empty_text": gettext_lazy("Nothing is written."),
    "unexpected_character": gettext_lazy("The character “%(found)s” does not belong here."),
    "unterminated_text": gettext_lazy("The text is not closed with %(quote)s"),
    "unexpected_token": gettext_lazy("“%(found)s” does not belong here."),
    "unexpected_end": gettext_lazy("The condition ends too early."),
    "unknown_field": gettext_lazy("There is no field “%(field)s”."),
    "operator_not_allowed": gettext_lazy("The field “%(field)s” cannot be used with “%(operator)s”."),
    "wrong_type": gettext_lazy("The field “%(field)s” cannot be compared with %(found)s."),
    "unknown_choice": gettext_lazy("The field “%(field)s” has no choice “%(found)s”."),
    "number_out_of_range": gettext_lazy("The number is too long or too large."),
    "date_invalid": gettext_lazy("“%(found)s” is not a date of the calendar."),
    "date_out_of_range": gettext_lazy("Dates go from the year 1000 to 9000, offsets to 100 years."),
    "zone_missing": gettext_lazy("A time needs its offset from UTC, such as +08:00 or Z."),
    "text_not_storable": gettext_lazy("The text has a character that cannot be stored."),
    "too_long": gettext_lazy("The condition has %(found)s characters, at most %(limit)s are allowed."),
    "too_deep": gettext_lazy("The condition is nested too deeply, at most %(limit)s levels are allowed."),
    "too_many_parts": gettext_lazy("The condition has too many parts, at most %(limit)s are allowed."),
    "too_many_values": gettext_lazy("The list has %(found)s values, at most %(limit)s are allowed."),
    "text_too_long": gettext_lazy("The text has %(found)s characters, at most %(limit)s are allowed."),
}
SHOWN = 8


def explain(error: ConditionError) -> str:
    """Return one sentence: what is wrong, where, and what could have stood there."""
    said = str(MESSAGES[error.code]) % error.parameters
    if error.position is not None:
        said = _("At character %(position)s: %(fault)s") % {"position": error.position + 1, "fault": said}
    suggestion = error.parameters.get("suggestion")
    if suggestion:
        return " ".join((said, _("Did you mean “%(suggestion)s”?") % {"suggestion": suggestion}))
    if error.expected:
        expected = ", ".join(error.expected[:SHOWN]) + (" …" if len(error.expected) > SHOWN else "")
        return " ".join((said, _("Expected: %(expected)s") % {"expected": expected}))
    return said
