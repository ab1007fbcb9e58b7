"""What is wrong with a condition, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
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
    "unknown_relation": gettext_lazy("There are no related records “%(relation)s”."),
    "needs_brackets": gettext_lazy(
        "The field “%(field)s” is one of the %(relation)s: several tests on them stand in brackets after “where”."
    ),
    "relation_without_day": gettext_lazy("The %(relation)s have no day to look back from."),
    "span_out_of_range": gettext_lazy("A span of %(unit)s has from 1 to %(limit)s."),
    "days_out_of_range": gettext_lazy("An anniversary is within 0 to 365 days."),
    "count_out_of_range": gettext_lazy("A count is a whole number from 0 to 1000000."),
    "no_places": gettext_lazy("A record of %(schema)s has no place."),
    "coordinates_out_of_range": gettext_lazy(
        "Latitudes go from -90 to 90 degrees, longitudes from -180 to 180."
    ),
    "distance_out_of_range": gettext_lazy("A distance goes from 1 m to 20000 km."),
    "unknown_area": gettext_lazy("The %(kind)s “%(found)s” is not known."),
    "not_dated": gettext_lazy("What the field “%(field)s” was on earlier days is not kept."),
    "mixed_percent": gettext_lazy("A change lies between two percentages or between two amounts."),
    "no_history": gettext_lazy("Nothing is kept of %(day)s yet; the first day is %(earliest)s."),
    "history_empty": gettext_lazy("Nothing is kept of earlier days yet."),
    "too_costly": gettext_lazy(
        "The condition looks at too many related records, places and earlier days; ask for fewer at once."
    ),
    "no_initials": gettext_lazy("Nothing is left of the text: give the initials to look for."),
    "too_long": gettext_lazy("The condition has %(found)s characters, at most %(limit)s are allowed."),
    "too_deep": gettext_lazy("The condition is nested too deeply, at most %(limit)s levels are allowed."),
    "too_many_parts": gettext_lazy("The condition has too many parts, at most %(limit)s are allowed."),
    "too_many_values": gettext_lazy("The list has %(found)s values, at most %(limit)s are allowed."),
    "text_too_long": gettext_lazy("The text has %(found)s characters, at most %(limit)s are allowed."),
}
WORDS = {
    "a choice": gettext_lazy("a choice"),
    "a condition": gettext_lazy("a condition"),
    "a date": gettext_lazy("a date"),
    "a date such as 2026-03-31": gettext_lazy("a date such as 2026-03-31"),
    "a field": gettext_lazy("a field"),
    "a formula": gettext_lazy("a formula"),
    "a function": gettext_lazy("a function"),
    "a number": gettext_lazy("a number"),
    "a distance such as 2 km or 500 m": gettext_lazy("a distance such as 2 km or 500 m"),
    "a reference": gettext_lazy("a reference"),
    "a sign such as + or =": gettext_lazy("a sign such as + or ="),
    "an amount of money": gettext_lazy("an amount of money"),
    "several choices": gettext_lazy("several choices"),
    "values of one kind": gettext_lazy("values of one kind"),
    "a period such as 90 days or 12 months": gettext_lazy("a period such as 90 days or 12 months"),
    "a period such as 90d, 2w, 3m, 1q or 1y": gettext_lazy("a period such as 90d, 2w, 3m, 1q or 1y"),
    "a text": gettext_lazy("a text"),
    "a text in quotes": gettext_lazy("a text in quotes"),
    "a time": gettext_lazy("a time"),
    "a time such as 2026-03-31T09:30+08:00": gettext_lazy("a time such as 2026-03-31T09:30+08:00"),
    "a whole number": gettext_lazy("a whole number"),
    "the end": gettext_lazy("the end"),
    "this value": gettext_lazy("this value"),
    "true or false": gettext_lazy("true or false"),
}
"""What the language calls its parts; what stands in the condition itself is not translated."""
SHOWN = 8
_ABOUT_KINDS = {
    "wrong_type",
    "wrong_argument",
    "wrong_operand",
    "different_operands",
    "different_results",
    "no_result",
    "other_result",
}
"""What names a kind of value, never something that was typed."""


def explain(error: ConditionError, also: Mapping[str, str | Promise] | None = None) -> str:
    """Return one sentence: what is wrong, where, and what could have stood there. `also` are messages of its own."""
    said = str({**MESSAGES, **(also or {})}[error.code]) % _in_words(error)
    if error.position is not None:
        said = _("At character %(position)s: %(fault)s") % {"position": error.position + 1, "fault": said}
    suggestion = error.parameters.get("suggestion")
    if suggestion:
        return " ".join((said, _("Did you mean “%(suggestion)s”?") % {"suggestion": suggestion}))
    if error.expected:
        shown = ", ".join(str(WORDS.get(word, word)) for word in error.expected[:SHOWN])
        expected = shown + (" …" if len(error.expected) > SHOWN else "")
        return " ".join((said, _("Expected: %(expected)s") % {"expected": expected}))
    return said


def _in_words(error: ConditionError) -> dict[str, object]:
    if error.code not in _ABOUT_KINDS:
        return error.parameters
    said = {name: str(error.parameters.get(name, "")) for name in ("found", "other")}
    return {**error.parameters, **{name: WORDS.get(word, word) for name, word in said.items()}}
