"""How likely two customers are one by what they share, and how alike their names are. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.fuzz import ratio

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


NEAR = 85.0
"""Percent of letters in common (Indel similarity) from which two names count as alike."""
SHORTEST_PART = 3
"""Letters of a name below which it is part of half of all names."""


def alike(one: str, other: str) -> str:
    """Return how the keys of two names are alike, as a code of `texts.REASONS`; "" when they are not, or the same.

    >>> alike("华强电子", "华墙电子"), alike("华强电子", "深圳市华强电子"), alike("华强", "天河")
    ('name_sounds_alike', 'name_contained', '')
    """
    if one == other:
        return ""
    if sounds(one) and sounds(one) == sounds(other):
        return "name_sounds_alike"
    short, long = sorted((one, other), key=len)
    if len(short) >= (SHORTEST_PART if not short.isascii() else 2 * SHORTEST_PART) and short in long:
        return "name_contained"
    return "name_alike" if ratio(one, other) >= NEAR else ""
