"""A demo company's customers, drawn from a kit's words by a seed. Pure: the same seed gives the same people."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Words = Mapping[str, Any]
HISTORY_DAYS = 730


@dataclass(frozen=True, slots=True)
class DemoPlace:
    """Where a demo customer is."""

    kind: str
    address: str
    size: int | None
    key_person: str


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """What a demo customer bought on a day: lines of (product number, quantity)."""

    day: date
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DemoInteraction:
    """One time somebody was in touch with a demo customer."""

    day: date
    hour: int
    kind: str
    summary: str
    note: str


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer with everything that hangs on it; `team` is the number of the team that has it."""

    name: str
    kind: str
    number: str
    phone: str
    industry: str
    source: str
    amount: Decimal | None
    size: int | None
    team: int
    contacts: tuple[tuple[str, str, str], ...]
    places: tuple[DemoPlace, ...]
    orders: tuple[DemoOrder, ...]
    interactions: tuple[DemoInteraction, ...]


def draw_customers(words: Words, *, count: int, seed: int, today: date) -> Iterator[DemoCustomer]:
    """Yield `count` customers. Buying follows a gamma-mixed Poisson with drop-out, as real customers' does."""
    chance = random.Random(f"{words['company']}|{seed}")  # noqa: S311 - a demo, not a secret
    for number in range(count):
        yield _draw_customer(words, chance, number, today)


def _draw_customer(words: Words, chance: random.Random, number: int, today: date) -> DemoCustomer:
    is_person = chance.random() < words["person_share"]
    orders = _orders(words, chance, today)
    return DemoCustomer(
        name=_person(words, chance) if is_person else _company(words, chance),
        kind="person" if is_person else "company",
        number=f"K{number + 1:05d}" if chance.random() < 0.8 else "",
        phone=_phone(words, chance) if chance.random() < 0.93 else "",
        industry="" if is_person else chance.choice(words["industries"]),
        source=chance.choice(words["sources"]),
        amount=_stated_amount(words, chance) if not orders and chance.random() < 0.4 else None,
        size=None if is_person else int(chance.lognormvariate(3.2, 1.1)) + 1,
        team=chance.randrange(len(words["teams"])),
        contacts=() if is_person else _contacts(words, chance),
        places=_places(words, chance, is_person=is_person),
        orders=orders,
        interactions=_interactions(words, chance, today),
    )


def _person(words: Words, chance: random.Random) -> str:
    given, surname = chance.choice(words["given"]), chance.choice(words["surnames"])
    return f"{given} {surname}" if surname.isascii() or len(surname) > 2 else f"{surname}{given}"


def _company(words: Words, chance: random.Random) -> str:
    head, kind = chance.choice(words["company_heads"]), chance.choice(words["company_kinds"])
    form = chance.choice(words["company_forms"])
    core = f"{head} {kind}" if head.isascii() else f"{head}{kind}"
    if words.get("form_first") and form and not form.startswith(" "):
        return f"{form}{core}"
    town = chance.choice(words["places"])[0]
    prefix = (
        _town_of(town) if chance.random() < 0.4 and not head.isascii() and "form_first" not in words else ""
    )
    return f"{prefix}{core}{form}".strip()


def _town_of(place: str) -> str:
    """The city in a Chinese place name, as firms carry it: 河南省许昌市魏都区 is 许昌市."""
    rest = place.partition("省")[2] or place
    return rest.partition("市")[0] + "市" if "市" in rest else ""


def _phone(words: Words, chance: random.Random) -> str:
    form = chance.choice(words["phone"])
    return "".join(str(chance.randrange(10)) if letter == "#" else letter for letter in form)


def _stated_amount(words: Words, chance: random.Random) -> Decimal:
    price = max(Decimal(product[3]) for product in words["products"])
    return (price * Decimal(repr(chance.lognormvariate(0, 0.8)))).quantize(Decimal("1.00"))


def _contacts(words: Words, chance: random.Random) -> tuple[tuple[str, str, str], ...]:
    count = chance.choices((0, 1, 2, 3), (15, 55, 22, 8))[0]
    return tuple(
        (_person(words, chance), chance.choice(words["keyroles"]), _phone(words, chance))
        for _ in range(count)
    )


def _places(words: Words, chance: random.Random, *, is_person: bool) -> tuple[DemoPlace, ...]:
    kinds = ["home" if is_person else "work"]
    if chance.random() < 0.18:
        kinds.append(chance.choice(("leisure", "shop", "site", "supplies")))
    return tuple(
        DemoPlace(
            kind=kind,
            address=_address(words, chance),
            size=chance.choice((None, 60, 200, 500, 2000)) if kind != "home" else None,
            key_person=_person(words, chance) if chance.random() < 0.3 else "",
        )
        for kind in kinds
    )


def _address(words: Words, chance: random.Random) -> str:
    if chance.random() < 0.05:
        return str(chance.choice(words["messy"]))
    town, streets, _weight = chance.choices(words["places"], [place[2] for place in words["places"]])[0]
    street = chance.choice(streets)
    number = chance.choice(words["number"]).format(
        n=chance.randrange(1, 890),
        m=chance.randrange(1, 28),
        u=chance.randrange(1, 4),
        street2=chance.choice(streets),
        estate=chance.choice(words["estates"]),
    )
    if town.isascii() or "," in town:
        return f"{number} {street}, {town}"
    return f"{town} {street} {number}" if " " in town else f"{town}{street}{number}"


def _orders(words: Words, chance: random.Random, today: date) -> tuple[DemoOrder, ...]:
    habit = words["orders"]
    if chance.random() > habit["share"]:
        return ()
    alive_from = chance.randrange(HISTORY_DAYS)
    alive_for = chance.expovariate(1 / (HISTORY_DAYS * 0.8))
    rate = chance.gammavariate(1.1, habit["most"] / 1.1) / HISTORY_DAYS
    days, at = [float(alive_from)], float(alive_from)
    while True:
        at += chance.expovariate(max(rate, 1e-4))
        if at > min(HISTORY_DAYS - 1, alive_from + alive_for):
            break
        days.append(at)
    start = today - timedelta(days=HISTORY_DAYS)
    return tuple(DemoOrder(start + timedelta(days=int(day)), _lines(words, chance)) for day in days)


def _lines(words: Words, chance: random.Random) -> tuple[tuple[int, int], ...]:
    most = words["orders"]["quantity"]
    products = chance.sample(range(len(words["products"])), chance.choice((1, 1, 1, 2, 3)))
    return tuple((product, 1 if most == 1 else chance.randrange(1, most + 1)) for product in products)


def _interactions(words: Words, chance: random.Random, today: date) -> tuple[DemoInteraction, ...]:
    count = chance.choices((0, 1, 2, 3, 5), (25, 35, 22, 12, 6))[0]
    chosen: Sequence[Any] = [chance.choice(words["interactions"]) for _ in range(count)]
    return tuple(
        DemoInteraction(
            today - timedelta(days=chance.randrange(1, 365)), chance.randrange(1, 10), kind, summary, note
        )
        for kind, summary, note in chosen
    )


def cost_of(price: Decimal, place: int) -> Decimal:
    """Return what a demo product costs: from 55 to 80 % of its price, by its place in the list, in whole numbers.

    >>> cost_of(Decimal(28000), 1), cost_of(Decimal("4.20"), 0)
    (Decimal('16800'), Decimal('2.31'))
    """
    share = Decimal(55 + place % 6 * 5) / 100
    return (price * share).quantize(price, ROUND_HALF_UP)
