"""Pure rules about customers: the keys under which the same one is found again."""

from guanxi.matching.names import normalise_name
from guanxi.matching.phones import Phone, PhoneReading, phone_key, read_phones, shown_phones

__all__ = [
    "Phone",
    "PhoneReading",
    "normalise_name",
    "phone_key",
    "read_phones",
    "shown_phones",
]
