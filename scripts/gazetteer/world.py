"""The world's towns: romanised and, for the larger ones, native names."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from babel import Locale

from gazetteer.geonames import GeoName
from gazetteer.pack import pairs
from gazetteer.units import Unit

EAST_ASIA = {"CN", "TW", "HK", "MO", "KR"}
NATIVE_FROM = 60_000
"""Population from which a town keeps its names in other languages."""
COUNTRY_LANGUAGES = (
    "en",
    "zh_Hans",
    "zh_Hant",
    "ko",
    "ja",
    "de",
    "fr",
    "es",
    "pt",
    "ru",
    "ar",
    "th",
    "vi",
    "it",
)
EXONYMS = {
    "广州市": {"canton"},
    "西藏自治区": {"tibet"},
    "内蒙古自治区": {"innermongolia"},
    "陕西省": {"shaanxi"},
    "呼和浩特市": {"hohhot"},
    "乌鲁木齐市": {"urumqi"},
    "哈尔滨市": {"harbin"},
    "拉萨市": {"lhasa"},
}
EXTRA_COUNTRIES = {
    "US": ["USA", "U.S.A.", "US", "U.S.", "United States of America", "America"],
    "GB": ["UK", "U.K.", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "CN": ["PRC", "P.R.C.", "P.R. China", "PR China", "People's Republic of China", "Mainland China"],
    "KR": ["Korea", "Republic of Korea", "South Korea", "R.O.K.", "ROK"],
    "TW": ["R.O.C.", "ROC", "Taiwan R.O.C.", "Chinese Taipei"],
    "HK": ["Hong Kong", "HK", "HKSAR", "Hong Kong SAR", "H.K."],
    "MO": ["Macau", "Macao", "Macau SAR", "Macao SAR"],
    "NL": ["Holland", "The Netherlands"],
    "AE": ["UAE", "U.A.E."],
    "CZ": ["Czech Republic"],
    "RU": ["Russian Federation"],
    "VN": ["Viet Nam"],
    "TR": ["Turkey"],
}


def _key(name: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())


def _is_name(name: str) -> bool:
    """Three Latin letters are an airport's code, not a name."""
    return (4 if name.isascii() else 2) <= len(name) <= 24


def country_names() -> dict[str, set[str]]:
    """Names of every territory in the languages of its customers (Unicode CLDR through Babel)."""
    names: dict[str, set[str]] = {}
    for language in COUNTRY_LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
                names.setdefault(code, set()).add(name)
    for code, extra in EXTRA_COUNTRIES.items():
        names[code].update(extra)
    return names


def romanised_units(units: list[Unit]) -> str:
    """Unit numbers by pinyin of provinces, cities and counties."""
    index: dict[str, list[str]] = defaultdict(list)
    for number, unit in enumerate(units):
        if unit.pinyin and unit.level in {"province", "city", "county"}:
            names = {unit.pinyin}
            if unit.name.endswith("新区"):
                names.add(unit.pinyin.removesuffix("xin"))
            for name in names | EXONYMS.get(unit.name, set()):
                index[name].append(str(number))
    return pairs({name: ",".join(numbers) for name, numbers in index.items()})


def columns(towns: Iterable[GeoName], simplify: Callable[[str], str]) -> dict[str, str]:
    """Column files of the world part, towns in order of falling population."""
    ranked = sorted(towns, key=lambda town: (-town.population, town.name, town.point))
    index: dict[str, list[str]] = defaultdict(list)
    for number, town in enumerate(ranked):
        keys = {_key(town.name)}
        if town.population >= NATIVE_FROM:
            keys |= {_key(simplify(name)) for name in town.other_names if _is_name(name)}
        elif town.country in EAST_ASIA:
            keys |= {_key(name) for name in town.other_names if name.isascii() and len(name) <= 24}
        for key in keys - {""}:
            index[key].append(str(number))
    countries = country_names()
    return {
        "world/name": "\n".join(town.name for town in ranked),
        "world/index": pairs({key: ",".join(numbers) for key, numbers in index.items()}),
        "world/country": " ".join(town.country for town in ranked),
        "world/region": " ".join(town.admin1 or "-" for town in ranked),
        "world/population": " ".join(str(town.population) for town in ranked),
        "world/latitude": " ".join(str(round(town.point[0] * 1e5)) for town in ranked),
        "world/longitude": " ".join(str(round(town.point[1] * 1e5)) for town in ranked),
        "world/countries": pairs(
            {
                _key(simplify(name)): code
                for code, names in sorted(countries.items())
                for name in sorted(names)
            }
        ),
    }
