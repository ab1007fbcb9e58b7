"""Traditional Chinese as simplified, so that both spellings of a name are one."""

from functools import lru_cache
from typing import Protocol


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def simplified(text: str) -> str:
    """The text in simplified characters, by OpenCC's words (t2s); everything else in it stays."""
    return _converter().convert(text)


@lru_cache(maxsize=1)
def _converter() -> _Converter:
    from opencc import OpenCC  # noqa: PLC0415 - heavy

    converter: _Converter = OpenCC("t2s")
    return converter
