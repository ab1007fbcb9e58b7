"""A long, messy customer list in four scripts, the same for the same seed. Run alone, nothing."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import opencc
import xlsxwriter

from guanxi.kits.calc import DemoCustomer, draw_customers
from guanxi.kits.kit import load_kit

HEADER = ("客户编号", "客户名称", "联系人", "手机", "地址", "年采购额", "行业", "来源", "员工人数", "备注")
SCRIPTS = (
    ("real-estate", "hans", 50),
    ("real-estate", "hant", 15),
    ("distribution", "ko", 20),
    ("export", "en", 15),
)
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")
Row = list[str | int | float | None]


def draw_rows(count: int, seed: int) -> Iterator[Row]:
    """Yield rows as people keep them: numbers as text and as numbers, full-width digits, gaps, repeated rows."""
    chance = random.Random(f"list|{seed}")  # noqa: S311 - sample data
    traditional = opencc.OpenCC("s2t")
    sources = {
        script: draw_customers(load_kit(kit).words, count=count, seed=seed, today=date(2026, 11, 1))
        for kit, script, _share in SCRIPTS
    }
    recent: list[Row] = []
    for number in range(count):
        if recent and chance.random() < 0.02:
            yield chance.choice(recent)
            continue
        script = chance.choices([entry[1] for entry in SCRIPTS], [entry[2] for entry in SCRIPTS])[0]
        row = _row(next(sources[script]), number, script, chance)
        if script == "hant":
            row = [traditional.convert(value) if isinstance(value, str) else value for value in row]
        recent = [*recent[-400:], row]
        yield row


def _row(drawn: DemoCustomer, number: int, script: str, chance: random.Random) -> Row:
    contact = drawn.contacts[0][0] if drawn.contacts else None
    return [
        f"C{number:06d}" if chance.random() < 0.5 else None,
        _name(drawn, script, chance) if chance.random() > 0.002 else None,
        contact,
        _phone(script, chance),
        drawn.places[0].address if chance.random() > 0.03 else None,
        _amount(script, chance),
        drawn.industry or None,
        drawn.source,
        drawn.size,
        chance.choice((None, None, "已回访", "下周再联系", "견적 요청", "call back")),
    ]


def _name(drawn: DemoCustomer, script: str, chance: random.Random) -> str:
    """A name with a part of its own, as a hundred thousand customers have."""
    if script == "en":
        return f"{drawn.name} {chance.randrange(100, 100_000)}"
    alphabet = "가나다라마바사아자차카타파하" if script == "ko" else "福禄寿喜安康泰和顺发昌盛隆丰裕达通远"
    return drawn.name + "".join(chance.choices(alphabet, k=2)) + chance.choice(("", "", " "))


def _phone(script: str, chance: random.Random) -> str | int | None:
    digits = f"{chance.randrange(10**8):08d}"
    if chance.random() < 0.06:
        return None
    if script == "ko":
        return f"+82 10-{digits[:4]}-{digits[4:]}"
    if script == "en":
        return f"+44 20 {digits[:4]} {digits[4:]}"
    number = f"13{chance.randrange(10)}{digits}"
    form = chance.random()
    if form < 0.3:
        return int(number)
    if form < 0.4:
        return f"{number[:3]}-{number[3:7]}-{number[7:]}"
    return number.translate(FULL_WIDTH) if form < 0.45 else number


def _amount(script: str, chance: random.Random) -> str | float | None:
    if chance.random() < 0.3:
        return None
    amount = round(chance.lognormvariate(10, 1.5), 2)
    if chance.random() < 0.15:
        return {"ko": f"{amount:,.0f}원", "en": f"USD {amount:,.2f}"}.get(script, f"{amount / 10_000:.2f}万")
    return amount


def write_list(path: Path, count: int, seed: int) -> None:
    """Write the list as xlsx: a title above the header, then the rows."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("客户名单")
        sheet.write_row(0, 0, ["客户名单 Customers 고객명단 (2026-11)"])
        sheet.write_row(1, 0, HEADER)
        for number, row in enumerate(draw_rows(count, seed), start=2):
            sheet.write_row(number, 0, row)


def write_csv(path: Path, count: int, seed: int) -> None:
    """Write the same list as csv in UTF-8."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(draw_rows(count, seed))
