# ruff: noqa: S311, E501 - seeded on purpose; lists of words in long lines
"""An export clerk's English csv: the whole world, quotes and commas inside cells."""

from __future__ import annotations

import csv
import random
from datetime import timedelta
from pathlib import Path

from day import LAST_DAY

WORLD = (
    ("Germany", "+49 40", ("Hamburg", "Am Sandtorkai"), ("München", "Leopoldstraße"), ("Köln", "Aachener Straße"), ("GmbH",)),
    ("United States", "+1 310", ("Los Angeles", "Wilshire Blvd"), ("Chicago", "N Michigan Ave"), ("Houston", "Westheimer Rd"), ("Inc.", "LLC")),
    ("Brazil", "+55 11", ("São Paulo", "Av. Paulista"), ("Curitiba", "Rua XV de Novembro"), ("Recife", "Av. Boa Viagem"), ("Ltda", "S.A.")),
    ("United Kingdom", "+44 20", ("London", "Curtain Road"), ("Manchester", "Deansgate"), ("Leeds", "Park Row"), ("Ltd", "Limited")),
    ("France", "+33 4", ("Lyon", "Rue de la République"), ("Paris", "Boulevard Haussmann"), ("Marseille", "Rue Paradis"), ("SARL", "S.A.")),
    ("Spain", "+34 93", ("Barcelona", "Calle de Mallorca"), ("Madrid", "Calle de Alcalá"), ("Valencia", "Avenida del Puerto"), ("S.L.",)),
    ("Poland", "+48 22", ("Warszawa", "ul. Marszałkowska"), ("Kraków", "ul. Długa"), ("Gdańsk", "ul. Grunwaldzka"), ("Sp. z o.o.",)),
    ("India", "+91 22", ("Mumbai", "Linking Road"), ("Pune", "MG Road"), ("Chennai", "Anna Salai"), ("Pvt. Ltd.",)),
    ("Australia", "+61 3", ("Melbourne", "Collins Street"), ("Sydney", "George Street"), ("Perth", "Hay Street"), ("Pty Ltd",)),
    ("United Arab Emirates", "+971 4", ("Dubai", "Sheikh Zayed Road"), ("Sharjah", "Al Wahda Road"), ("Dubai", "Al Maktoum Road"), ("LLC", "FZE")),
    ("Mexico", "+52 55", ("Ciudad de México", "Avenida Insurgentes Sur"), ("Monterrey", "Avenida Constitución"), ("Guadalajara", "Avenida Vallarta"), ("S.A. de C.V.",)),
    ("Viet Nam", "+84 28", ("Ho Chi Minh City", "Nguyen Hue"), ("Hanoi", "Hang Bai"), ("Da Nang", "Bach Dang"), ("Co., Ltd.",)),
    ("South Africa", "+27 11", ("Johannesburg", "Jan Smuts Avenue"), ("Cape Town", "Long Street"), ("Durban", "Florida Road"), ("(Pty) Ltd",)),
)  # fmt: skip
WORLD_MARKS = [
    "Blue Harbor",
    "Northfield",
    "Casa Verde",
    "Silverline",
    "Orion",
    "Brightway",
    "Old Mill",
    "Terra",
    "Lumen",
    "Pinnacle",
    "Riverside",
    "Atlas",
    "Bonita",
    "Kestrel",
    "Meridian",
]
WORLD_TRADES = [
    "Imports",
    "Trading",
    "Home",
    "Lighting",
    "Hardware",
    "Textiles",
    "Foods",
    "Tools",
    "Interiors",
    "Supplies",
]
WORLD_PEOPLE = [
    "Anna Schmidt",
    "James Carter",
    "Luiz Oliveira",
    "Priya Nair",
    "Sophie Martin",
    "Marek Nowak",
    "Elena García",
    "Omar Haddad",
    "Thandi Mokoena",
    "Nguyen Thi Lan",
    "Jürgen Groß",
    "Chloé Dubois",
    "Ewa Wójcik",
    "Tom O'Brien",
]


LOCAL_DIGITS = {
    "Germany": 8,
    "Brazil": 8,
    "United Kingdom": 8,
    "France": 8,
    "India": 8,
    "Australia": 8,
    "Mexico": 8,
    "Viet Nam": 8,
}
"""Digits after the area code; seven elsewhere."""


def buyer_row(random_source: random.Random, number: int) -> list[str]:
    """Return one buyer somewhere in the world."""
    place = random_source.choice(WORLD)
    country, prefix, *towns, forms = place
    city, street = random_source.choice(towns)  # type: ignore[misc]
    mark, trade = random_source.choice(WORLD_MARKS), random_source.choice(WORLD_TRADES)
    person = random_source.choice(WORLD_PEOPLE)
    house = random_source.randrange(1, 990)
    street_first = country in {"Germany", "Brazil", "Spain", "Poland", "Mexico"}
    day = LAST_DAY - timedelta(days=random_source.randrange(900))
    amount = random_source.randrange(800, 250_000)
    digits = "".join(str(random_source.randrange(2, 10)) for _digit in range(LOCAL_DIGITS.get(country, 7)))
    return [
        f"B-{number:03d}",
        f"{mark} {trade} {random_source.choice(forms)}",
        person,
        f"{person.split()[0].lower()}@{mark.replace(' ', '').lower()}-{trade.lower()}.example"
        if person.split()[0].isascii() and random_source.random() < 0.9
        else "",
        f"{prefix} {digits}" + random_source.choice(("", "", "", f" ext. {random_source.randrange(10, 99)}")),
        f"{street} {house}" if street_first else f"{house} {street}",
        city,
        country,
        random_source.choice(
            ("LED lamps", "Ceramic tiles", "Hand tools", "Cotton towels", "Toys", "Garden furniture")
        ),
        random_source.choice((day.isoformat(), day.strftime("%d %b %Y"), day.strftime("%B %d, %Y"))),
        random_source.choice((f"{amount:,}", f"${amount:,}.00", str(amount), f"{amount / 1000:.1f}k")),
        random_source.choices(("A", "B", "C", ""), (2, 4, 5, 1))[0],
        random_source.choice(
            (
                "",
                "",
                "Asked for samples",
                "Met at Canton Fair, booth 9.2",
                'Wants "FOB Ningbo"',
                "Pays 30/70 T/T",
            )
        ),
    ]


def write_buyer_list(directory: Path, count: int = 200) -> None:
    """Write buyers 2026.csv: UTF-8 without mark, quotes and commas inside cells."""
    random_source = random.Random(2026)
    with (directory / "buyers 2026.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            [
                "Buyer ID",
                "Company",
                "Contact Person",
                "E-mail",
                "Tel",
                "Street Address",
                "City",
                "Country",
                "Product Interest",
                "Last Order",
                "Amount (USD)",
                "Grade",
                "Remarks",
            ]
        )
        for number in range(1, count + 1):
            writer.writerow(buyer_row(random_source, number))
