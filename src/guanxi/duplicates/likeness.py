"""How likely two customers are one by what they share, and how a name sounds. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

WEIGHTS = {
    "same_tax_number": 9.0,
    "same_phone": 6.0,
    "same_email": 6.0,
    "same_name": 5.0,
    "name_sounds_alike": 3.5,
    "same_phone_of_contact": 3.0,
    "same_email_of_contact": 3.0,
}
"""Evidence in bits: log2 of how many times likelier it is to be shared by one customer than by two (Fellegi and Sunter
1969), set by hand until they are fitted to data."""
PRIOR = -4.0
"""log2 of the odds that a pair under one key is one customer before anything else is known of it."""


def probability_of(reasons: Iterable[str]) -> float:
    """Return the probability of a match, 0 to 1, from what is shared; names count once."""
    found = set(reasons)
    if "same_name" in found:
        found.discard("name_sounds_alike")
    bits = PRIOR + sum(WEIGHTS[reason] for reason in found)
    return round(1 / (1 + 2**-bits), 6)


@lru_cache(maxsize=65_536)
def sounds(name: str) -> str:
    """Return how the key of a Chinese name sounds (pinyin without tones); "" for other names.

    >>> sounds("华强") == sounds("华墙")
    True
    """
    if not any("\u3400" <= letter <= "\u9fff" for letter in name):
        return ""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - heavy

    return " ".join(lazy_pinyin(name))
