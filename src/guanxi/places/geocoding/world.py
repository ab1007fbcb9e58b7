"""Addresses elsewhere: town, region and country, in English or the native script."""

from guanxi.places.calc.address_text import CleanText
from guanxi.places.geocoding.results import Geocoded


def place(address: str, text: CleanText, *, has_reading: bool) -> Geocoded | None:
    """A place outside the administrative tree, or None when the tree is to decide."""
    return None
