"""Settings for people, in letters of the Latin alphabet: two names, an address in its parts, a birthday, a number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from guanxi.matching.columns import Column, Records, encode, encode_together
from guanxi.matching.predicates import Alike, Edited, Every, Predicate, Same, Shared, Some
from guanxi.matching.reasons import Code
from guanxi.matching.settings import Block, Comparison, Given, Level, Settings, block

PEOPLE_COLUMNS = (
    "given_name",
    "surname",
    "birthday",
    "number",
    "street_number",
    "street",
    "building",
    "suburb",
    "postcode",
    "state",
    "city",
    "email",
    "phone",
)
"""What may be given beside the id; what is not is left out."""
PEOPLE_HEADERS = {
    **{name: name for name in PEOPLE_COLUMNS},
    "first_name": "given_name",
    "last_name": "surname",
    "dob": "birthday",
    "date_of_birth": "birthday",
    "soc_sec_id": "number",
    "address_1": "street",
    "address_2": "building",
}
"""What lists of people call these columns."""
_LETTERS = re.compile(r"[^0-9a-z]+")


def people() -> Settings:
    """Return the settings: every field that is given is compared, wherever typing errors or exchanged fields stand."""
    return Settings(prepare_people, _comparisons(), _blocks(), share=0.5, trust=20.0)


def _typed(name: str, codes: tuple[Code, Code, Code], u: float, field: str = "") -> Comparison:
    """A field with typing errors: the same, a letter off, alike, different."""
    same, alike, different = codes
    return Comparison(
        field or name,
        (name,),
        (
            Level(same, Same((name,)), 0.75, u, frequency=name),
            Level(alike, Edited(name), 0.12, u * 2),
            Level(alike, Alike(name, 0.85), 0.05, u * 4),
        ),
        different,
    )


def _comparisons() -> tuple[Comparison, ...]:
    number: tuple[Code, Code, Code] = ("same_number", "number_alike", "different_number")
    birthday: tuple[Code, Code, Code] = ("same_birthday", "birthday_alike", "different_birthday")
    address: tuple[Code, Code, Code] = ("same_address", "address_alike", "different_address")
    return (
        _names(),
        _typed("number", number, 1e-4),
        _typed("birthday", birthday, 1e-3),
        Comparison(
            "street_number",
            ("street_number",),
            (Level("same_address", Same(("street_number",)), 0.8, 0.02, frequency="street_number"),),
            "different_address",
        ),
        _streets(),
        _typed("suburb", address, 1e-3),
        _typed("postcode", address, 1e-3),
        Comparison("state", ("state",), (Level("same_city", Same(("state",)), 0.9, 0.25),), "different_city"),
        Comparison(
            "city",
            ("city",),
            (
                Level("same_city", Same(("city",)), 0.7, 0.05, frequency="city"),
                Level("same_city", Alike("city", 0.85), 0.2, 0.02),
            ),
            "different_city",
        ),
        _typed("email", ("same_email", "same_email", "different_email"), 1e-4),
        _typed("phone", ("same_phone", "same_phone", "different_phone"), 1e-4),
    )


def _names() -> Comparison:
    """The two names as one field, for they are exchanged and left out together."""

    def both(given: Predicate, surname: Predicate) -> Every:
        return Every((given, surname))

    given, surname = Same(("given_name",)), Same(("surname",))
    alike_given, alike_surname = Alike("given_name", 0.8), Alike("surname", 0.8)
    return Comparison(
        "surname",
        ("given_name", "surname"),
        (
            Level("same_name", both(given, surname), 0.5, 1e-4, frequency="names"),
            Level("same_name", Same(("names",)), 0.05, 1e-4, frequency="names"),
            Level("name_alike", Some((both(given, alike_surname), both(alike_given, surname))), 0.25, 1e-4),
            Level("name_alike", both(alike_given, alike_surname), 0.08, 1e-3),
            Level("name_alike", surname, 0.05, 0.005, frequency="surname"),
            Level("name_alike", Some((given, Shared(("given_name", "surname")))), 0.03, 0.01),
            Level("name_alike", Some((alike_given, alike_surname)), 0.02, 0.02),
        ),
        "different_name",
    )


def _streets() -> Comparison:
    lines = ("street", "building")
    return Comparison(
        "street",
        lines,
        (
            Level("same_address", Same(("street",)), 0.7, 1e-3, frequency="street"),
            Level("same_address", Shared(lines), 0.05, 1e-3),
            Level("address_alike", Some((Alike("street", 0.88), Alike("building", 0.88))), 0.15, 0.01),
        ),
        "different_address",
    )


def _blocks() -> tuple[Block, ...]:
    return (
        block("number"),
        block("email"),
        block("phone"),
        block("names"),
        block("birthday", "given_start"),
        block("birthday", "surname_start"),
        block("birthday", "postcode"),
        Block((("given_name", "surname"), ("suburb",))),
        Block((("given_name", "surname"), ("postcode",))),
        Block((("given_name", "surname"), ("street",))),
        Block((("given_name", "surname"), ("birthday",))),
        block("given_name", "surname_start"),
        block("surname", "given_start"),
        block("street", "suburb"),
        block("street", "postcode"),
        block("street", "street_number"),
        block("surname", "city"),
        block("given_name", "city"),
        block("birthday", "city"),
    )


def prepare_people(given: Given) -> Records:
    """Normalise what is given into columns."""
    count = len(next(iter(given.values()), ()))
    texts = {name: _cleaned(given[name]) for name in PEOPLE_COLUMNS if name in given}
    columns: dict[str, Column] = {}
    for together in (("given_name", "surname"), ("street", "building")):
        if together[0] in texts and together[1] in texts:
            encoded = encode_together([texts[name] for name in together])
            columns.update(zip(together, encoded, strict=True))
    columns.update({name: encode(column) for name, column in texts.items() if name not in columns})
    if "given_name" in texts and "surname" in texts:
        columns["names"] = encode(
            [
                " ".join(sorted(names)) if all(names) else ""
                for names in zip(texts["given_name"], texts["surname"], strict=True)
            ]
        )
    columns.update(_starts(texts))
    return Records(count, columns, given)


def _starts(texts: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The first letters of names, which typing errors seldom touch."""
    wanted = {"given_start": ("given_name", 3), "surname_start": ("surname", 3)}
    return {
        start: encode([text[:length] for text in texts[name]])
        for start, (name, length) in wanted.items()
        if name in texts
    }


def _cleaned(values: Sequence[Any]) -> list[str]:
    known: dict[Any, str] = {}
    return [known[value] if value in known else known.setdefault(value, _clean(value)) for value in values]


def _clean(value: Any) -> str:
    if value is None or value != value:  # a number that is none  # noqa: PLR0124
        return ""
    plain = unicodedata.normalize("NFKD", str(value)).casefold()
    return _LETTERS.sub(" ", "".join(one for one in plain if not unicodedata.combining(one))).strip()
