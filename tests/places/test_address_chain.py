"""Chains of administrative names, on a tree small enough to see through."""

import pytest

from guanxi.places.calc.address_chain import find_names, is_inside, read_chain
from guanxi.places.calc.address_text import clean

Names = tuple[str, ...]
UNITS: list[tuple[str, int, int, Names, Names, Names]] = [
    # name, level, behind its last unit, official, short, dependent names
    ("中国", 0, 14, ("中国",), (), ()),
    ("北京市", 1, 3, ("北京市",), ("北京",), ()),
    ("北京市朝阳区", 3, 3, ("朝阳区",), ("朝阳",), ()),
    ("吉林省", 1, 6, ("吉林省",), ("吉林",), ()),
    ("长春市", 2, 6, ("长春市",), ("长春",), ()),
    ("长春市朝阳区", 3, 6, ("朝阳区",), ("朝阳",), ()),
    ("山东省", 1, 10, ("山东省",), ("山东",), ()),
    ("济南市", 2, 10, ("济南市",), ("济南",), ()),
    ("济南市市中区", 3, 9, ("市中区",), (), ()),
    ("济南市东区", 3, 10, (), (), ("东区",)),
    ("恩施州", 2, 12, ("恩施市",), ("恩施",), ()),
    ("恩施市", 3, 12, ("恩施市",), ("恩施",), ()),
    ("东莞市", 2, 14, ("东莞市",), ("东莞",), ()),
    ("东城街道", 4, 14, ("东城街道",), (), ("东城",)),
    ("대한민국", 0, 19, ("대한민국",), (), ()),
    ("서울특별시", 2, 18, ("서울특별시",), ("서울",), ()),
    ("강남구", 3, 18, ("강남구",), (), ("강남",)),
    ("역삼동", 4, 18, ("역삼동",), (), ()),
    ("광주시", 3, 19, ("광주시",), ("광주",), ()),
]
NAMES = [unit[0] for unit in UNITS]


class SmallTree:
    after = [unit[2] for unit in UNITS]
    levels = [unit[1] for unit in UNITS]

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[list[int], list[int], list[int]]] = {}
        for number, unit in enumerate(UNITS):
            for kind, names in enumerate((unit[3], unit[4], unit[5])):
                for name in names:
                    self._kinds.setdefault(name, ([], [], []))[kind].append(number)
        sizes: dict[str, set[int]] = {}
        for name in self._kinds:
            sizes.setdefault(name[:2], set()).add(len(name))
        self.lengths = {
            start: "".join(chr(48 + size) for size in sorted(found, reverse=True))
            for start, found in sizes.items()
        }

    def named(self, name: str) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]] | None:
        kinds = self._kinds.get(name)
        return (tuple(kinds[0]), tuple(kinds[1]), tuple(kinds[2])) if kinds else None


TREE = SmallTree()


def ends(address: str, root: str = "") -> list[str]:
    reading = read_chain(clean(address, {}), TREE, NAMES.index(root) if root else -1)
    return [NAMES[unit] for unit in reading.ends]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("北京市朝阳区建国路87号", ["北京市朝阳区"]),
        ("北京朝阳建国路", ["北京市朝阳区"]),
        ("吉林长春朝阳区", ["长春市朝阳区"]),
        ("朝阳区建国路87号", ["北京市朝阳区", "长春市朝阳区"]),
        ("朝阳", ["北京市朝阳区", "长春市朝阳区"]),
        ("山东济南市中区", ["济南市市中区"]),
        ("济南市东区3号", ["济南市东区"]),
        ("东区3号", ["济南市东区"]),
        ("恩施市舞阳大街", ["恩施市"]),
        ("东莞市东城区", ["东城街道"]),
        ("东城区", []),
        ("北京路5号", []),
        ("北京银行", []),
        ("北京市北京朝阳", ["北京市朝阳区"]),
        ("서울 강남구 역삼동 737", ["역삼동"]),
        ("서울특별시강남구역삼동", ["역삼동"]),
        ("서울 강남", ["강남구"]),
        ("서울 강남대로", ["서울특별시"]),
        ("새서울", []),
        ("새서울빌", []),
        ("", []),
        ("中", []),
    ],
)
def test_chains(address: str, found: list[str]) -> None:
    assert ends(address) == found


def test_a_root_keeps_the_reading_inside() -> None:
    assert ends("朝阳区建国路", "长春市") == ["长春市朝阳区"]
    assert ends("东城大街", "东莞市") == []
    assert ends("东城", "东莞市") == ["东城街道"]
    assert ends("上海", "东莞市") == []


def test_a_name_from_elsewhere_contradicts() -> None:
    reading = read_chain(clean("济南市朝阳区", {}), TREE)
    assert [NAMES[unit] for unit in reading.others] == ["北京市朝阳区", "长春市朝阳区"]
    assert read_chain(clean("济南市市中区", {}), TREE).others == ()
    assert read_chain(clean("北京市人民路朝阳区", {}), TREE).others == ()


def test_an_ending_belongs_to_the_name_only_when_nothing_begins_with_it() -> None:
    link = read_chain(clean("东莞市东城区人民路", {}), TREE).link
    assert link is not None
    assert (link.end, link.close) == (5, 6)


def test_what_lies_where() -> None:
    assert is_inside(TREE, NAMES.index("北京市朝阳区"), NAMES.index("北京市"))
    assert is_inside(TREE, NAMES.index("北京市"), NAMES.index("北京市"))
    assert not is_inside(TREE, NAMES.index("长春市"), NAMES.index("北京市"))


def test_a_name_cut_off_at_the_end_is_none() -> None:
    assert [match.end for match in find_names(clean("北京", {}), TREE)] == [2]


def test_a_text_of_repeated_names_stays_quick_and_gives_the_chain() -> None:
    assert ends("朝阳区" * 130)[0] == "北京市朝阳区"
