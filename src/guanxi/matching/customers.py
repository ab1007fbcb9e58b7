"""Settings for customers: companies and people with Chinese, Korean and Latin names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from guanxi.matching.addresses import address_parts
from guanxi.matching.columns import Column, Records, encode, encode_together
from guanxi.matching.companies import name_parts
from guanxi.matching.identifiers import domain_key, email_key, has_right_check, tax_key
from guanxi.matching.names import normalise_name
from guanxi.matching.phones import read_phones
from guanxi.matching.predicates import Alike, Differ, Edited, Same, Shared, Some, Within
from guanxi.matching.reasons import Code
from guanxi.matching.regions import region_of
from guanxi.matching.settings import Block, Comparison, Given, Level, Settings, block
from guanxi.matching.sounds import loose_sound, plain_sound, sound, turned

CUSTOMER_COLUMNS = (
    "name",
    "kind",
    "phone",
    "email",
    "tax_number",
    "website",
    "address",
    "city",
    "birthday",
    "contacts",
)
"""What may be given beside the id, as texts; `phone`, `email` and `contacts` may hold several, a line each."""
SEVERAL = 5
"""Phones, e-mail addresses and contacts of a record that are compared."""
_PHONES = ("phone", "phone_2", "phone_3", "phone_4", "phone_5")
_EMAILS = ("email", "email_2", "email_3", "email_4", "email_5")
_CONTACTS = ("contact", "contact_2", "contact_3", "contact_4", "contact_5")
MISTYPED = "mistyped_tax_number"
"""The column of tax numbers whose check digit is wrong: the same one twice still speaks for a pair, though less, and
another one than the right one does not speak against it."""
_SOUNDS = ("sound", "sound_2")

Value = TypeVar("Value")


def customers(*, region: str = "CN") -> Settings:
    """Return the settings. Phones without a country code belong to `region` (CN, KR, TW …)."""
    return Settings(
        lambda given: prepare_customers(given, region=region),
        _comparisons(),
        _blocks(),
        apart=(Differ("branch"),),
    )


def _comparisons() -> tuple[Comparison, ...]:
    return (
        _names(),
        Comparison(
            "phone",
            ("phone",),
            (Level("same_phone", Shared(_PHONES), 0.7, 1e-5, frequency="phone"),),
            "different_phone",
        ),
        Comparison(
            "email",
            ("email",),
            (Level("same_email", Shared(_EMAILS), 0.6, 1e-5, frequency="email"),),
            "different_email",
        ),
        _plain("tax_number", "same_tax_number", "different_tax_number", (0.97, 1e-6)),
        _plain(MISTYPED, "same_tax_number", "different_tax_number", (0.6, 1e-4)),
        Comparison(
            "website",
            ("domain",),
            (Level("same_website", Same(("domain",)), 0.7, 1e-5, frequency="domain"),),
            "different_website",
        ),
        Comparison(
            "address",
            ("address",),
            (
                Level("same_address", Same(("address",)), 0.4, 1e-5, frequency="address"),
                Level("same_address", Same(("street",)), 0.2, 1e-4, frequency="street"),
                Level("address_alike", Alike("address", 0.9), 0.2, 1e-2),
            ),
            "different_address",
        ),
        _plain("city", "same_city", "different_city", (0.95, 0.05)),
        _plain("birthday", "same_birthday", "different_birthday", (0.95, 1e-4)),
        Comparison(
            "contacts",
            ("contact",),
            (Level("same_contact", Shared(_CONTACTS), 0.6, 1e-4, frequency="contact"),),
            "different_contact",
        ),
        Comparison("kind", ("kind",), (Level("same_kind", Same(("kind",)), 0.98, 0.7),), "different_kind"),
    )


def _plain(name: str, same: Code, different: Code, shares: tuple[float, float]) -> Comparison:
    level = Level(same, Same((name,)), *shares, frequency=name)
    return Comparison(name, (name,), (level,), different)


def _names() -> Comparison:
    return Comparison(
        "name",
        ("core",),
        (
            Level("same_name", Same(("core",)), 0.55, 1e-5, frequency="core"),
            Level("name_sounds_alike", Shared(_SOUNDS), 0.15, 1e-5, frequency="sound"),
            Level("name_contained", Within("core"), 0.08, 1e-4),
            Level("name_sounds_alike", Same(("loose",)), 0.04, 1e-5, frequency="loose"),
            Level("name_alike", Some((Edited("core"), Alike("core", 0.9))), 0.1, 2e-4),
            Level("name_alike", Some((Edited("core", 1, 3), Alike("sound", 0.92))), 0.04, 2e-3),
        ),
        "different_name",
    )


def _blocks() -> tuple[Block, ...]:
    return (
        Block((_PHONES,)),
        Block((_EMAILS,)),
        block("tax_number"),
        block(MISTYPED),
        block("domain"),
        block("core"),
        Block((_SOUNDS,)),
        block("loose"),
        block("address"),
        block("core", "city"),
        block("head", "city"),
        block("tail", "city"),
        Block((("head",), _CONTACTS)),
        block("head", "street"),
        block("start"),
        block("end"),
    )


def prepare_customers(given: Given, *, region: str) -> Records:
    """Normalise what is given into columns, each different value once."""
    count = len(next(iter(given.values()), ()))
    texts = {name: _texts(given[name]) for name in CUSTOMER_COLUMNS if name in given}
    columns: dict[str, Column] = {}
    columns.update(_of_names(texts.get("name", [""] * count)))
    if "phone" in texts:
        columns.update(_several(_PHONES, texts["phone"], lambda text: _phones(text, region)))
    if "contacts" in texts:
        columns.update(_several(_CONTACTS, texts["contacts"], _contacts))
    if "email" in texts:
        columns.update(_several(_EMAILS, texts["email"], _emails))
    for name, key in (("kind", str), ("birthday", _digits)):
        if name in texts:
            columns[name] = encode(_each(key, texts[name]))
    if "tax_number" in texts:
        columns.update(_of_tax_numbers(texts["tax_number"]))
        given = {**given, MISTYPED: given["tax_number"]}
    columns.update(_of_places(texts, count))
    if "website" in texts or "email" in texts:
        empty = [""] * count
        both = zip(texts.get("website", empty), texts.get("email", empty), strict=True)
        columns["domain"] = encode([domain_key(website, email.partition("\n")[0]) for website, email in both])
    return Records(count, columns, given)


def _of_tax_numbers(texts: Sequence[str]) -> dict[str, Column]:
    keys = _each(tax_key, texts)
    return {
        "tax_number": encode([key if has_right_check(key) else "" for key in keys]),
        MISTYPED: encode(["" if has_right_check(key) else key for key in keys]),
    }


def _texts(values: Sequence[Any]) -> list[str]:
    return ["" if value is None else str(value).strip() for value in values]


def _each(key: Callable[[str], Value], texts: Sequence[str]) -> list[Value]:
    """Compute once for each different text."""
    known = {text: key(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _of_names(names: Sequence[str]) -> dict[str, Column]:
    parts = _each(name_parts, names)
    cores = [each.core for each in parts]
    others = [turned(name) or other for name, other in zip(names, _each(plain_sound, cores), strict=True)]
    sounds = _each(sound, cores)
    columns = dict(zip(_SOUNDS, encode_together([sounds, others]), strict=True))
    columns["core"] = encode(cores)
    columns["branch"] = encode([each.branch or "-" if each.core else "" for each in parts])
    columns["loose"] = encode(_each(loose_sound, sounds))
    columns["head"] = encode([_end(core, 2) for core in cores])
    columns["tail"] = encode([_end(core, -2) for core in cores])
    columns["start"] = encode([_end(core, 3) for core in cores])
    columns["end"] = encode([_end(core, -3) for core in cores])
    return columns


def _end(core: str, signs: int) -> str:
    """The first signs of a name, or its last; of letters twice as many."""
    many = signs * 2 if core.isascii() else signs
    return core[:many] if many > 0 else core[many:]


def _several(
    columns: Sequence[str], texts: Sequence[str], read: Callable[[str], Sequence[str]]
) -> dict[str, Column]:
    found = [[*values[:SEVERAL], *[""] * SEVERAL][:SEVERAL] for values in _each(read, texts)]
    by_place = [[values[place] for values in found] for place in range(SEVERAL)]
    return dict(zip(columns, encode_together(by_place), strict=True))


def _phones(text: str, region: str) -> list[str]:
    numbers = [phone.e164[1:] for phone in read_phones(text, region).phones] if text else []
    return list(dict.fromkeys(numbers))


def _emails(text: str) -> list[str]:
    keys = (email_key(each) for each in text.replace(";", "\n").split("\n"))
    return list(dict.fromkeys(key for key in keys if key))


def _contacts(text: str) -> list[str]:
    keys = (normalise_name(name) for name in text.replace(";", "\n").split("\n"))
    return list(dict.fromkeys(key for key in keys if key))


def _digits(text: str) -> str:
    return "".join(sign for sign in text[:10] if sign.isdigit())


def _of_places(texts: dict[str, list[str]], count: int) -> dict[str, Column]:
    """Street and address, and the city: as given, else that of the address, else that of the name."""
    columns: dict[str, Column] = {}
    cities = [region_of(text) or text for text in texts.get("city", [""] * count)]
    if "address" in texts:
        parts = _each(address_parts, texts["address"])
        columns["address"] = encode([each.key for each in parts])
        columns["street"] = encode([each.street for each in parts])
        cities = [city or each.city for city, each in zip(cities, parts, strict=True)]
    if "name" in texts:
        regions = [each.region for each in _each(_known_parts, texts["name"])]
        cities = [city or region for city, region in zip(cities, regions, strict=True)]
    columns["city"] = encode(cities)
    return columns


_known_parts = lru_cache(maxsize=4096)(name_parts)
