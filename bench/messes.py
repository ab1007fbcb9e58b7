"""Customers with truth, drawn by seed: half of them stand twice, the second time changed in one named way.

Chinese names come from a list of short names, or are put together; Korean and Latin ones are put together. What the
benchmarks share: alone it does nothing.
"""

# ruff: noqa: SIM905 - lists of words are read better as words
from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stdnum.cn import uscc

from guanxi.matching.sounds import plain_sound, sound

COLUMNS = ("id", "name", "phone", "tax_number", "address")
CITIES = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京")
SEOUL = ("서울", "부산", "대구", "인천", "광주", "대전")
BRANCHES = ("苏州", "长沙", "青岛", "西安")
FORMS = ("有限公司", "股份有限公司", "有限责任公司", "")
LATIN_FORMS = (" Co., Ltd.", " GmbH", " Inc.", "")
SIGNS = (
    "华强中兴联达金鑫瑞丰恒泰安康永盛嘉禾天宇博源海蓝星辰东方明德信诚远航新光正大宏图伟业铭创智云启成美佳诺优品同济"
    "万通顺利隆昌富春江山川岳松柏青竹梅兰凤翔龙腾飞跃宝玉珍祥和平百世千里一鼎立元亨利贞科迪凯雅特维思乐欣怡晨曦朗"
)
TRADES = tuple(
    "科技 贸易 电子 实业 食品 建材 物流 机械 服饰 文化 网络 医药 化工 包装 汽车 家具 农业 装饰 软件 能源".split()
)
KOREAN = tuple(
    "한빛 대성 우리 미래 동아 신한 태양 금강 하늘 바다 푸른 새한 서진 유진 성우 경동 삼화 동방 세종 가온 나래 다온 "
    "라온 보람 샘물 온누리 정우 진성 청솔 한솔 현진 해성 영진 남양 동원 무진 백산 상아 송림 인성".split()
)
KOREAN_TRADES = tuple(
    "전자 상사 물산 건설 산업 식품 화학 기계 통상 유통 소프트 테크 정밀 제약 섬유 물류".split()
)
TRANSLATED = {"전자": "Electronics", "상사": "Trading", "건설": "Construction", "산업": "Industries"}
LATIN = tuple("Nor Vel Alt Mar Ben Cor Dan Fer Gal Hol Kes Lor Min Pol Ras Sol Tur Van Wes Zen".split())
LATIN_ENDS = tuple("berg dale ton vik mann ridge ford stein land wood mere ley son hart quist".split())
LATIN_TRADES = tuple("Trading Foods Tools Textiles Optics Motors Paper Marine Systems Glass".split())
SCRIPTS = {"simplified": 5, "traditional": 1, "hangul": 2, "latin": 2}
"""Of ten customers so many in each script."""
COMMON = 6000


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer as first entered; `core` is what it is called, `address` from the city down."""

    script: str
    city: str
    core: str
    form: str
    phone: str
    tax_number: str
    address: tuple[str, ...]

    @property
    def name(self) -> str:
        """As on the letterhead."""
        if self.script == "hangul":
            return f"{self.form}{self.core}"
        return f"{self.core}{self.form}" if self.script == "latin" else f"{self.city}{self.core}{self.form}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """Records by columns; of each the customer it is and the change it went through ("" for the first entry)."""

    given: dict[str, list[str]]
    customers: list[int]
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class Source:
    """What names are drawn from."""

    names: Sequence[str]
    alike: dict[str, list[str]]


def source(path: Path | None) -> Source:
    """Short names of a list, one a line after three of heading; without one, names are put together."""
    lines = path.read_text(encoding="utf-8").splitlines()[3:] if path else []
    names = [name for line in lines if 2 <= len(name := line.strip()) <= 6]
    often = Counter(sign for name in names or [SIGNS] for sign in name if "\u4e00" <= sign <= "\u9fff")
    alike: dict[str, list[str]] = defaultdict(list)
    for sign, _ in often.most_common(COMMON):
        alike[plain_sound(sign)].append(sign)
    return Source(names, alike)


def draw(size: int, seed: int, names: Source) -> Drawn:
    """Draw `size` customers, every other one of them twice."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark's seed
    chosen = chance.sample(names.names, size) if len(names.names) >= size else []
    found = Drawn({name: [] for name in COLUMNS}, [], [])
    for number in range(size):
        customer = _customer(chance, chosen[number] if chosen else "")
        has_tax, has_address = chance.random() < 0.5, chance.random() < 0.5
        kept = replace(
            customer,
            tax_number=customer.tax_number if has_tax else "",
            address=customer.address if has_address else (),
        )
        _add(found, number, "", kept.name, kept.phone, kept.tax_number, "".join(kept.address))
        if number % 2:
            _add_double(found, number, customer, chance, names)
    return found


