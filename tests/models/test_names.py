"""What `guanxi.models` offers, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import guanxi.models


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, guanxi.models; print([m for m in sys.modules if m.split('.')[0] in sys.argv[1:]])"
    heavy = ["scipy", "pandas", "numpy", "pyarrow", "duckdb", "django"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", guanxi.models.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(guanxi.models, name).__name__
    assert name in dir(guanxi.models)


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        guanxi.models.Nothing  # noqa: B018
