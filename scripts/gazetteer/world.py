"""The world's towns: romanised and, for the larger ones, native names."""

from collections.abc import Iterable

from babel import Locale

from gazetteer.geonames import GeoName

NATIVE_FROM = 30_000
"""Population from which a town keeps its names in other languages."""
COUNTRY_LANGUAGES = ("en", "zh_Hans", "zh_Hant", "ko", "ja", "de", "fr", "es", "pt", "ru", "ar", "th", "vi", "it")
EXTRA_COUNTRIES = {
    "US": ["USA", "U.S.A.", "US", "U.S.", "United States of America", "America"],
    "GB": ["UK", "U.K.", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "CN": ["PRC", "P.R.C.", "P.R. China", "PR China", "People's Republic of China", "Mainland China"],
    "KR": ["Korea", "Republic of Korea", "South Korea", "R.O.K.", "ROK"],
    "TW": ["R.O.C.", "ROC", "Taiwan R.O.C.", "Chinese Taipei"],
    "HK": ["Hong Kong", "HKSAR", "Hong Kong SAR", "H.K."],
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


def columns(towns: Iterable[GeoName]) -> dict[str, str]:
    """Column files of the world part, towns in order of falling population."""
    ranked = sorted(towns, key=lambda town: (-town.population, town.name, town.point))
    lines = []
    for town in ranked:
        keys: set[str] = set()
        if town.population >= NATIVE_FROM:
            keys |= {_key(name) for name in town.other_names if 2 <= len(name) <= 24}
        keys -= {"", _key(town.name)}
        lines.append("|".join(sorted(keys)))
    countries = country_names()
    return {
        "world/name": "\n".join(town.name for town in ranked),
        "world/keys": "\n".join(lines),
        "world/country": " ".join(town.country for town in ranked),
        "world/region": " ".join(town.admin1 or "-" for town in ranked),
        "world/population": " ".join(str(town.population) for town in ranked),
        "world/latitude": " ".join(str(round(town.point[0] * 1e5)) for town in ranked),
        "world/longitude": " ".join(str(round(town.point[1] * 1e5)) for town in ranked),
        "world/countries": "\n".join(
            code + "\t" + "|".join(sorted({_key(name) for name in names})) for code, names in sorted(countries.items())
        ),
    }