def _customer(chance: random.Random, chinese: str) -> Customer:
    script = chance.choices(list(SCRIPTS), list(SCRIPTS.values()))[0]
    phone = f"13{chance.randrange(10**9):09d}"
    plain = f"91{chance.randrange(10**6):06d}MA{chance.randrange(10**7):07d}"
    tax = plain + uscc.calc_check_digit(plain)
    house = f"{chance.randrange(1, 400)}号"
    road = "".join(chance.sample(SIGNS, 2)) + "路"
    if script == "hangul":
        core = "".join((*chance.sample(KOREAN, 2), chance.choice(KOREAN_TRADES)))
        city, korean = chance.choice(SEOUL), f"010{chance.randrange(10**8):08d}"
        place = (city, f" {chance.choice(KOREAN)}로 ", house[:-1])
        return Customer(
            script, city, core, chance.choice(("(주)", "주식회사 ", "")), f"+82{korean[1:]}", "", place
        )
    city = chance.choice(CITIES)
    place = (f"{city}市", "".join(chance.sample(SIGNS, 2)) + "区", road, house)
    if script == "latin":
        first, second = (chance.choice(LATIN) + chance.choice(LATIN_ENDS) for _ in range(2))
        core = f"{first} {second} {chance.choice(LATIN_TRADES)}"
        return Customer(script, city, core, chance.choice(LATIN_FORMS), phone, tax, place)
    core = chinese or "".join(chance.sample(SIGNS, 2)) + chance.choice(TRADES)
    customer = Customer(script, city, core, chance.choice(FORMS), phone, tax, place)
    return replace(customer, core=_traditional(core)) if script == "traditional" else customer


def _add(found: Drawn, number: int, kind: str, *values: str) -> None:
    for column, value in zip(COLUMNS, (f"c-{number}-{kind}", *values), strict=True):
        found.given[column].append(value)
    found.customers.append(number if kind != "branch" else -number - 1)
    found.kinds.append(kind)


def _add_double(found: Drawn, number: int, customer: Customer, chance: random.Random, names: Source) -> None:
    kinds = [kind for kind, (scripts, _) in MESSES.items() if customer.script in scripts]
    kinds += BESIDE if customer.script in ("simplified", "latin") else ()
    chance.shuffle(kinds)
    for kind in kinds:
        if kind in BESIDE:
            _add_beside(found, number, kind, customer)
            return
        name = MESSES[kind][1](customer, chance, names)
        if name and name != customer.name:
            phone = customer.phone if chance.random() < 0.5 or kind == "branch" else ""
            _add(found, number, kind, name, phone, "", "")
            return


def _add_beside(found: Drawn, number: int, kind: str, customer: Customer) -> None:
    """The name without its city and form, and one other field, changed."""
    digits = customer.tax_number
    beside = {
        "phone with extension": (
            f"{customer.phone[:3]}-{customer.phone[3:7]}-{customer.phone[7:]} 转801",
            "",
            "",
        ),
        "phone in full width": (customer.phone.translate(WIDE), "", ""),
        "tax number mistyped": ("", digits[:5] + digits[6:7] + digits[5:6] + digits[7:], ""),
        "address in another order": (
            "",
            "",
            f"{''.join(customer.address[2:])} {' '.join(customer.address[1::-1])}",
        ),
    }
    _add(found, number, kind, customer.core, *beside[kind])


def homophone(customer: Customer, chance: random.Random, names: Source) -> str:
    """One character for another that sounds the same."""
    places = list(range(len(customer.core)))
    chance.shuffle(places)
    for place in places:
        sign = customer.core[place]
        others = [other for other in names.alike.get(plain_sound(sign), []) if other != sign]
        if others:
            core = customer.core[:place] + chance.choice(others) + customer.core[place + 1 :]
            return customer.city + core
    return ""


