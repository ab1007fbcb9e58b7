"""What is wrong with a condition, as a stable code with parameters and as one English line."""

from collections.abc import Mapping
from typing import ClassVar

MESSAGES: Mapping[str, str] = {
    "empty_text": "nothing is written",
    "unexpected_character": "the character {found!r} does not belong here",
    "unterminated_text": "the text is not closed with {quote}",
    "unexpected_token": "{found!r} does not belong here",
    "unexpected_end": "the condition ends too early",
    "unknown_field": "field {field!r} is not known",
    "operator_not_allowed": "field {field!r} ({type}) cannot be used with {operator!r}",
    "wrong_type": "field {field!r} ({type}) cannot be compared with {found}",
    "unknown_choice": "field {field!r} has no choice {found!r}",
    "number_out_of_range": "the number is too long or too large",
    "date_invalid": "{found!r} is not a date of the calendar",
    "date_out_of_range": "dates go from the year 1000 to 9000, offsets to 100 years",
    "zone_missing": "a time needs its offset from UTC, such as +08:00 or Z",
    "text_not_storable": "the text has a character that cannot be stored",
    "unknown_relation": "related records {relation!r} are not known",
    "needs_brackets": "field {field!r} is one of the {relation}: several tests on them stand in brackets after 'where'",
    "relation_without_day": "the {relation} have no day to look back from",
    "span_out_of_range": "a span of {unit} has from 1 to {limit}",
    "days_out_of_range": "an anniversary is within 0 to 365 days",
    "count_out_of_range": "a count is a whole number from 0 to 1000000",
    "no_places": "a record of {schema} has no place",
    "coordinates_out_of_range": "latitudes go from -90 to 90 degrees, longitudes from -180 to 180",
    "distance_out_of_range": "a distance goes from 1 m to 20000 km",
    "unknown_area": "the {kind} {found!r} is not known",
    "not_dated": "what field {field!r} was on earlier days is not kept",
    "mixed_percent": "a change lies between two percentages or between two amounts",
    "no_history": "nothing is kept of {day} yet; the first day is {earliest}",
    "history_empty": "nothing is kept of earlier days yet",
    "too_costly": "the condition looks at too many related records, places and earlier days; ask for fewer at once",
    "no_initials": "nothing is left of the text: give the initials to look for",
    "too_long": "the condition has {found} characters, at most {limit} are allowed",
    "too_deep": "the condition is nested too deeply, at most {limit} levels are allowed",
    "too_many_parts": "the condition has too many parts, at most {limit} are allowed",
    "too_many_values": "the list has {found} values, at most {limit} are allowed",
    "text_too_long": "the text has {found} characters, at most {limit} are allowed",
}
"""English by code. Codes are stable: translations and callers rely on them."""

_SHOWN = 12


class ConditionError(ValueError):
    """A condition that cannot be read or does not fit its schema.

    `code` is a key of `MESSAGES`, `position` the index of the character it is about (from 0; None when the
    condition did not come from a text), `expected` what could have stood there, and `parameters` fill the
    message; `suggestion` among them is the nearest known name.
    """

    messages: ClassVar[Mapping[str, str]] = MESSAGES

    def __init__(
        self,
        code: str,
        position: int | None = None,
        expected: tuple[str, ...] = (),
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        """Keep the parts; the line is made when it is asked for."""
        super().__init__(code)
        self.code = code
        self.position = position
        self.expected = expected
        self.parameters = dict(parameters or {})

    def __str__(self) -> str:
        """One English line; places are counted from 1, as people do."""
        place = "" if self.position is None else f"at {self.position + 1}: "
        line = place + self.messages[self.code].format(**self.parameters)
        suggestion = self.parameters.get("suggestion")
        if suggestion:
            return f"{line}; did you mean {str(suggestion)!r}?"
        return line + self._expected()

    def _expected(self) -> str:
        """What could have stood there; of very many only the first."""
        if not self.expected:
            return ""
        shown = ", ".join(self.expected[:_SHOWN])
        more = ", …" if len(self.expected) > _SHOWN else ""
        return f"; expected {'one of: ' if len(self.expected) > 1 else ''}{shown}{more}"
