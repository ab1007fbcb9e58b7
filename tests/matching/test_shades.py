"""How rare a shared value is: fitted from the records, and nothing added where they cannot say."""

from __future__ import annotations

import random

import numpy as np
import pytest

from guanxi.matching.columns import Pairs
from guanxi.matching.comparing import all_levels
from guanxi.matching.customers import customers
from guanxi.matching.estimation import believed
from guanxi.matching.matcher import Matcher
from guanxi.matching.shades import SHADES, shaded, spread, without_shades

SIGNS = "华强中兴联达金鑫瑞丰恒泰安康永盛嘉禾天宇博源海蓝星辰东方明德信诚远航新光正大宏图伟业"
COMMON = ("顺发", "兴旺", "宏达", "永丰", "大众")


def drawn(seed: int) -> tuple[dict[str, list[str]], set[tuple[str, str]], set[tuple[str, str]]]:
    """Two thousand firms: most with a name of their own, 120 of these twice, 300 with one of five names all share.

    The records, the pairs that are one firm, and some pairs that merely share a common name.
    """
    chance = random.Random(seed)  # noqa: S311 - a test's seed
    given: dict[str, list[str]] = {"id": [], "name": [], "phone": [], "city": []}
    cities = ("北京", "上海", "广州", "深圳", "杭州", "成都", "武汉", "南京")

    def add(key: str, name: str, phone: str, city: str) -> None:
        for column, value in zip(given, (key, name, phone, city), strict=True):
            given[column].append(value)

    ones, chances, of_name = set(), set(), dict[str, str]()
    for number in range(2_000):
        name = chance.choice(COMMON) if number < 300 else "".join(chance.sample(SIGNS, 4))
        city, phone = chance.choice(cities), f"13{chance.randrange(10**9):09d}"
        add(f"a{number}", name, phone if chance.random() < 0.5 else "", city)
        if number < 300 and name in of_name:
            chances.add((of_name[name], f"a{number}"))
        of_name[name] = f"a{number}"
        if number >= 1_880:
            add(f"b{number}", name, "", city)
            ones.add((f"a{number}", f"b{number}"))
    return given, ones, chances


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_name_nobody_else_has_says_more_than_one_that_many_share(seed: int) -> None:
    given, ones, chances = drawn(seed)
    matcher = Matcher(customers()).fit(given)
    weight = {
        (pair.left, pair.right): next(one.weight for one in pair.reasons if one.field == "name")
        for pair in matcher.pairs(0.0)
    }
    rare = [weight[pair] for pair in ones]
    common = [weight[pair] for pair in chances if pair in weight]
    assert min(rare) > max(common, default=0.0) + 3, "more than eight times the evidence"
    found = {tuple(group) for group in matcher.clusters()}
    assert len(ones & found) >= 0.95 * len(ones)
    assert not chances & found


@pytest.mark.parametrize("seed", [1, 2])
def test_u_of_rare_answers_is_what_chance_makes_of_them(seed: int) -> None:
    """The share of pairs of two firms that have the same name, counted over the truth, within a third."""
    given, ones, _ = drawn(seed)
    matcher = Matcher(customers()).fit(given)
    names = given["name"]
    often = {name: names.count(name) for name in set(names)}
    pairs = sum(count * (count - 1) // 2 for count in often.values()) - len(ones)
    every = len(names) * (len(names) - 1) / 2
    fitted = without_shades(matcher.weights_).u[0][-1]
    assert fitted == pytest.approx(pairs / every, rel=0.34)


def test_shades_come_to_the_levels_they_are_of() -> None:
    given, _, _ = drawn(4)
    settings = customers()
    records = settings.prepare(given)
    known = [one for one in settings.comparisons if one.needed <= set(records.columns)]
    weights = believed(known, 0.001)
    again = without_shades(spread(known, records, weights))
    for side, other in ((weights.m, again.m), (weights.u, again.u)):
        assert all(np.allclose(one, two) for one, two in zip(side, other, strict=True))
    left, right = np.triu_indices(60, 1)
    pairs = Pairs(records, left.astype(np.int32), right.astype(np.int32))
    levels = all_levels(known, pairs)
    assert (shaded(known, pairs, levels) // SHADES == levels).all()
