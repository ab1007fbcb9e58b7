"""First-level divisions people write behind a town, as GeoNames codes them."""

_US = (
    "AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|DE delaware"
    "|DC district of columbia|FL florida|GA georgia|HI hawaii|ID idaho|IL illinois|IN indiana|IA iowa|KS kansas"
    "|KY kentucky|LA louisiana|ME maine|MD maryland|MA massachusetts|MI michigan|MN minnesota|MS mississippi"
    "|MO missouri|MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|NY new york"
    "|NC north carolina|ND north dakota|OH ohio|OK oklahoma|OR oregon|PA pennsylvania|RI rhode island"
    "|SC south carolina|SD south dakota|TN tennessee|TX texas|UT utah|VT vermont|VA virginia|WA washington"
    "|WV west virginia|WI wisconsin|WY wyoming"
)
_CA = {
    "ab": "01", "alberta": "01", "bc": "02", "british columbia": "02", "mb": "03", "manitoba": "03",
    "nb": "04", "new brunswick": "04", "nl": "05", "newfoundland": "05", "ns": "07", "nova scotia": "07",
    "on": "08", "ontario": "08", "pe": "09", "qc": "10", "quebec": "10", "québec": "10", "sk": "11",
    "saskatchewan": "11",
}  # fmt: skip
_AU = {
    "act": "01", "nsw": "02", "new south wales": "02", "nt": "03", "qld": "04", "queensland": "04",
    "sa": "05", "south australia": "05", "tas": "06", "tasmania": "06", "vic": "07", "victoria": "07",
    "wa": "08", "western australia": "08",
}  # fmt: skip
_SELF_NAMED = frozenset({"new york", "washington", "quebec", "québec", "victoria"})
"""Divisions with a town of the same name: taken for the division only when a town stands before it."""


def _united_states() -> dict[str, str]:
    table = {}
    for entry in _US.split("|"):
        code, _, name = entry.partition(" ")
        table[code.lower()] = code
        table[name] = code
    return table


REGIONS = {"US": _united_states(), "CA": _CA, "AU": _AU}


def region_of(name: str, country: str) -> tuple[str, str] | None:
    """(country, region) for a normalised name; without a country only full names and American postal codes."""
    if name in _SELF_NAMED:
        return None
    if country:
        code = REGIONS.get(country, {}).get(name)
        return (country, code) if code else None
    for land, table in REGIONS.items():
        if name in table and (len(name) > 3 or land == "US"):
            return land, table[name]
    return None
