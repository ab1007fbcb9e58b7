"""The embedded geocoder: addresses to WGS-84 points, offline and without a key.

    >>> geocode("北京市朝阳区建国路87号").matched
    '北京市朝阳区'

No Django, nothing heavy on import; the gazetteer is read on the first call.
"""

from guanxi.places.geocoding.resolve import geocode, geocode_many, neighbourhood
from guanxi.places.geocoding.results import ATTRIBUTION, Candidate, Geocoded, Level, ResolvedBy

__all__ = [
    "ATTRIBUTION",
    "Candidate",
    "Geocoded",
    "Level",
    "ResolvedBy",
    "geocode",
    "geocode_many",
    "neighbourhood",
]
