"""The map in the program and the map in a file call one thing by one word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from guanxi.places.pages.labels import map_labels

FRONTEND = Path(__file__).resolve().parents[2] / "frontend" / "src"
LINE = re.compile(r'^  (\w+):\s*"([^"]+)",$', re.MULTILINE)


def texts_of(file: str, name: str) -> dict[str, str]:
    """The texts of one object of a source file."""
    source = (FRONTEND / file).read_text(encoding="utf-8")
    found = re.search(rf"const {name}\b[^=]*= \{{\n(.*?)\n\}}", source, re.DOTALL)
    assert found
    return dict(LINE.findall(found[1]))


@pytest.mark.parametrize(
    ("language", "file", "name"),
    [
        ("en", "map/labels.ts", "ENGLISH"),
        ("zh-hans", "standalone/texts.ts", "SIMPLIFIED"),
        ("zh-hant", "standalone/texts.ts", "TRADITIONAL"),
        ("ko", "standalone/texts.ts", "KOREAN"),
    ],
)
def test_page_and_file_use_the_same_words(language: str, file: str, name: str) -> None:
    texts = texts_of(file, name)
    with override(language):
        labels = map_labels()
    assert {key: texts.get(key) for key in labels} == labels


@pytest.mark.parametrize("name", ["TRADITIONAL", "KOREAN"])
def test_every_language_of_the_file_has_every_text(name: str) -> None:
    every = texts_of("standalone/texts.ts", "SIMPLIFIED")
    texts = texts_of("standalone/texts.ts", name)
    assert texts.keys() == every.keys()
    for key, text in every.items():
        assert set(re.findall(r"\{\w+\}", texts[key])) == set(re.findall(r"\{\w+\}", text)), key