def another_character(customer: Customer, chance: random.Random, names: Source) -> str:
    """One character for any other, in names of four and more."""
    place = chance.randrange(len(customer.core))
    sign = chance.choice(list(names.alike.values()))[0]
    core = customer.core
    return customer.city + core[:place] + sign + core[place + 1 :] if len(core) >= 4 else ""


def _traditional(text: str) -> str:
    from opencc import OpenCC  # noqa: PLC0415 - heavy

    if not _CONVERTERS:
        _CONVERTERS.append(OpenCC("s2t").convert)
    return _CONVERTERS[0](text)


_CONVERTERS: list[Callable[[str], str]] = []


def other_form(customer: Customer, chance: random.Random, _names: Source) -> str:
    """Another form of company, or it stands elsewhere."""
    if customer.script == "hangul":
        return customer.core + chance.choice((" (주)", "㈜", " 주식회사"))
    forms = LATIN_FORMS if customer.script == "latin" else FORMS
    other = chance.choice([form for form in forms if form != customer.form])
    return replace(customer, form=other).name


def branch(customer: Customer, chance: random.Random, _names: Source) -> str:
    """A branch of it: another customer."""
    if customer.script == "hangul":
        return f"{customer.name} {chance.choice(SEOUL)}지점"
    return f"{customer.city}{customer.core}有限公司{chance.choice(BRANCHES)}分公司"


def romanised(customer: Customer, _chance: random.Random, _names: Source) -> str:
    """A Korean name by the Revised Romanisation, syllable by syllable."""
    return f"{sound(customer.core).capitalize()} Co., Ltd."


def loosely_romanised(customer: Customer, _chance: random.Random, _names: Source) -> str:
    """As firms spell themselves: Sung for 성, Woo for 우."""
    return sound(customer.core).replace("eo", "u").replace("woo", "wu").capitalize() + " Corp."


def translated(customer: Customer, _chance: random.Random, _names: Source) -> str:
    """Romanised with its trade in English."""
    trade = customer.core[-2:]
    name = sound(customer.core[:-2]).capitalize()
    return f"{name} {TRANSLATED[trade]}" if trade in TRANSLATED else ""


CHINESE = ("simplified", "traditional")
WIDE = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
MESSES: dict[str, tuple[tuple[str, ...], Callable[[Customer, random.Random, Source], str]]] = {
    "homophone": (CHINESE, homophone),
    "another character": (CHINESE, another_character),
    "traditional": (("simplified",), lambda one, _chance, _names: _traditional(one.name)),
    "city behind": (CHINESE, lambda one, _chance, _names: f"{one.core}（{one.city}）{one.form}"),
    "company form": ((*CHINESE, "hangul", "latin"), other_form),
    "branch": ((*CHINESE, "hangul"), branch),
    "spaces in Hangul": (
        ("hangul",),
        lambda one, _chance, _names: f"{one.core[:2]} {one.core[2:4]} {one.core[4:]}",
    ),
    "romanised": (("hangul",), romanised),
    "romanised loosely": (("hangul",), loosely_romanised),
    "romanised, trade translated": (("hangul",), translated),
    "full width": (("latin",), lambda one, _chance, _names: one.name.translate(WIDE)),
}
BESIDE = ("phone with extension", "phone in full width", "tax number mistyped", "address in another order")
"""Changes of other fields than the name, for customers in Chinese and Latin."""


def scored(groups: Iterable[Sequence[str]], drawn: Drawn) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield a kind of change, how many there are, how many of them were found, how many pairs with such a record were
    told, and how many of these are right."""
    of = dict(zip(drawn.given["id"], zip(drawn.customers, drawn.kinds, strict=True), strict=True))
    found, told, right = Counter[str](), Counter[str](), Counter[str]()
    for group in groups:
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                (mine, kind), (theirs, other_kind) = of[one], of[other]
                for each in {kind, other_kind}:
                    told[each] += 1
                    right[each] += mine == theirs
                    found[each] += mine == theirs or (each == "branch" and mine == -theirs - 1)
    there = Counter(drawn.kinds)
    for kind in (*MESSES, *BESIDE):
        yield kind, there[kind], found[kind], told[kind], right[kind]
