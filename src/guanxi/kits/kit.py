"""A starter kit: what a trade begins with, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kit:
    """One trade: its demo company's people, places, names, products and habits (see `data/*.json`)."""

    name: str
    words: dict[str, Any]

    @property
    def company(self) -> str:
        """The demo company's name."""
        return str(self.words["company"])


def kit_names() -> tuple[str, ...]:
    """Return the kits that are there; the one a demo takes by default comes first."""
    names = sorted(path.stem for path in DATA.glob("*.json"))
    return ("real-estate", *(name for name in names if name != "real-estate"))


@cache
def load_kit(name: str) -> Kit:
    """Return a kit by name. Raises KeyError when there is none."""
    path = DATA / f"{name}.json"
    if name not in kit_names() or not path.exists():
        raise KeyError(name)
    return Kit(name, json.loads(path.read_text(encoding="utf-8")))
