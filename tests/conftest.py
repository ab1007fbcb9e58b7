"""What every test can ask for: the cast, and a fixed clock."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from hypothesis import settings

from tests.cast import NOW, Cast, make_cast

settings.register_profile("default", max_examples=100, deadline=None)
settings.register_profile("ci", max_examples=300, deadline=None)
settings.register_profile("nightly", max_examples=5_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture
def cast(db: None) -> Cast:
    """The people, in the database."""
    return make_cast()


@pytest.fixture
def now() -> datetime:
    """The moment all tests live in."""
    return NOW
