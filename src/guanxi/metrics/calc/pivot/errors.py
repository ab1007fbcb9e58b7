"""What is wrong with a pivot that was asked for, as a stable code with parameters and as one English line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches


def gettext_noop(text: str) -> str:
    """Mark a text for translation; the faces translate it."""
    return text


MESSAGES: Mapping[str, str] = {
    "unknown_fact": gettext_noop("There is no fact '%(name)s'."),
    "unknown_field": gettext_noop("There is no field '%(name)s' to pivot by."),
    "unknown_measure": gettext_noop("There is no measure '%(name)s'; write count, sum:FIELD, mean:FIELD …"),
    "unknown_option": gettext_noop(
        "'%(name)s' cannot be said of '%(field)s'; dates take year, quarter, month, week or day, numbers q4 or "
        "1000/5000, every field top10."
    ),
    "measure_without_field": gettext_noop("'%(name)s' needs a field, such as %(name)s:amount."),
    "measure_of_kind": gettext_noop(
        "'%(summary)s' cannot be taken of '%(field)s', which is of kind %(kind)s."
    ),
    "measure_of_other": gettext_noop(
        "'%(field)s' is of the customer, and each of its rows would count it again: pivot customers by it."
    ),
    "nothing_asked": gettext_noop("Ask for at least one row, one column or one measure."),
    "doubled": gettext_noop("'%(name)s' is asked for twice."),
    "too_many_axes": gettext_noop("At most %(limit)s rows and columns together can be asked for."),
    "too_many_measures": gettext_noop("At most %(limit)s measures can be asked for."),
    "too_many_columns": gettext_noop(
        "The answer would have %(found)s columns, at most %(limit)s are allowed: narrow it, choose coarser columns "
        "or their top few."
    ),
    "too_many_groups": gettext_noop(
        "The answer would have more than %(limit)s groups: narrow it, or choose coarser rows or their top few."
    ),
    "too_many_cells": gettext_noop(
        "The answer would have more than %(limit)s cells: ask for fewer rows or columns."
    ),
    "edges_not_ascending": gettext_noop("The edges of '%(field)s' must be numbers that rise: %(name)s."),
    "out_of_range": gettext_noop("'%(name)s' is out of range: %(low)s to %(high)s are allowed."),
    "mixed_currencies": gettext_noop(
        "There are several currencies (%(name)s), which are never put together: choose one in the condition."
    ),
    "unknown_sort": gettext_noop(
        "'%(name)s' is not among what was asked for, so that nothing can be sorted by it."
    ),
    "unknown_cell": gettext_noop("The cell does not fit the rows and columns that were asked for: %(name)s."),
    "no_key": gettext_noop("Rows of this fact have no number, so that a cell cannot be opened."),
    "not_fed": gettext_noop("Nothing was computed yet: refresh the metrics first."),
    "too_slow": gettext_noop("The answer took longer than %(seconds)s seconds: narrow it."),
    "too_large": gettext_noop("The answer takes more memory than it may: narrow it, or choose coarser rows."),
}
"""English by code. Codes are stable: callers and translations rely on them."""

SUGGESTION = gettext_noop("Did you mean '%(name)s'?")
SHOWN = 12


class PivotError(ValueError):
    """A pivot that cannot be answered: `code` is a key of MESSAGES, `part` the part of the request it is about.

    `near` are known names that look like the one given, else some of the known ones.
    """

    def __init__(
        self,
        code: str,
        part: str = "",
        near: Iterable[str] = (),
        **parameters: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.part = part
        self.near = tuple(near)
        self.parameters = parameters

    def __str__(self) -> str:
        """One English line."""
        return self.told(str)

    def told(self, translate: Callable[[str], str]) -> str:
        """Return the line in the language that `translate` turns English into."""
        line = translate(MESSAGES[self.code]) % self.parameters
        if len(self.near) == 1:
            return f"{line} {translate(SUGGESTION) % {'name': self.near[0]}}"
        return f"{line} ({', '.join(self.near)})" if self.near else line


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known name that looks most like `name`; when none does, the first dozen."""
    names = list(known)
    folded = {found.casefold(): found for found in reversed(names)}
    close = get_close_matches(name.casefold(), folded, n=1)
    return (folded[close[0]],) if close else tuple(names[:SHOWN])
